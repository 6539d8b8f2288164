"""Settings of the laboratory in two dimensions, own points, and the link that gives a run again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from app.i18n import N_, Translator, explain
from app.widgets.classroom import lab_figures, room_entry
from app.widgets.classroom.lab_visit import LabVisit
from core.classroom.lab import data
from core.classroom.lab.config import LabConfig
from core.errors import UserError

DATA_NAMES = {
    "line": N_("Line"), "gaussians": N_("Eight groups"), "grid": N_("Twenty-five groups"), "ring": N_("Ring"),
    "moons": N_("Two moons"), "spirals": N_("Spirals"), "points": N_("My own points"),
}  # fmt: skip
NOISE_NAMES = {"uniform": N_("Uniform"), "normal": N_("Normal")}
LOSS_NAMES = {
    "non_saturating": N_("Logarithmic"), "minimax": N_("Logarithmic, as first published"),
    "least_squares": N_("Least squares"), "wasserstein": N_("Wasserstein"),
    "relativistic": N_("Relativistic (pairs)"),
}  # fmt: skip
OPTIMISER_NAMES = {"sgd": N_("Plain (SGD)"), "momentum": N_("With momentum"), "adam": "Adam"}
ACTIVATION_NAMES = {"tanh": "tanh", "leaky_relu": "Leaky ReLU"}
RATES = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.004, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
PENALTIES = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
BATCHES = (16, 32, 64, 128, 256)


def show(_: Translator, visit: LabVisit) -> None:
    """The settings in a form: nothing changes before it is sent."""
    with st.expander(_("Settings"), icon=":material/tune:"):
        _own_points(_, visit)
        with st.form(f"lab_form_{visit.version}", border=False):
            wanted = _fields(_, visit.config, visit.version)
            if st.form_submit_button(_("Start with these settings"), icon=":material/restart_alt:"):
                _start(visit, wanted)
                st.rerun()
    with st.expander(_("Share this run"), icon=":material/share:"):
        st.markdown(_("This link opens the laboratory with the same settings and seed: the run repeats itself."))
        st.code(link(_, visit.config), language=None, wrap_lines=True)


def figure(_: Translator, value: float) -> str:
    """A setting with as many decimals as it has, up to four figures that count."""
    places = -int(Decimal(f"{value:.4g}").as_tuple().exponent)
    return _.number(value, max(places, 0))


def link(_: Translator, config: LabConfig) -> str:
    """An address of the laboratory with the settings; nothing else of this page's goes along, such as a host's key."""
    return f"{room_entry.address()}?{urlencode({'lang': _.language, 'part': 'lab'} | config.to_query())}"


def _start(visit: LabVisit, wanted: dict[str, Any]) -> None:
    own = {"points": visit.drawn} if wanted["data"] == data.OWN else {"points": ()}
    try:
        config = LabConfig(**wanted, **own)
    except UserError as problem:
        visit.problem = problem
        return
    visit.open(config)


def _fields(_: Translator, config: LabConfig, version: int) -> dict[str, Any]:
    def key(name: str) -> str:
        return f"lab_{name}_{version}_{_.language}"

    def choose(label: str, name: str, names: dict[str, str], **more: Any) -> str:
        keys = list(names)
        return st.selectbox(label, keys, keys.index(getattr(config, name)), format_func=lambda value: _(names[value]),
                            key=key(name), **more)  # fmt: skip

    def slide(label: str, name: str, steps: tuple[float, ...], **more: Any) -> Any:
        value = getattr(config, name)
        return st.select_slider(label, sorted({*steps, value}), value, key=key(name),
                                format_func=lambda each: figure(_, each), **more)  # fmt: skip

    def count(label: str, name: str, low: int, high: int) -> int:
        return int(st.number_input(label, low, high, getattr(config, name), key=key(name)))

    wanted: dict[str, Any] = {}
    one, two, three = st.columns(3, gap="medium")
    with one:
        wanted["data"] = choose(_("Real points"), "data", DATA_NAMES)
        wanted["noise"] = choose(_("Noise"), "noise", NOISE_NAMES)
        wanted["noise_size"] = count(_("Dimensions of the noise"), "noise_size", 1, 2)
        wanted["seed"] = count(_("Seed of the run"), "seed", 0, 2**31 - 1)
        wanted["batch_size"] = int(slide(_("Points per update"), "batch_size", BATCHES))
    with two:
        wanted["loss"] = choose(_("Loss"), "loss", LOSS_NAMES)
        wanted["penalty"] = float(
            slide(
                _("Gradient penalty"), "penalty", PENALTIES,
                help=_("Keeps the discriminator smooth. With the Wasserstein loss, try 0.1 and five updates of the "
                       "discriminator; with the others it is R1."),
            )
        )  # fmt: skip
        wanted["optimiser"] = choose(_("Optimiser"), "optimiser", OPTIMISER_NAMES)
        wanted["activation"] = choose(_("Activation"), "activation", ACTIVATION_NAMES)
    with three:
        for side, title in (("critic", _("Discriminator")), ("generator", _("Generator"))):
            st.markdown(f"**{title}**")
            wanted[f"{side}_rate"] = float(slide(_("Learning rate: {who}").format(who=title), f"{side}_rate", RATES))
            left, middle, right = st.columns(3)
            with left:
                wanted[f"{side}_layers"] = count(_("Layers"), f"{side}_layers", 0, 4)
            with middle:
                wanted[f"{side}_width"] = count(_("Width"), f"{side}_width", 1, 64)
            with right:
                wanted[f"{side}_steps"] = count(_("Updates"), f"{side}_steps", 0, 20)
    return wanted


def _own_points(_: Translator, visit: LabVisit) -> None:
    with st.popover(_("Draw or upload points"), icon=":material/draw:"):
        st.markdown(_("Encircle dots with the mouse or a finger, as often as you like; or upload a CSV file."))
        event: Any = st.plotly_chart(
            lab_figures.dots(visit.drawn),
            key=f"lab_dots_{len(visit.drawn)}",
            on_select="rerun",
            selection_mode=("lasso", "points"),
            config={"displayModeBar": False},
            alt=_("A sheet of dots to draw on; {count} points so far").format(count=_.number(len(visit.drawn))),
        )
        new = [(point["x"], point["y"]) for point in event.selection.points if point.get("curve_number") == 0]
        if set(new) - set(visit.drawn):
            visit.drawn = _thinned(tuple(dict.fromkeys([*visit.drawn, *new])))
            st.rerun()
        file = st.file_uploader(_("CSV with two columns, x and y"), type=["csv", "txt"], max_upload_size=1,
                                key="lab_csv")  # fmt: skip
        if file is not None and st.button(_("Take the points of this file"), icon=":material/upload:", key="lab_take"):
            try:
                visit.drawn, visit.csv_rows = data.read_csv(file.getvalue())
            except UserError as problem:
                st.error(explain(problem), icon=":material/error:")
            else:
                st.caption(
                    _("{rows} rows read; {count} points taken, moved and scaled into view.").format(
                        rows=_.number(visit.csv_rows), count=_.number(len(visit.drawn))
                    )
                )
        with st.container(horizontal=True):
            if st.button(_("Learn from these {count} points").format(count=_.number(len(visit.drawn))),
                         icon=":material/check:", disabled=len(visit.drawn) < data.FEWEST_POINTS,
                         key="lab_learn"):  # fmt: skip
                visit.open(replace(visit.config, data=data.OWN, points=visit.drawn))
                st.rerun()
            if st.button(_("Wipe"), icon=":material/delete:", disabled=not visit.drawn, key="lab_wipe"):
                visit.drawn = ()
                st.rerun()


def _thinned(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    chosen = np.linspace(0, len(points) - 1, min(len(points), data.MOST_POINTS)).astype(int)
    return tuple(points[place] for place in chosen)
