"""The sizes and shapes in which an avatar is handed out, all made from the one picture that was claimed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.errors import N_, UserError

Enlarge = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]  # uint8 (H, W, 3) -> (4 H, 4 W, 3)
ORIGINAL = "64"
_SMOOTH = 4  # the disc's edge is drawn this many times larger, then averaged


class RenditionError(UserError):
    """There is no such size or shape."""


@dataclass(frozen=True)
class Rendition:
    """A square picture of `side` pixels; `round` leaves a disc of it, transparent outside.

    `use` says what it is for, an English sentence to translate; `platform` names who wants this size.
    """

    key: str
    side: int
    use: str = ""
    round: bool = False
    platform: str = ""


# Sides: the generator's own; Discord 128 (linearity.io/blog/discord-size-guide), Counter-Strike servers 64
# (developer.valvesoftware.com, Change players avatar from server), Steam 184 ("avatarfull" of its Web API,
# wiki.teamfortress.com/wiki/WebAPI/GetPlayerSummaries), Slack, Zoom and Teams at least 400 (circlecrop-ai.online,
# avatar size guide).
RENDITIONS = {
    rendition.key: rendition
    for rendition in (
        Rendition(ORIGINAL, 64, N_("as it was drawn")),
        Rendition("256", 256, N_("four times as large")),
        Rendition("512", 512, N_("eight times as large")),
        Rendition("round", 512, N_("round, transparent around it"), round=True),
        Rendition("128", 128, platform="Discord"),
        Rendition("184", 184, platform="Steam"),
        Rendition("400", 400, platform="Slack, Zoom, Teams"),
    )
}


def rendition(key: str) -> Rendition:
    """The rendition of this name.

    Raises:
        RenditionError: there is none.
    """
    if key not in RENDITIONS:
        raise RenditionError(N_("There is no such size. The sizes are: {known}."), known=", ".join(RENDITIONS))
    return RENDITIONS[key]


def render(image: NDArray[np.uint8], wanted: Rendition, enlarge: Enlarge | None = None) -> NDArray[np.uint8]:
    """The picture uint8 (H, W, 3) in that shape: (side, side, 3), or (side, side, 4) if it is round.

    A picture smaller than wanted is first enlarged four times by `enlarge` (a network), then brought to size by
    Lanczos' filter; without `enlarge`, by the filter alone.
    """
    if enlarge and max(image.shape[:2]) < wanted.side:
        image = enlarge(image)
    size = (wanted.side, wanted.side)
    sized = (
        image if image.shape[:2] == size else np.array(Image.fromarray(image).resize(size, Image.Resampling.LANCZOS))
    )
    return np.dstack([sized, _disc(wanted.side)]) if wanted.round else sized


def _disc(side: int) -> NDArray[np.uint8]:
    """Opaque inside the disc, transparent outside, (side, side)."""
    large = Image.new("L", (side * _SMOOTH, side * _SMOOTH))
    ImageDraw.Draw(large).ellipse((0, 0, large.width - 1, large.height - 1), fill=255)
    return np.array(large.resize((side, side), Image.Resampling.BOX))
