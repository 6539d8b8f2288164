"""Makes the small pictures that are shipped, from the prepared emoji and scikit-learn's digits.

`python -m core.classroom.imagelab.preparation PREPARED`, where the folder PREPARED holds `emoji/`.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.classroom.imagelab.pictures import FILES, FOLDER, SIDES
from core.datasets.emoji import prepared

_NOT_PLAIN = ("face-costume",)  # clowns, robots and ogres
_NOT_FACES = ("1F480", "2620")  # skulls


def faces(folder: Path) -> NDArray[np.uint8]:
    """Noto's plain faces from the prepared emoji in `folder`, half as large and on white: (N, 32, 32, 3).

    Raises:
        DataError: the emoji are not prepared.
    """
    emoji = prepared.load(folder, ["noto"])
    plain = [
        place
        for place in np.flatnonzero(~emoji.pictures.is_composite)
        if _is_plain(emoji.names[emoji.pictures.emoji[place]])
    ]
    pictures = emoji.pictures.images[plain].astype(np.float32)
    share = pictures[..., 3:] / 255
    side = SIDES["faces"]
    rows = (pictures[..., :3] * share + 255 * (1 - share)).reshape(len(plain), side, 2, side, 2, 3)
    return np.rint(rows.mean(axis=(2, 4))).astype(np.uint8)


def _is_plain(record: dict[str, str]) -> bool:
    group = record["subgroup"]
    return group.startswith("face-") and group not in _NOT_PLAIN and not record["code"].startswith(_NOT_FACES)


def digits() -> NDArray[np.uint8]:
    """scikit-learn's digits as they are: levels 0..16 (N, 8, 8)."""
    from sklearn.datasets import load_digits

    return load_digits().images.astype(np.uint8)


def write(emoji: Path, target: Path = FOLDER) -> None:
    """Write both files into the folder `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for name, images in (("faces", faces(emoji)), ("digits", digits())):
        np.savez_compressed(target / FILES[name], images=images)


if __name__ == "__main__":
    write(Path(sys.argv[1]) / "emoji")
