"""The quiz on the wall: choosing questions, asking them, showing answers and who leads."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import N_, Translator, explain
from app.widgets.classroom import quiz_board, room_entry
from app.widgets.classroom.quiz_phone import LETTERS
from app.widgets.product_names import plain
from core.errors import UserError

if TYPE_CHECKING:
    from core.classroom.results import Missed
    from core.classroom.rooms import Host, Live
    from core.classroom.rounds import Round
    from core.classroom.service import Classroom

TOPICS = {
    "basics": N_("Basics"),
    "architecture": N_("Architecture"),
    "training": N_("Training"),
    "metrics": N_("Metrics"),
    "applications": N_("Applications"),
    "limits": N_("Limits and ethics"),
}
LEVELS = {1: N_("easy"), 2: N_("medium"), 3: N_("hard")}
_SHOWN_PROBLEMS, _SHOWN_MISSED = 8, 5


def start(_: Translator, service: Classroom, host: Host, live: Live) -> None:
    """Choose questions and begin."""
    own = st.segmented_control(
        _("Questions"),
        [False, True],
        format_func=lambda mine: _("Your own") if mine else _("The studio's"),
        default=False,
        required=True,
        key="class_quiz_own",
    )
    if own:
        _start_own(_, service, host, live)
        return
    from core.classroom.quiz import choose, draft_bundled

    topics, levels, count, seconds = chooser(_, "class_quiz", timed=True)
    keys = choose(count, topics=topics, levels=levels, seed=_draw())
    if not keys:
        st.info(_("No question is of these topics and levels."))
    elif st.button(_("Start the quiz"), icon=":material/play_arrow:", key="class_quiz_start"):
        service.start(host, live.version, draft_bundled(keys, seconds))
        st.session_state.pop("class_quiz_draw", None)
        st.rerun()


def chooser(_: Translator, key: str, *, timed: bool) -> tuple[list[str], list[int], int, int]:
    """Topics, levels, how many, and seconds for each (20 where nobody counts them)."""
    topics = st.pills(
        _("Topics (none chosen: all)"),
        list(TOPICS),
        format_func=lambda name: _(TOPICS[name]),
        selection_mode="multi",
        key=f"{key}_topics",
    )
    levels = st.pills(
        _("Levels (none chosen: all)"),
        list(LEVELS),
        format_func=lambda level: _(LEVELS[level]),
        selection_mode="multi",
        key=f"{key}_levels",
    )
    with st.container(horizontal=True):
        count = st.number_input(_("How many questions"), 1, 50, 10, key=f"{key}_count")
        seconds = st.number_input(_("Seconds for each"), 5, 180, 20, 5, key=f"{key}_seconds") if timed else 20
    return list(topics), list(levels), int(count), int(seconds)


def _start_own(_: Translator, service: Classroom, host: Host, live: Live) -> None:
    from core.classroom.question_files import read_questions
    from core.classroom.quiz import draft_own, template

    st.markdown(
        _(
            "Load a table (CSV) with one question a line and the columns question, a, b, c, d, answer; explanation, "
            "level and seconds if you like. The studio's own questions serve as a pattern."
        )
    )
    st.download_button(
        _("Download the pattern (CSV)"), template(_.language), "questions.csv", "text/csv", key="class_pattern",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    file = st.file_uploader(_("Your questions"), type=[".csv", ".tsv", ".txt"], key="class_questions")
    if file is None:
        return
    try:
        reading = read_questions(file.getvalue())
    except UserError as error:
        st.error(plain(explain(error)), icon=":material/error:")
        return
    _problems(_, reading.problems)
    found = len(reading.questions)
    st.markdown(_.ngettext("{count} question is ready.", "{count} questions are ready.", found).format(count=found))
    if found and st.button(_("Start the quiz"), icon=":material/play_arrow:", key="class_own_start"):
        service.start(host, live.version, draft_own(reading.questions))
        st.rerun()


def _problems(_: Translator, problems: Sequence[UserError]) -> None:
    if not problems:
        return
    lines = [f"- {plain(explain(problem))}" for problem in problems[:_SHOWN_PROBLEMS]]
    if len(problems) > _SHOWN_PROBLEMS:
        more = len(problems) - _SHOWN_PROBLEMS
        lines.append("- " + _.ngettext("and {count} more line", "and {count} more lines", more).format(count=more))
    st.warning("\n".join([_("These lines are left out:"), "", *lines]), icon=":material/warning:")


def show(_: Translator, service: Classroom, host: Host, live: Live, asked: Round) -> None:
    """The step a quiz is at, for the wall."""
    from core.classroom.quiz import shown_in

    if live.phase == "board":
        _board(_, service, asked)
        controls(_, service, host, live, asked)
        return
    texts = shown_in(asked.content, _.language)
    st.caption(_("Question {number} of {total}").format(number=asked.number, total=asked.total))
    st.header(plain(texts["text"]), anchor=False)
    shown = live.phase != "open"
    tally = service.tally(asked)
    for place, (letter, choice) in enumerate(zip(LETTERS, texts["choices"], strict=False)):
        label = f"**{letter}** · {plain(choice)}"
        mark = ":material/check_circle: " if shown and place == asked.answer else ""
        st.subheader(mark + label, anchor=False)
        if shown:
            count = _.ngettext("{count} answer", "{count} answers", tally[place]).format(count=tally[place])
            st.progress(tally[place] / max(1, sum(tally)), text=count)
    if shown and texts["explanation"]:
        st.info(plain(texts["explanation"]), icon=":material/lightbulb:")
    if not shown:
        clock(_, service, live, asked, sum(tally))
    controls(_, service, host, live, asked)


def _board(_: Translator, service: Classroom, asked: Round) -> None:
    """Who leads; after the last question also what the class should go over again."""
    again = service.missed(asked, _SHOWN_MISSED) if asked.number == asked.total else []
    if not again:
        quiz_board.show(_, service.leaders(asked))
        return
    leaders, questions = st.columns(2, gap="large")
    with leaders:
        quiz_board.show(_, service.leaders(asked))
    with questions:
        _go_over_again(_, again)


def _go_over_again(_: Translator, missed: Sequence[Missed]) -> None:
    """Questions with the share of right answers, the right one, and why it is."""
    from core.classroom.quiz import shown_in

    st.header(_("To go over again"), anchor=False)
    for question in missed:
        texts = shown_in(question.content, _.language)
        st.subheader(f"{_.number(question.number)}. {plain(texts['text'])}", anchor=False)
        share = question.right / question.given
        counted = _("Right answers: {right} of {count} ({share})").format(
            right=_.number(question.right), count=_.number(question.given), share=_.percent(share, 0)
        )
        st.progress(share, text=counted)
        right = f"**{LETTERS[question.answer]}** · {plain(texts['choices'][question.answer])}"
        st.markdown(_("Right was: {answer}").format(answer=right))
        if texts["explanation"]:
            st.caption(plain(texts["explanation"]))


def clock(_: Translator, service: Classroom, live: Live, asked: Round, answered: int) -> None:
    """Time left, and how many have answered."""
    left = asked.seconds_left(service.now_ms())
    text = _("{seconds} seconds left · {answered} of {players} have answered").format(
        seconds=_.number(min(asked.seconds, int(left) + 1 if left else 0)),
        answered=_.number(answered),
        players=_.number(len(live.players)),
    )
    st.progress(min(1.0, left / asked.seconds), text=text)


def controls(_: Translator, service: Classroom, host: Host, live: Live, asked: Round) -> None:
    """The buttons that drive a quiz or a game; a second press of one changes nothing."""

    def button(
        label: str, key: str, icon: str | None, deed: Callable[..., object], *given: object, shortcut: str | None = None
    ) -> None:
        done = (deed, host, live.version, *given)
        st.button(label, key=key, icon=icon, on_click=room_entry.press, args=done, shortcut=shortcut)

    with st.container(horizontal=True):
        if live.phase == "open":
            button(
                _("Show the answer"), "class_show", ":material/visibility:", service.show_answer,
                shortcut=room_entry.PRESS_ANSWER,
            )  # fmt: skip
            return
        if asked.number < asked.total:
            button(_("Next"), "class_next", ":material/arrow_forward:", service.turn, shortcut=room_entry.PRESS_NEXT)
        if live.phase == "shown":
            button(_("Leader board"), "class_board", ":material/leaderboard:", service.show_board)
        if asked.number > 1:
            button(_("Back"), "class_back", None, service.turn, -1, shortcut=room_entry.PRESS_BACK)
        button(_("Back to the lobby"), "class_stop", None, service.show, "lobby")


def _draw() -> int:
    # the same draw while the host looks at the settings, another one for the next quiz
    seed: int = st.session_state.setdefault("class_quiz_draw", secrets.randbelow(2**31))
    return seed
