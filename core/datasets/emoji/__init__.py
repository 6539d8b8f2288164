"""Emoji in eight styles with open licences (Apache 2.0, MIT, CC BY 4.0), labelled by mood, topic and interaction.

Origin: packages on npm (`styles.py` for the drawings, `catalogue.py` for names and keywords), of pinned releases and
hashes. `preparation.prepare` fetches and draws them, `load` reads them.
"""

from core.datasets.emoji.contexts import AXES, THING, classes
from core.datasets.emoji.prepared import EmojiSet, Pictures, load
from core.datasets.emoji.split import SPLITS
from core.datasets.emoji.styles import STYLES, Licence, Style, style

__all__ = ["AXES", "SPLITS", "STYLES", "THING", "EmojiSet", "Licence", "Pictures", "Style", "classes", "load", "style"]
