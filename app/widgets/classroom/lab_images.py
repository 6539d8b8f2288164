"""The picture laboratory: a DCGAN learns small pictures live; one training at a time, others watch and wait."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app import stopping
from app.frame import page_memory
from app.i18n import N_, Translator, explain
from app.widgets.classroom import lab_figures, lab_settings
from app.widgets.openings import begun
from core.classroom.imagelab.config import DATA, MAX_SEED, MOST_CRITIC_STEPS, RATES, ImageLabConfig
from core.classroom.imagelab.pictures import load, nearest
from core.classroom.imagelab.turns import Record, TrainerView
from core.classroom.imagelab.view import Checkpoint, ImageSnapshot
from core.classroom.trainer import SHARED as TRAINER
from core.errors import UserError
from core.images import encode_png, grid

_REFRESH, _REST = 1.0, 3.0  # seconds between looks: while something trains, and while somebody else might start
_STATE, _PROBLEM = "image_lab", "image_lab_problem"
_COLUMNS, _SIDE = 5, 96  # of the sheet, and the width at which a picture is shown
DATA_NAMES = {"faces": N_("Emoji faces (109 drawings)"), "digits": N_("Handwritten digits (1,797)")}
_OPENING = N_("The networks are opening; the first time takes some seconds.")
_STATES = {
    "opening": _OPENING,
    "training": N_("Training"),
    "paused": N_("Paused"),
    "asleep": N_("Paused: nobody was watching"),
    "ended": N_("Ended"),
    "failed": N_("Failed"),
}
_RUNS = ("opening", "training")

stopping.before_the_end(TRAINER.shut_down)


def show(_: Translator) -> None:
    """Settings and buttons, and below the run: the visitor's own, or the one that trains now."""
    visitor: str = page_memory().setdefault(_STATE, uuid.uuid4().hex)
    problem: UserError | None = page_memory().pop(_PROBLEM, None)
    if problem:
        st.warning(explain(problem), icon=":material/hourglass:")
    seen = TRAINER.view(visitor)
    _settings(_, visitor, seen)
    moving = seen.place or any(record and record.state in _RUNS for record in (seen.own, seen.running))
    st.fragment(_live, run_every=_REFRESH if moving else _REST)(_, visitor, _situation(seen))
    st.caption(
        _(
            "Faces: Noto Emoji, Google, Apache License 2.0. Digits: E. Alpaydin and C. Kaynak, UCI, CC BY 4.0, by way "
            "of scikit-learn. With so few drawings the network can learn them by heart: compare with the originals."
        )
    )


def _situation(seen: TrainerView) -> tuple[object, ...]:
    """What the buttons depend on: when it changes, the page follows."""
    return (seen.own.state if seen.own else None, bool(seen.running), seen.mine, bool(seen.place))


def _do(visitor: str, act: Callable[[], None]) -> None:
    try:
        act()
    except UserError as problem:
        page_memory()[_PROBLEM] = problem


def _settings(_: Translator, visitor: str, seen: TrainerView) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            _("Pictures"), DATA, default=DATA[0], required=True, format_func=lambda key: _(DATA_NAMES[key]),
            key="image_lab_data",
        )  # fmt: skip
        with st.popover(_("Settings"), icon=":material/tune:"):
            rate = st.select_slider(
                _("Learning rate"), RATES, format_func=lambda value: lab_settings.figure(_, value),
                key=begun(_, "image_lab_rate", 0.001),
            )  # fmt: skip
            steps = st.number_input(
                _("Updates of the discriminator per step"), 1, MOST_CRITIC_STEPS, 1, key="image_lab_steps"
            )
            seed = st.number_input(_("Seed of the run"), 0, MAX_SEED, 1, key="image_lab_seed")
    config = ImageLabConfig(chosen, float(rate), int(steps), int(seed))
    state = seen.own.state if seen.own and seen.mine else None
    with st.container(horizontal=True):
        act = {
            "start": lambda: TRAINER.start(visitor, config), "pause": lambda: TRAINER.pause(visitor),
            "resume": lambda: TRAINER.resume(visitor), "stop": lambda: TRAINER.stop(visitor),
        }  # fmt: skip

        def button(title: str, icon: str, verb: str) -> None:
            st.button(
                title, icon=f":material/{icon}:", on_click=_do, args=(visitor, act[verb]), key=f"image_lab_{verb}"
            )

        if seen.place:
            button(_("Leave the line"), "logout", "stop")
            return
        if state == "training":
            button(_("Pause"), "pause", "pause")
        elif state in ("paused", "asleep"):
            button(_("Go on"), "play_arrow", "resume")
        if seen.mine:
            button(_("End"), "stop", "stop")
        else:
            button(_("Get in line") if seen.running else _("Train"), "model_training", "start")


