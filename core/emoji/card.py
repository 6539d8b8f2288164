"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from collections.abc import Mapping
from typing import Any

from core.artifacts import Manifest
from core.emoji.drawings import VECTORS
from core.emoji.network import AXES
from core.gan import model_card as parts
from core.gan.metrics import COLLAPSED


def model_card(manifest: Manifest, metrics: Mapping[str, Any], worth: Mapping[str, Any] | None = None) -> str:
    """Markdown for `models/emoji/CARD.md`; `worth` is what `core.emoji.refine_worth.prove` found."""
    told, found = manifest.parameters["data"], metrics["distribution"]
    classes = manifest.parameters["classes"]
    asked = ", ".join(f"{len(classes[axis])} {axis}s" for axis in AXES)
    cells = ", ".join(f"{cell['mood']} + {cell['topic']}" for cell in told["held_cells"])
    lines = [
        "# Emoji generator",
        "",
        "Makes emoji that do not exist, 64 x 64 pixels with a transparent ground, that fit a context: "
        f"{asked}, any of which may be left open or mixed. A generative adversarial network works on the latents of an "
        "autoencoder (`core/gan/latent_game.py`, `core/gan/autoencoder.py`). "
        f"{parts.size_and_pace(metrics, 'an emoji', (*parts.SERVED, VECTORS))}",
        "",
        "## Training",
        f"Trained on {manifest.parameters['trained_on']}.",
        "",
        *parts.stages(manifest),
        "",
        *_imitation(manifest.parameters["stages"]),
        *_beside(manifest.parameters["stages"], found["baseline"]),
        "The networks learned single drawings, each told by its mood, topic, interaction, style and name (a vector of "
        "the text encoder, in French or English). An emoji of one class is one drawing; one of several is a face with "
        "a prop of the topic and a gesture of the interaction in front of it, each drawn by the generator by itself, "
        "retouched (sharpened, then a median filter, as strong as suits validation emoji) and arranged. "
        "Chance mixes the two drawings of a class that it points at most; a thing that a message names "
        "becomes the prop. The baseline learned whole pictures, composites of artists' drawings in the same "
        f"arrangement, which is ours: only {told['emoji_with_all_axes']} of {told['emoji']} single emoji say something "
        "about mood, topic and interaction at once.",
        "",
        "## Figures",
        f"One emoji for the context of each of {metrics['n']} test pictures, whose emoji were held out of training in "
        f"every style. Features: {metrics['network']}, over white; figures of other feature networks, or of another "
        "number of pictures, cannot be compared with these.",
        "",
        f"{found['n']} pictures against {found['reference']} training pictures (precision and recall: against as "
        "many). Held-out emoji are other drawings than those of training, so even real ones do not reach 0.",
        "",
        *parts.distribution(found, "real emoji"),
        "",
        f"Does the emoji fit? A linear classifier on {metrics['network']}'s features of {found['reference']} training "
        "pictures says what it sees: a second opinion, which took no part in choosing the generator. The floor is what "
        "these emoji would get with their contexts shuffled.",
        "",
        *_relevance(metrics["second_opinion"]),
        "",
        "The judge, a network trained on real emoji and composites only, which also helped to choose the generator: "
        "the held-out real ones are drawings that it has never seen, while the generator redraws those that the judge "
        "learned from, so a share above 1 does not say that they are better drawn.",
        "",
        *_relevance(metrics["relevance"]),
        "",
        *_cells(metrics["unseen_cells"], cells),
        *_sentences(metrics),
        "",
        "By class, and with the knobs turned, as the judge sees them:",
        "",
        *(line for axis in AXES[:3] for line in _by_class(axis, metrics[f"by_{axis}"])),
        *(line for knob in ("truncation", "intensity") for line in _curve(knob, metrics[knob])),
        *(worth_section(worth) if worth else ()),
        *parts.sources(manifest),
        "",
        "## Limits",
        "- 64 x 64 pixels, often soft: a mood is read from eyes and mouth, which are a few pixels each.",
        "- It arranges and blends what these styles have, by a fixed rule; a topic or mood outside the lists cannot be "
        "asked for.",
        "- Moods and topics are what English and French keywords say of emoji. People of other places or ages may read "
        "an emoji otherwise; rare classes rest on few drawings.",
        "- An emoji it makes may come close to a drawing it learned from; the credits below go with every picture.",
        "- The judge is no better than its accuracy on real emoji, and a generator can please it without pleasing us.",
        "",
        "## Train again",
        "`python -m core prepare emoji`, `python -m core train emoji --minutes 240`, then "
        "`python -m core evaluate emoji --write`.",
        "",
        *parts.credits(manifest.credits),
    ]
    return "\n".join(lines)


def _imitation(stages: Mapping[str, Any]) -> list[str]:
    """How much of the generator's training was to come near the drawing it was asked for."""
    game = stages["prior"].get("game", {})
    if not game.get("alone"):
        return []
    return [
        f"The generator mostly imitates: for up to {game['alone']:.0%} of each round of its training it learned only "
        "how far its code is from that of the drawing it was asked for (mean absolute difference), without a critic. "
        "Then the critic joined, and this distance went on counting beside it, with a weight of "
        f"{game['anchor'][1]:.0f} at the end, the critic's being 1.",
        "",
    ]


