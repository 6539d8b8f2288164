"""A generated picture with what it was made from, whoever made it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.images import encode_png
from core.picture_notes import png_with_notes


class Order(Protocol):
    """What a picture is made from."""

    @property
    def description(self) -> str:
        """In words, for people who look at the file; may be empty."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON and for the notes in a PNG."""


OrderType = TypeVar("OrderType", bound=Order)


@dataclass(frozen=True)
class Picture(Generic[OrderType]):
    """A picture uint8 (H, W, 3 or 4), what it was made from, and the model that made it."""

    image: NDArray[np.uint8]
    order: OrderType
    model: str

    @property
    def notes(self) -> dict[str, Any]:
        """What is written into its file."""
        return {**self.order.as_dict(), "model": self.model}

    @cached_property
    def shown(self) -> bytes:
        """The picture alone as a PNG file, encoded once however often and to however many people it is shown."""
        return encode_png(self.image)

    def png(self, image: NDArray[np.uint8] | None = None) -> bytes:
        """The picture, or an enlarged `image` of it, as a PNG file with its notes."""
        return png_with_notes(self.image if image is None else image, self.notes, self.order.description)
