"""What pages and the command line call: an emoji in, the same emoji in another drawing style out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import images
from core.artifacts import Manifest, load_keras, open_artifact
from core.errors import N_, UserError
from core.gan.transparency import cleaned, straight
from core.restyle.source import fitted

NETWORK = "network.keras"
_AT_ONCE = 64


class RestyleError(UserError):
    """A wish that cannot be served; the sentence says what can."""


class Restyler:
    """The trained network; thread-safe."""

    def __init__(self, network: Any, styles: Sequence[str]) -> None:
        """`styles` are the keys of its styles, in the order of its second input."""
        self.styles = tuple(styles)
        self._network = network
        self.side = int(network.inputs[0].shape[1])
        network.make_predict_function()  # now, so that no two threads build it at once

    @classmethod
    def load(cls, folder: Path) -> "Restyler":
        """Open the artifact in `folder`.

        Raises:
            core.artifacts.ArtifactError: the model is missing or damaged.
        """
        styles = styles_of(open_artifact(folder))
        return cls(load_keras(folder / NETWORK), styles)

    def warm_up(self) -> None:
        """Compile before a visitor waits for it."""
        self.redraw(np.zeros((1, self.side, self.side, 4), np.uint8), [0])

    def restyle(self, image: NDArray[np.uint8], to: str) -> NDArray[np.uint8]:
        """The emoji in the picture `image`, uint8 RGB (H, W, 3) or RGBA (H, W, 4), in the style `to`: (64, 64, 4).

        A plain ground around an RGB picture is taken away; any size is fitted to 64 x 64. The answer is RGBA; the same
        picture and style give the same pixels.

        Raises:
            RestyleError: there is no such style.
            ValueError: `image` is no such array.
        """
        check_style(to, self.styles)
        return straight(self.redraw(fitted(image, self.side)[None], [self.styles.index(to)]))[0]

    def redraw(self, pictures: NDArray[np.uint8], targets: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint8]:
        """Premultiplied pictures (N, 64, 64, 4) -> the same in the styles (N,), numbers in `styles`."""
        styles = np.eye(len(self.styles), dtype=np.float32)[np.asarray(targets)]
        parts = []
        for start in range(0, len(pictures), _AT_ONCE):
            place = np.s_[start : start + _AT_ONCE]
            given = pictures[place].astype(np.float32) / 127.5 - 1
            made = np.asarray(self._network.predict_on_batch([given, styles[place]]), np.float32)
            parts.append(cleaned(images.from_unit(made)))
        return np.concatenate(parts)


def styles_of(manifest: Manifest) -> tuple[str, ...]:
    """The keys of the styles a stored network can draw in."""
    return tuple(manifest.parameters["styles"])


def check_style(key: str, styles: Sequence[str]) -> None:
    """Refuse a style that is not one of `styles`.

    Raises:
        RestyleError: it is none; the sentence names them.
    """
    if key not in styles:
        raise RestyleError(N_("There is no style {style}. Choose one of: {known}."), style=key, known=", ".join(styles))
