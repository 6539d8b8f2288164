"""What generated pictures are held against: features of training pictures and of held-out ones, computed once."""

import hashlib
import logging
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.gan.features import feature_network
from core.gan.metrics import Features, kernel_distance

log = logging.getLogger(__name__)
PICTURES = 10_000  # of the training pictures, drawn at random
_SEED = 7
_THUMBNAIL = 16

Pictures = NDArray[np.uint8]
# pictures (N, H, W, 3) -> features (N, D), class probabilities (N, C); such as `core.gan.features.FeatureNetwork`
Looker = Callable[[Pictures], tuple[Features, Features]]


@dataclass(frozen=True)
class Reference:
    """Features of the training pictures `rows` (R,), and features and class probabilities of all held-out pictures."""

    rows: NDArray[np.intp]
    training: Features
    held_out: Features
    held_out_classes: Features


def build_reference(
    network: Looker, name: str, train: Pictures, held_out: Pictures, cache: Path, count: int = PICTURES
) -> Reference:
    """Features by the network called `name`, which takes minutes once and is then read from the folder `cache`.

    Pictures are uint8 (N, H, W, 3); `count` of the training pictures are drawn.
    """
    rows = np.sort(np.random.default_rng(_SEED).permutation(len(train))[:count])
    names = [cache / f"{part}-{name.lower()}.npz" for part in ("reference", "held-out")]
    training, _ = _remembered(network, name, train[rows], names[0])
    return Reference(rows, training, *_remembered(network, name, held_out, names[1]))


def reference_distance(
    weights: Path, train: Pictures, held_out: Pictures, cache: Path, count: int
) -> Callable[[Pictures], dict[str, float]]:
    """For a training's history: KID of pictures (M, H, W, 3) by the feature network in the folder `weights`.

    The other arguments are those of `build_reference`.

    Raises:
        core.gan.perceptual.WeightsError: the feature network is missing or damaged.
    """
    network = feature_network(weights)
    reference = build_reference(network, network.name, train, held_out, cache, count)
    return lambda pictures: {"validation_kid": kernel_distance(network(pictures)[0], reference.training)}


def no_distance(pictures: Pictures) -> dict[str, float]:
    """What a smoke run measures instead."""
    return {}


def thumbnails(images: Pictures) -> Features:
    """Pictures (N, H, W, 3) as rows whose Euclidean distance is the root mean square difference of 16x16 pictures."""
    size = (_THUMBNAIL, _THUMBNAIL)
    rows = [cv2.resize(image, size, interpolation=cv2.INTER_AREA).ravel() for image in images]
    return np.stack(rows).astype(np.float32) / np.sqrt(len(rows[0]))


def _remembered(network: Looker, name: str, images: Pictures, cache: Path) -> tuple[Features, Features]:
    digest = hashlib.blake2b(np.ascontiguousarray(images).data, digest_size=16)
    digest.update(name.encode())
    fingerprint = digest.hexdigest()
    kept = _read(cache, fingerprint)
    if kept is None:
        log.info("%s looks at %d pictures; later runs read %s", name, len(images), cache)
        kept = network(images)
        cache.parent.mkdir(parents=True, exist_ok=True)
        draft = cache.with_name(f".{cache.name}")
        with draft.open("wb") as file:
            np.savez(file, features=kept[0], classes=kept[1], fingerprint=fingerprint)
        draft.replace(cache)
    return kept


def _read(cache: Path, fingerprint: str) -> tuple[Features, Features] | None:
    """What `cache` holds, None when it is of other pictures or damaged."""
    if not cache.exists():
        return None
    try:
        with cache.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            if str(saved["fingerprint"]) != fingerprint:
                return None
            return saved["features"], saved["classes"]
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        log.warning("%s cannot be read (%s): made anew", cache, error)
        return None
