"""Knobs that the generators' rooms share, as widgets that follow the visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.i18n import Translator
from app.widgets.generators.visit import VARIETIES, Visit
from core.gan.recipe import MAX_SEED


def key_of(_: Translator, room: str, visit: Visit[Any, Any, Any], name: str) -> str:
    """A widget of its own for every language and whenever the settings were changed elsewhere: it must follow them."""
    return f"{room}_{name}_{_.language}_{visit.version}"


def follow(visit: Visit[Any, Any, Any], key: str, name: str) -> Callable[[], None]:
    """What a widget does when it was moved: nothing chosen is an empty setting."""

    def change() -> None:
        value = st.session_state[key]
        visit.set(**{name: value if value is not None else ""})

    return change


def variety(
    _: Translator,
    room: str,
    visit: Visit[Any, Any, Any],
    place: DeltaGenerator,
    about: str = "",
    among: Sequence[int] = VARIETIES,
) -> None:
    """How unusual the pictures may be, `among` so many per cent; `about` says what it does where that is less."""
    key = key_of(_, room, visit, "variety")
    place.select_slider(
        _("Variety"),
        among,
        value=visit.view.variety,
        format_func=lambda value: _.percent(value / 100, 0),
        help=about or _("To the left, the most typical pictures; to the right, more unusual and less certain ones."),
        key=key,
        on_change=follow(visit, key, "variety"),
    )


def seed(_: Translator, room: str, visit: Visit[Any, Any, Any], place: DeltaGenerator, about: str) -> None:
    """Which of them; `about` says what stays the same with it."""
    key = key_of(_, room, visit, "seed")
    place.number_input(
        _("Seed"),
        min_value=0,
        max_value=MAX_SEED,
        value=visit.view.seed,
        step=1,
        help=about,
        key=key,
        on_change=follow(visit, key, "seed"),
    )
