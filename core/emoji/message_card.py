"""The model card of the reader of messages (Mitchell et al. 2019, arXiv:1810.03993), from manifest and figures."""

from typing import Any

from core.artifacts import Manifest
from core.datasets.emoji import AXES

_SPOKEN = {"en": "English", "fr": "French"}


def model_card(manifest: Manifest, metrics: dict[str, Any]) -> str:
    """Markdown for `models/messages/CARD.md`."""
    run = manifest.parameters
    counted = metrics["messages"]
    lines = [
        "# Reader of messages",
        "",
        "Says the mood (12), topic (20 or none) and interaction (12 or none) of a short message in French or English, "
        "how sure that is, and which words said so: multinomial logistic regression on hashed words, pairs of words "
        f"and character n-grams ({run['model']['size']} places), and the shared text encoder's vector times "
        f"{run['model']['encoder']:g} (`core/emoji/message_model.py`). Fitted on {run['messages']} messages made from "
        "phrases and words of `core/emoji/messages.toml` and `message_words.toml`, and on emoji's CLDR annotations.",
        "",
        "## Figures",
        f"{counted['all']} hand-written messages ({counted['en']} English, {counted['fr']} French; "
        "`data/emoji/messages.csv`), which training never saw. They were looked at before and after a change of the "
        "negation rules (accuracy of moods .560, then .572): the figures flatter a little. A class counts as claimed "
        "from a probability of one third on; macro-F1 counts “none” as a class.",
        "",
        "| messages | axis | accuracy | macro-F1 | among the two likeliest | commonest class | CLDR keywords |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for language, title in _SPOKEN.items():
        for axis in AXES:
            row = metrics["axes"][language][axis]
            lines.append(
                f"| {title} | {axis} | {row['accuracy']:.3f} | {row['macro_f1']:.3f} | {row['two_likeliest']:.3f} | "
                f"{row['majority']['accuracy']:.3f} | {row['keywords']['accuracy']:.3f} |"
            )
    lines += [
        "",
        f"All three axes right at once: {metrics['all_three_right']:.3f}. Language guessed right: "
        f"{metrics['language']:.3f}. Of what is claimed, is right: "
        + ", ".join(f"{axis} {metrics['axes']['all'][axis]['claims_right']:.3f}" for axis in AXES)
        + ". Expected calibration error: "
        + ", ".join(f"{axis} {metrics['axes']['all'][axis]['calibration']['error']:.3f}" for axis in AXES)
        + ".",
        "",
        "Chosen by cross-validation on phrases and words left out (log loss; accuracy there: "
        + ", ".join(f"{axis} {metrics['cross_validation'][axis]['accuracy']:.3f}" for axis in AXES)
        + "):",
        "",
        "| encoder's share | C | " + " | ".join(f"{axis}: accuracy, log loss" for axis in AXES) + " |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {row['encoder']:g} | {row['strength']:g} | "
            + " | ".join(f"{row[axis]['accuracy']:.3f}, {row[axis]['log_loss']:.3f}" for axis in AXES)
            + " |"
            for row in run["candidates"]
        ),
        "",
        f"{metrics['milliseconds']['median']:.2f} ms for a message (95th percentile "
        f"{metrics['milliseconds']['percentile_95']:.2f}); {metrics['bytes'] / 1e6:.1f} MB.",
        "",
        "## Data and terms",
        *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data),
        "",
        "## Limits",
        "- Phrases, test messages and their labels come from the same hands; a mood is often a matter of opinion, and "
        "one label was written for each.",
        "- A bag of words: irony, who did what to whom, and what two sentences mean together are lost.",
        "- French and English only. Other languages in Latin letters are read as if they were one of the two.",
        "- Negation reaches three words.",
        "- Words that are neither in the phrases, nor among emoji's keywords, nor spelt like one of them say nothing.",
        "",
        "## Train again",
        "`python -m core prepare emoji`, `python -m core train messages`, then "
        "`python -m core evaluate messages --write`.",
        "",
        "## Credits",
        *(f"- {credit}" for credit in manifest.credits),
        "",
    ]
    return "\n".join(lines)
