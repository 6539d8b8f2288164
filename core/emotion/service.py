"""What pages and the command line call: every face in a picture, with all scores and an explanation on demand."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from core.artifacts import Manifest, load_keras, open_artifact
from core.datasets.fer2013 import CLASSES, CLASSES_WITH_CONTEMPT, SIDE
from core.emotion.detection import FaceBox, cut_face, detect_faces
from core.emotion.views import mean_logits

# A picture this small with no face found in it is taken to be a cut-out face, as in FER2013 itself.
_CUT_OUT_SIDE = 96


@dataclass(frozen=True)
class Face:
    """One face: where it is, the 48 x 48 grey cut the network saw, and a score for each of the eight expressions."""

    box: FaceBox
    cut: NDArray[np.uint8]
    scores: dict[str, float]
    unsure: bool

    @property
    def label(self) -> str:
        """The expression with the highest score."""
        return max(self.scores, key=lambda name: self.scores[name])

    @property
    def confidence(self) -> float:
        """The highest score."""
        return max(self.scores.values())

    def ranked(self) -> list[tuple[str, float]]:
        """Expressions and scores, highest first."""
        return sorted(self.scores.items(), key=lambda item: -item[1])


@dataclass(frozen=True)
class Reading:
    """All faces of one picture and how long detection and the network took, in seconds."""

    faces: list[Face]
    detection_seconds: float
    network_seconds: float


class EmotionRecognizer:
    """The trained expression network with its calibration; thread-safe after `warm_up`."""

    def __init__(self, model: Any, manifest: Manifest) -> None:
        import keras

        self.manifest = manifest
        self.temperature = float(manifest.parameters["temperature"])
        self.threshold = float(manifest.parameters["unsure_below"])
        # the pooled features are linear in the scores, so the map before pooling explains them exactly
        maps = model.get_layer("features").input
        self._network = keras.Model(model.inputs, {**model.output, "maps": maps})
        self._label_weights = np.asarray(model.get_layer("label").kernel)  # (channels, 7)
        self._votes_weights = np.asarray(model.get_layer("votes").kernel)  # (channels, 8)

    @classmethod
    def load(cls, folder: Path) -> "EmotionRecognizer":
        """Open the artifact in `folder`.

        Raises:
            core.artifacts.ArtifactError: the model is missing or damaged.
        """
        manifest = open_artifact(folder)
        return cls(load_keras(folder / "network.keras"), manifest)

    def warm_up(self) -> None:
        """Open the face networks and build the expression network's function before a visitor waits for them."""
        detect_faces(np.zeros((SIDE, SIDE, 3), np.uint8))
        for count in (1, 2):
            self.scores(np.zeros((count, SIDE, SIDE), np.uint8))

    def recognize(self, image: NDArray[np.uint8], *, whole_picture: bool = False) -> list[Face]:
        """Every face in an RGB picture uint8 (H, W, 3); `whole_picture` takes its central square as one face."""
        return self.read(image, whole_picture=whole_picture).faces

    def read(self, image: NDArray[np.uint8], *, whole_picture: bool = False) -> Reading:
        """As `recognize`, with the time each part took."""
        start = time.perf_counter()
        height, width = image.shape[:2]
        boxes = [] if whole_picture else detect_faces(image)
        if whole_picture or (not boxes and max(height, width) <= _CUT_OUT_SIDE):
            boxes = [_central_square(width, height)]
            cuts = [_shrink(image, boxes[0])]
        else:
            cuts = [cut_face(image, box) for box in boxes]
        detected = time.perf_counter()
        faces = self._describe(boxes, cuts)
        return Reading(faces, detected - start, time.perf_counter() - detected)

    def scores(self, cuts: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Eight scores that sum to 1 for each grey cut: (N, 48, 48) -> (N, 8), in the order of the eight classes."""
        outputs = self.logits(cuts)
        return combine_heads(outputs["label"], outputs["votes"], self.temperature)

    def logits(self, cuts: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """Outputs averaged over the views of each cut: "label" (N, 7) and "votes" (N, 8)."""
        return mean_logits(self._network.predict_on_batch, cuts)

    def heat_map(self, face: Face, label: str | None = None) -> NDArray[np.float32]:
        """Where the network saw evidence for `label` (default: the top one): (48, 48), 0..1.

        Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391); for a network that ends in a global average and one dense
        layer its weights are that layer's own (section 3 there; Zhou et al. 2016, arXiv:1512.04150).
        """
        label = label or face.label
        if label in CLASSES:
            weights = self._label_weights[:, CLASSES.index(label)]
        else:
            weights = self._votes_weights[:, CLASSES_WITH_CONTEMPT.index(label)]
        maps = np.asarray(
            self._network.predict_on_batch(face.cut[None, ..., None].astype(np.float32))["maps"][0], np.float32
        )
        evidence = np.maximum(maps @ weights, 0)  # (h, w)
        evidence = cv2.resize(evidence, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        return np.clip(evidence / max(float(evidence.max()), 1e-6), 0, 1)

    def _describe(self, boxes: list[FaceBox], cuts: list[NDArray[np.uint8]]) -> list[Face]:
        if not boxes:
            return []
        rows = self.scores(np.stack(cuts))
        return [
            Face(
                box,
                cut,
                dict(zip(CLASSES_WITH_CONTEMPT, row.tolist(), strict=True)),
                unsure=bool(row.max() < self.threshold),
            )
            for box, cut, row in zip(boxes, cuts, rows, strict=True)
        ]


def combine_heads(
    label_logits: NDArray[np.floating], votes_logits: NDArray[np.floating], temperature: float
) -> NDArray[np.float64]:
    """Eight scores (N, 8) that sum to 1: contempt from the votes head, the rest shared out by the label head."""
    seven = softmax(np.asarray(label_logits, np.float64) / temperature, axis=1)
    contempt = softmax(np.asarray(votes_logits, np.float64), axis=1)[:, CLASSES_WITH_CONTEMPT.index("contempt")]
    return np.column_stack([seven * (1 - contempt[:, None]), contempt])


def _central_square(width: int, height: int) -> FaceBox:
    side = min(width, height)
    return FaceBox((width - side) // 2, (height - side) // 2, side, side, 0.0, "whole", 0.0)


def _shrink(image: NDArray[np.uint8], box: FaceBox) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(image[box.y : box.y + box.height, box.x : box.x + box.width], cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
