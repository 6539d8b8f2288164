"""How a generator was trained: curves, what each stage cost, and what it drew while it learned, DCGAN beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.i18n import N_, Translator
from app.widgets.generators.panel import Record
from core.reporting import charts, product_charts

if TYPE_CHECKING:
    from core.artifacts import Manifest

_STAGES = {
    "autoencoder": N_("Autoencoder"),
    "prior": N_("Generator of latents"),
    "finish": N_("Decoder on generated latents"),
    "judge": N_("Judge of the figures"),
    "dcgan": N_("DCGAN, for comparison"),
}
_CURVES = {
    "validation_l1": N_("Mean difference from held-out pictures"),
    "validation_psnr": N_("PSNR on held-out pictures, in dB"),
    "validation_perceptual": N_("Perceptual distance from held-out pictures"),
    "validation_latent_distance": N_("Distance of generated from real latents"),
    "validation_kid": N_("KID of what the learning decoder makes"),
    "validation_distance": N_("Distance of generated from real pictures"),
    "critic": N_("Loss of the critic"),
    "generator": N_("Loss of the generator"),
    "margin": N_("How much higher the critic rates real ones"),
    "mismatch_margin": N_("How much lower the critic rates wrong descriptions"),
    "penalty": N_("Penalty on the critic’s slope"),
    "l1": N_("Mean difference from training pictures"),
    "perceptual": N_("Perceptual distance from training pictures"),
    "loss": N_("Loss"),
}


def curves(
    _: Translator, room: str, record: Record, manifest: Manifest, names: Mapping[str, str] | None = None
) -> None:
    """One curve at a time, of those that have a name, and what each stage cost; `names` only this generator has."""
    known = {**_CURVES, **(names or {})}
    stages = {stage: rows for stage, rows in record["history"].items() if _named(rows, known)}
    if stages:
        _curve(_, room, stages, known)
    else:
        st.info(_("The training curves are not stored with this model."))
    spent = manifest.parameters.get("stages", {})
    lines = [
        _("- {stage}: {minutes} minutes, {images} pictures shown").format(
            stage=_stage(_, key), minutes=_.number(row["minutes"]), images=_.number(row["images_shown"])
        )
        for key, row in spent.items()
    ]
    if lines:
        st.markdown("\n".join(lines))
    if "finish" in spent:
        st.caption(
            _(
                "The critic of the decoder on generated latents looked through a network trained on photographs. "
                "Distances are measured by another one, trained on the same photographs, so they may flatter."
            )
        )


def _curve(_: Translator, room: str, stages: Mapping[str, list[Record]], names: Mapping[str, str]) -> None:
    left, right = st.columns(2)
    stage = left.selectbox(
        _("Stage"), list(stages), format_func=lambda key: _stage(_, key), key=f"{room}_stage_{_.language}"
    )
    name = right.selectbox(
        _("Measured"),
        _named(stages[stage], names),
        format_func=lambda key: _(names[key]),
        key=f"{room}_curve_{stage}_{_.language}",
    )
    (shown, values), title = product_charts.curve(stages[stage], name), _(names[name])
    st.plotly_chart(
        charts.lines({title: (shown, values)}, x=_("pictures shown"), y=title),
        key=f"{room}-history",
        alt=_("{title}: from {first} to {last}").format(
            title=title, first=_.number(values[0], 3), last=_.number(values[-1], 3)
        ),
    )


def _named(history: list[Record], names: Mapping[str, str]) -> list[str]:
    return [name for name in product_charts.measured(history) if name in names]


def samples(_: Translator, record: Record, about: str) -> None:
    """Sheets drawn while training, always of the same wishes and seeds, which `about` says; the last side by side."""
    stages: dict[str, list[Record]] = {}
    for sheet in record["samples"]:
        stages.setdefault(sheet["stage"], []).append(sheet)
    if not stages:
        st.info(_("No sheets from the training are stored with this model."))
        return
    st.subheader(_("At the end, side by side"), anchor=False)
    for column, (stage, sheets) in zip(st.columns(len(stages)), stages.items(), strict=True):
        with column:
            _sheet(_, stage, sheets[-1])
    for stage, sheets in stages.items():
        if len(sheets) > 1:
            st.subheader(_("{stage}, while it learned").format(stage=_stage(_, stage)), anchor=False)
            columns = st.columns(min(len(sheets), 4))
            for place, sheet in enumerate(sheets):
                with columns[place % len(columns)]:
                    _sheet(_, stage, sheet)
    st.caption(about)


def _sheet(_: Translator, stage: str, sheet: Mapping[str, Any]) -> None:
    said = _("{stage}, step {step}").format(stage=_stage(_, stage), step=_.number(sheet["step"]))
    st.image(sheet["path"], width="stretch", alt=said)
    st.caption(said)


def _stage(_: Translator, key: str) -> str:
    return _(_STAGES[key]) if key in _STAGES else key
