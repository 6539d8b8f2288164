"""The laboratory in two dimensions: two small networks play against each other on a plane, live."""

from __future__ import annotations

import streamlit as st

from app.i18n import N_, Translator, explain
from app.widgets.classroom import lab_figures, lab_questions, lab_settings
from app.widgets.classroom.lab_visit import LabVisit, enter
from core.classroom.lab.measures import CELLS, SAMPLES
from core.classroom.lab.pool import SHARED as POOL
from core.classroom.lab.pool import LabView
from core.classroom.lab.presets import PRESETS, push

_REFRESH = 1.0  # seconds
_LAYERS = {
    "heat": N_("What the discriminator thinks"), "manifold": N_("Folded noise"), "real": N_("Real"),
    "fake": N_("Generated"), "arrows": N_("Arrows"),
}  # fmt: skip
_MOVERS = {"critic": N_("the discriminator"), "generator": N_("the generator"), "both": N_("both")}


def show(_: Translator) -> None:
    """Presets, the question, buttons, the plane and the curves, the settings."""
    visit = enter()
    if visit.problem:
        st.warning(explain(visit.problem), icon=":material/warning:")
    _presets(_, visit)
    view = POOL.view(visit.visitor)
    if view is None:  # no place was free; the warning said so
        st.button(_("Try again"), icon=":material/refresh:", on_click=visit.again, key="lab_retry")
        return
    lab_questions.ask(_, visit)
    _buttons(_, visit, view)
    st.fragment(_live, run_every=_REFRESH if view.playing else None)(_, visit, view.playing)
    lab_settings.show(_, visit)


def _presets(_: Translator, visit: LabVisit) -> None:
    with st.container(horizontal=True):
        for preset in PRESETS:
            here = visit.preset is preset
            st.button(
                _(preset.title),
                icon=":material/radio_button_checked:" if here else ":material/radio_button_unchecked:",
                on_click=visit.open,
                args=(preset.config,),
                key=f"lab_preset_{preset.key}",
            )


def _buttons(_: Translator, visit: LabVisit, view: LabView) -> None:
    name = visit.visitor
    with st.container(horizontal=True):
        if view.playing:
            st.button(_("Pause"), icon=":material/pause:", on_click=POOL.pause, args=(name,), key="lab_pause")
        else:
            st.button(_("Play"), icon=":material/play_arrow:", on_click=POOL.play, args=(name,), key="lab_play")
            st.button(
                _("Slow motion"),
                icon=":material/slow_motion_video:",
                on_click=POOL.play,
                args=(name,),
                kwargs={"slow": True},
                key="lab_slow",
                help=_("One network’s move a second, in turn"),
            )
        for who, title in (
            ("critic", _("Discriminator’s step")), ("generator", _("Generator’s step")), ("both", _("Both, one step")),
        ):  # fmt: skip
            st.button(title, icon=":material/skip_next:", on_click=POOL.step, args=(name, who), key=f"lab_step_{who}")
        st.button(_("From the start"), icon=":material/restart_alt:", on_click=visit.again, key="lab_again")
        st.button(_("Another seed"), icon=":material/casino:", on_click=visit.reseed, key="lab_reseed")


def _live(_: Translator, visit: LabVisit, was_playing: bool) -> None:
    view = POOL.view(visit.visitor)
    if view is None or view.playing != was_playing:  # it has stopped by itself: the buttons have to follow
        st.rerun()
    lab_questions.reveal(_, visit, view)
    seen = view.snapshot
    if seen.broken:
        st.warning(_("The numbers have grown beyond all bounds: smaller learning rates help."), icon=":material/bolt:")
    if view.playing and view.slow:
        st.caption(_("Next to move: {who}").format(who=_(_MOVERS[view.mover])))
    picture, figures = st.columns([3, 2], gap="medium")
    with picture:
        layers = st.pills(
            _("Shown"),
            list(_LAYERS),
            selection_mode="multi",
            default=list(_LAYERS),
            format_func=lambda key: _(_LAYERS[key]),
            key=f"lab_layers_{_.language}",
            label_visibility="collapsed",
        )
        st.image(lab_figures.plane(_, seen, layers), width="stretch", alt=_said(_, view))
        st.caption(_("Where the plane is blue, the discriminator thinks points are real; where orange, generated."))
    with figures:
        _figures(_, view)


def _said(_: Translator, view: LabView) -> str:
    """The plane in words."""
    seen = view.snapshot
    middle = [_.number(float(part), 1) for part in seen.fake.mean(axis=0)]
    said = _("Step {step}: real and generated points in a plane. The middle of the generated points is at {x}, {y}.")
    said = said.format(step=_.number(seen.step), x=middle[0], y=middle[1])
    if seen.clusters:
        said += " " + _groups(_, *seen.clusters)
    return said


def _groups(_: Translator, reached: int, total: int) -> str:
    return _("{reached} of {total} groups reached").format(reached=_.number(reached), total=_.number(total))


def _figures(_: Translator, view: LabView) -> None:
    seen = view.snapshot
    with st.container(horizontal=True):
        speed = _("{speed} a second").format(speed=_.number(view.speed)) if view.speed else None
        st.metric(_("Step"), _.number(seen.step), speed, delta_color="off", delta_arrow="off")
        if seen.clusters:
            st.metric(_("Groups reached"), f"{_.number(seen.clusters[0])} / {_.number(seen.clusters[1])}")
        st.metric(_("Push on a point"), _.number(push(seen), 3), help=_("Mean length of the arrows’ gradient"))
    with st.container(horizontal=True):
        for title, value, floor in (
            ("JS", seen.divergence.js, seen.floor.js), ("KL", seen.divergence.kl, seen.floor.kl),
        ):  # fmt: skip
            st.metric(
                _("{name}, in bits").format(name=title),
                _.number(value, 3),
                _("at best {floor}").format(floor=_.number(floor, 3)),
                delta_color="off",
                delta_arrow="off",
            )
    st.caption(
        _(
            "JS and KL (real from generated) are estimated: shares of {samples} points in {cells} × {cells} cells. "
            "“At best” is what as many new real points get."
        ).format(samples=_.number(SAMPLES), cells=CELLS)
    )
    if seen.history:
        last = seen.history[-1]
        steps = [row.step for row in seen.history]
        losses = {
            _("Discriminator"): (steps, [row.critic for row in seen.history]),
            _("Generator"): (steps, [row.generator for row in seen.history]),
        }
        st.markdown("**{}**".format(_("Losses")))
        st.image(
            lab_figures.curves(_, losses, _("step")),
            width="stretch",
            alt=_("Losses at step {step}: discriminator {critic}, generator {generator}").format(
                step=_.number(last.step), critic=_.number(last.critic, 2), generator=_.number(last.generator, 2)
            ),
        )
    if not seen.absolute:
        st.caption(_("With this loss scores only compare: the map goes from its lowest to its highest score."))
