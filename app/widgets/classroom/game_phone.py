"""A picture on a phone: real or forged?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.classroom import quiz_board, quiz_phone

if TYPE_CHECKING:
    from core.classroom.rooms import Live, Seat
    from core.classroom.rounds import Round
    from core.classroom.service import Classroom

_PICTURE = 192  # pixels: the buttons stay in sight below


def show(_: Translator, service: Classroom, seat: Seat, live: Live, asked: Round) -> None:
    """The step a game is at."""
    if live.phase == "board":
        quiz_board.mine(_, service.leaders(asked), seat)
        return
    if asked.picture:
        with st.container(width=_PICTURE):  # a width of its own would have the picture made smaller again at every poll
            st.image(asked.picture, width="stretch", alt=_("The picture to judge: is it real or forged?"))
    labels = names(_)
    mine = quiz_phone.answer_of(service, seat, live, asked)
    if live.phase == "open":
        quiz_phone.ask(_, service, seat, asked, labels, mine)
    else:
        quiz_phone.verdict(_, mine, labels[asked.answer])


def names(_: Translator) -> list[str]:
    """What the two choices are called."""
    return [_("Real picture"), _("Forged picture")]
