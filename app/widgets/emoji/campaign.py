"""The campaign sheet: audience, occasion and tone in, a coherent set of twelve emoji in one style out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from app.frame import page_memory
from app.i18n import Translator, explain
from app.widgets.emoji import closeup, names
from app.widgets.emoji.brief import Asked
from app.widgets.emoji.gallery import CARD
from app.widgets.emoji.visit import Visit
from app.widgets.openings import begun
from app.widgets.turns import drawing, turn
from core.emoji.campaign_brief import AUDIENCES, OCCASIONS, SET, TONES, Brief, contexts
from core.emoji.stickers import sticker_pack
from core.errors import UserError
from core.gan.recipe import MAX_SEED, recipes

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from core.emoji.orders import Emoji
    from core.emoji.service import EmojiGenerator

_SHOWN = "emoji_brief"  # what was asked for when the widgets were drawn last
_VARIETY = 0.7  # details that are a little surer


def show(_: Translator, service: EmojiGenerator, visit: Visit) -> None:
    """The brief, and the set once it is asked for."""
    st.caption(
        _("Twelve different emoji in one style: what people do on that occasion, what it is about, in that tone.")
    )
    linked = visit.asked != page_memory().get(_SHOWN)  # a link asks for a brief: the widgets have to follow
    asked = _brief(_, service, visit.asked, anew=linked)
    page_memory()[_SHOWN] = visit.asked
    pressed = st.button(_("Draw the set"), icon=":material/auto_awesome:", key="emoji_brief_draw")
    if pressed or (visit.asked == asked and visit.campaign is None):
        try:
            with turn(drawing(SET, style=asked.style)), st.spinner(_("The emoji are being drawn…"), show_time=True):
                visit.campaign = (asked, service.model), drawn(service, asked)
        except UserError as problem:
            st.warning(explain(problem), icon=":material/warning:")
        visit.asked = page_memory()[_SHOWN] = asked
    if visit.campaign and visit.campaign[0] == (asked, service.model):
        _set(_, service, visit, visit.campaign[1])


def _brief(_: Translator, service: EmojiGenerator, asked: Asked | None, *, anew: bool) -> Asked:
    styles = list(service.classes["style"])
    start = asked or Asked(Brief(next(iter(AUDIENCES)), next(iter(OCCASIONS)), next(iter(TONES))), styles[0])
    columns = st.columns(4)
    keys = {
        name: begun(_, f"emoji_brief_{name}", value, anew=anew)
        for name, value in {**vars(start.brief), "style": start.style, "seed": start.seed}.items()
    }
    brief = Brief(
        _choice(_, columns[0], _("Audience"), AUDIENCES, names.AUDIENCES, keys["audience"]),
        _choice(_, columns[1], _("Occasion"), OCCASIONS, names.OCCASIONS, keys["occasion"]),
        _choice(_, columns[2], _("Tone"), TONES, names.TONES, keys["tone"]),
    )
    style = _choice(_, columns[3], _("Drawing style"), styles, names.CLASSES["style"], keys["style"])
    seed = st.number_input(_("Seed of the set"), min_value=0, max_value=MAX_SEED, step=1, key=keys["seed"])
    return Asked(brief, style, int(seed))


def _choice(
    _: Translator, column: DeltaGenerator, title: str, among: Iterable[str], words: Mapping[str, str], key: str
) -> str:
    chosen: str = column.selectbox(title, list(among), format_func=lambda name: _(words.get(name, name)), key=key)
    return chosen


def drawn(service: EmojiGenerator, asked: Asked) -> list[Emoji]:
    """The set of a brief.

    Raises:
        UserError: the model does not know a class.
    """
    from core.emoji.orders import Order  # here, for the reason given in app/resources.py

    wanted = contexts(asked.brief)
    orders = [
        Order(recipe, {axis: {name: 1.0} for axis, name in {**context, "style": asked.style}.items()})
        for recipe, context in zip(recipes(asked.seed, len(wanted), _VARIETY), wanted, strict=True)
    ]
    return service.make(orders)


def _set(_: Translator, service: EmojiGenerator, visit: Visit, emoji: list[Emoji]) -> None:
    with st.container(horizontal=True, key="emoji_set"):
        for place, one in enumerate(emoji):
            with st.container(width=CARD, gap="small", key=f"emoji_set_{place}"):
                st.image(one.shown, width="stretch", alt=names.described(_, one.order))
                st.caption(
                    ", ".join(
                        names.shares(_, axis, one.order.context[axis]) for axis in one.order.context if axis != "style"
                    )
                )
                if st.button(_("Open"), key=f"emoji_set_open_{place}", icon=":material/zoom_in:", width="stretch"):
                    closeup.show(_, service, visit, one)
    st.download_button(
        _("The {count} stickers, with credits (ZIP)").format(count=SET),
        lambda: sticker_pack(emoji, service.manifest.credits),
        "effigies-campaign.zip",
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        key="emoji_set_zip",
    )
