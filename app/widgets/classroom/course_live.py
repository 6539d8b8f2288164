"""What runs beside a screen of the course: the laboratories, and our own models at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from app import records, resources
from app.frame import page_memory
from app.i18n import N_, Translator, explain
from app.registry import ROOMS
from app.widgets.avatars.wording import theme_title
from app.widgets.classroom import experiment, game_alone, lab_2d, lab_images, lab_visit, quiz_alone, recorded
from app.widgets.emoji.names import name
from app.widgets.turns import turn
from core.classroom.lab.presets import PRESETS
from core.errors import UserError

_PRESET = "course_preset"
_WISHES = (N_("red sports shoes"), N_("blue men t-shirt"), N_("black leather handbag"), N_("white women watch"))
_SHOWN = 4
_FACTOR = 4
_TRAINED = {"faithful": N_("trained for a small error"), "sharp": N_("trained against a critic")}


def show(_: Translator, name: str) -> None:
    """The part called `name`, one of `core.classroom.course.LIVE`; a missing model is said, the course goes on."""
    kind, _separator, detail = name.partition(":")
    try:
        if kind == "lab":
            _laboratory(_, detail)
        else:
            _PARTS[kind](_)
    except UserError as problem:
        st.info(explain(problem), icon=":material/info:")


def leave() -> None:
    """What was done elsewhere in the laboratory is not a screen's: the next one opens with its own settings again."""
    page_memory().pop(_PRESET, None)


def _laboratory(_: Translator, preset: str) -> None:
    visit = lab_visit.enter()
    if page_memory().get(_PRESET) != preset:  # a screen opens with its own settings, and keeps what is changed after
        page_memory()[_PRESET] = preset
        visit.open(next(each.config for each in PRESETS if each.key == preset))
    lab_2d.show(_)


def _recorded(_: Translator) -> None:
    runs: dict[str, list[dict[str, Any]]] = {}
    for key, read in (("products", records.product_record), ("avatars", records.avatar_record)):
        title = next(_(room.title) for room in ROOMS if room.key == key)
        try:
            runs[title] = read()["samples"]
        except UserError as problem:
            st.caption(f"{title}: {explain(problem)}")
    recorded.show(_, runs)


def _products(_: Translator) -> None:
    wish = st.segmented_control(
        _("A description"), _WISHES, default=_WISHES[0], format_func=_, key=f"course_wish_{_.language}", required=True
    )
    with turn():
        made = resources.product_generator().generate(wish, _SHOWN, seed=1)
    for column, picture in zip(st.columns(_SHOWN), made, strict=True):
        column.image(picture.image, width="stretch", alt=_("A generated picture: {text}").format(text=_(wish)))
    _link(_, "products")
    avatars = resources.avatar_generator()
    theme = st.segmented_control(
        _("Theme"), avatars.themes, default=avatars.themes[0], format_func=lambda key: theme_title(_, key),
        key=f"course_theme_{_.language}", required=True,
    )  # fmt: skip
    with turn():
        drawn = avatars.generate(str(theme), _SHOWN, seed=1)
    for column, avatar in zip(st.columns(_SHOWN), drawn, strict=True):
        said = _("A generated picture: {text}").format(text=theme_title(_, str(theme)))
        column.image(avatar.image, width="stretch", alt=said)
    _link(_, "avatars")


def _upscale(_: Translator) -> None:
    from core.enlarging.resizing import enlarge

    network = resources.upscaler()
    with turn():
        picture = resources.product_generator().generate(_WISHES[0], 1, seed=1)[0].image
        shown: list[tuple[str, np.ndarray]] = [(_("Enlarged by calculation (bicubic)"), enlarge(picture, _FACTOR))]
        for style, said in _TRAINED.items():
            if style in network.styles:
                shown.append((_(said), network.upscale(picture, _FACTOR, style)))
    for column, (said, image) in zip(st.columns(len(shown)), shown, strict=True):
        column.image(image, width="stretch", caption=said, alt=said)
    _link(_, "products")


def _restyle(_: Translator) -> None:
    from core.emoji.orders import EmojiContext

    _link(_, "emoji")
    network = resources.restyler()
    with turn():
        emoji = resources.emoji_generator().generate(EmojiContext(mood="joy"), 1, seed=1)[0]
        others = [style for style in network.styles if style != emoji.order.main.style][: _SHOWN - 1]
        shown = {_("As the generator drew it"): emoji.image}
        shown |= {name(_, "style", style): network.restyle(emoji.image, style) for style in others}
    for column, (said, image) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.image(image, width="stretch", caption=said, alt=said)


def _synthetic(_: Translator) -> None:
    experiment.show(_, records.classroom_experiment())


def _game(_: Translator) -> None:
    st.info(
        _(
            "With a class: open one under “Class” and let phones join by its code. The host starts the game in the "
            "lobby, under “Forger or detective”. Alone, play here."
        ),
        icon=":material/groups:",
    )
    game_alone.show(_)


def _link(_: Translator, key: str) -> None:
    room = next(room for room in ROOMS if room.key == key)
    st.page_link(room.page, label=_("Open the page: {title}").format(title=_(room.title)), icon=room.icon)


_PARTS: dict[str, Callable[[Translator], None]] = {
    "images": lab_images.show,
    "recorded": _recorded,
    "products": _products,
    "upscale": _upscale,
    "restyle": _restyle,
    "synthetic": _synthetic,
    "game": _game,
    "quiz": quiz_alone.show,
}
