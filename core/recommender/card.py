"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from typing import Any

from core.artifacts import Manifest
from core.recommender.methods import METHODS


def model_card(manifest: Manifest, metrics: dict[str, Any] | None) -> str:
    """Markdown for `models/recommender/CARD.md`; without metrics, says how to measure."""
    parameters = manifest.parameters
    lines = [
        "# Recommender",
        "",
        "Products for a shopper, each with its reasons: neighbours weighted by degree and recency plus latent semantic "
        "analysis of the descriptions, times recent popularity (`core/recommender/hybrid.py`). Six simpler methods are "
        "stored for comparison.",
        "",
        f"Fitted on {parameters['choices']} choices of {parameters['shoppers']} shoppers among "
        f"{parameters['products']} products; hyper-parameters tuned for {parameters['minutes_of_tuning']:.0f} minutes "
        "on validation data (`studies.json` holds every trial).",
        "",
        "## Figures",
    ]
    if metrics is None:
        lines.append("Not measured yet: `python -m core evaluate recommender --write`.")
    else:
        titles = {
            "date": "Date split (test; of what came later, the choices of shoppers and products already known)",
            "last": "Leave-last-out (test)",
        }
        for protocol, title in titles.items():
            lines += ["", f"{title}, {metrics[protocol]['shoppers']} shoppers, lists of {metrics['k']}:", ""]
            lines += figures_table(metrics[protocol]["methods"])
        lines += ["", "`popular` is the floor. Intervals, curves and groups of shoppers are in `metrics.json`."]
    lines += [
        "",
        "## Data and terms",
        *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data),
        "",
        "## Limits",
        "- A review stands for a purchase; what was bought without a review, or only looked at, is not known.",
        "- Ratings are not in these data: a bad review counts like a good one.",
        "- Within a day choices stand by ascending product number, which the models take as their order.",
        "- Beauty products of 2002 to 2014 with at least five reviews: rare products and new shoppers are harder in a "
        "real shop than here.",
        "- Who bought what says nothing of why; reasons tell how the score was made, not what a shopper thinks.",
        "- The text search knows the words of the catalogue (English) and common French words of the trade.",
        "",
    ]
    return "\n".join(lines)


def figures_table(methods: dict[str, dict[str, Any]]) -> list[str]:
    """Rows of a Markdown table: methods by the usual figures."""
    columns = {
        "precision": "precision",
        "recall": "recall",
        "f1": "F1",
        "ndcg": "NDCG",
        "map": "MAP",
        "hit_rate": "hit rate",
        "roc_auc": "ROC-AUC",
        "coverage": "coverage",
    }
    lines = [f"| method | {' | '.join(columns.values())} |", "| --- " * (len(columns) + 1) + "|"]
    for name in METHODS:
        row = methods[name]
        lines.append(f"| {name} | {' | '.join(f'{row[key]:.4f}' for key in columns)} |")
    return lines
