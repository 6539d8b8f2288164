"""The experiment's figures and its sheet of made faces, stored beside the networks of the game."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.artifacts import read_metrics, write_json, write_metrics
from core.classroom.card import model_card
from core.errors import N_, DataError
from core.images import encode_png, grid

FIGURES, SHEET = "experiment.json", "experiment_faces.webp"
SHOWN, COLUMNS = 24, 8
_TIMES = 3  # as large


def store(folder: Path, result: Mapping[str, Any], shown: NDArray[np.uint8]) -> None:
    """Write the figures, a sheet of the made faces (N, H, W, 1), and the model's card anew, into the model's folder.

    Raises:
        core.artifacts.ArtifactError: the networks of the game or their figures are missing or damaged.
    """
    from core.gan.publishing import small_webp  # here: it brings Keras along, which pages that read do not wait for

    write_json(folder / FIGURES, result)
    large = np.repeat(shown[:SHOWN].repeat(_TIMES, axis=1).repeat(_TIMES, axis=2), 3, axis=-1)
    with TemporaryDirectory() as work:
        path = Path(work) / "sheet.png"
        path.write_bytes(encode_png(grid(large, COLUMNS, gap=6)))
        (folder / SHEET).write_bytes(small_webp(path))
    describe(folder, read_metrics(folder))


def describe(folder: Path, metrics: Mapping[str, Any]) -> None:
    """Write the figures of the game and the model's card, which tells of the experiment too where it was made.

    Raises:
        core.artifacts.ArtifactError: the networks of the game are missing or damaged.
    """
    experiment = read(folder) if (folder / FIGURES).exists() else None
    write_metrics(folder, metrics, partial(model_card, experiment=experiment))


def read(folder: Path) -> dict[str, Any]:
    """The figures; "sheet" is the path of the made faces.

    Raises:
        DataError: the experiment was not made here, or its files are damaged.
    """
    try:
        found = json.loads((folder / FIGURES).read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(
            N_("The experiment has not been made here yet: python -m core train classroom --experiment")
        ) from error
    return {**found, "sheet": str(folder / SHEET)}
