"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from typing import Any

from core.artifacts import Manifest


def model_card(manifest: Manifest, metrics: dict[str, Any]) -> str:
    """Markdown for `models/classroom/CARD.md`."""
    steps = manifest.parameters["steps"]
    rows = [
        f"| {number} | {trained} | {_with_interval(row, 'sensitivity')} | {_with_interval(row, 'specificity')} | "
        f"{row['auc']:.2f} | {row['nearest']:.1f} |"
        for number, (trained, row) in enumerate(zip(steps, metrics["stages"], strict=True), start=1)
    ]
    lines = [
        "# Forgers and detectives of the class",
        "",
        "A small DCGAN at several moments of one training, for the game in which a class and the discriminator judge "
        f"the same pictures of 32 x 32 (`core/classroom/training.py`, seed {manifest.parameters['seed']}). Forger and "
        "detective are running averages of their weights. Where a detective draws the line is set so that it errs as "
        "often on the drawings it learned from as on forgeries.",
        "",
        "## Figures",
        f"Sensitivity over {metrics['forged']} forgeries, specificity over {metrics['real']} drawings that no network "
        "saw, with 95 % intervals (Wilson); chance is one half of each. AUC: the chance that such a drawing gets a "
        "higher score than a forgery. Nearest: median root mean square difference, in grey levels of 255, from a "
        f"forgery to the nearest of the {metrics['learned']} drawings learned from; for the drawings held out it is "
        f"{metrics['nearest_kept']:.1f}.",
        "",
        "| forger | steps | sensitivity | specificity | AUC | nearest |",
        "| --- | --- | --- | --- | --- | --- |",
        *rows,
        "",
        f"All files: {metrics['bytes'] / 1e6:.1f} MB.",
        "",
        "## Data and terms",
        *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data),
        "",
        "## Limits",
        f"- {metrics['learned']} drawings are few: forgers copy traits of single drawings, and detectives know the "
        "learned ones better than any other.",
        f"- With {metrics['real']} drawings held out, a specificity is known to about one part in five only.",
        "- Made for a game in class. They say nothing about photographs, or about finding forgeries elsewhere.",
        "",
        "## Train again",
        "`python -m core train classroom`, then `python -m core evaluate classroom --write`.",
        "",
        "## Credits",
        *(f"- {credit}" for credit in manifest.credits),
        "",
    ]
    return "\n".join(lines)


def _with_interval(row: dict[str, Any], name: str) -> str:
    low, high = row[f"{name}_interval"]
    return f"{row[name]:.2f} ({low:.2f} to {high:.2f})"
