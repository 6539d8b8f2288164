"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from typing import Any

from core.artifacts import Manifest
from core.datasets.fer2013 import CLASSES
from core.emotion.views import TURN, VIEWS


def model_card(manifest: Manifest, metrics: dict[str, Any]) -> str:
    """Markdown for `models/emotion/CARD.md`."""
    distinct = metrics.get("without_near_copies")
    textbook = metrics.get("textbook") or {}
    contempt = metrics.get("contempt")
    ceiling = metrics["ceiling"]
    lines = [
        "# Expression network",
        "",
        "Names the expression seen on a 48 x 48 grey face: anger, disgust, fear, joy, sadness, surprise, neutral, and "
        "contempt. Residual network of `core/emotion/network.py`, "
        f"width {manifest.parameters['network']['width']}, trained from scratch for {manifest.parameters['epochs']} "
        f"epochs ({manifest.parameters['minutes']:.0f} minutes in all on {manifest.parameters['trained_on']}). "
        f"Its answer is the average over {VIEWS} views: upright and mirrored, and both turned by {TURN:.0f} degrees.",
        "",
        "## Figures",
        f"Measured on FER2013 PublicTest ({metrics['n']} pictures), which was also used to choose the model, its "
        "temperature and its threshold. PrivateTest was not used.",
        "",
        "| network | accuracy | without near copies in train | macro F1 |",
        "| --- | --- | --- | --- |",
        f"| this one | {metrics['accuracy']:.4f} | {_accuracy(distinct)} | {metrics['macro_f1']:.4f} |",
        *(
            f"| textbook network, {name} pictures | {row['accuracy']:.4f} | – | {row['macro_f1']:.4f} |"
            for name, row in textbook.items()
        ),
        f"| floor: {metrics['floor']['what']} | {metrics['floor']['accuracy']:.4f} | | |",
        f"| {ceiling['what']} | {ceiling['accuracy']:.2f} ± {ceiling['spread']:.2f} | | |",
        "",
        f"Standard error of the accuracy {metrics['standard_error']:.4f}. Mean one-against-rest ROC area "
        f"{metrics['roc']['macro_auc']:.4f}. Expected calibration error {metrics['calibration']['expected_error']:.4f} "
        f"after temperature scaling (cross-fitted), {metrics['calibration']['before']:.4f} before.",
        "",
        "Recall: " + ", ".join(f"{name} {metrics['per_class'][name]['recall']:.2f}" for name in CLASSES) + ".",
    ]
    if contempt:
        lines += [
            "",
            f"Contempt against the FER+ majority: ROC area {contempt['auc']:.3f}, average precision "
            f"{contempt['average_precision']:.3f} (floor {contempt['floor_average_precision']:.3f}), "
            f"{contempt['positives']} positives among {contempt['n']}; the network named contempt first in "
            f"{contempt['named_contempt']} of the {contempt['n']}.",
        ]
    lines += [
        "",
        "## Data and terms",
        *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data),
        "",
        "## Limits",
        "- It sees an expression, not a feeling; people agree on these labels about two times in three.",
        "- Faces of a 2013 web search, posed or staged; nothing is known of whom they show, so accuracy by "
        "age, gender or skin colour cannot be given.",
        "- Not for inferring emotions of pupils or staff: prohibited in the European Union (AI Act, article 5(1)(f)).",
        "",
        "## Train again",
        "`python -m core train emotion --minutes 90`, then `python -m core evaluate emotion --write`.",
        "",
        "## Credits",
        *(f"- {credit}" for credit in manifest.credits),
        "",
    ]
    return "\n".join(lines)


def _accuracy(figures: dict[str, Any] | None) -> str:
    return f"{figures['accuracy']:.4f} (n = {figures['n']})" if figures else "–"
