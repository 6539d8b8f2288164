"""Views of a face: the same face, seen a little differently; the answer is the mean of what is said of each."""

import numpy as np
import pytest

from core.emotion.views import TURN, VIEWS, mean_logits, views


def test_views_are_upright_and_mirrored_and_both_turned() -> None:
    cut = np.zeros((1, 48, 48), np.uint8)
    cut[0, 4:10, 22:26] = 255  # a mark at the top, in the middle
    cut[0, 20:24, 40:44] = 120  # and one at the right
    upright, mirrored, *turned = views(cut)[:, 0]
    assert (upright == cut[0]).all()
    assert (mirrored == cut[0][:, ::-1]).all()
    moved = [_column_of_brightest(view) - 23.5 for view in turned]
    assert moved == pytest.approx([-16.5 * np.sin(np.deg2rad(TURN))] * 2, abs=0.5)  # OpenCV turns to the left


def _column_of_brightest(view: np.ndarray) -> float:
    weights = np.where(view > 150, view, 0).astype(float)
    return float((weights.sum(axis=0) * np.arange(48)).sum() / weights.sum())


@pytest.mark.parametrize("count", [1, 5])
def test_the_answer_is_the_mean_over_all_views(count: int) -> None:
    cuts = np.random.default_rng(0).integers(0, 256, (count, 48, 48), dtype=np.uint8)

    def look(pictures: np.ndarray) -> dict[str, np.ndarray]:
        assert pictures.shape[1:] == (48, 48, 1)
        left = pictures[:, :, :24].mean(axis=(1, 2))
        return {"label": np.repeat(left, 7, axis=1), "votes": np.repeat(left, 8, axis=1)}

    found = mean_logits(look, cuts, batch_size=2)
    expected = views(cuts)[:, :, :, :24].mean(axis=(2, 3)).reshape(VIEWS, count).mean(axis=0)
    assert found["label"].shape == (count, 7)
    assert found["votes"].shape == (count, 8)
    assert found["label"][:, 0] == pytest.approx(expected, rel=1e-5)
