"""The picture laboratory: its pictures, that it learns and repeats, and that one pair of networks serves many runs."""

from pathlib import Path

import numpy as np
import pytest

from core.classroom.imagelab import run as runs
from core.classroom.imagelab.config import ImageLabConfig, ImageLabError
from core.classroom.imagelab.pictures import SIDES, load, nearest
from core.classroom.imagelab.run import ImageRun, Shape, Workshop
from core.errors import DataError

TINY = {"digits": Shape(width=4, batch_size=16)}
DIGITS = ImageLabConfig("digits", rate=0.002)


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop(TINY)


@pytest.mark.parametrize(("data", "count"), [("faces", 109), ("digits", 1797)])
def test_the_pictures_are_there_and_different(data: str, count: int) -> None:
    images = load(data)
    assert images.shape == (count, SIDES[data], SIDES[data], 3)
    assert images.dtype == np.uint8
    assert len(np.unique(images.reshape(count, -1), axis=0)) >= count - 2


def test_a_copy_is_shown_beside_its_original() -> None:
    originals = load("faces")
    made = np.clip(originals[[7, 3]].astype(int) + 9, 0, 255).astype(np.uint8)
    assert (nearest(made, originals) == originals[[7, 3]]).all()


def test_missing_pictures_are_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"noto_faces\.npz"):
        load("faces", tmp_path)
    (tmp_path / "digits.npz").write_bytes(b"PK not a file of arrays")
    with pytest.raises(DataError, match=r"digits\.npz"):
        load("digits", tmp_path)


def test_it_starts_to_look_like_the_digits(workshop: Workshop) -> None:
    run = workshop(DIGITS)
    before = run.snapshot()
    run.step(120)
    after = run.snapshot()
    real = load("digits").mean(axis=0)

    def distance(pictures: np.ndarray) -> float:
        return float(np.abs(pictures.mean(axis=0) - real).mean())

    assert after.step == 120
    assert distance(after.pictures) < 0.75 * distance(before.pictures)
    assert after.critic is not None
    assert after.real_scores.sum() == pytest.approx(1)
    assert 0 <= after.accuracy <= 1


def test_a_discriminator_that_leans_to_one_side_is_judged_by_what_it_tells_apart(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = workshop(DIGITS)

    def leaning(pictures: np.ndarray, *, training: bool) -> np.ndarray:
        real = pictures is run._real
        return np.full((len(pictures), 1), 12 if real else 7, np.float32)

    monkeypatch.setattr(run._objective, "critic", leaning)
    seen = run.snapshot()
    assert seen.accuracy == 1
    assert seen.real_scores[10:].sum() == pytest.approx(1)
    assert seen.fake_scores[:10].sum() == pytest.approx(1)
    monkeypatch.setattr(run._objective, "critic", lambda pictures, training: np.full((len(pictures), 1), 7.0))
    assert run.snapshot().accuracy == 0.5


def test_a_later_run_with_the_same_networks_starts_afresh_and_repeats(workshop: Workshop) -> None:
    def pictures(config: ImageLabConfig) -> np.ndarray:
        run = workshop(config)
        run.step(8)
        return run.snapshot().pictures

    first = pictures(DIGITS)
    other = pictures(ImageLabConfig("digits", rate=0.002, seed=2))
    np.testing.assert_array_equal(pictures(DIGITS), first)
    assert not np.array_equal(other, first)


def test_networks_are_compiled_once(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop(DIGITS)

    def never(*_args: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(runs, "Networks", never)
    assert isinstance(workshop(ImageLabConfig("digits", critic_steps=2)), ImageRun)


@pytest.mark.parametrize("wrong", [{"data": "cats"}, {"rate": 0.3}, {"critic_steps": 6}, {"seed": -1}])
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ImageLabError):
        ImageLabConfig(**wrong)  # type: ignore[arg-type]
