"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from collections.abc import Mapping
from typing import Any

from core.artifacts import Manifest
from core.gan import model_card as parts


def model_card(manifest: Manifest, metrics: Mapping[str, Any]) -> str:
    """Markdown for `models/avatar/CARD.md`."""
    sources = manifest.parameters["sources"]
    found = metrics["distribution"]
    themes = ", ".join(f"{sources[theme]['title']} (`{theme}`)" for theme in manifest.parameters["themes"])
    lines = [
        "# Avatar generator",
        "",
        f"Makes avatars that do not exist, 64 x 64 pixels, of {len(sources)} themes: {themes}. A generative "
        "adversarial network works on the latents of an autoencoder (`core/gan/latent_game.py`, "
        "`core/gan/autoencoder.py`), conditioned on the theme. "
        f"{parts.size_and_pace(metrics)}",
        "",
        "## Training",
        f"Trained on {manifest.parameters['trained_on']}, on pictures composed by chance from artists' parts: "
        + ", ".join(f"{theme} {sources[theme]['pictures']:,}" for theme in manifest.parameters["themes"])
        + ", of which one in twenty is held out.",
        "",
        *parts.stages(manifest),
        "",
        "## Figures",
        f"One avatar for each of {metrics['n']} held-out pictures, which were also used to choose the model. Features: "
        f"{metrics['network']}; figures of other feature networks, or of another number of pictures, cannot be "
        "compared with these.",
        "",
        f"{found['n']} pictures against {found['reference']} training pictures (precision and recall: against as "
        "many); then each theme against its own.",
        "",
        *parts.distribution(found, "real pictures"),
        "",
        "| theme | n | KID | DCGAN | real | FID | DCGAN | real | precision | recall | variety, of real |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_theme_row(row) for row in metrics["by_theme"]),
        "",
        *_judged(metrics),
        "",
        *parts.copies(metrics["memorisation"]),
        "",
        "| noise scaled by | n | KID | theme seen | variety |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {row['truncation']:.1f} | {row['n']} | {row['kid']:.4f} | {row['accuracy']:.3f} | {row['spread']:.2f} |"
            for row in metrics["truncation"]
        ),
        "",
        *_uniqueness(metrics["uniqueness"]),
        "",
        *parts.sources(manifest),
        "",
        "## Limits",
        "- 64 x 64 pixels: figure, colours and ground can be seen; fine lines are soft, and eyes and hands may melt.",
        *(
            f"- {sources[theme]['title']}: pictures are drawn in squares of {side} pixels, each of the median colour "
            "of what the network makes there."
            for theme, side in manifest.parameters.get("cells", {}).items()
        ),
        *(
            f"- {sources[theme]['title']}: what the network makes is "
            + ("sharpened and " if how["sharpen"] else "")
            + f"made flat by mean shift, {how['reach']} pixels and {how['tolerance']} levels wide."
            for theme, how in manifest.parameters.get("flat", {}).items()
        ),
        "- It combines what the artists drew; it knows no figure that none of them did.",
        "- Pictures between two themes, or far from typical ones, come out stranger.",
        "- The judge tells themes apart, not whether a picture is pleasing.",
        "- New means: not the same by these thresholds. Who looks for likenesses will find some.",
        "",
        "## Train again",
        "`python -m core prepare avatar`, `python -m core train avatar --minutes 240`, then "
        "`python -m core evaluate avatar --write`.",
        "",
        *parts.credits(manifest.credits),
    ]
    return "\n".join(lines)


def _theme_row(row: Mapping[str, Any]) -> str:
    made, beside, real = row["generated"], row["baseline"], row["real"]
    return (
        f"| {row['theme']} | {row['n']} | {made['kid']:.4f} | {parts.or_dash(beside and beside['kid'], 4)} | "
        f"{real['kid']:.4f} | {made['fid']:.1f} | {parts.or_dash(beside and beside['fid'], 1)} | {real['fid']:.1f} | "
        f"{made['precision']:.3f} | {made['recall']:.3f} | {row['diversity']['share_of_real']:.2f} |"
    )


def _judged(metrics: Mapping[str, Any]) -> list[str]:
    whole = metrics["theme"]
    rows = [{"theme": "all", **whole, "baseline_accuracy": whole["baseline"]}, *metrics["by_theme"]]
    return [
        "Does the avatar belong to its theme? A separate network (the judge), trained on real pictures only, says; its "
        f"accuracy on real, held-out pictures is the ceiling, and chance is {whole['chance']:.3f}.",
        "",
        "| theme | n | this one | real pictures | DCGAN |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {row['theme']} | {row['n']} | {row['accuracy']:.3f} | {row['ceiling']:.3f} | "
            f"{parts.or_dash(row['baseline_accuracy'], 3)} |"
            for row in rows
        ),
    ]


def _uniqueness(rows: list[dict[str, Any]]) -> list[str]:
    lines = [
        "## Unique",
        "Two avatars are the same if at most so many of the 256 bits of a perceptual hash differ, and their 16 x 16 "
        "colours by at most so much (0 to 1). Thresholds are chosen on half of the pictures and measured on the other: "
        "near copies caught (recompressed, resized, brightened, cropped by a pixel, mirrored; at 256 pixels), "
        "different ones taken for another. Sold copies: of the enlarged picture that is handed out, found by "
        "the fingerprint of the small one that is kept.",
        "",
        "| theme | bits | colours | caught | sold copies caught | refused | n | training copies | n |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {row['theme']} | {row['thresholds']['bits']} | {row['thresholds']['rgb']:.3f} | {row['caught']:.3f} | "
            f"{row['sold']['caught']:.3f} | {row['refused']:.3f} | {row['n']} | {row['training']['refused']:.4f} | "
            f"{row['training']['n']} |"
            for row in rows
        ),
        "",
        "How many different avatars can a theme give? Estimated from pairs among generated ones that are the same (see "
        "`core/avatar/originality.py`): so many can be claimed before half of new ones are refused, at least. The "
        "bound takes pairs for independent of each other, which those of one motif are not: where a few motifs make up "
        "the pairs it is too high.",
        "",
        "| theme | generated | the same, pairs | could all be claimed | half refused after "
        "| at least (95 %, pairs independent) |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        found = row["capacity"]
        lines.append(
            f"| {row['theme']} | {found['n']:,} | {found['matches']:,} | {found['distinct']:,} | "
            f"{parts.or_dash(found['half_refused'], 0)} | {found['at_least']:,.0f} |"
        )
    return lines
