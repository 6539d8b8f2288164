"""Forger or detective on the wall: the picture, the verdicts, and the class beside the network."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.i18n import Translator, explain
from app.widgets.classroom import quiz_board, quiz_host
from app.widgets.classroom.game_phone import names
from core.errors import UserError

if TYPE_CHECKING:
    from core.classroom.game import RealFakeSource, Score, Verdicts
    from core.classroom.rooms import Host, Live
    from core.classroom.rounds import Round
    from core.classroom.service import Classroom

_PICTURE = 384  # pixels
_SECONDS = 15


def start(_: Translator, service: Classroom, host: Host, live: Live, source: Callable[[], RealFakeSource]) -> None:
    """Choose the forger and begin; after each game the next, better one is proposed."""
    st.markdown(
        _(
            "Some pictures are real, the others come from a generator. Everybody is the detective, and so is the "
            "network that trained the generator. Then the forger has trained for longer, and you play again."
        )
    )
    try:
        pictures = source()
    except UserError as error:
        st.warning(explain(error), icon=":material/error:")
        return
    played = {score.stage for score in service.scores(live)}
    proposed = min(set(range(pictures.stages)) - played, default=pictures.stages - 1)
    with st.container(horizontal=True):
        stage = st.selectbox(
            _("Forger"),
            range(pictures.stages),
            proposed,
            format_func=lambda number: forger(_, number, pictures.stages),
            key=f"class_game_stage_{live.version}",
        )
        count = st.number_input(_("How many pictures"), 2, 30, 8, key="class_game_count")
        seconds = st.number_input(_("Seconds for each"), 5, 180, _SECONDS, 5, key="class_game_seconds")
    if st.button(_("Start the game"), icon=":material/play_arrow:", key="class_game_start"):
        from core.classroom.game import deal

        try:
            seed, dealt = secrets.randbelow(2**31), service.real_dealt(host)
            drafts = deal(pictures, stage, int(count), int(seconds), seed, host.room_id, dealt)
        except UserError as error:
            st.error(explain(error), icon=":material/error:")
            return
        service.start(host, live.version, drafts)
        st.rerun()
    compare(_, service.scores(live))


def forger(_: Translator, stage: int, stages: int) -> str:
    """What the forger of a stage is called."""
    return _("Forger {number} of {total}").format(number=stage + 1, total=stages)


def show(_: Translator, service: Classroom, host: Host, live: Live, asked: Round) -> None:
    """The step a game is at, for the wall."""
    if live.phase == "board":
        quiz_board.show(_, service.leaders(asked))
        compare(_, service.scores(live))
        quiz_host.controls(_, service, host, live, asked)
        return
    st.caption(_("Picture {number} of {total}").format(number=asked.number, total=asked.total))
    picture, verdicts = st.columns([2, 3], gap="large")
    if asked.picture:
        picture.image(asked.picture, width=_PICTURE, alt=_("The picture to judge: is it real or forged?"))
    with verdicts:
        tally = service.tally(asked)
        if live.phase == "open":
            st.header(_("Real or forged?"), anchor=False)
            quiz_host.clock(_, service, live, asked, sum(tally))
        else:
            _revealed(_, asked, tally)
        quiz_host.controls(_, service, host, live, asked)
    compare(_, service.scores(live))


def _revealed(_: Translator, asked: Round, tally: Sequence[int]) -> None:
    st.header(_("It is real.") if asked.answer == 0 else _("It is forged."), anchor=False)
    for label, count in zip(names(_), tally, strict=True):
        said = _.ngettext("{count} answer", "{count} answers", count).format(count=count)
        st.progress(count / max(1, sum(tally)), text=f"**{label}** — {said}")
    network_says(_, asked.content)


def network_says(_: Translator, content: Mapping[str, Any]) -> None:
    """The network's verdict on a picture, whose round has this content."""
    from core.classroom.game import network_verdict

    score = float(content["score"])
    st.markdown(
        _("The network says: **{verdict}** (probability of being real: {share})").format(
            verdict=names(_)[network_verdict(score)], share=_.percent(score, 0)
        )
    )


def compare(_: Translator, scores: Sequence[Score], *, alone: bool = False) -> None:
    """Accuracy, sensitivity and specificity of the class, or of who plays alone, and of the network, by forger."""
    people = _("You") if alone else _("Class")
    for score in scores:
        st.markdown(_("**Forger {number}**").format(number=score.stage + 1))
        for label, verdicts in ((people, score.people), (_("Network"), score.network)):
            _figures(_, label, verdicts)
    if alone:
        st.caption(
            _(
                "Accuracy: share of right verdicts. Sensitivity: share of forged pictures called forged. Specificity: "
                "share of real pictures called real. So few pictures say little: one verdict moves a share far."
            )
        )
    elif scores:
        st.caption(
            _(
                "Accuracy: share of right verdicts. Sensitivity: share of forged pictures called forged. Specificity: "
                "share of real pictures called real. The network judges each picture once, the class once per phone."
            )
        )


def _figures(_: Translator, label: str, verdicts: Verdicts) -> None:
    known = (
        (_("Accuracy"), verdicts.accuracy),
        (_("Sensitivity"), verdicts.sensitivity),
        (_("Specificity"), verdicts.specificity),
    )
    for column, (name, share) in zip(st.columns(3), known, strict=True):
        column.metric(f"{label} · {name}", "–" if share is None else _.percent(share, 0))
