"""Recorded runs of the large models: what they drew while they learned, as a time line to slide along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.i18n import N_, Translator

Sheet = Mapping[str, Any]  # "stage", "step", "path", as `app.records.product_record()["samples"]` gives them
STAGES = {
    "autoencoder": N_("Autoencoder"),
    "prior": N_("Generator of latents"),
    "finish": N_("Decoder on generated latents"),
    "dcgan": N_("DCGAN, for comparison"),
}


def show(_: Translator, runs: Mapping[str, Sequence[Sheet]]) -> None:
    """A slider over the sheets of one run; `runs` are sheets by the translated name of their model."""
    lines = {
        (model, stage): sheets
        for model, samples in runs.items()
        for stage, sheets in _by_stage(samples).items()
        if sheets
    }
    if not lines:
        st.info(_("No sheets from the training are stored with these models."))
        return
    chosen = st.selectbox(
        _("Recorded training"),
        list(lines),
        format_func=lambda line: _name(_, *line),
        key=f"recorded_run_{_.language}",
    )
    sheets = lines[chosen]
    place = len(sheets) - 1
    if len(sheets) > 1:
        place = st.select_slider(
            _("Step of the training"),
            range(len(sheets)),
            place,
            format_func=lambda number: _.number(sheets[number]["step"]),
            key=f"recorded_step_{chosen[0]}_{chosen[1]}_{_.language}",
        )
    step = _.number(sheets[place]["step"])
    st.image(
        sheets[place]["path"],
        width="stretch",
        alt=_("{model} at step {step}: a sheet of generated pictures").format(model=_name(_, *chosen), step=step),
    )
    st.caption(
        _("Step {step}. Every sheet has the same inputs and is shown as it came, the poor ones too.").format(step=step)
    )


def _by_stage(samples: Sequence[Sheet]) -> dict[str, list[Sheet]]:
    stages: dict[str, list[Sheet]] = {}
    for sheet in samples:
        stages.setdefault(sheet["stage"], []).append(sheet)
    return {stage: sorted(sheets, key=lambda sheet: sheet["step"]) for stage, sheets in stages.items()}


def _name(_: Translator, model: str, stage: str) -> str:
    return f"{model} · {_(STAGES[stage]) if stage in STAGES else stage}"