def _live(_: Translator, visitor: str, before: tuple[object, ...]) -> None:
    seen = TRAINER.view(visitor)
    if _situation(seen) != before:
        st.rerun()
    if seen.place and not seen.running:  # the trainer is about to take it
        st.caption(_(_OPENING))
        return
    if seen.place:
        st.info(
            _("You are number {place} in the line. Meanwhile you watch the training of someone else.").format(
                place=_.number(seen.place)
            ),
            icon=":material/hourglass:",
        )
    if seen.mine and seen.left is not None:
        st.info(
            _.ngettext(
                "{count} person waits; your turn lasts {seconds} s more.",
                "{count} people wait; your turn lasts {seconds} s more.",
                seen.waiting,
            ).format(count=_.number(seen.waiting), seconds=_.number(seen.left)),
            icon=":material/groups:",
        )
    others = seen.running if not seen.mine else None
    record = others if others and (seen.place or seen.own is None) else seen.own
    if record is None:
        st.info(_("Nothing trains now. Press “Train”: after a minute or so, pictures appear out of noise."),
                icon=":material/model_training:")  # fmt: skip
        return
    if record is others:
        st.caption(_("This is the training of another visitor."))
    _run(_, record)


def _run(_: Translator, record: Record) -> None:
    if record.problem:
        st.error(explain(record.problem), icon=":material/error:")
    if record.latest is None:
        st.caption(_(_STATES[record.state]))
        return
    snapshot = record.latest
    steps = [each.snapshot.step for each in record.checkpoints]
    moving = record.state in _RUNS
    if len(steps) > 1:
        place = st.select_slider(
            _("Look back"),
            [*range(len(steps)), -1],
            -1,
            format_func=lambda place: _("now") if place < 0 else _.number(steps[place]),
            # another slider after each halt: one that was left at an earlier step would hold the pictures there
            key=f"image_lab_scrub_{'moving' if moving else record.step}_{_.language}",
            help=_("Goes back to earlier pictures of the same noise"),
            disabled=moving,
        )
        snapshot = record.checkpoints[place].snapshot if place >= 0 else snapshot
    pictures, originals, figures = st.columns([5, 5, 4], gap="medium")
    sheet, data = _sheet(snapshot.pictures), record.config.data
    with pictures:
        st.image(
            sheet,
            width="stretch",
            alt=_("{count} generated pictures at step {step}, always of the same noise").format(
                count=_.number(len(snapshot.pictures)), step=_.number(snapshot.step)
            ),
        )
        st.caption(f"{_(DATA_NAMES[data])} · " + _("step {step}").format(step=_.number(snapshot.step)))
        st.download_button(
            _("Download these pictures (PNG)"), lambda: encode_png(sheet), f"effigies-{data}-{snapshot.step}.png",
            "image/png", icon=":material/download:", key="image_lab_download", on_click="ignore",
            disabled=moving, help=_("As soon as the training pauses or ends") if moving else None,
        )  # fmt: skip
    with originals:
        st.image(
            _sheet(nearest(snapshot.pictures, _originals(data))),
            width="stretch",
            alt=_("The originals that are nearest to the {count} pictures, each at the same place").format(
                count=_.number(len(snapshot.pictures))
            ),
        )
        st.caption(_("The original nearest to each, pixel by pixel, at the same place: is it learned, or copied?"))
    with figures:
        _figures(_, record, snapshot)


def _figures(_: Translator, record: Record, snapshot: ImageSnapshot) -> None:
    with st.container(horizontal=True):
        st.metric(_("State"), _(_STATES[record.state]) if record.state != "opening" else "…")
        st.metric(_("Seconds"), _.number(record.seconds))
        st.metric(_("Steps a second"), _.number(record.speed, 1) if record.speed else "–")
    st.image(
        lab_figures.scores(_, snapshot.real_scores, snapshot.fake_scores),
        width="stretch",
        alt=_("How real the discriminator finds real and generated pictures: right in {share} of cases").format(
            share=_.percent(snapshot.accuracy, 0)
        ),
    )
    st.caption(
        _(
            "The discriminator is right in {share} of cases; 50 % would be guessing. Its scores are moved so that the "
            "line between real and generated lies where it errs as often on either."
        ).format(share=_.percent(snapshot.accuracy, 0))
    )
    _losses(_, record.checkpoints)


def _losses(_: Translator, checkpoints: tuple[Checkpoint, ...]) -> None:
    rows = [each.snapshot for each in checkpoints if each.snapshot.critic is not None]
    if len(rows) < 2:
        return
    steps = [row.step for row in rows]
    curves = {
        _("Discriminator"): (steps, [row.critic or 0.0 for row in rows]),
        _("Generator"): (steps, [row.generator or 0.0 for row in rows]),
    }
    st.markdown(f"**{_('Losses')}**")
    st.image(
        lab_figures.curves(_, curves, _("step")),
        width="stretch",
        alt=_("Losses at step {step}: discriminator {critic}, generator {generator}").format(
            step=_.number(steps[-1]),
            critic=_.number(rows[-1].critic or 0.0, 2),
            generator=_.number(rows[-1].generator or 0.0, 2),
        ),
    )


@cache
def _originals(data: str) -> NDArray[np.uint8]:
    return load(data)


def _sheet(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures in rows, every pixel enlarged to a square, so that browsers do not blur them."""
    times = max(1, _SIDE // pictures.shape[1])
    return grid(pictures.repeat(times, axis=1).repeat(times, axis=2), _COLUMNS, gap=6)
