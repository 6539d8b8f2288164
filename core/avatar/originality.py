"""Is an avatar new? The fingerprints of all training pictures, when two pictures are the same, and how many fit.

How many different avatars can a theme give? Of m generated pictures, K of the m (m - 1) / 2 pairs are the same by the
theme's thresholds; K over that number estimates without bias the chance p that two pictures are the same (Simpson 1949,
"Measurement of diversity"; for generators: Arora and Zhang 2017, arXiv:1706.08224). Once n avatars are claimed, a new
one is refused with a chance of at most n p: at most the sum of the chances that it is one of them, and pictures that
resemble many others are claimed more rarely than they are drawn. So at least 1 / (2 p) can be claimed before half of
the new ones are refused. With few matches the bound uses the upper end of the 95 % interval of a Poisson count, which
is 3.0 for none; that takes pairs for independent, while a motif that is drawn k times makes k (k - 1) / 2 of them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.artifacts import ArtifactError, open_artifact, write_json
from core.enlarging.resizing import enlarge
from core.gan.latent_generator import UNUSABLE
from core.gan.reference import Pictures
from core.uniqueness.fingerprint import Fingerprint, Thresholds, colour_distance, hamming, same
from core.uniqueness.reference import ReferenceIndex
from core.uniqueness.search import MAX_BITS
from core.uniqueness.thresholds import EDITS, measure_thresholds, near_copies

Picture = NDArray[np.uint8]  # (H, W, 3)
REFERENCE, THRESHOLDS = "reference.npz", "thresholds.json"
MEASURED = 400  # pictures per theme that thresholds are measured on
GENERATED = 4000  # pictures per theme that are held against each other
_SOLD = 60  # of them that are enlarged by the network, which takes longest
_FACTOR = 4
_CATCH = 0.995  # of near copies, so that 95 % of those of sold pictures are found as well
_SURE = 0.95


def load_originality(folder: Path) -> tuple[dict[str, Thresholds], ReferenceIndex]:
    """Of the model in `folder`: when two avatars are the same, by theme, and the training pictures.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
        DataError: the fingerprints cannot be read.
    """
    open_artifact(folder)
    return _by_theme(read_thresholds(folder)), ReferenceIndex.load(folder / REFERENCE)


def read_thresholds(folder: Path) -> dict[str, dict[str, Any]]:
    """Each theme's thresholds and what they do, as `write_originality` measured it.

    Raises:
        core.artifacts.ArtifactError: they cannot be read.
    """
    try:
        content = json.loads((folder / THRESHOLDS).read_bytes())
        _by_theme(content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArtifactError(UNUSABLE, name=folder.name, file=THRESHOLDS) from error
    return dict(content)


def write_originality(folder: Path, training: Pictures, generated: Mapping[str, Pictures]) -> None:
    """Fingerprint the training pictures (N, H, W, 3), and measure thresholds on generated ones of each theme.

    These are enlarged before people's edits, as what is handed out is: on the small picture, a pixel cut off is much.
    Plain enlarging does for that: thresholds chosen so find copies of networks' enlargements as well (`sold_caught`).
    """
    ReferenceIndex.of(training).save(folder / REFERENCE)
    large = {theme: np.stack([enlarge(each, _FACTOR) for each in pictures]) for theme, pictures in generated.items()}
    measured = {theme: asdict(found) for theme, found in measure_thresholds(large, catch=_CATCH).items()}
    write_json(folder / THRESHOLDS, measured)


def measure_originality(
    folder: Path, make: Callable[[str, int], Pictures], upscale: Callable[[Picture], Picture], count: int = GENERATED
) -> list[dict[str, Any]]:
    """For each theme of the model in `folder`: what its thresholds do, training copies among new avatars, capacity.

    `make` gives so many avatars of a theme, none of which the thresholds were measured on; `upscale` makes of one what
    is handed out.
    """
    by_theme, reference = load_originality(folder)
    rows = []
    for theme, found in read_thresholds(folder).items():
        limits = by_theme[theme]
        pictures = make(theme, count)
        prints = [Fingerprint.of(picture) for picture in pictures]
        copies = sum(reference.match(one, limits) is not None for one in prints)
        measured = {name: found[name] for name in ("caught", "caught_by_edit", "refused", "n")}
        rows.append(
            {
                "theme": theme,
                "thresholds": asdict(limits),
                **measured,
                "sold": sold_caught(pictures[:_SOLD], upscale, limits),
                "training": {"n": len(prints), "refused": copies / len(prints)},
                "capacity": capacity(prints, limits),
            }
        )
    return rows


def sold_caught(pictures: Pictures, upscale: Callable[[Picture], Picture], limits: Thresholds) -> dict[str, Any]:
    """Share of near copies, made of the enlarged pictures that are handed out, found by the fingerprints that are kept.

    Those are of the small `pictures` (N, H, W, 3).
    """
    found = np.array(
        [
            [same(Fingerprint.of(picture), Fingerprint.of(copy), limits) for copy in near_copies(large).values()]
            for picture, large in ((picture, upscale(picture)) for picture in pictures)
        ]
    )
    by_edit = dict(zip(EDITS, found.mean(axis=0).tolist(), strict=True))
    return {"n": len(pictures), "caught": float(found.mean()), "caught_by_edit": by_edit}


def capacity(prints: list[Fingerprint], limits: Thresholds) -> dict[str, Any]:
    """How many different avatars there are at least, from `prints` of m of them; see above.

    `half_refused` is 1 / (2 p), None without a match; `at_least` its lower bound. `distinct` of the m could all be
    claimed, in turn.
    """
    pairs = _matches(prints, limits)
    possible = len(prints) * (len(prints) - 1) / 2
    taken: set[int] = set()
    for number in range(len(prints)):
        if not taken.intersection(pairs.get(number, ())):
            taken.add(number)
    matches = sum(len(earlier) for earlier in pairs.values())
    return {
        "n": len(prints),
        "matches": matches,
        "distinct": len(taken),
        "half_refused": possible / (2 * matches) if matches else None,
        "at_least": possible / (2 * most_expected(matches)),
        "confidence": _SURE,
    }


def most_expected(count: int) -> float:
    """The largest mean of a Poisson count that gives `count` or fewer with a chance of 5 %: 3.0 for none."""
    from scipy.stats import chi2

    return float(chi2.ppf(_SURE, 2 * (count + 1)) / 2)


def _matches(prints: list[Fingerprint], limits: Thresholds) -> dict[int, list[int]]:
    """For each picture the earlier ones that are the same, either way round; pictures without any are left out."""
    bits: NDArray[np.uint64] = np.stack([one.bits for one in prints])
    rgb: NDArray[np.uint8] = np.stack([one.rgb for one in prints])
    found: dict[int, list[int]] = {}
    for number, one in enumerate(prints):
        alike: set[int] = set()
        for own, colours, _ in one.orientations:
            near = np.flatnonzero(hamming(own, bits[:number]) <= limits.bits)
            alike.update(near[colour_distance(colours, rgb[near]) <= limits.rgb].tolist())
        if alike:
            found[number] = sorted(alike)
    return found


def _by_theme(content: Mapping[str, Any]) -> dict[str, Thresholds]:
    found = {theme: Thresholds(**row["thresholds"]) for theme, row in content.items()}
    if max((limits.bits for limits in found.values()), default=0) > MAX_BITS:
        raise ValueError(f"look-ups reach at most {MAX_BITS} bits")
    return found