def _beside(stages: Mapping[str, Any], baseline: Mapping[str, Any] | None) -> list[str]:
    """What the baseline was given, beside ours, and whether it has collapsed."""
    if not baseline or "dcgan" not in stages:
        return []
    theirs, code, ours = (stages[name] for name in ("dcgan", "autoencoder", "prior"))
    said = (
        f"DCGAN had {theirs['minutes']:.0f} minutes and {theirs['images_shown']:,} pictures, ours "
        f"{code['minutes']:.0f} + {ours['minutes']:.0f} minutes and {ours['images_shown']:,} codes after "
        f"{code['images_shown']:,} pictures: part of the distance between them is training."
    )
    if baseline["inception_score"] < COLLAPSED:
        said += (
            f" DCGAN has collapsed: an Inception Score of {baseline['inception_score']:.2f} (1 at least) means that "
            "its pictures look all alike to the network that measures. It is a weak baseline here."
        )
    return [said, ""]


def _relevance(found: Mapping[str, Any]) -> list[str]:
    lines = [
        "| | n | classes | this one | real emoji | share of that | contexts shuffled | DCGAN |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for axis in AXES:
        row = found[axis]
        if row["n"]:
            lines.append(
                f"| {axis} | {row['n']} | {row['classes']} | {row['accuracy']:.3f} | {row['ceiling']:.3f} | "
                f"{row['share_of_ceiling']:.3f} | {row['floor']:.3f} | {_or_dash(row['baseline'])} |"
            )
    return lines


def _cells(found: Mapping[str, Any] | None, cells: str) -> list[str]:
    if not found:
        return []
    both = found["both"]
    return [
        f"The judge, for {found['cells']} pairs of mood and topic that no training picture has, so that the generator "
        f"must combine what it knows apart ({found['n']} emoji; pairs held out, half of them to choose by: {cells}). "
        "The real ones are composites of drawings that the judge learned from, as ours are:",
        "",
        *_relevance(found),
        "",
        f"Mood and topic both right: {both['accuracy']:.3f}, real emoji {both['ceiling']:.3f}, DCGAN "
        f"{_or_dash(both['baseline'])}.",
        "",
    ]


def _sentences(metrics: Mapping[str, Any]) -> list[str]:
    lines, varied = [], metrics["diversity"]
    if varied:
        lines.append(
            f"- Variety: {varied['pictures']} emoji of one mood and style are {varied['generated']:.2f} apart on "
            f"average, real ones that share them {varied['real']:.2f} (n = {varied['n']} pairs, in features)."
        )
    for name in ("pixels", "features"):
        row = metrics["memorisation"][name]
        lines.append(
            f"- Copies? In {name}, the nearest of {row['training']} training pictures is "
            f"{row['generated_median']:.2f} away (median), from held-out real ones {row['held_out_median']:.2f}; "
            f"nearer than 95 % of those: a share of {row['suspicious']:.3f} (chance {row['chance']:.2f}, "
            f"n = {row['n']})."
        )
    return lines


_ARMS = {
    "without": "artists' drawings only",
    "with": "and generated ones",
    "composites": "and as many composites instead",
}
_VERDICTS = {"better": "better", "worse": "worse", "unclear": "no clear difference"}


def worth_section(found: Mapping[str, Any]) -> list[str]:
    """What `core.emoji.refine_worth.prove` found, in lines of Markdown."""

    def said(row: Mapping[str, Any]) -> str:
        return f"{row['mean']:.3f}" + ("" if row["deviation"] is None else f" ± {row['deviation']:.3f}")

    gains = [
        f"{'accuracy' if name == 'accuracy' else 'macro F1'} {row['mean']:+.3f}"
        + ("" if row["half_width"] is None else f" ± {row['half_width']:.3f}")
        + f" ({_VERDICTS[row['verdict']]})"
        for name, row in found["gain"]["without"].items()
    ]
    return [
        "## What a refined data set is worth",
        f"Classifiers of {found['moods']} moods learned from {found['real']} drawings of artists, some of them from "
        f"{found['generated']} generated ones as well, which passed the filters of `refine emoji`; {found['steps']} "
        f"steps of {found['batch_size']} each, {found['seeds']} seeds. Measured on {found['n']} single emoji held out "
        "of all training (mean ± standard deviation over the seeds).",
        "",
        "| learned from | accuracy | macro F1 |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {said(found['arms'][arm]['accuracy'])} | {said(found['arms'][arm]['macro_f1'])} |"
            for arm, name in _ARMS.items()
        ),
        f"| chance: always the most frequent | {found['chance']['accuracy']:.3f} | {found['chance']['macro_f1']:.3f} |",
        "",
        "With generated emoji less without, seed by seed, with the 95 % interval of the mean: "
        + ", ".join(gains)
        + ".",
        "",
    ]


def _by_class(axis: str, rows: list[dict[str, Any]]) -> list[str]:
    return [
        f"| {axis} | n | accuracy | on real emoji |",
        "| --- | --- | --- | --- |",
        *(f"| {row['name']} | {row['n']} | {row['accuracy']:.3f} | {row['ceiling']:.3f} |" for row in rows),
        "",
    ]


def _curve(knob: str, rows: list[dict[str, float]]) -> list[str]:
    return [
        f"| {knob} | KID | mood | topic | interaction |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {row[knob]:.1f} | {row['kid']:.4f} | {row['mood']:.3f} | {row['topic']:.3f} | "
            f"{row['interaction']:.3f} |"
            for row in rows
        ),
        "",
    ]


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
