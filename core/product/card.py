"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from collections.abc import Mapping
from typing import Any

from core.artifacts import Manifest
from core.gan import model_card as parts
from core.product.judge_network import HEADS


def model_card(manifest: Manifest, metrics: Mapping[str, Any]) -> str:
    """Markdown for `models/product/CARD.md`."""
    found = metrics["distribution"]
    lines = [
        "# Product generator",
        "",
        "Makes pictures of products that do not exist, 64 x 64 pixels, from a description in French or English. A "
        "generative adversarial network works on the latents of an autoencoder (`core/gan/latent_game.py`, "
        "`core/gan/autoencoder.py`), conditioned on the vectors of the text encoder in `models/text`. "
        f"{parts.size_and_pace(metrics)}",
        "",
        "## Training",
        f"Trained on {manifest.parameters['trained_on']}.",
        "",
        *parts.stages(manifest),
        "",
        "## Figures",
        f"One picture for each of {metrics['n']} captions of photos that were held out of training, which were also "
        f"used to choose the model. Features: {metrics['network']}; figures of other feature networks, or of another "
        "number of pictures, cannot be compared with these.",
        "",
        f"{found['n']} pictures against {found['reference']} training photos (precision and recall: against as many).",
        "",
        *parts.distribution(found, "real photos"),
        "",
        "Does the picture show what was asked for? A separate network (the judge), trained on real photos only, says; "
        "its accuracy on real photos is the ceiling, and the floor is what these pictures would get with their "
        "captions shuffled.",
        "",
        *_attributes(metrics["attributes"]),
        "",
        *_unseen(metrics),
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
        *parts.sources(manifest),
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
        *parts.credits(manifest.credits),
    ]
    return "\n".join(lines)


def _unseen(metrics: Mapping[str, Any]) -> list[str]:
    found = metrics["unseen_captions"]
    if not found["n"]:
        return []
    share = 1 - found["n"] / metrics["n"]
    figures = ", ".join(
        f"{head} {found['generated'][head]:.3f} (real photos of them {found['real'][head]:.3f})" for head in HEADS
    )
    return [
        f"{share:.1%} of these captions are also, word for word, those of training photos: it is the photos that are "
        f"new. For the {found['n']} captions that are new too, mostly of rare "
        f"things and colours: {figures}.",
        "",
    ]


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
    lines += parts.copies(metrics["memorisation"], "photos")
    if french:
        ours, theirs = french["french"], french["english"]
        lines.append(
            f"- In French, type {ours['type']:.3f}, colour {ours['colour']:.3f}, gender {ours['gender']:.3f}; the same "
            f"in English {theirs['type']:.3f}, {theirs['colour']:.3f}, {theirs['gender']:.3f} (n = {french['n']})."
        )
    return lines


def _rows(found: list[dict[str, Any]]) -> list[str]:
    return [f"| {row['name']} | {row['n']} | {row['accuracy']:.3f} | {row['ceiling']:.3f} |" for row in found]
