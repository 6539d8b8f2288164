"""Compare face detectors on hits, false boxes and time: `python benchmarks/face_detection.py [--write]`.

Known answers only. Portraits: each bundled portrait turned, shrunk, and cut by the edge. Pasted: FER2013 faces of
PublicTest, enlarged, with soft edges, on pictures without faces; they are tight cuts that lack hair and shoulders, and
FER2013 was gathered with an OpenCV cascade, so this half favours the cascades. Empty: pictures without faces
(scikit-image's, and those of `--empty FOLDER`). Detectors: ours, OpenCV's alt2 cascade alone, the cascade with turned
copies and profiles when nothing is found, and the package `mtcnn` on TensorFlow when it is installed. Times are
processor time of one run on one machine: compare the columns, not the numbers. scikit-image is optional too, but
without it there is nothing to paste on.
"""

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.emotion.detection import detect_faces  # noqa: E402  (the script may be started from anywhere)
from core.settings import settings  # noqa: E402

Picture = NDArray[np.uint8]
Place = tuple[float, float, float]  # centre x, centre y, side of a face
Detector = Callable[[Picture], list[Place]]

# centre and side of the one face of each bundled portrait, measured by hand
PORTRAITS: dict[str, Place] = {
    "astronaut.jpg": (224, 117, 96),
    "admiral.jpg": (264, 222, 195),
    "mona-lisa.jpg": (188, 150, 106),
    "self-portrait.jpg": (260, 204, 122),
    "woman-in-mauve.jpg": (273, 194, 110),
}
TURNS = (0, 15, -15, 30, -30, 45, -45, 90, 180, 270)
BACKGROUNDS = ("brick.png", "grass.png", "gravel.png", "coffee.png", "rocket.jpg", "hubble_deep_field.jpg")
EMPTY = (
    *BACKGROUNDS, "chelsea.png", "motorcycle_left.png", "ihc.png", "page.png", "text.png", "coins.png", "retina.jpg",
    "horse.png", "moon.png", "cell.png",
)  # fmt: skip
SMALL = (40, 60)
FACE_SHARE = 0.93  # side of the face's square in a FER2013 picture


@dataclass(frozen=True)
class Case:
    """A picture, where its faces are, and what makes it hard."""

    group: str
    condition: str
    picture: Picture
    faces: tuple[Place, ...]


def read(path: Path) -> Picture:
    """An RGB picture (H, W, 3)."""
    return np.asarray(Image.open(path).convert("RGB"))


def name_turn(degrees: int) -> str:
    """The condition a turn by `degrees` belongs to."""
    return "upright" if degrees == 0 else f"±{abs(degrees)}°" if abs(degrees) < 90 else f"{degrees}°"


