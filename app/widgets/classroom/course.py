"""The course on the page: one screen at a time, with what runs beside it, and the presenter's view."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from string import Template
from xml.sax.saxutils import escape

import streamlit as st

from app.i18n import N_, Translator
from app.registry import ASSETS
from app.widgets.classroom import course_live
from app.widgets.classroom.room_entry import PRESS_BACK, PRESS_NEXT
from core.classroom.course import Screen, screens
from core.classroom.course.handout import handout

_QUERY = "screen"
# in session state, for a course that sends its class to other rooms and goes on afterwards
_STARTED, _LAST, _PRESENTING = "course_started", "course_last_screen", "course_was_presenting"
_CLOCK = 10.0  # seconds between two looks at the presenter's clock
# the words in the drawings, by the name of their place in the file
_WORDS = {
    "noise": N_("noise"), "generator": N_("generator"), "made": N_("made"), "real": N_("real"),
    "discriminator": N_("discriminator"), "score": N_("score"), "learns": N_("what is learned"),
    "forger": N_("forger"), "detective": N_("detective"), "slope": N_("how to change it"),
}  # fmt: skip
_ALT = {
    "pair.svg": N_("A forger hands a note to a detective, who compares it with a real one and answers"),
    "generator.svg": N_("A list of numbers enters the generator; a picture leaves it"),
    "discriminator.svg": N_("A real and a made picture enter the discriminator; a score leaves it, and goes back"),
    "architecture.svg": N_(
        "Noise enters the generator, made and real pictures the discriminator, which gives a score; learning flows back"
    ),
}


def chapters(_: Translator) -> Mapping[str, str]:
    """The titles of all screens by key, numbered: what a host chooses from."""
    return {screen.key: f"{number}. {screen.title}" for number, screen in enumerate(screens(_.language), 1)}


def show(_: Translator) -> None:
    """The course for somebody alone, or for a projector without phones."""
    course = screens(_.language)
    keys = [screen.key for screen in course]
    wanted = st.query_params.get(_QUERY, st.session_state.get(_LAST))
    here = keys.index(wanted) if wanted in keys else 0
    st.session_state[_LAST] = keys[here]
    titles = chapters(_)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            _("Screen"), keys, here, format_func=titles.__getitem__, key=f"course_screen_{keys[here]}_{_.language}"
        )
        if chosen != keys[here]:
            _go(chosen)
            st.rerun()
        steps = ((_("Back"), "arrow_back", -1, PRESS_BACK), (_("Next"), "arrow_forward", 1, PRESS_NEXT))
        for label, icon, step, shortcut in steps:
            st.button(
                label,
                icon=f":material/{icon}:",
                shortcut=shortcut,
                disabled=not 0 <= here + step < len(keys),
                on_click=_go,
                args=(keys[min(max(here + step, 0), len(keys) - 1)],),
                key=f"course_{icon}",
            )
        presenting = st.toggle(_("Presenter’s view"), st.session_state.get(_PRESENTING, False), key="course_presenting")
        st.session_state[_PRESENTING] = presenting
    if presenting:
        notes(_, keys[here])
    screen(_, keys[here], live=True)
    _on_paper(_, course)


def screen(_: Translator, key: str, *, live: bool) -> None:
    """One screen; an unknown key draws nothing. `live`: with what runs beside it."""
    found = next((each for each in screens(_.language) if each.key == key), None)
    if found is None:
        return
    st.caption(found.chapter)
    st.header(found.title, anchor=False)
    if found.drawing:
        words, picture = st.columns([1, 1], gap="large", vertical_alignment="center")
        words.markdown(found.body)
        picture.image(_drawn(_, found.drawing), width="stretch", alt=_(_ALT[found.drawing]))
    else:
        st.markdown(found.body)
    if live and found.live:
        course_live.show(_, found.live)


def _go(key: str) -> None:
    st.query_params[_QUERY] = key


def _drawn(_: Translator, name: str) -> str:
    """A drawing with its words in the visitor's language."""
    words = {place: escape(_(word)) for place, word in _WORDS.items()}
    return Template((ASSETS / "course" / name).read_text("utf-8")).substitute(words)


def notes(_: Translator, key: str) -> None:
    """What the presenter knows about a screen: notes, what comes next, and the clock."""
    course = screens(_.language)
    here = next(number for number, screen in enumerate(course) if screen.key == key)
    now = course[here]
    with st.container(border=True):
        st.markdown(now.notes)
        following = course[here + 1].title if here + 1 < len(course) else _("the end")
        st.caption(_("Next: {title}").format(title=following))
        _clock(_, planned=sum(screen.minutes for screen in course[: here + 1]), whole=sum(s.minutes for s in course))


@st.fragment(run_every=_CLOCK)
def _clock(_: Translator, *, planned: int, whole: int) -> None:
    started = st.session_state.setdefault(_STARTED, time.monotonic())
    minutes = int((time.monotonic() - started) // 60)
    said = _("{minutes} minutes gone; planned at the end of this screen: {planned} of {whole}.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(said.format(minutes=minutes, planned=planned, whole=whole))
        st.button(
            _("Start the clock again"),
            icon=":material/timer:",
            key="course_clock",
            on_click=lambda: st.session_state.update({_STARTED: time.monotonic()}),
        )


def _on_paper(_: Translator, course: tuple[Screen, ...]) -> None:
    title = _("Generative adversarial networks: the course")
    with st.container(horizontal=True):
        for label, notes, name in (
            (_("Hand-out to print"), "", "gan"),
            (_("Hand-out with the teacher’s notes"), _("For the teacher"), "gan-notes"),
        ):
            st.download_button(
                label,
                partial(handout, course, language=_.language, title=title, notes_title=notes),
                f"{name}-{_.language}.html",
                "text/html",
                icon=":material/print:",
                on_click="ignore",
                key=f"course_{name}",
            )
