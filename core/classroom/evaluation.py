"""How well the detectives of the game tell forged from real, and how near the forgers come to what they learned from.

Few real drawings are kept from the networks, so what is said of them comes with its 95 % interval (Wilson 1927).
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.classroom.forgers import HELD_OUT, Forgers, split
from core.classroom.game import FORGED, REAL, Scored, network_verdict
from core.classroom.imagelab.pictures import load

JUDGED = 512  # generated pictures
_Z = 1.96  # 95 % of a normal distribution lie within


def measure(forgers: Forgers) -> dict[str, float]:
    """By stage, from 1: "sensitivity_1" over generated pictures, "specificity_1" over the drawings held out."""
    figures = {}
    for number, (forged, real) in enumerate(_shown(forgers), start=1):
        figures[f"sensitivity_{number}"] = _share(forged, FORGED)
        figures[f"specificity_{number}"] = _share(real, REAL)
    return figures


def evaluate(folder: Path) -> dict[str, Any]:
    """Everything that is known of the stored networks.

    "stages", one after another: "sensitivity" and "specificity" with "_interval" each (low, high), "auc": the chance
    that the detective finds a drawing realer than a forgery, and "nearest": the median over forgeries of the root mean
    square difference, in grey levels of 255, to the nearest drawing learned from, mirrored or not. "nearest_kept": the
    same for the drawings held out, as "forged" and "real" say how many of each. "bytes" of all files.

    Raises:
        core.artifacts.ArtifactError: the networks are missing or damaged.
        core.errors.DataError: the real pictures are.
    """
    from sklearn.metrics import roc_auc_score

    forgers = Forgers.load(folder)
    learned, kept = split(load("faces"))
    stages = []
    for forged, real in _shown(forgers):
        row: dict[str, Any] = {}
        for name, shown, right in (("sensitivity", forged, FORGED), ("specificity", real, REAL)):
            row[name] = _share(shown, right)
            row[f"{name}_interval"] = wilson(row[name], len(shown))
        truth = [0] * len(forged) + [1] * len(real)
        row["auc"] = float(roc_auc_score(truth, [one.score for one in (*forged, *real)]))
        row["nearest"] = float(np.median(nearest(np.stack([one.image for one in forged]), learned)))
        stages.append(row)
    return {
        "forged": JUDGED,
        "real": len(kept),
        "learned": len(learned),
        "stages": stages,
        "nearest_kept": float(np.median(nearest(kept, learned))),
        "bytes": sum(file.stat().st_size for file in folder.glob("*.keras")),
    }


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share that was found in `count` cases."""
    middle, spread = share + _Z**2 / (2 * count), _Z * math.sqrt(share * (1 - share) / count + (_Z / (2 * count)) ** 2)
    whole = 1 + _Z**2 / count
    return (middle - spread) / whole, (middle + spread) / whole


def nearest(images: NDArray[np.uint8], learned: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Root mean square difference of each picture (N, H, W, 3) to the nearest of `learned`, mirrored or not: (N,)."""
    known = np.concatenate([learned, learned[:, :, ::-1]]).reshape(2 * len(learned), -1).astype(np.float32)
    return np.array([np.sqrt(((known - image.reshape(-1)) ** 2).mean(axis=1)).min() for image in images])


def _shown(forgers: Forgers) -> list[tuple[list[Scored], list[Scored]]]:
    """Forged and real pictures of each stage, judged by its detective; always the same ones."""
    return [
        (list(forgers.forged(stage, JUDGED, seed=9)), list(forgers.real(stage, HELD_OUT, seed=9)))
        for stage in range(forgers.stages)
    ]


def _share(shown: list[Scored], right: int) -> float:
    return float(np.mean([network_verdict(one.score) == right for one in shown]))
