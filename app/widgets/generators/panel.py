"""The panel about a generator's model: tabs, of which the open one is drawn, and what their figures have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets import openings
from core.reporting import product_charts

if TYPE_CHECKING:
    from core.artifacts import Manifest

Record = dict[str, Any]
Service = TypeVar("Service")
Tab = Callable[[Translator, Record, Service], None]

_DISTRIBUTION = {
    "kid": ("KID", 4, N_("Distance between generated and real pictures; 0 is as good as can be.")),
    "fid": ("FID", 1, N_("The same by an older recipe; with so few pictures even real ones are far from 0.")),
    "inception_score": (N_("Inception Score"), 2, N_("How clear and how varied the pictures are; higher is better.")),
    "precision": (N_("Precision"), 3, N_("Share of generated pictures that could be real ones.")),
    "recall": (N_("Recall"), 3, N_("Share of real pictures that could be generated ones.")),
}  # fmt: skip


def show(_: Translator, room: str, tabs: Mapping[str, Tab[Service]], record: Record, service: Service) -> None:
    """The panel at the end of the page; only the open tab is computed."""
    st.header(_("The model"), anchor="model", divider="gray")
    places = openings.tabs(_, [_(title) for title in tabs], f"{room}_tab")
    for place, draw in zip(places, tabs.values(), strict=True):
        if place.open:
            with place:
                draw(_, record, service)


def unmeasured(_: Translator) -> None:
    """In place of figures that are not there."""
    st.info(_("This has not been measured."))


def metric(_: Translator, cell: Any, title: str, row: Mapping[str, float], about: str) -> None:
    """An accuracy; `about` says its {ceiling} and {floor}."""
    said = about.format(ceiling=_.percent(row["ceiling"]), floor=_.percent(row["floor"]))
    cell.metric(title, _.percent(row["accuracy"]), help=said, border=True)


def kid(_: Translator, cell: Any, title: str, row: Mapping[str, float] | None) -> None:
    """A distance to real pictures, where it was measured."""
    if row:
        cell.metric(title, _.number(row["kid"], 4), border=True)


def pace(_: Translator, cell: Any, title: str, metrics: Record) -> None:
    """How long one picture takes, where it was measured."""
    if "milliseconds" in metrics:
        took = _.number(metrics["milliseconds"]["per_picture"], 0)
        cell.metric(title, _("{time} ms").format(time=took), border=True)


def distribution(_: Translator, metrics: Record, sets: Mapping[str, str], alt: str) -> None:
    """How far the pictures of each of `sets` (titles by key) are from real ones, and what the columns mean."""
    found = metrics.get("distribution", {})
    rows = {_(title): found[key] for key, title in sets.items() if found.get(key)}
    if not rows:
        return
    columns = {key: column for key, column in _DISTRIBUTION.items() if any(key in row for row in rows.values())}
    table = pd.DataFrame(
        {_("Pictures"): list(rows)}
        | {
            _(title): [_.number(row[key], digits) if key in row else "–" for row in rows.values()]
            for key, (title, digits, _about) in columns.items()
        }
    ).set_index(_("Pictures"))
    st.dataframe(table, alt=alt)
    st.markdown("\n".join(f"- **{_(title)}** – {_(about)}" for title, _digits, about in columns.values()))
    st.caption(
        _(
            "{count} pictures against {reference} training pictures, in the features of {network}: other networks or "
            "numbers of pictures give other figures, so compare within this table only."
        ).format(
            count=_.number(found["n"]), reference=_.number(found["reference"]), network=metrics.get("network", "–")
        )
        if "n" in found and "reference" in found
        else _("In the features of {network}: compare within this table only.").format(
            network=metrics.get("network", "–")
        )
    )


def copies(_: Translator, found: Record) -> None:
    """How many pictures lie suspiciously near to one the generator learned from."""
    for space, title in (("pixels", N_("in pixels")), ("features", N_("in features"))):
        row = found.get(space)
        if row:
            st.markdown(
                _(
                    "- Copies? {space}: {share} of the pictures lie nearer to a training picture than nearly all "
                    "(95%) held-out ones do; for new real pictures that would be {chance}."
                ).format(space=_(title), share=_.percent(row["suspicious"]), chance=_.percent(row["chance"], 0))
            )


def finished(_: Translator, manifest: Manifest) -> None:
    """What the last stage of the training was, of a model that had it."""
    if "finish" in manifest.parameters.get("stages", {}):
        st.markdown(
            _(
                "At last the **decoder** learned from what the generator makes: against another critic, which looks at "
                "the pictures through a network of photographs, and held near what it drew before."
            )
        )


def as_asked(
    _: Translator,
    key: str,
    names: Sequence[str],
    bars: Mapping[str, Sequence[float | None]],
    marks: Mapping[str, Sequence[float | None]],
) -> None:
    """Shares of pictures that show what was asked for, by name, with marks such as floor and ceiling."""
    st.plotly_chart(
        product_charts.between(names, bars, marks, _.percent, y=_("as asked")),
        key=key,
        alt=in_words(_, names, {**bars, **marks}),
    )


def in_words(_: Translator, names: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> str:
    """A figure of shares in words."""
    return "; ".join(
        f"{title}: " + ", ".join(f"{n} {_.percent(v, 0)}" for n, v in zip(names, values, strict=True) if v is not None)
        for title, values in series.items()
    )


def artists(_: Translator, credits: Sequence[str]) -> None:
    """Whose work it learned from."""
    st.subheader(_("The artists"), anchor=False)
    for credit in credits:
        st.caption(credit)
