"""A picture is recognised after what people do to it, and not mistaken for another."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError
from core.uniqueness.fingerprint import Fingerprint, Thresholds, distance, same
from core.uniqueness.reference import ReferenceIndex
from core.uniqueness.search import SWIFT_BITS
from core.uniqueness.thresholds import EDITS, measure_thresholds, near_copies
from tests.core.uniqueness.drawings import drawing


def test_a_picture_is_at_no_distance_from_itself_and_its_mirror_image() -> None:
    image = drawing(1)
    own = Fingerprint.of(image)
    assert distance(own, own) == distance(own, Fingerprint.of(image.copy()))
    assert (distance(own, own).bits, distance(own, own).rgb) == (0, 0.0)
    mirrored = distance(own, Fingerprint.of(np.ascontiguousarray(image[:, ::-1])))
    assert mirrored.mirrored
    assert mirrored.bits <= 2
    assert mirrored.rgb < 0.01


def test_distance_does_not_depend_on_who_is_asked() -> None:
    a, b = Fingerprint.of(drawing(1)), Fingerprint.of(drawing(2))
    assert abs(distance(a, b).bits - distance(b, a).bits) <= 2
    assert distance(a, b).rgb == pytest.approx(distance(b, a).rgb, abs=0.01)


def test_the_same_form_in_other_colours_is_another_picture() -> None:
    image = drawing(3)
    recoloured = Fingerprint.of(np.ascontiguousarray(image[:, :, ::-1]))
    limits = Thresholds(bits=256, rgb=0.08)  # form does not count
    assert not same(Fingerprint.of(image), recoloured, limits)


def test_default_thresholds_tell_copies_from_others() -> None:
    images = [drawing(seed) for seed in range(40)]
    prints = [Fingerprint.of(image) for image in images]
    copies = [
        same(own, Fingerprint.of(copy), Thresholds())
        for own, image in zip(prints, images, strict=True)
        for copy in near_copies(image).values()
    ]
    assert np.mean(copies) >= 0.95
    assert not any(same(a, b, Thresholds()) for place, a in enumerate(prints) for b in prints[:place])


def test_measured_thresholds_reach_the_goal_on_pictures_they_were_not_chosen_on() -> None:
    measured = measure_thresholds({"faces": np.stack([drawing(seed) for seed in range(60)])})["faces"]
    assert measured.caught >= 0.95
    assert measured.refused <= 0.01
    assert set(measured.caught_by_edit) == set(EDITS)
    assert measured.n == 60


def test_dear_look_ups_are_not_bought_for_the_last_copy() -> None:
    pictures = np.stack([drawing(seed, 128) for seed in range(40)])  # smaller: a pixel cut off moves more bits
    wanted = measure_thresholds({"faces": pictures}, catch=1.0)["faces"]
    assert wanted.thresholds.bits <= SWIFT_BITS
    assert wanted.caught >= 0.95


def test_measuring_counts_a_repeated_picture_once() -> None:
    pictures = np.stack([drawing(seed) for seed in [*range(20), *range(20)]])
    assert measure_thresholds({"faces": pictures})["faces"].n == 20
    with pytest.raises(ValueError, match="at least 8 different pictures"):
        measure_thresholds({"faces": pictures[[0, 0, 0, 0, 0, 0, 0, 0, 0]]})


def test_reference_finds_a_training_picture_and_says_how_far_others_are(tmp_path: Path) -> None:
    ReferenceIndex.of(drawing(seed) for seed in range(30)).save(tmp_path / "reference.npz")
    index = ReferenceIndex.load(tmp_path / "reference.npz")
    assert len(index) == 30
    copy = Fingerprint.of(near_copies(drawing(7))["recompressed"])
    other = Fingerprint.of(drawing(99))
    assert index.match(copy, Thresholds()) is not None
    assert index.match(other, Thresholds()) is None
    nearest = index.nearest(other)
    assert nearest is not None
    # the definition, without the index
    assert nearest.bits == min(distance(other, Fingerprint.of(drawing(seed))).bits for seed in range(30))


@pytest.mark.security
def test_a_damaged_reference_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing.npz holds no fingerprints"):
        ReferenceIndex.load(tmp_path / "missing.npz")
    (tmp_path / "damaged.npz").write_bytes(b"PK\3\4 nothing")
    with pytest.raises(DataError, match="no fingerprints"):
        ReferenceIndex.load(tmp_path / "damaged.npz")
