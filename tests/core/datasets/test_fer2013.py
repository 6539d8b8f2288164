"""FER2013 is read from both of its forms, wrong files are named, and copies cannot leak."""

import csv
from pathlib import Path

import numpy as np
import pytest

from core.datasets import fer2013
from core.datasets.fer2013 import FaceSet
from core.datasets.pictures import picture_groups
from core.errors import DataError


def faces(count: int, seed: int = 0) -> FaceSet:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 48, 48), dtype=np.uint8)
    votes = rng.multinomial(10, np.full(10, 0.1), count).astype(np.float32)
    return FaceSet(images, rng.integers(0, 7, count), votes)


def write_csv(path: Path, rows: list[tuple[str, str, str]]) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["emotion", "pixels", "Usage"])
        writer.writerows(rows)


def pixels(image: np.ndarray) -> str:
    return " ".join(str(value) for value in image.ravel())


def test_kaggle_csv_and_npz_give_the_same_faces(tmp_path: Path) -> None:
    made = faces(6)
    usages = ["Training", "PublicTest", "Training", "PrivateTest", "Training", "PublicTest"]
    rows = [
        (str(label), pixels(image), use) for label, image, use in zip(made.labels, made.images, usages, strict=True)
    ]
    write_csv(tmp_path / "fer2013.csv", rows)
    with (tmp_path / "fer2013new.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=fer2013.VOTE_COLUMNS)
        writer.writeheader()
        writer.writerows(dict(zip(fer2013.VOTE_COLUMNS, row, strict=True)) for row in made.votes.tolist())
    from_csv = fer2013.load(tmp_path, "train")

    kept = made.subset(np.array([0, 2, 4]))
    np.savez(tmp_path / "train.npz", images=kept.images, labels=kept.labels, ferplus_votes=kept.votes)
    from_npz = fer2013.load(tmp_path, "train")

    for loaded in (from_csv, from_npz):
        np.testing.assert_array_equal(loaded.images, kept.images)
        np.testing.assert_array_equal(loaded.labels, kept.labels)
        np.testing.assert_array_equal(loaded.votes, kept.votes)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("3", "1 2 3", "Training")], "line 2: 3 pixels instead of 2304"),
        (
            [("3", pixels(np.full((48, 48), 7)), "Training"), ("9", pixels(np.zeros((48, 48), int)), "Training")],
            "line 3",
        ),
        ([("3", pixels(np.full((48, 48), 300)), "Training")], "line 2: 0 pixels"),
        ([("3", pixels(np.zeros((48, 48), int)), "PublicTest")], "no row with Usage Training"),
    ],
)
def test_broken_csv_is_named_by_line(tmp_path: Path, rows: list[tuple[str, str, str]], said: str) -> None:
    write_csv(tmp_path / "fer2013.csv", rows)
    with pytest.raises(DataError, match=said):
        fer2013.load(tmp_path, "train")


GOOD = {"images": np.zeros((2, 48, 48), np.uint8), "labels": np.array([0, 6])}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"labels": np.array([0, 7])}, r"labels must be 0\.\.6"),
        ({"labels": np.array([0])}, "one per picture"),
        ({"labels": np.array([0.0, 1.0])}, "must be integers"),
        ({"images": np.zeros((2, 64, 64), np.uint8)}, r"uint8 \(N, 48, 48\)"),
        ({"images": np.zeros((2, 48, 48), np.float32)}, "float32"),
        ({"images": np.zeros((0, 48, 48), np.uint8), "labels": np.zeros(0, int)}, "holds no pictures"),
        ({"images": None}, "images is missing"),
        ({"ferplus_votes": np.zeros((2, 8))}, "ferplus_votes must be numbers"),
        ({"ferplus_votes": np.zeros((3, 10))}, "ferplus_votes must be numbers"),
        ({"ferplus_votes": np.full((2, 10), "many")}, "ferplus_votes must be numbers"),
        ({"near_in_train": np.array([True])}, "near_in_train must hold one value per picture"),
        ({"labels": np.array([{}, {}], dtype=object)}, "not a readable"),
    ],
)
def test_wrong_archives_say_what_is_wrong(tmp_path: Path, changed: dict[str, np.ndarray | None], said: str) -> None:
    arrays = {name: value for name, value in (GOOD | changed).items() if value is not None}
    np.savez(tmp_path / "set.npz", **arrays)
    with pytest.raises(DataError, match=said):
        fer2013.load_npz(tmp_path / "set.npz")


