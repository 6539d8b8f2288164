"""One small file per theme, each with a `THEME`; a new file here is a new theme."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from core.datasets.avatars.theme import Theme
from core.errors import N_, DataError


@cache
def themes() -> dict[str, Theme]:
    """Every theme by its key, in alphabetical order."""
    found = [import_module(f"{__name__}.{module.name}").THEME for module in iter_modules(__path__)]
    return {theme.key: theme for theme in sorted(found, key=lambda theme: theme.key)}


def theme(key: str) -> Theme:
    """One theme.

    Raises:
        DataError: there is none of that key.
    """
    if key not in themes():
        raise DataError(N_("there is no theme {key}; the themes are {themes}"), key=key, themes=", ".join(themes()))
    return themes()[key]
