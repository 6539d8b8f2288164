"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from collections.abc import Mapping
from typing import Any

from core.artifacts import Manifest

_STAGES = {
    "autoencoder": "Autoencoder",
    "prior": "Generator of its latents and critic",
    "judge": "Judge (measures, takes no part in generating)",
    "dcgan": "DCGAN, the baseline",
}


def model_card(manifest: Manifest, metrics: Mapping[str, Any]) -> str:
    """Markdown for `models/product/CARD.md`."""
    sizes = metrics["bytes"]
    served = sum(sizes[name] for name in ("generator.keras", "decoder.keras", "standard.npz")) / 1e6
    lines = [
        "# Product generator",
        "",
        "Makes pictures of products that do not exist, 64 x 64 pixels, from a description in French or English. A "
        "generative adversarial network works on the latents of an autoencoder (`core/gan/latent_game.py`, "
        "`core/gan/autoencoder.py`), conditioned on the vectors of the text encoder in `models/text`. "
        f"{served:.1f} MB; {metrics['milliseconds']['per_picture']:.0f} ms for a picture when "
        f"{metrics['milliseconds']['batch']} are made at once.",
        "",
        "## Training",
        f"Trained on {manifest.parameters['trained_on']}.",
        "",
        "| stage | minutes | pictures shown |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {row['minutes']:.0f} | {row['images_shown']:,} |"
            for name, row in ((name, manifest.parameters["stages"].get(stage)) for stage, name in _STAGES.items())
            if row
        ),
        "",
        "## Figures",
        f"One picture for each of {metrics['n']} captions of photos that were held out of training, which were also "
        f"used to choose the model. Features: {metrics['network']}; figures of other feature networks, or of another "
        "number of pictures, cannot be compared with these.",
        "",
        *_distribution(metrics),
        "",
        "Does the picture show what was asked for? A separate network (the judge), trained on real photos only, says; "
        "its accuracy on real photos is the ceiling, and the floor is what these pictures would get with their "
        "captions shuffled.",
        "",
        *_attributes(metrics["attributes"]),
        "",
        *_sentences(metrics),
        "",
        "| type | n | accuracy | on real photos |",
        "| --- | --- | --- | --- |",
        *_rows(metrics["by_type"]),
        "",
        "| colour | n | accuracy | on real photos |",
        "| --- | --- | --- | --- |",
        *_rows(metrics["by_colour"]),
        "",
        "| noise scaled by | KID | type | colour |",
        "| --- | --- | --- | --- |",
        *(
            f"| {row['truncation']:.1f} | {row['kid']:.4f} | {row['type']:.3f} | {row['colour']:.3f} |"
            for row in metrics["truncation"]
        ),
        "",
        "## Data and terms",
        *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data),
        "",
        "## Limits",
        "- 64 x 64 pixels: type, colour and cut can be seen; lettering, seams and fine patterns cannot.",
        "- One Indian fashion shop's photos: what it did not sell, or sold rarely, comes out poorly, and its colours "
        "are labelled by hand, sometimes wrongly.",
        "- The people who wear garments are invented, and so is what looks like a brand.",
        "- It knows the words of the shop; of a sentence it sees little more than type, colour, use and for whom.",
        "- The judge is no better than its accuracy on real photos, and a generator can please it without pleasing us.",
        "",
        "## Train again",
        "`python -m core train product --minutes 240`, then `python -m core evaluate product --write`.",
        "",
        "## Credits",
        *(f"- {credit}" for credit in manifest.credits),
        "",
    ]
    return "\n".join(lines)


def _distribution(metrics: Mapping[str, Any]) -> list[str]:
    found = metrics["distribution"]
    names = {"generated": "this one", "baseline": "DCGAN", "real": "real photos, held out (as good as can be)"}
    lines = [
        f"{found['n']} pictures against {found['reference']} training photos (precision and recall: against as many).",
        "",
        "| pictures | FID | KID | Inception Score | precision | recall |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for key, name in names.items():
        row = found[key]
        if row:
            lines.append(
                f"| {name} | {row['fid']:.1f} | {row['kid']:.4f} | {row['inception_score']:.2f} | "
                f"{row['precision']:.3f} | {row['recall']:.3f} |"
            )
    return lines


def _attributes(found: Mapping[str, Any]) -> list[str]:
    lines = [
        "| | n | values | this one | real photos | share of that | captions shuffled | DCGAN |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for head in ("type", "colour", "gender"):
        row = found[head]
        beside = "–" if row["baseline"] is None else f"{row['baseline']:.3f}"
        lines.append(
            f"| {head} | {row['n']} | {row['classes']} | {row['accuracy']:.3f} | {row['ceiling']:.3f} | "
            f"{row['share_of_ceiling']:.3f} | {row['floor']:.3f} | {beside} |"
        )
    return lines


def _sentences(metrics: Mapping[str, Any]) -> list[str]:
    fit, varied, french = metrics["r_precision"], metrics["diversity"], metrics["french"]
    baseline = "" if fit["baseline"] is None else f", DCGAN's {fit['baseline']:.3f}"
    lines = [
        f"- R-precision: among {fit['candidates']} captions the judge finds the picture's own in a share of "
        f"{fit['generated']:.3f}; real photos' {fit['real']:.3f}{baseline}, chance {fit['chance']:.3f} "
        f"(n = {fit['n']})."
    ]
    if varied:
        lines.append(
            f"- Variety: {varied['pictures']} pictures of one text are {varied['generated']:.2f} apart on average, "
            f"real photos that share it {varied['real']:.2f} (n = {varied['n']} texts, in features)."
        )
    for name in ("pixels", "features"):
        row = metrics["memorisation"][name]
        lines.append(
            f"- Copies? In {name}, the nearest of {row['training']} training photos is {row['generated_median']:.2f} "
            f"away (median), from held-out real photos {row['held_out_median']:.2f}; nearer than 95 % of those: a "
            f"share of {row['suspicious']:.3f} (chance {row['chance']:.2f}, n = {row['n']})."
        )
    if french:
        ours, theirs = french["french"], french["english"]
        lines.append(
            f"- In French, type {ours['type']:.3f}, colour {ours['colour']:.3f}, gender {ours['gender']:.3f}; the same "
            f"in English {theirs['type']:.3f}, {theirs['colour']:.3f}, {theirs['gender']:.3f} (n = {french['n']})."
        )
    return lines


def _rows(found: list[dict[str, Any]]) -> list[str]:
    return [f"| {row['name']} | {row['n']} | {row['accuracy']:.3f} | {row['ceiling']:.3f} |" for row in found]
