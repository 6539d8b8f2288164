"""New avatars are told from known ones, and how many there are is estimated from how often two are the same."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.artifacts import ArtifactError, write_manifest
from core.avatar import originality
from core.avatar.originality import capacity, load_originality, measure_originality, most_expected, write_originality
from core.uniqueness.fingerprint import Fingerprint, Thresholds
from tests.core.uniqueness.drawings import drawing

LIMITS = Thresholds()
THEMES = ("saga", "cats")


def drawings(theme: str, count: int, start: int = 1000) -> np.ndarray:
    first = start + 10_000 * THEMES.index(theme)
    return np.stack([drawing(seed, 64) for seed in range(first, first + count)])


def upscale(picture: np.ndarray) -> np.ndarray:
    return cv2.resize(picture, (256, 256), interpolation=cv2.INTER_CUBIC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("avatar")
    training = np.concatenate([drawings(theme, 20, start=1) for theme in THEMES])
    write_originality(folder, training, {theme: drawings(theme, 24) for theme in THEMES})
    write_manifest(folder, name="avatar", data=[], parameters={}, metrics={}, credits=[])
    return folder


def test_the_number_of_different_avatars_is_estimated_from_pairs() -> None:
    """Of 40 equally likely drawings, 20 can be claimed before half of new ones are refused."""
    known = [Fingerprint.of(drawing(seed, 64)) for seed in range(40)]
    drawn = np.random.default_rng(0).integers(40, size=400)
    found = capacity([known[number] for number in drawn], LIMITS)
    assert found["n"] == 400
    assert found["distinct"] == len(set(drawn.tolist()))
    assert found["half_refused"] == pytest.approx(20, rel=0.1)
    assert 0.8 * found["half_refused"] < found["at_least"] < found["half_refused"]


def test_without_a_match_there_is_a_bound_only() -> None:
    found = capacity([Fingerprint.of(drawing(seed, 64)) for seed in range(50)], LIMITS)
    assert (found["matches"], found["distinct"], found["half_refused"]) == (0, 50, None)
    assert found["at_least"] == pytest.approx(50 * 49 / 2 / (2 * 2.996), rel=1e-3)
    assert most_expected(0) == pytest.approx(-np.log(0.05))  # the rule of three


def test_mirrored_avatars_are_the_same() -> None:
    prints = [Fingerprint.of(image) for image in (drawing(1, 64), np.ascontiguousarray(drawing(1, 64)[:, ::-1]))]
    assert capacity(prints, LIMITS)["matches"] == 1


def test_the_ledger_gets_thresholds_and_training_pictures(folder: Path) -> None:
    by_theme, reference = load_originality(folder)
    assert set(by_theme) == set(THEMES)
    assert len(reference) == 40
    limits = by_theme["cats"]
    known, new = (drawings("cats", 1, start=start)[0] for start in (1, 5000))
    assert reference.match(Fingerprint.of(known), limits)
    assert reference.match(Fingerprint.of(np.ascontiguousarray(known[:, ::-1])), limits)
    assert not reference.match(Fingerprint.of(new), limits)


def test_a_theme_is_measured_as_it_is_sold(folder: Path) -> None:
    """A generator that gives a training picture every other time."""

    def make(theme: str, count: int) -> np.ndarray:
        copied = drawings(theme, 20, start=1)
        return np.stack([copied[n % 20] if n % 2 else new for n, new in enumerate(drawings(theme, count, start=5000))])

    rows = measure_originality(folder, make, upscale, 24)
    assert [row["theme"] for row in rows] == sorted(THEMES)
    for row in rows:
        assert row["training"] == {"n": 24, "refused": 0.5}
        assert row["caught"] > 0.9
        assert row["sold"]["caught"] > 0.9
        assert row["sold"]["n"] == 24
        assert row["capacity"]["matches"] == 2  # 12 copies of 10 pictures


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"saga": {}}',
        '{"saga": {"thresholds": {"bits": 99, "rgb": 0.1}}}',
        '{"saga": {"thresholds": {"bits": 3, "colour": 1}}}',
    ],
)
def test_damaged_thresholds_are_refused(folder: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / originality.THRESHOLDS).write_text(content)
    with pytest.raises(ArtifactError, match=originality.THRESHOLDS):
        originality.read_thresholds(tmp_path)


def test_narrower_thresholds_refuse_less() -> None:
    prints = [Fingerprint.of(drawing(seed, 64)) for seed in range(3)] * 2
    assert capacity(prints, LIMITS)["matches"] == 3
    grey = [Fingerprint.of(np.full((64, 64, 3), value, np.uint8)) for value in (100, 110)]
    assert capacity(grey, LIMITS)["matches"] == 1
    assert capacity(grey, replace(LIMITS, rgb=0.01))["matches"] == 0
