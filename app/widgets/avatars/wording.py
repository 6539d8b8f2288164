"""How amounts, days, themes, distances and problems are written in the visitor's language."""

from datetime import datetime
from decimal import Decimal

from babel.dates import format_datetime
from babel.numbers import format_currency

from app import i18n
from app.i18n import N_, Translator
from core.datasets.avatars import theme, themes
from core.errors import UserError
from core.ledger.accounts import Euros
from core.uniqueness.fingerprint import HASH_BITS, Distance

MIRROR = N_("{distance}, as its mirror image")


def euros(_: Translator, cents: int) -> str:
    """`10` as "€0.10" in English and « 0,10 € » in French."""
    return str(format_currency(Decimal(cents) / 100, "EUR", locale=_.language))


def explain(_: Translator, error: UserError) -> str:
    """What went wrong, amounts included, as one sentence in the visitor's language."""
    amounts = {name: euros(_, value.cents) for name, value in error.params.items() if isinstance(value, Euros)}
    return i18n.explain(UserError(error.template, **{**error.params, **amounts}))


def moment(_: Translator, when: datetime) -> str:
    """A day and time, UTC."""
    return str(format_datetime(when, "long", locale=_.language))


def short_moment(_: Translator, when: datetime) -> str:
    """A day and time for tables whose title says that they are UTC."""
    return str(format_datetime(when, "short", locale=_.language))


def theme_title(_: Translator, key: str) -> str:
    """What a theme is called; one that is not known any more keeps its key."""
    return _(theme(key).title) if key in themes() else key


def distance(_: Translator, found: Distance) -> str:
    """How far two pictures are apart."""
    said = _("{bits} of {all} form marks differ, colours by {share}").format(
        bits=found.bits, all=HASH_BITS, share=_.percent(found.rgb)
    )
    return _(MIRROR).format(distance=said) if found.mirrored else said


def credits(key: str) -> list[str]:
    """Whose drawings a theme was learned from, as the licences ask: artist, work, licence, address."""
    if key not in themes():
        return []
    return [f"{one.artist}, {one.work}, {one.licence}, {one.link}" for one in theme(key).credits()]
