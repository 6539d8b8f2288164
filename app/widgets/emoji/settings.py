"""What the row of variations shows: mood, topic, interaction and style by pickers, and the knobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.i18n import Translator
from app.widgets.emoji import names
from app.widgets.emoji.talk import STEP, main_of
from app.widgets.emoji.view import INTENSITIES, MIXES, MOST_THINGS, VARIETIES
from app.widgets.emoji.visit import Visit
from app.widgets.generators import knobs
from app.widgets.openings import drawer
from app.widgets.product_names import plain, shortened

if TYPE_CHECKING:
    from core.emoji.drawings import Drawings
    from core.emoji.service import EmojiGenerator

_SHOWN = 80  # characters of the chosen message


def show(
    _: Translator, classes: Mapping[str, Sequence[str]], visit: Visit, service: EmojiGenerator | None = None
) -> None:
    """Pickers and knobs; with the generator, a picker of the things it has learned by name."""
    if moods := visit.from_photo:
        st.info(
            _("From the photo on the Expressions page: {moods}.").format(
                moods=names.shares(_, "mood", {mood: weight / 100 for mood, weight in moods})
            ),
            icon=":material/mood:",
        )
    if visit.chosen is not None:
        chosen = visit.messages[visit.chosen]
        st.caption(
            _("For: “{text}”. What you set here corrects what was understood.").format(
                text=plain(shortened(chosen.text, _SHOWN))
            )
        )
    left, right = st.columns(2)
    for place, axis in enumerate(names.AXES):
        _picker(_, classes[axis], visit, axis, (left, right)[place % 2])
    if service:
        _things(_, service.drawings, classes["things"], visit)
    _knobs(_, visit)
    for axis, title, icon in (
        ("mood", _("Mix several moods"), ":material/equalizer:"),
        ("style", _("Mix several styles"), ":material/brush:"),
    ):
        drawer(_, title, f"emoji_{axis}s", partial(_mix, _, classes[axis], visit, axis), icon)


def _picker(_: Translator, options: Sequence[str], visit: Visit, axis: str, column: Any) -> None:
    key, current = knobs.key_of(_, "emoji", visit, axis), getattr(visit.view, axis)
    column.selectbox(
        _(names.AXES[axis]),
        options,
        index=list(options).index(current) if current in options else None,
        format_func=lambda name: names.name(_, axis, name),
        placeholder=_("any"),
        key=key,
        on_change=lambda: visit.pick(axis, st.session_state[key] or ""),
    )


def _things(_: Translator, drawings: Drawings, known: Sequence[str], visit: Visit) -> None:
    key = knobs.key_of(_, "emoji", visit, "things")
    called = dict(zip(drawings.characters, drawings.names[_.language], strict=True))
    st.multiselect(
        _("Thing"),
        known,
        default=[thing for thing in visit.view.things if thing in known],
        format_func=lambda thing: f"{thing} {called[thing]}",
        placeholder=_("any of the topic"),
        max_selections=MOST_THINGS,
        help=_("What stands beside the face. Messages that name one set it; several take turns."),
        key=key,
        on_change=lambda: visit.set(things=tuple(st.session_state[key])),
    )


def _knobs(_: Translator, visit: Visit) -> None:
    left, right = st.columns(2)
    about = _(
        "It changes details only, less certain ones to the right: which of the known drawings an emoji is a mixture of "
        "depends on the seed."
    )
    knobs.variety(_, "emoji", visit, left, about, VARIETIES)
    key = knobs.key_of(_, "emoji", visit, "intensity")
    right.select_slider(
        _("Intensity"),
        INTENSITIES,
        value=visit.view.intensity,
        format_func=lambda value: _.percent(value / 100, 0),
        help=_("At 0, only the style counts; above 100%, mood, topic and interaction are exaggerated."),
        key=key,
        on_change=knobs.follow(visit, key, "intensity"),
    )
    about = _("Same settings, same seed: same emoji. Write it down to come back to them.")
    knobs.seed(_, "emoji", visit, st.container(), about)


def _mix(_: Translator, options: Sequence[str], visit: Visit, axis: str) -> None:
    st.caption(_("Weights; what stays at 0 is left out. A choice in the list above ends the mix."))
    main = getattr(visit.view, axis)
    weights = dict(getattr(visit.view, MIXES[axis])) or ({main: 100} if main else {})
    keys = {name: knobs.key_of(_, "emoji", visit, f"{axis}_{name}") for name in options}

    def change() -> None:
        found = tuple((name, st.session_state[key]) for name, key in keys.items() if st.session_state[key])
        visit.set(**{axis: main_of(found), MIXES[axis]: found if len(found) > 1 else ()})
        visit.version += 1

    columns = st.columns(2)
    for place, (name, key) in enumerate(keys.items()):
        columns[place % 2].slider(
            names.name(_, axis, name), 0, 100, value=int(weights.get(name, 0)), step=STEP, key=key, on_change=change
        )
