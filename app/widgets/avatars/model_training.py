"""How the avatar generator was trained: curves, and what it drew while it learned, DCGAN beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from app.i18n import N_, Translator
from core.reporting import charts, product_charts

if TYPE_CHECKING:
    from core.avatar.service import AvatarGenerator

Record = dict[str, Any]
_STAGES = {
    "autoencoder": N_("Autoencoder"),
    "prior": N_("Generator of latents"),
    "judge": N_("Judge of the figures"),
    "dcgan": N_("DCGAN, for comparison"),
}


def training(_: Translator, record: Record, service: AvatarGenerator) -> None:
    """One curve at a time, what each stage cost, and the sheets drawn at the end."""
    stages = {stage: rows for stage, rows in record["history"].items() if product_charts.measured(rows)}
    if stages:
        _curve(_, stages)
    else:
        st.info(_("The training curves are not stored with this model."))
    spent = service.manifest.parameters.get("stages", {})
    lines = [
        _("- {stage}: {minutes} minutes, {images} pictures shown").format(
            stage=_stage(_, key), minutes=_.number(row["minutes"]), images=_.number(row["images_shown"])
        )
        for key, row in spent.items()
    ]
    if lines:
        st.markdown("\n".join(lines))
    sheets: dict[str, list[Record]] = {}
    for sheet in record["samples"]:
        sheets.setdefault(sheet["stage"], []).append(sheet)
    for stage, drawn in sheets.items():
        st.subheader(_("{stage}, while it learned").format(stage=_stage(_, stage)), anchor=False)
        columns = st.columns(min(len(drawn), 4))
        for place, sheet in enumerate(drawn):
            said = _("{stage}, step {step}").format(stage=_stage(_, stage), step=_.number(sheet["step"]))
            with columns[place % len(columns)]:
                st.image(sheet["path"], width="stretch", alt=said)
                st.caption(said)


def _curve(_: Translator, stages: dict[str, list[Record]]) -> None:
    left, right = st.columns(2)
    stage = left.selectbox(
        _("Stage"), list(stages), format_func=lambda key: _stage(_, key), key=f"avatars_stage_{_.language}"
    )
    name = right.selectbox(
        _("Measured"), product_charts.measured(stages[stage]), key=f"avatars_curve_{stage}_{_.language}"
    )
    shown, values = product_charts.curve(stages[stage], name)
    st.plotly_chart(
        charts.lines({name: (shown, values)}, x=_("pictures shown"), y=name),
        key="avatars-history",
        alt=_("{title}: from {first} to {last}").format(
            title=name, first=_.number(values[0], 3), last=_.number(values[-1], 3)
        ),
    )


def _stage(_: Translator, key: str) -> str:
    return _(_STAGES[key]) if key in _STAGES else key