def test_a_table_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fer2013.csv").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(DataError, match=r"fer2013\.csv"):
        fer2013.load(tmp_path, "train")
    write_csv(tmp_path / "fer2013.csv", [("3", pixels(np.zeros((48, 48), int)), "Training")])
    (tmp_path / "fer2013new.csv").write_text(",".join(fer2013.VOTE_COLUMNS) + "\n" + ",".join(["many"] * 10) + "\n")
    with pytest.raises(DataError, match="votes cannot be read"):
        fer2013.load(tmp_path, "train")


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.npz").write_bytes(b"PK\x03\x04 but not really")
    with pytest.raises(DataError, match="not a readable"):
        fer2013.load_npz(tmp_path / "set.npz")
    np.save(tmp_path / "array.npy", GOOD["images"])
    with pytest.raises(DataError, match="not a readable"):
        fer2013.load_npz(tmp_path / "array.npy")
    np.savez_compressed(tmp_path / "whole.npz", **GOOD)
    whole = bytearray((tmp_path / "whole.npz").read_bytes())
    whole[60:80] = bytes(20)
    (tmp_path / "damaged.npz").write_bytes(whole)
    with pytest.raises(DataError, match="not a readable"):
        fer2013.load_npz(tmp_path / "damaged.npz")
    with pytest.raises(DataError, match="no such file"):
        fer2013.load_npz(tmp_path / "absent.npz")
    with pytest.raises(DataError, match=r"put train\.npz or Kaggle's fer2013\.csv there"):
        fer2013.load(tmp_path / "nowhere", "train")


def test_identical_pictures_share_a_group_and_different_ones_never_do() -> None:
    images = faces(50).images
    groups = picture_groups(np.concatenate([images, images[::-1]]))
    np.testing.assert_array_equal(groups[:50], groups[50:][::-1])
    assert len(np.unique(groups)) == 50


def test_deduplication_keeps_one_of_each_and_drops_contradictions() -> None:
    made = faces(4)
    images = made.images[[0, 1, 0, 2, 2, 3]]
    labels = np.array([1, 2, 1, 3, 4, 5])  # picture 2 is under two labels
    kept = fer2013.deduplicate(FaceSet(images, labels, made.votes[[0, 1, 0, 2, 2, 3]]))
    np.testing.assert_array_equal(kept.labels, [1, 2, 5])
    np.testing.assert_array_equal(kept.images, made.images[[0, 1, 3]])


def test_votes_become_a_distribution_over_eight_expressions() -> None:
    columns = fer2013.VOTE_COLUMNS
    votes = np.zeros((3, 10), np.float32)
    votes[0, columns.index("contempt")], votes[0, columns.index("happiness")] = 4, 6
    votes[1, columns.index("unknown")], votes[1, columns.index("anger")] = 8, 2
    votes[2, columns.index("NF")] = 10
    made = FaceSet(np.zeros((3, 48, 48), np.uint8), np.zeros(3, np.int64), votes)
    shares, weight = made.expression_votes()
    assert shares[0, fer2013.CLASSES_WITH_CONTEMPT.index("contempt")] == pytest.approx(0.4)
    assert shares[0, fer2013.CLASSES_WITH_CONTEMPT.index("happy")] == pytest.approx(0.6)
    assert shares[1, fer2013.CLASSES_WITH_CONTEMPT.index("angry")] == pytest.approx(1.0)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(weight, [1.0, 0.2, 0.0])
    np.testing.assert_array_equal(made.is_face, [True, True, False])
