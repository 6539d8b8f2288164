"""A question on a phone: big buttons, then whether the answer was right, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator, explain
from app.widgets.classroom import quiz_board
from app.widgets.product_names import plain
from core.errors import UserError

if TYPE_CHECKING:
    from core.classroom.rooms import Live, Seat
    from core.classroom.rounds import Answer, Round
    from core.classroom.service import Classroom

LETTERS = "ABCD"
_MINE = "class_mine"  # session state: seat, round and whether it is open, and the seat's answer to it, or None
_REFUSED = "class_refused"  # session state: round id and why a press did not count


def show(_: Translator, service: Classroom, seat: Seat, live: Live, asked: Round) -> None:
    """The step a quiz is at."""
    from core.classroom.quiz import shown_in

    texts = shown_in(asked.content, _.language)
    if live.phase == "board":
        quiz_board.mine(_, service.leaders(asked), seat)
        return
    mine = answer_of(service, seat, live, asked)
    st.markdown(f"**{plain(texts['text'])}**")
    labels = [f"**{letter}** · {plain(choice)}" for letter, choice in zip(LETTERS, texts["choices"], strict=False)]
    if live.phase == "open":
        ask(_, service, seat, asked, labels, mine)
        return
    verdict(_, mine, labels[asked.answer])
    if texts["explanation"]:
        st.markdown(plain(texts["explanation"]))


def ask(_: Translator, service: Classroom, seat: Seat, asked: Round, labels: list[str], mine: Answer | None) -> None:
    """The buttons, or that the answer is in, or that time is up."""
    left = asked.seconds_left(service.now_ms())
    refused = st.session_state.get(_REFUSED)
    if mine:
        st.info(
            _("Your answer is in: {answer}. Look at the screen.").format(answer=labels[mine.choice]),
            icon=":material/check_circle:",
        )
        return
    if refused and refused[0] == asked.id:
        st.warning(explain(refused[1]), icon=":material/block:")
    if not left:
        st.info(_("Time is up. Look at the screen."), icon=":material/timer_off:")
        return
    for choice, label in enumerate(labels):
        st.button(
            label,
            key=f"class_choice_{asked.id}_{choice}",  # a late press on the round before is lost, not taken for this one
            on_click=_press,
            args=(service, seat, asked.id, choice),
            width="stretch",
        )
    share = min(1.0, left / asked.seconds)
    st.progress(share, text=_("{seconds} seconds left").format(seconds=_.number(min(asked.seconds, int(left) + 1))))


def verdict(_: Translator, mine: Answer | None, right: str) -> None:
    """Whether the answer was right, and what it was worth."""
    if mine is None:
        st.info(_("No answer from you. Right was: {answer}").format(answer=right), icon=":material/hourglass_empty:")
    elif mine.correct:
        st.success(_("Right! {points} points").format(points=_.number(mine.points)), icon=":material/check:")
    else:
        st.error(_("Not this time. Right was: {answer}").format(answer=right), icon=":material/close:")


def answer_of(service: Classroom, seat: Seat, live: Live, asked: Round) -> Answer | None:
    """This seat's answer, perhaps from another tab; the database is asked once a phase, not with every poll."""
    wanted = (seat.id, asked.id, live.phase == "open")
    known = st.session_state.get(_MINE)
    if known is None or known[0] != wanted:
        known = st.session_state[_MINE] = (wanted, service.answer_of(seat, asked.id))
    answer: Answer | None = known[1]
    return answer


def _press(service: Classroom, seat: Seat, round_id: int, choice: int) -> None:
    st.session_state.pop(_REFUSED, None)
    try:
        st.session_state[_MINE] = ((seat.id, round_id, True), service.answer(seat, round_id, choice))
    except UserError as error:
        st.session_state.pop(_MINE, None)  # perhaps another tab of this seat has answered
        st.session_state[_REFUSED] = (round_id, error)
