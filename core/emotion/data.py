"""FER2013 as training uses it, and what preparation found in it."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets import fer2013
from core.datasets.fer2013 import CLASSES, FaceSet
from core.datasets.pictures import picture_groups


def clean(faces: FaceSet) -> FaceSet:
    """Training rows worth learning from: real faces, each picture once, no picture under two labels."""
    return fer2013.deduplicate(faces.subset(faces.is_face))


def describe(faces: FaceSet) -> dict[str, Any]:
    """Counts that the data card and the page show: by class, copies, non-faces, agreement of the voters."""
    groups = picture_groups(faces.images)
    votes, share = faces.expression_votes()
    voted = share > 0
    majority = votes.argmax(axis=1)
    return {
        "n": len(faces),
        "classes": dict(zip(CLASSES, np.bincount(faces.labels, minlength=len(CLASSES)).tolist(), strict=True)),
        "distinct_pictures": int(groups.max() + 1),
        "not_a_face": int((~faces.is_face).sum()),
        "voters_agree_with_label": float((majority == faces.labels)[voted].mean()) if voted.any() else None,
        "near_copies_of_train": None if faces.near_copy is None else int(faces.near_copy.sum()),
    }


def prepare_folder(source: Path, target: Path) -> dict[str, Any]:
    """Read FER2013 from `source`; write `train.npz`, `public_test.npz` and `report.json` to `target`."""
    loaded = {split: fer2013.load(source, split) for split in fer2013.SPLITS}
    target.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {}
    for split, faces in loaded.items():
        kept = clean(faces) if split == "train" else faces
        report[split] = {**describe(faces), "kept": len(kept)}
        near: dict[str, Any] = {} if kept.near_copy is None else {"near_in_train": kept.near_copy}
        np.savez_compressed(
            target / f"{split}.npz", images=kept.images, labels=kept.labels, ferplus_votes=kept.votes, **near
        )
    (target / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    return report
