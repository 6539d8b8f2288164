"""FER2013 faces (48x48 grey, seven expressions) with the FER+ crowd votes.

Faces: Goodfellow et al. 2013, "Challenges in representation learning", arXiv:1307.0414 (Kaggle competition terms:
research use; the pictures are never shipped with the app). Votes: Barsoum et al. 2016, arXiv:1608.01041 (MIT licence).
"""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
CLASSES_WITH_CONTEMPT = (*CLASSES, "contempt")
SIDE = 48
SPLITS = ("train", "public_test")

VOTE_COLUMNS = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip
# FER+ column of each of our eight classes
_VOTES_OF_CLASS = [VOTE_COLUMNS.index(name) for name in (
    "anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral", "contempt",
)]  # fmt: skip
_NOT_A_FACE = VOTE_COLUMNS.index("NF")
_KAGGLE_USAGE = {"train": "Training", "public_test": "PublicTest", "private_test": "PrivateTest"}


class DataError(ValueError):
    """The data cannot be used; the message says what is wrong and what would be right."""


@dataclass(frozen=True)
class FaceSet:
    """Labelled faces: images uint8 (N, 48, 48), labels int64 (N,) in the order of CLASSES, votes float32 (N, 10)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.float32]
    near_copy: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def subset(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "FaceSet":
        """The rows chosen by a mask or by indices."""
        near = None if self.near_copy is None else self.near_copy[keep]
        return FaceSet(self.images[keep], self.labels[keep], self.votes[keep], near)

    @property
    def is_face(self) -> NDArray[np.bool_]:
        """False where half of the voters or more said "not a face" (icons, text, blank pictures)."""
        return self.votes[:, _NOT_A_FACE] < 5

    def expression_votes(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Votes as a distribution over the eight classes (N, 8), and the share of voters it rests on (N,)."""
        counts = self.votes[:, _VOTES_OF_CLASS]
        total = counts.sum(axis=1)
        uniform = np.full_like(counts, 1 / counts.shape[1])
        distribution = np.divide(counts, total[:, None], out=uniform, where=total[:, None] > 0)
        share = total / np.maximum(self.votes.sum(axis=1), 1)
        return distribution, share.astype(np.float32)


def load(folder: Path, split: str) -> FaceSet:
    """Read one split from prepared `<split>.npz` files or from Kaggle's `fer2013.csv` (votes: `fer2013new.csv`).

    Raises:
        DataError: nothing readable in `folder`, or a file that does not hold what it should.
    """
    if split not in SPLITS:
        raise DataError(f"unknown split {split!r}; choose from {', '.join(SPLITS)}")
    archive = folder / f"{split}.npz"
    if archive.exists():
        return load_npz(archive)
    table = next((folder / name for name in ("fer2013.csv", "icml_face_data.csv") if (folder / name).exists()), None)
    if table is None:
        raise DataError(
            f"no FER2013 data in {folder}: expected {archive.name} or Kaggle's fer2013.csv "
            "(kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge)"
        )
    return _load_csv(table, folder / "fer2013new.csv", _KAGGLE_USAGE[split])


def load_npz(path: Path) -> FaceSet:
    """Read `images` uint8 (N, 48, 48) and `labels` int (N,); `ferplus_votes` (N, 10) and `near_in_train` are optional.

    Raises:
        DataError: the file is not such an archive.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files if name not in ("kaggle_name", "row")}
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path}: not a readable .npz archive ({error})") from error
    missing = [name for name in ("images", "labels") if name not in arrays]
    if missing:
        raise DataError(f"{path}: array {missing[0]!r} is missing; expected images (N, 48, 48) and labels (N,)")
    images, labels = arrays["images"], arrays["labels"]
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or images.dtype != np.uint8:
        raise DataError(f"{path}: images must be uint8 (N, 48, 48), got {images.dtype} {images.shape}")
    if labels.shape != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        raise DataError(f"{path}: labels must be integers (N,) with N = {len(images)}, got {labels.dtype} {labels.shape}")
    if len(labels) == 0:
        raise DataError(f"{path}: holds no pictures")
    if labels.min() < 0 or labels.max() >= len(CLASSES):
        raise DataError(f"{path}: labels must be 0..6 ({', '.join(CLASSES)}), got {labels.min()}..{labels.max()}")
    votes = arrays.get("ferplus_votes", np.zeros((len(labels), len(VOTE_COLUMNS)))).astype(np.float32)
    near = arrays.get("near_in_train")
    return FaceSet(images, labels.astype(np.int64), votes, None if near is None else near.astype(bool))


def _load_csv(table: Path, votes_table: Path, usage: str) -> FaceSet:
    images, labels, votes = [], [], []
    vote_rows: list[dict[str, str]] = []
    if votes_table.exists():
        with votes_table.open(newline="") as stream:
            vote_rows = list(csv.DictReader(stream))
    with table.open(newline="") as stream:
        for number, raw in enumerate(csv.DictReader(stream)):
            row = {(key or "").strip().lower(): value for key, value in raw.items()}
            if row.get("usage") != usage:
                continue
            pixels = np.array((row.get("pixels") or "").split(), dtype=np.uint8)
            if pixels.size != SIDE * SIDE:
                raise DataError(f"{table.name} line {number + 2}: {pixels.size} pixels instead of {SIDE * SIDE}")
            images.append(pixels.reshape(SIDE, SIDE))
            labels.append(int(row["emotion"]))
            given = vote_rows[number] if number < len(vote_rows) else {}
            votes.append([float(given.get(column) or 0) for column in VOTE_COLUMNS])
    if not images:
        raise DataError(f"{table.name}: no row with Usage {usage}")
    return FaceSet(np.stack(images), np.array(labels, np.int64), np.array(votes, np.float32))


def picture_groups(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One number per distinct picture (N,): identical pictures share it, so a split by group cannot leak."""
    digests = [hashlib.blake2b(image.tobytes(), digest_size=8).digest() for image in images]
    return np.unique(np.array(digests), return_inverse=True)[1].astype(np.int64)


def deduplicate(faces: FaceSet) -> FaceSet:
    """Keep one row of each distinct picture; pictures that occur under two different labels are dropped."""
    groups = picture_groups(faces.images)
    _, first = np.unique(groups, return_index=True)
    low = np.full(groups.max() + 1, len(CLASSES))
    high = np.full(groups.max() + 1, -1)
    np.minimum.at(low, groups, faces.labels)
    np.maximum.at(high, groups, faces.labels)
    consistent = low == high  # by group; `first` is in group order
    return faces.subset(np.sort(first[consistent]))