def turned(picture: Picture, face: Place, degrees: float, scale: float = 1.0) -> tuple[Picture, Place]:
    """The picture turned clockwise on a grey canvas that holds all of it."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, scale)
    wide = int(np.ceil(abs(matrix[0, 0]) * width + abs(matrix[0, 1]) * height))
    high = int(np.ceil(abs(matrix[0, 1]) * width + abs(matrix[0, 0]) * height))
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    if scale < 1:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale)
    x, y = matrix @ (face[0], face[1], 1)
    canvas = cv2.warpAffine(picture, matrix, (wide, high), borderMode=cv2.BORDER_CONSTANT, borderValue=(128, 128, 128))
    return canvas, (x, y, face[2] * scale)


def cut_by_edge(case: Case, share: float = 0.2) -> Case:
    """The same picture without its left part, so that `share` of the face is missing."""
    (x, y, side) = case.faces[0]
    gone = max(0, round(x - side / 2 + share * side))
    return replace(case, condition="at the edge", picture=case.picture[:, gone:], faces=((x - gone, y, side),))


def portraits(folder: Path, faces: dict[str, Place]) -> Iterator[Case]:
    """Every portrait in every direction, at the edge and small."""
    for file, face in faces.items():
        scale = min(1.0, 640 / max(read(folder / file).shape[:2]))
        picture, face = turned(read(folder / file), face, 0, scale)
        for degrees in TURNS:
            yield Case("portraits", name_turn(degrees), *_one(turned(picture, face, degrees)))
        yield cut_by_edge(Case("portraits", "", picture, (face,)))
        for side in SMALL:
            yield Case("portraits", "small, 40-60 pixels", *_one(turned(picture, face, 0, side / face[2])))


def _one(pair: tuple[Picture, Place]) -> tuple[Picture, tuple[Place, ...]]:
    return pair[0], (pair[1],)


def pasted(faces: Picture, backgrounds: list[Picture], rng: np.random.Generator) -> Iterator[Case]:
    """Each 48 x 48 face once per condition on a grey background: (N, 48, 48)."""
    for row, face in enumerate(faces):
        background = backgrounds[row % len(backgrounds)]
        for degrees in TURNS:
            yield _paste(face, background, rng.uniform(90, 170), degrees, rng)
        yield cut_by_edge(_paste(face, background, 130, 0, rng))
        small = _paste(face, background, rng.uniform(*SMALL), 0, rng)
        yield replace(small, condition="small, 40-60 pixels")


def _paste(face: Picture, background: Picture, side: float, degrees: int, rng: np.random.Generator) -> Case:
    ground = cv2.cvtColor(cv2.cvtColor(cv2.resize(background, (640, 480)), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    full = side / FACE_SHARE
    x, y = rng.uniform(0.72 * full, 640 - 0.72 * full), rng.uniform(0.72 * full, 480 - 0.72 * full)
    matrix = cv2.getRotationMatrix2D((23.5, 23.5), -degrees, full / 48)
    matrix[:, 2] += x - 23.5, y - 23.5
    mask = np.pad(np.ones((42, 42), np.float32), 3)
    mask = cv2.GaussianBlur(mask, (0, 0), 1.2)
    weight = cv2.warpAffine(mask, matrix, (640, 480))[..., None]
    layer = cv2.warpAffine(face, matrix, (640, 480), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)[..., None]
    picture = (ground * (1 - weight) + layer * weight).astype(np.uint8)
    return Case("pasted", name_turn(degrees), picture, ((x, y, side),))


def ours(picture: Picture) -> list[Place]:
    """The detector of the product."""
    return [
        (box.x + box.width / 2, box.y + box.height / 2, max(box.width, box.height)) for box in detect_faces(picture)
    ]


def cascade(retry: bool) -> Detector:
    """OpenCV's alt2 cascade; with `retry` also turned copies, then profiles, when it finds nothing."""
    folder = Path(cv2.data.haarcascades)
    front = cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_alt2.xml"))
    profile = cv2.CascadeClassifier(str(folder / "haarcascade_profileface.xml"))

    def search(classifier: cv2.CascadeClassifier, grey: Picture) -> list[Place]:
        found = classifier.detectMultiScale(grey, 1.1, 5, minSize=(24, 24))
        return [(x + w / 2, y + h / 2, 0.85 * w) for x, y, w, h in found]  # its boxes are larger than ours

    def detect(picture: Picture) -> list[Place]:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        scale = min(1.0, 1024 / max(grey.shape))
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
        found = search(front, grey)
        height, width = grey.shape
        for degrees in (90, 180, 270, 30, -30) if retry and not found else ():
            copy, _ = turned(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), (0, 0, 1), degrees)
            for x, y, side in search(front, cv2.cvtColor(copy, cv2.COLOR_RGB2GRAY)):
                back = cv2.getRotationMatrix2D((copy.shape[1] / 2, copy.shape[0] / 2), degrees, 1)
                x, y = back @ (x, y, 1)
                found.append((x + (width - copy.shape[1]) / 2, y + (height - copy.shape[0]) / 2, side))
            if found:
                break
        if retry and not found:
            found = search(profile, grey) or [(width - x, y, s) for x, y, s in search(profile, grey[:, ::-1].copy())]
        return [(x / scale, y / scale, side / scale) for x, y, side in found]

    return detect


