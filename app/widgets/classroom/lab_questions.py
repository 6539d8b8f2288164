"""Predict, then see: a question before a run of a preset, answered by what the run did."""

from __future__ import annotations

import streamlit as st

from app.i18n import Translator
from app.widgets.classroom.lab_visit import LabVisit
from core.classroom.lab.pool import SHARED as POOL
from core.classroom.lab.pool import LabView

SOON = 5  # steps after which the start is looked at: before, nobody has learned anything


def ask(_: Translator, visit: LabVisit) -> None:
    """The preset's question, until it is answered; the run can start once the visitor has guessed."""
    preset = visit.preset
    if preset is None:
        return
    with st.container(border=True):
        st.markdown(":material/psychology: " + _(preset.question).format(steps=_.number(preset.steps)))
        guess = st.radio(
            _("What do you expect?"),
            range(len(preset.options)),
            index=visit.guess,
            format_func=lambda place: _(preset.options[place]),
            key=f"lab_guess_{visit.version}_{_.language}",
            disabled=visit.answer is not None,
        )
        visit.guess = guess
        st.button(
            _("Now see"),
            icon=":material/play_arrow:",
            disabled=guess is None or visit.answer is not None,
            on_click=_run,
            args=(visit, preset.steps),
            key="lab_see",
            help=_("Runs to step {steps}, as fast as it can").format(steps=_.number(preset.steps)),
        )


def _run(visit: LabVisit, steps: int) -> None:
    if visit.start is None:
        visit.again_keeping_guess()
        POOL.step(visit.visitor, count=SOON)
        view = POOL.view(visit.visitor)
        visit.start = view.snapshot if view else None
    POOL.play(visit.visitor, until=steps)


def reveal(_: Translator, visit: LabVisit, view: LabView) -> None:
    """The answer, once the run is there; it stays while the run goes on."""
    preset = visit.preset
    if preset is None or visit.guess is None or visit.start is None:
        return
    if visit.answer is None:
        if view.snapshot.step < preset.steps and not view.snapshot.broken:
            return
        visit.answer = preset.answer(visit.start, view.snapshot)
    came = _(preset.options[visit.answer])
    if visit.answer == visit.guess:
        st.success(_("As you said: {answer}.").format(answer=came), icon=":material/check:")
    else:
        st.info(_("It came otherwise: {answer}.").format(answer=came), icon=":material/lightbulb:")
    st.markdown(_(preset.why))
