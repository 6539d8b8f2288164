"""What products, departments and segments are called on pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.i18n import N_, Translator

if TYPE_CHECKING:
    from core.recommender.products import Product
    from core.recommender.service import Segment

DEPARTMENTS = {
    "Bath & Body": N_("Bath & body"),
    "Fragrance": N_("Fragrance"),
    "Hair Care": N_("Hair care"),
    "Makeup": N_("Make-up"),
    "Skin Care": N_("Skin care"),
    "Tools & Accessories": N_("Tools & accessories"),
}
LENGTH = 70  # characters of a title that are shown
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")


def plain(text: str) -> str:
    """Text of others for a place that reads Markdown: shown as it is written."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def shortened(text: str, length: int = LENGTH) -> str:
    """At most `length` characters, cut between two words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return f"{text[:length].rsplit(' ', 1)[0].rstrip(' ,;:-')}…"


def department(_: Translator, name: str) -> str:
    """A department in the visitor's words; one that is not known keeps its name."""
    return _(DEPARTMENTS[name]) if name in DEPARTMENTS else name


def title(_: Translator, product: Product) -> str:
    """A product's name; that of one without is its number, which says nothing on its own."""
    if product.title != product.id:
        return product.title
    return _("Product without a name ({id})").format(id=product.id)


def origin(_: Translator, product: Product) -> str:
    """Brand and department of a product."""
    return " · ".join(filter(None, (product.brand, department(_, product.department))))


def segment(_: Translator, group: Segment) -> str:
    """A segment by the departments that name it."""
    return " · ".join(department(_, name) for name in group.departments) or _("A bit of everything")


def method_name(_: Translator, key: str) -> str:
    """What a method is called."""
    from core.recommender.methods import NAMES  # here, for the reason given in app/resources.py

    return _(NAMES[key])
