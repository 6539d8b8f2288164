"""What a campaign's set of emoji is asked for with, and how an address says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.emoji.campaign_brief import AUDIENCES, OCCASIONS, TONES, Brief
from core.gan.recipe import MAX_SEED

PARAMETER = "campaign"


@dataclass(frozen=True)
class Asked:
    """A brief, the style of its set and the seed."""

    brief: Brief
    style: str
    seed: int = 7

    def address(self) -> str:
        """As in an address: everyone.launch.warm.noto.7."""
        brief = self.brief
        return ".".join((brief.audience, brief.occasion, brief.tone, self.style, str(self.seed)))


def read_asked(text: str, styles: Sequence[str]) -> tuple[Asked | None, bool]:
    """What an address asks for, None for nothing, and whether it made no sense."""
    if not text:
        return None, False
    *keys, seed = text.split(".")
    known = (AUDIENCES, OCCASIONS, TONES, styles)
    number = int(seed) if seed.isascii() and seed.isdecimal() and len(seed) < 11 else -1
    fits = len(keys) == len(known) and all(key in among for key, among in zip(keys, known, strict=True))
    if not fits or not 0 <= number <= MAX_SEED:
        return None, True
    return Asked(Brief(*keys[:3]), keys[3], number), False
