"""Who leads: for the wall, and for each phone its own place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.product_names import plain

if TYPE_CHECKING:
    from core.classroom.rooms import Seat
    from core.classroom.scoring import Place

_SHOWN = 10


def show(_: Translator, places: Sequence[Place], shown: int = _SHOWN) -> None:
    """The best, largest first."""
    st.header(_("Leader board"), anchor=False)
    if not places:
        st.info(_("Nobody plays yet."))
    best = max((place.points for place in places), default=0)
    for place in places[:shown]:
        name = _("**{rank}.** {nickname}").format(rank=_.number(place.rank), nickname=plain(place.nickname))
        figures = _("{points} points · {right} right").format(
            points=_.number(place.points), right=_.number(place.right)
        )
        st.subheader(name, anchor=False)
        st.progress(place.points / best if best else 0.0, text=figures)
    more = len(places) - shown
    if more > 0:
        st.caption(_.ngettext("and {count} more player", "and {count} more players", more).format(count=more))


def mine(_: Translator, places: Sequence[Place], seat: Seat) -> None:
    """A player's own place, and the first three."""
    own = next((place for place in places if place.player_id == seat.id), None)
    if own:
        label = _("Your place of {count}").format(count=_.number(len(places)))
        st.metric(label, _.number(own.rank), delta=None)
        st.markdown(_("{points} points").format(points=_.number(own.points)))
    show(_, places, shown=3)
