"""Avatars: themed pictures composed from artists' parts with open licences (CC0, CC BY).

Origin: DiceBear's styles and RoboHash's sets, packages on PyPI; each theme in `themes/` says which parts it takes and
whom to credit. `preparation.prepare` draws them, `load` reads them.
"""

from core.datasets.avatars.credits import Credit, Licence
from core.datasets.avatars.prepared import AvatarSet, load
from core.datasets.avatars.theme import Theme
from core.datasets.avatars.themes import theme, themes

__all__ = ["AvatarSet", "Credit", "Licence", "Theme", "load", "theme", "themes"]
