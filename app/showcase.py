"""Pictures that the generators made when the studio opened: Home shows them on the cards of their rooms.

Home opens no model: until they are drawn, or where a model is missing, a card shows its drawing alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 4  # of a room: what stands side by side on a card

_made: dict[str, tuple[NDArray[np.uint8], ...]] = {}  # by the room's key


def keep(room_key: str, pictures: Sequence[NDArray[np.uint8]]) -> None:
    """Show these (H, W, 3 or 4) from now on."""
    _made[room_key] = tuple(pictures[:MOST])


def made(room_key: str) -> tuple[NDArray[np.uint8], ...]:
    """Pictures of this room's generator; none before they are drawn."""
    return _made.get(room_key, ())
