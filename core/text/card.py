"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from typing import Any

from core.artifacts import Manifest


def model_card(manifest: Manifest, metrics: dict[str, Any]) -> str:
    """Markdown for `models/text/CARD.md`."""
    described, messages, read = metrics["descriptions"], metrics["messages"], metrics["attributes"]
    alike = metrics["similarity"]
    run = manifest.parameters
    rows = [
        ("French", described["french"]),
        ("English paraphrase", described["english_paraphrase"]),
        ("French, one slip of the finger", described["french_with_slips"]),
        ("the same, without the reader's corrections", described["french_with_slips_uncorrected"]),
        ("English paraphrase, one slip of the finger", described["english_with_slips"]),
        (f"floor: {described['floor']['what']}", described["floor"]),
        (f"ceiling: {described['ceiling']['what']}", described["ceiling"]),
    ]
    lines = [
        "# Text encoder",
        "",
        "Turns short French and English texts (product descriptions, messages) into unit vectors of "
        f"{run['encoder']['width']} numbers. Words and hashed character n-grams, a weighted mean, "
        f"{run['encoder']['blocks']} residual blocks (`core/text/network.py`); distilled from all-MiniLM-L6-v2 for "
        f"{run['minutes']:.1f} minutes ({run['steps']} steps) on {run['trained_on']}. French is learned from a "
        "lexicon, generated descriptions, paired messages and the names of emoji in both languages.",
        "",
        "## Figures",
        f"{described['n']} descriptions of combinations of type, colour and gender that training never saw: is the "
        f"English text of the same content the nearest, or among the ten nearest? (Chance {described['chance']:.3f}.)",
        "",
        "| query | recall@1 | recall@10 |",
        "| --- | --- | --- |",
        *(f"| {name} | {row['recall_at_1']:.3f} | {row['recall_at_10']:.3f} |" for name, row in rows),
        "",
        f"{messages['n']} hand-written messages, French finding English: recall@1 "
        f"{messages['french']['recall_at_1']:.3f} (the teacher reading French: "
        f"{messages['floor']['recall_at_1']:.3f}).",
        "",
        "Correlation (Pearson) of its cosines with the teacher's on English: descriptions "
        f"{alike['descriptions_english']['pearson']:.3f}, messages {alike['messages_english']['pearson']:.3f}; "
        f"reading them in French {alike['descriptions_french']['pearson']:.3f} and "
        f"{alike['messages_french']['pearson']:.3f}.",
        "",
        f"Attributes: {read['handwritten']['values']:.3f} of the values in {read['handwritten']['n']} hand-written "
        f"queries read right, {read['handwritten']['queries']:.3f} of the queries with all of them right. In generated "
        f"French with one slip: type {read['french_with_slips']['type']:.3f}, colour "
        f"{read['french_with_slips']['colour']:.3f}, gender {read['french_with_slips']['gender']:.3f}.",
        "",
        f"{metrics['milliseconds']['total']:.2f} ms for one text, reading included; {metrics['bytes'] / 1e6:.1f} MB.",
        "",
        "## Data and terms",
        *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data),
        "",
        "## Limits",
        "- A bag of words and pairs of neighbours: who did what to whom is lost, and so is irony.",
        "- French outside the shop, the messages learned and the names of emoji is mostly unknown, and said to be.",
        "- What follows “without”, “sans”, “no”, “not” is left out, not subtracted: the vector says nothing of it.",
        "- The generated test descriptions use the lexicon that training used; only the combinations are new.",
        "- The hand-written queries and messages come from those who wrote the lexicon and the templates.",
        "",
        "## Train again",
        "`python -m core prepare text --source FOLDER`, `python -m core train text --minutes 8`, then "
        "`python -m core evaluate text --write`.",
        "",
        "## Credits",
        *(f"- {credit}" for credit in manifest.credits),
        "",
    ]
    return "\n".join(lines)
