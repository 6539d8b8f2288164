import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from core.emotion import mtcnn
from core.emotion.detection import FaceBox, cut_face, detect_faces
from core.settings import ROOT, settings

SAMPLES = ROOT / "app" / "assets" / "samples"
# centre and side of faces, measured by hand
ASTRONAUT = (224, 117, 96)
GROUP = [(106, 100, 93), (315, 104, 107), (530, 100, 87), (158, 342, 96), (481, 340, 119)]
TURNED = {90: (163, 125), -25: (465, 116), 178: (462, 366), 18: (168, 335)}


@pytest.fixture(scope="module")
def sample() -> Callable[[str], NDArray[np.uint8]]:
    return lambda name: np.asarray(Image.open(SAMPLES / f"{name}.jpg").convert("RGB"))


def overlap(box: FaceBox, x: float, y: float, side: float) -> float:
    """Intersection over union of a box and the square around (x, y)."""
    wide = min(box.x + box.width, x + side / 2) - max(box.x, x - side / 2)
    high = min(box.y + box.height, y + side / 2) - max(box.y, y - side / 2)
    common = max(wide, 0) * max(high, 0)
    return common / (box.width * box.height + side * side - common)


def likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Correlation of two cuts, small differences of framing blurred away."""
    rows = [cv2.GaussianBlur(cut, (0, 0), 2).ravel().astype(float) for cut in (one, other)]
    return float(np.corrcoef(rows)[0, 1])


def test_a_portrait_has_one_upright_face_where_it_is(sample: Callable[[str], NDArray[np.uint8]]) -> None:
    (box,) = detect_faces(sample("astronaut"))
    assert overlap(box, *ASTRONAUT) > 0.7
    assert abs(box.angle) < 8
    assert box.source == "upright"
    assert 0.9 <= box.score <= 1


def test_every_face_of_a_group_is_found_largest_first(sample: Callable[[str], NDArray[np.uint8]]) -> None:
    boxes = detect_faces(sample("group"))
    assert len(boxes) == len(GROUP)
    assert all(max(overlap(box, *face) for box in boxes) > 0.6 for face in GROUP)
    sides = [max(box.width, box.height) for box in boxes]
    assert sides == sorted(sides, reverse=True)
    assert detect_faces(sample("group"), max_faces=2) == boxes[:2]


def test_faces_lying_in_all_directions_are_found_with_their_angles(
    sample: Callable[[str], NDArray[np.uint8]],
) -> None:
    boxes = detect_faces(sample("turned"))
    assert len(boxes) == len(TURNED)
    for angle, (x, y) in TURNED.items():
        box = min(boxes, key=lambda box: np.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y))
        assert overlap(box, x, y, 85) > 0.5
        assert abs((box.angle - angle + 180) % 360 - 180) < 8


@pytest.mark.parametrize(("turn", "angle"), [(1, -90), (2, 180), (3, 90)])
def test_a_photo_held_sideways_gives_the_same_upright_cut(
    sample: Callable[[str], NDArray[np.uint8]], turn: int, angle: int
) -> None:
    image = sample("astronaut")
    upright = cut_face(image, detect_faces(image)[0])
    turned = np.rot90(image, turn)  # counter-clockwise; not contiguous, as pictures may be
    (box,) = detect_faces(turned)
    assert abs((box.angle - angle + 180) % 360 - 180) < 10
    cut = cut_face(turned, box)
    assert likeness(cut, upright) > 0.85
    assert likeness(cut, upright) > likeness(np.rot90(cut, 2), upright)


def test_a_tilted_head_is_cut_upright(sample: Callable[[str], NDArray[np.uint8]]) -> None:
    image = sample("astronaut")
    matrix = cv2.getRotationMatrix2D(ASTRONAUT[:2], -30, 1)  # OpenCV turns counter-clockwise
    tilted = cv2.warpAffine(image, matrix, (512, 512))
    (box,) = detect_faces(tilted)
    assert 20 < box.angle < 40
    assert likeness(cut_face(tilted, box), cut_face(image, detect_faces(image)[0])) > 0.85


def test_a_large_photo_is_answered_in_its_own_pixels(sample: Callable[[str], NDArray[np.uint8]]) -> None:
    (box,) = detect_faces(cv2.resize(sample("astronaut"), (3072, 3072)))
    assert overlap(box, *(6 * value for value in ASTRONAUT)) > 0.7


def test_a_face_cut_by_the_edge_keeps_its_box_inside_and_its_cut_in_place(
    sample: Callable[[str], NDArray[np.uint8]],
) -> None:
    image = sample("astronaut")
    whole = cut_face(image, detect_faces(image)[0])
    image = image[:, 190:]  # the picture now begins within the cheek
    (box,) = detect_faces(image)
    assert box.x == 0
    assert box.width < box.height
    assert box.x + box.width <= image.shape[1]
    assert likeness(cut_face(image, box)[:, 20:], whole[:, 20:]) > 0.7


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 4000), (4000, 1), (5, 5), (11, 300), (20, 3000), (12, 12), (48, 48), (480, 640)]
)
def test_pictures_without_faces_have_none_whatever_their_shape(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (*shape, 3), dtype=np.uint8)
    for image in (noise, np.zeros_like(noise), np.full_like(noise, 255)):
        assert detect_faces(image) == []


@hypothesis.settings(deadline=None)
@given(data=st.data(), width=st.integers(1, 200), height=st.integers(1, 200), side=st.integers(1, 64))
def test_any_box_gives_a_grey_cut_of_the_side_asked_for(
    data: st.DataObject, width: int, height: int, side: int
) -> None:
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    box = FaceBox(
        x,
        y,
        data.draw(st.integers(1, width - x)),
        data.draw(st.integers(1, height - y)),
        data.draw(st.floats(-180, 180)),
        "test",
        1.0,
    )
    image = np.full((height, width, 3), 90, np.uint8)
    cut = cut_face(image, box, side)
    assert cut.shape == (side, side)
    assert cut.dtype == np.uint8
    assert np.abs(cut.astype(int) - 90).max() <= 1  # nothing foreign enters from beyond the edge


def test_a_fine_pattern_shrinks_to_its_mean_and_not_to_stripes() -> None:
    stripes = np.zeros((480, 480, 3), np.uint8)
    stripes[:, ::2] = 255
    cut = cut_face(stripes, FaceBox(40, 40, 400, 400, 0.0, "test", 1.0))
    assert cut.std() < 20


def test_eight_threads_see_the_same_faces(sample: Callable[[str], NDArray[np.uint8]]) -> None:
    names = ["group", "turned", "astronaut", "mona-lisa"]
    alone = {name: detect_faces(sample(name)) for name in names}
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda name: detect_faces(sample(name)), names * 2))
    assert together == [alone[name] for name in names * 2]


def test_a_missing_detector_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sample: Callable[[str], NDArray[np.uint8]]
) -> None:
    missing = settings().model_copy(update={"models": tmp_path})
    monkeypatch.setattr(mtcnn, "settings", lambda: missing)
    with pytest.raises(mtcnn.DetectorError, match="face detector is missing or damaged"):
        detect_faces(sample("astronaut"))


def test_every_sample_is_credited_small_and_shows_a_face(sample: Callable[[str], NDArray[np.uint8]]) -> None:
    credits = json.loads((SAMPLES / "credits.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in credits} == {path.name for path in SAMPLES.glob("*.jpg")}
    for entry in credits:
        assert all(entry[key] for key in ("title", "author", "origin", "licence"))
        assert (SAMPLES / entry["file"]).stat().st_size <= 60_000
        assert detect_faces(sample(Path(entry["file"]).stem))
