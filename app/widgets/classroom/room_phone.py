"""What a phone shows: joining by code and nickname, then whatever the host shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator, explain
from app.widgets.classroom import game_phone, quiz_phone, room_entry
from app.widgets.product_names import plain
from core.errors import UserError

if TYPE_CHECKING:
    from core.classroom.rooms import Seat

Draw = Callable[[str], None]
_LONGEST_CODE = 12  # spaces and hyphens included


def join(_: Translator, code: str) -> None:
    """The form that opens a seat; `code` is what the address says, which may be anything."""
    from core.classroom.rooms import tidy_code

    st.subheader(_("Join the class"), anchor=False)
    with st.form("class_join", border=False):
        typed = st.text_input(_("Code on the screen"), tidy_code(code), max_chars=_LONGEST_CODE, key="class_code")
        nickname = st.text_input(
            _("Nickname"), max_chars=20, key="class_nickname", help=_("Not your full name: everybody will see it.")
        )
        if not st.form_submit_button(_("Join"), icon=":material/login:", width="stretch"):
            return
    try:
        _seat, key = room_entry.classroom().join(typed, nickname, room_entry.network_address())
    except UserError as error:
        st.error(plain(explain(error)), icon=":material/error:")
        return
    room_entry.sit(tidy_code(typed), key)
    st.rerun()


def show(_: Translator, seat: Seat, draw: Draw) -> None:
    """Follow the class; `draw` shows the chapter of the course that the host is at."""
    live = room_entry.classroom().look(seat.room_id)
    player = live.player(seat) if live else None
    if live is None or player is None:
        gone(_)
        return
    st.caption(_("{nickname} · class {code}").format(nickname=plain(player.nickname), code=live.code))
    chapter = live.place if live.step == "course" else None
    if chapter is not None:
        draw(chapter)
    _follow(_, seat, chapter)


def gone(_: Translator) -> None:
    """The class is over and forgotten, or the host took the seat away."""
    st.info(_("This class is over, or you are not in it any more."), icon=":material/logout:")
    room_entry.forget_host()
    if st.button(_("Start afresh"), key="class_leave"):
        room_entry.leave()
        st.rerun()


@st.fragment(run_every=room_entry.POLL_SECONDS)
def _follow(_: Translator, seat: Seat, chapter: str | None) -> None:
    # chapters are drawn outside, once: only a change of chapter draws the page again
    with room_entry.trouble_said():
        service = room_entry.classroom()
        live = service.look(seat.room_id)
        if live is None or live.player(seat) is None or (live.place if live.step == "course" else None) != chapter:
            st.rerun()
        if live.step == "lobby":
            st.info(_("You are in. Look at the screen: it starts soon."), icon=":material/check_circle:")
        elif live.step == "end":
            st.success(_("The class is over. Thank you for playing!"), icon=":material/flag:")
        elif live.step == "round" and (asked := service.round(live)):
            (quiz_phone if asked.kind == "quiz" else game_phone).show(_, service, seat, live, asked)
