"""The quiz without a room: one person, no clock, every answer explained."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from app.frame import page_memory
from app.i18n import Translator
from app.widgets.classroom.quiz_host import chooser
from app.widgets.classroom.quiz_phone import LETTERS
from app.widgets.product_names import plain

if TYPE_CHECKING:
    from core.classroom.question_files import Question

_MEMORY = "quiz_alone"


@dataclass
class _Game:
    """The keys of the questions, and the choices made so far."""

    keys: list[str]
    given: list[int] = field(default_factory=list)
    read: int = 0  # questions whose explanation was read


@st.fragment
def show(_: Translator) -> None:
    """Settings, then one question after the other, then the result."""
    from core.classroom.quiz import bundled, choose

    game: _Game | None = page_memory().get(_MEMORY)
    if game is None:
        topics, levels, count, _seconds = chooser(_, "class_alone", timed=False)
        keys = choose(count, topics=topics, levels=levels, seed=secrets.randbelow(2**31))
        if not keys:
            st.info(_("No question is of these topics and levels."))
        else:
            st.button(
                _("Start the quiz"),
                icon=":material/play_arrow:",
                key="class_alone_start",
                on_click=lambda: page_memory().update({_MEMORY: _Game(keys)}),
            )
        return
    questions = {question.key: question for question in bundled(_.language)}
    asked = [questions[key] for key in game.keys]
    if game.read < len(asked):
        _question(_, game, asked)
    else:
        _result(_, game, asked)


def _question(_: Translator, game: _Game, asked: list[Question]) -> None:
    here = asked[game.read]
    st.progress(game.read / len(asked), text=_("Question {number} of {total}").format(
        number=game.read + 1, total=len(asked)))  # fmt: skip
    st.subheader(plain(here.text), anchor=False)
    answered = len(game.given) > game.read
    for place, (letter, choice) in enumerate(zip(LETTERS, here.choices, strict=False)):
        st.button(
            f"**{letter}** · {plain(choice)}",
            key=f"class_alone_{game.read}_{place}",
            disabled=answered,
            on_click=lambda place=place: game.given.append(place) if len(game.given) == game.read else None,
            width="stretch",
        )
    if not answered:
        return
    right = f"**{LETTERS[here.answer]}** · {plain(here.choices[here.answer])}"
    if game.given[game.read] == here.answer:
        st.success(_("Right!"), icon=":material/check:")
    else:
        st.error(_("Not this time. Right was: {answer}").format(answer=right), icon=":material/close:")
    st.markdown(plain(here.explanation))
    st.button(
        _("Next"), icon=":material/arrow_forward:", key="class_alone_next", on_click=_read, args=(game, game.read + 1)
    )


def _read(game: _Game, count: int) -> None:
    game.read = count


def _result(_: Translator, game: _Game, asked: list[Question]) -> None:
    right = sum(choice == question.answer for choice, question in zip(game.given, asked, strict=True))
    st.metric(_("Right answers"), _("{right} of {total}").format(right=right, total=len(asked)))
    missed = [question for choice, question in zip(game.given, asked, strict=True) if choice != question.answer]
    if missed:
        st.markdown(_("To read again:"))
        st.markdown("\n".join(f"- {plain(question.text)} {plain(question.explanation)}" for question in missed))
    st.button(
        _("Play again"), icon=":material/replay:", key="class_alone_again", on_click=lambda: page_memory().pop(_MEMORY)
    )
