"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from typing import Any

from core.artifacts import Manifest
from core.classroom.experiment.verdict import against_real


def model_card(manifest: Manifest, metrics: dict[str, Any], experiment: dict[str, Any] | None = None) -> str:
    """Markdown for `models/classroom/CARD.md`, with what the experiment found where it was made."""
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
        *(_experiment(experiment) if experiment else ()),
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


def _experiment(found: dict[str, Any]) -> list[str]:
    n, copies, distinct = found["n"], found["copies"], found["distinct"]
    rows = [
        f"| {name} | "
        + " | ".join(f"{row['mean'][key]:.3f} ± {row['deviation'][key]:.3f}" for key in found["floor"])
        + " |"
        for name, row in found["arms"].items()
    ]
    differences = (
        f"- F1, {pair.replace('_', ' against ')}: {row['mean']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        for pair, row in found["differences"].items()
    )
    return [
        "## Experiment: do made faces of the rarest expression help?",
        f"`core/classroom/experiment/` says the protocol, fixed before. FER2013's training part: {n['learned']} faces "
        f"learned from, {n['rarest']} of them disgust, {n['added']} added in two arms; {n['held_out']} held out. A "
        f"DCGAN told the expression, then a small network for each arm and seed, all for the same number of steps. "
        f"Measured once on PublicTest ({n['test']} faces, {n['test_rarest']} disgust): precision, recall, F1 and "
        f"average precision of disgust, mean ± deviation over {len(found['protocol']['seeds'])} seeds. The floor says "
        "disgust, or the most frequent expression, every time.",
        "",
        f"| learned from | {' | '.join(key.replace('_', ' ') for key in found['floor'])} |",
        f"| --- |{' --- |' * len(found['floor'])}",
        *rows,
        f"| floor | {' | '.join(f'{value:.3f}' for value in found['floor'].values())} |",
        "",
        "Differences with 95 % intervals (bootstrap over seeds and test faces):",
        *differences,
        "",
        *([_mixed(found), ""] if against_real(found) == "mixed" else ()),
        f"{n['test'] - distinct['n']} of the test faces, {n['test_rarest'] - distinct['rarest']} of them disgust, have "
        f"a near copy in FER2013's training part. Without those (n = {distinct['n']}, {distinct['rarest']} disgust) F1 "
        f"is {', '.join(f'{value:.3f} ({name})' for name, value in distinct['f1'].items())}.",
        "",
        f"Copies: of {copies['made']} made faces {copies['near']} correlate by more than {copies['limit']} with a face "
        f"learned from (16 x 16 pixels, mirrored or not); half of them by {copies['made_median']:.2f} and more, half "
        f"of {copies['held_out']} held-out faces of disgust by {copies['held_out_median']:.2f} and more. One generator "
        "was trained: the deviations do not tell how much another would differ.",
        "",
    ]


def _mixed(found: dict[str, Any]) -> str:
    """F1 rose, average precision fell: the sentence that keeps the former from being read alone."""
    real, made = (found["arms"][name] for name in ("real", "made"))
    before, after = (", ".join(f"{row['average_precision']:.3f}" for row in arm["seeds"]) for arm in (real, made))
    return (
        "So made faces did not simply help: the network says disgust with more success (F1 "
        f"{real['mean']['f1']:.3f} without them, {made['mean']['f1']:.3f} with them; whoever learned from more rows "
        "of it says it more often), but tells it from the rest worse: average precision "
        f"{real['mean']['average_precision']:.3f} without them, {made['mean']['average_precision']:.3f} with them "
        f"(by seed {before}; {after})."
    )


def _with_interval(row: dict[str, Any], name: str) -> str:
    low, high = row[f"{name}_interval"]
    return f"{row[name]:.2f} ({low:.2f} to {high:.2f})"
