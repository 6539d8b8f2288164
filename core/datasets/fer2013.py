"""FER2013 faces (48x48 grey, seven expressions) with the FER+ crowd votes.

Faces: Goodfellow et al. 2013, "Challenges in representation learning", arXiv:1307.0414 (Kaggle competition terms:
research use; the pictures are never shipped with the app). Votes: Barsoum et al. 2016, arXiv:1608.01041 (MIT licence).
"""

import csv
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.datasets.pictures import picture_groups
from core.errors import N_, DataError

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
CLASSES_WITH_CONTEMPT = (*CLASSES, "contempt")
SIDE = 48
SPLITS = ("train", "public_test")

VOTE_COLUMNS = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip
_ARRAYS = {"images", "labels", "ferplus_votes", "near_in_train"}  # what `load_npz` reads; the rest is left alone
# FER+ column of each of our eight classes
_VOTES_OF_CLASS = [VOTE_COLUMNS.index(name) for name in (
    "anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral", "contempt",
)]  # fmt: skip
_NOT_A_FACE = VOTE_COLUMNS.index("NF")
_KAGGLE_LABELS = frozenset(str(label) for label in range(len(CLASSES)))
_KAGGLE_USAGE = {"train": "Training", "public_test": "PublicTest", "private_test": "PrivateTest"}


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
        raise DataError(N_("unknown split {split}; choose from {known}"), split=split, known=", ".join(SPLITS))
    archive = folder / f"{split}.npz"
    if archive.exists():
        return load_npz(archive)
    table = next((folder / name for name in ("fer2013.csv", "icml_face_data.csv") if (folder / name).exists()), None)
    if table is None:
        raise DataError(
            N_(
                "no FER2013 data in {folder}: put {archive} or Kaggle's fer2013.csv there "
                "(kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge)"
            ),
            folder=folder,
            archive=archive.name,
        )
    try:
        return _load_csv(table, folder / "fer2013new.csv", _KAGGLE_USAGE[split])
    except DataError:
        raise
    except (OSError, ValueError, csv.Error) as error:  # not text, or votes that are no numbers
        raise DataError(N_("{table} or its votes cannot be read ({error})"), table=table.name, error=error) from error


def load_npz(path: Path) -> FaceSet:
    """Read `images` uint8 (N, 48, 48) and `labels` int (N,); `ferplus_votes` (N, 10) and `near_in_train` are optional.

    Raises:
        DataError: the file is not such an archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = {Path(member).stem for member in archive.namelist()} & _ARRAYS
        with np.load(path, allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in names & set(loaded.files)}
    except FileNotFoundError as error:
        raise DataError(N_("{path}: no such file"), path=path) from error
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(N_("{path}: not a readable .npz archive ({error})"), path=path, error=error) from error
    for name in ("images", "labels"):
        if name not in arrays:
            raise DataError(N_("{path}: array {name} is missing; expected images and labels"), path=path, name=name)
    images, labels = arrays["images"], arrays["labels"]
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or images.dtype != np.uint8:
        found = f"{images.dtype} {images.shape}"
        raise DataError(N_("{path}: images must be uint8 (N, 48, 48), got {found}"), path=path, found=found)
    if labels.shape != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        found = f"{labels.dtype} {labels.shape}"
        raise DataError(N_("{path}: labels must be integers, one per picture, got {found}"), path=path, found=found)
    if len(labels) == 0:
        raise DataError(N_("{path}: holds no pictures"), path=path)
    if labels.min() < 0 or labels.max() >= len(CLASSES):
        found = f"{labels.min()}..{labels.max()}"
        raise DataError(
            N_("{path}: labels must be 0..6 ({names}), got {found}"), path=path, names=", ".join(CLASSES), found=found
        )
    votes = arrays.get("ferplus_votes", np.zeros((len(labels), len(VOTE_COLUMNS)), np.int8))
    near = arrays.get("near_in_train")
    wanted = (len(labels), len(VOTE_COLUMNS))
    if votes.shape != wanted or not np.issubdtype(votes.dtype, np.number):
        found = f"{votes.dtype} {votes.shape}"
        raise DataError(
            N_("{path}: ferplus_votes must be numbers {wanted}, got {found}"), path=path, wanted=wanted, found=found
        )
    if near is not None and near.shape != labels.shape:
        found = str(near.shape)
        raise DataError(
            N_("{path}: near_in_train must hold one value per picture, got {found}"), path=path, found=found
        )
    return FaceSet(
        images, labels.astype(np.int64), votes.astype(np.float32), None if near is None else near.astype(bool)
    )


def _load_csv(table: Path, votes_table: Path, usage: str) -> FaceSet:
    images, labels, votes = [], [], []
    vote_rows: list[dict[str, str]] = []
    if votes_table.exists():
        with votes_table.open(newline="", encoding="utf-8") as stream:
            vote_rows = list(csv.DictReader(stream))
    with table.open(newline="", encoding="utf-8") as stream:
        for number, raw in enumerate(csv.DictReader(stream)):
            row = {(key or "").strip().lower(): value for key, value in raw.items()}
            if row.get("usage") != usage:
                continue
            pixels = _byte_values(row.get("pixels") or "")
            if pixels.size != SIDE * SIDE:
                raise DataError(
                    N_("{table} line {line}: {found} pixels instead of {wanted}"),
                    table=table.name,
                    line=number + 2,
                    found=pixels.size,
                    wanted=SIDE * SIDE,
                )
            label = (row.get("emotion") or "").strip()
            if label not in _KAGGLE_LABELS:
                raise DataError(
                    N_("{table} line {line}: emotion must be 0..6, got {found}"),
                    table=table.name,
                    line=number + 2,
                    found=label or "nothing",
                )
            images.append(pixels.reshape(SIDE, SIDE))
            labels.append(int(label))
            given = vote_rows[number] if number < len(vote_rows) else {}
            votes.append([float(given.get(column) or 0) for column in VOTE_COLUMNS])
    if not images:
        raise DataError(N_("{table}: no row with Usage {usage}"), table=table.name, usage=usage)
    return FaceSet(np.stack(images), np.array(labels, np.int64), np.array(votes, np.float32))


def _byte_values(text: str) -> NDArray[np.uint8]:
    """The words of `text` that are whole numbers 0..255; a wrong word makes the count wrong, which is reported."""
    return np.array([int(word) for word in text.split() if word.isdigit() and int(word) < 256], np.uint8)


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
