"""How the product generator was trained: curves, and what it drew while it learned, DCGAN beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from app.i18n import N_, Translator
from core.reporting import charts, product_charts

if TYPE_CHECKING:
    from core.product.service import ProductGenerator

Record = dict[str, Any]
STAGES = {
    "autoencoder": N_("Autoencoder"),
    "prior": N_("Generator of latents"),
    "judge": N_("Judge of the figures"),
    "dcgan": N_("DCGAN, for comparison"),
}
_CURVES = {
    "validation_l1": N_("Mean difference from held-out photos"),
    "validation_psnr": N_("PSNR on held-out photos, in dB"),
    "validation_perceptual": N_("Perceptual distance from held-out photos"),
    "validation_latent_distance": N_("Distance of generated from real latents"),
    "validation_distance": N_("Distance of generated from real pictures"),
    "validation_type": N_("Type accuracy on held-out photos"),
    "validation_colour": N_("Colour accuracy on held-out photos"),
    "validation_gender": N_("Accuracy of “for whom” on held-out photos"),
    "critic": N_("Loss of the critic"),
    "generator": N_("Loss of the generator"),
    "margin": N_("How much higher the critic rates real ones"),
}


def training(_: Translator, record: Record, service: ProductGenerator) -> None:
    """One curve at a time: the stage, and what was measured in it."""
    stages = {stage: rows for stage, rows in record["history"].items() if product_charts.measured(rows)}
    if not stages:
        st.info(_("The training curves are not stored with this model."))
        return
    left, right = st.columns(2)
    stage = left.selectbox(
        _("Stage"), list(stages), format_func=lambda key: _stage(_, key), key=f"products_stage_{_.language}"
    )
    name = right.selectbox(
        _("Measured"),
        product_charts.measured(stages[stage]),
        format_func=lambda key: _(_CURVES[key]) if key in _CURVES else key,
        key=f"products_curve_{stage}_{_.language}",
    )
    title = _(_CURVES[name]) if name in _CURVES else name
    shown, values = product_charts.curve(stages[stage], name)
    st.plotly_chart(
        charts.lines({title: (shown, values)}, x=_("pictures shown"), y=title),
        key="products-history",
        alt=_("{title}: from {first} to {last}").format(
            title=title, first=_.number(values[0], 3), last=_.number(values[-1], 3)
        ),
    )
    spent = service.manifest.parameters.get("stages", {})
    lines = [
        _("- {stage}: {minutes} minutes, {images} pictures shown").format(
            stage=_stage(_, key), minutes=_.number(row["minutes"]), images=_.number(row["images_shown"])
        )
        for key, row in spent.items()
    ]
    if lines:
        st.markdown("\n".join(lines))


def over_time(_: Translator, record: Record, service: ProductGenerator) -> None:
    """Sheets drawn while training, always of the same captions and seeds; at the end ours and DCGAN side by side."""
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
    st.caption(_("Every sheet is for the same held-out captions. They are shown as they came, the poor ones too."))


def _sheet(_: Translator, stage: str, sheet: Record) -> None:
    said = _("{stage}, step {step}").format(stage=_stage(_, stage), step=_.number(sheet["step"]))
    st.image(sheet["path"], width="stretch", alt=said)
    st.caption(said)


def _stage(_: Translator, key: str) -> str:
    return _(STAGES[key]) if key in STAGES else key