def package() -> Detector:
    """The package `mtcnn` as its documentation shows it, on a picture of at most 1024 pixels."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from mtcnn import MTCNN

    networks = MTCNN()

    def detect(picture: Picture) -> list[Place]:
        scale = min(1.0, 1024 / max(picture.shape))
        copy = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
        boxes = [row["box"] for row in networks.detect_faces(copy)]
        return [((x + w / 2) / scale, (y + h / 2) / scale, float((w * h) ** 0.5 / scale)) for x, y, w, h in boxes]

    detect(np.zeros((64, 64, 3), np.uint8))  # the first call is not timed
    return detect


def hits(found: list[Place], faces: tuple[Place, ...]) -> tuple[int, int]:
    """Faces found, and boxes that are no face: a hit lies within a third of the side and within a factor of two."""
    hit = [any(_same(place, face) for place in found) for face in faces]
    return sum(hit), sum(not any(_same(place, face) for face in faces) for place in found)


def _same(place: Place, face: Place) -> bool:
    near = np.hypot(place[0] - face[0], place[1] - face[1]) < face[2] / 3
    return bool(near and 0.5 < place[2] / face[2] < 2)


def measure(detect: Detector, cases: list[Case]) -> dict[str, Any]:
    """Recall by group and condition, false boxes by group, processor milliseconds per megapixel."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    false: dict[str, int] = defaultdict(int)
    pixels, start = 0, time.process_time()
    for case in cases:
        found, wrong = hits(detect(case.picture), case.faces)
        pixels += case.picture.shape[0] * case.picture.shape[1]
        counts[case.group][case.condition][0] += found
        counts[case.group][case.condition][1] += len(case.faces)
        false[case.group] += wrong
    seconds = time.process_time() - start
    return {
        "hits": {group: dict(rows) for group, rows in counts.items() if group != "empty"},
        "false_boxes": dict(false),
        "cpu_ms_per_megapixel": round(1e9 * seconds / pixels),
    }


def build(pastes: int, empty: Path | None, more: Path | None) -> tuple[list[Case], list[str]]:
    """All cases, and what had to be left out."""
    missing = []
    cases = list(portraits(ROOT / "app" / "assets" / "samples", PORTRAITS))
    if more:
        cases += portraits(more, json.loads((more / "faces.json").read_text(encoding="utf-8")))
    files = sorted(path for path in empty.iterdir() if path.is_file()) if empty else []
    spec = find_spec("skimage")
    data = settings().data / "fer2013" / "public_test.npz"
    if spec is None or spec.origin is None:
        missing.append("scikit-image is not installed: its empty pictures and the pasted faces are left out")
    else:
        folder = Path(spec.origin).parent / "data"
        files += [folder / name for name in EMPTY]
        if data.is_file():
            faces = np.load(data)["images"][:: 3589 // pastes][:pastes]
            cases += pasted(faces, [read(folder / name) for name in BACKGROUNDS], np.random.default_rng(7))
        else:
            missing.append("FER2013 is not there: the pasted faces are left out")
    cases += [Case("empty", path.name, read(path), ()) for path in files]
    return cases, missing


def table(results: dict[str, dict[str, Any]]) -> str:
    """Detectors across, conditions down."""
    first = next(iter(results.values()))
    lines = [f"{'':32}" + "".join(f"{name:>22}" for name in results)]
    for group, rows in first["hits"].items():
        for condition in rows:
            cells = (result["hits"][group][condition] for result in results.values())
            lines.append(f"{group + ', ' + condition:32}" + "".join(f"{hit:>16} of {all_:<3}" for hit, all_ in cells))
    for group in first["false_boxes"]:
        cells = (result["false_boxes"][group] for result in results.values())
        lines.append(f"{'false boxes, ' + group:32}" + "".join(f"{cell:>22}" for cell in cells))
    lines.append(
        f"{'CPU ms per megapixel':32}" + "".join(f"{result['cpu_ms_per_megapixel']:>22}" for result in results.values())
    )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and with --write store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="store the figures in models/emotion/detection.json")
    parser.add_argument("--pastes", type=int, default=12, help="FER2013 faces, each pasted once per condition")
    parser.add_argument("--empty", type=Path, help="a folder of further pictures without faces")
    parser.add_argument(
        "--portraits", type=Path, help='a folder of further portraits and faces.json: {"file": [x, y, side]}'
    )
    options = parser.parse_args()
    cases, missing = build(options.pastes, options.empty, options.portraits)
    detectors: dict[str, Detector] = {"ours": ours, "alt2": cascade(False), "alt2 + retries": cascade(True)}
    if find_spec("mtcnn"):
        detectors["mtcnn package"] = package()
    else:
        missing.append("mtcnn is not installed: its column is left out")
    results = {name: measure(detect, cases) for name, detect in detectors.items()}
    print(table(results))
    print(*missing, sep="\n")
    if options.write:
        groups = ("portraits", "pasted", "empty")
        counts = {group: sum(case.group == group for case in cases) for group in groups}
        target = settings().models / "emotion" / "detection.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps({"pictures": counts, "detectors": results, "left_out": missing}, indent=1) + "\n")


if __name__ == "__main__":
    main()
