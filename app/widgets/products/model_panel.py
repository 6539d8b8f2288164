"""How good the product generator is: what `evaluate` measured, how it was trained, how it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.products import wording
from app.widgets.products.model_training import over_time, training
from core.reporting import charts, product_charts

if TYPE_CHECKING:
    from core.product.service import ProductGenerator

Record = dict[str, Any]
HEADS = {"type": N_("Type"), "colour": N_("Colour"), "gender": N_("For whom")}
_SETS = {"generated": N_("Ours"), "baseline": "DCGAN", "real": N_("Real photos, held out")}
_DISTRIBUTION = {
    "kid": ("KID", 4, N_("Distance between generated and real pictures; 0 is as good as can be.")),
    "fid": ("FID", 1, N_("The same by an older recipe; with so few pictures even real photos are far from 0.")),
    "inception_score": (N_("Inception Score"), 2, N_("How clear and how varied the pictures are; higher is better.")),
    "precision": (N_("Precision"), 3, N_("Share of generated pictures that could be real ones.")),
    "recall": (N_("Recall"), 3, N_("Share of real pictures that could be generated ones.")),
}  # fmt: skip


def show(_: Translator, record: Record, service: ProductGenerator) -> None:
    """The panel at the end of the page; only the open tab is computed."""
    st.header(_("The model"), anchor="model", divider="gray")
    tabs = st.tabs([_(title) for title in _TABS], on_change="rerun", key="products_tab")
    for tab, draw in zip(tabs, _TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(_, record, service)


def _summary(_: Translator, record: Record, service: ProductGenerator) -> None:
    metrics = record["metrics"]
    attributes, found = metrics.get("attributes", {}), metrics.get("distribution", {})
    cells = st.columns(4)
    for cell, head in zip(cells, ("type", "colour"), strict=False):
        if head in attributes:
            row = attributes[head]
            cell.metric(
                _("{what} as asked").format(what=_(HEADS[head])),
                _.percent(row["accuracy"]),
                help=_("Real photos: {ceiling}. Captions shuffled: {floor}.").format(
                    ceiling=_.percent(row["ceiling"]), floor=_.percent(row["floor"])
                ),
                border=True,
            )
    if "generated" in found:
        cells[2].metric(_("KID, less is better"), _.number(found["generated"]["kid"], 4), border=True)
    if "milliseconds" in metrics:
        took = _.number(metrics["milliseconds"]["per_picture"], 0)
        cells[3].metric(_("One picture"), _("{time} ms").format(time=took), border=True)
    if attributes:
        _attributes(_, attributes)
    st.markdown(
        _(
            "One picture was drawn for each of {count} captions of photos that were held out of training (they also "
            "served to choose the model). A separate network, trained on real photos only, says what it sees; its "
            "accuracy on real photos is the ceiling. The floor is what the same pictures get with their captions "
            "shuffled."
        ).format(count=_.number(metrics["n"]))
    )


def _attributes(_: Translator, attributes: Record) -> None:
    rows = {head: attributes[head] for head in HEADS if head in attributes}
    bars = {_("Ours"): [row["accuracy"] for row in rows.values()]}
    if any(row.get("baseline") is not None for row in rows.values()):
        bars["DCGAN"] = [row.get("baseline") for row in rows.values()]
    marks = {
        _("Ceiling: real photos"): [row["ceiling"] for row in rows.values()],
        _("Floor: captions shuffled"): [row["floor"] for row in rows.values()],
    }
    names = [_(HEADS[head]) for head in rows]
    st.plotly_chart(
        product_charts.between(names, bars, marks, _.percent, y=_("as asked")),
        key="products-attributes",
        alt=_said(_, names, bars | marks),
    )


def _figures(_: Translator, record: Record, service: ProductGenerator) -> None:
    metrics = record["metrics"]
    if "distribution" in metrics:
        _distribution(_, metrics)
    fit = metrics.get("r_precision")
    if fit:
        st.subheader(_("Does the picture fit its text?"), anchor=False)
        said = [f"{_(title)} {_.percent(fit[key])}" for key, title in _SETS.items() if fit.get(key) is not None]
        st.markdown(
            _(
                "Among {candidates} captions, the judge finds the picture’s own first (R-precision): {figures}; "
                "chance {chance}."
            ).format(candidates=fit["candidates"], figures=", ".join(said), chance=_.percent(fit["chance"]))
        )
    varied = metrics.get("diversity")
    if varied:
        st.subheader(_("Are the pictures of one text different?"), anchor=False)
        st.markdown(
            _("{pictures} pictures of one text differ by {share} of what real photos of that text differ by.").format(
                pictures=varied["pictures"], share=_.percent(varied["share_of_real"], 0)
            )
        )
    if "memorisation" in metrics:
        _memorisation(_, metrics["memorisation"])
    french = metrics.get("french")
    if french:
        st.subheader(_("French beside English"), anchor=False)
        bars = {
            _("French"): [french["french"][head] for head in HEADS],
            _("English"): [french["english"][head] for head in HEADS],
        }
        names = [_(title) for title in HEADS.values()]
        st.plotly_chart(
            product_charts.between(names, bars, {}, _.percent, y=_("as asked")),
            key="products-french",
            alt=_said(_, names, bars),
        )


def _distribution(_: Translator, metrics: Record) -> None:
    found = metrics["distribution"]
    sets = {_(title): found[key] for key, title in _SETS.items() if found.get(key)}
    table = pd.DataFrame(
        {_("Pictures"): list(sets)}
        | {
            _(title): [_.number(row[key], digits) if key in row else "–" for row in sets.values()]
            for key, (title, digits, _about) in _DISTRIBUTION.items()
        }
    ).set_index(_("Pictures"))
    st.dataframe(table, alt=_("Distances to real pictures: ours, DCGAN, real photos"))
    st.markdown("\n".join(f"- **{_(title)}** – {_(about)}" for title, _digits, about in _DISTRIBUTION.values()))
    st.caption(
        _(
            "{count} pictures against {reference} training photos, in the features of {network}: other networks or "
            "numbers of pictures give other figures, so compare within this table only."
        ).format(
            count=_.number(found["n"]), reference=_.number(found["reference"]), network=metrics.get("network", "–")
        )
    )


def _memorisation(_: Translator, found: Record) -> None:
    st.subheader(_("Are they copies?"), anchor=False)
    for space, title in (("pixels", N_("in pixels")), ("features", N_("in features"))):
        if space in found:
            row = found[space]
            st.markdown(
                _(
                    "- {space}: {share} of the generated pictures lie nearer to a training photo than nearly all "
                    "(95 %) held-out real photos do; for new real photos that would be {chance}."
                ).format(space=_(title), share=_.percent(row["suspicious"]), chance=_.percent(row["chance"], 0))
            )


def _kinds(_: Translator, record: Record, service: ProductGenerator) -> None:
    metrics = record["metrics"]
    for block, kind, title in (("by_type", "type", N_("By type")), ("by_colour", "colour", N_("By colour"))):
        rows = metrics.get(block, [])
        if rows:
            st.subheader(_(title), anchor=False)
            names = [f"{wording.label(kind, row['name'], _.language)} ({_.number(row['n'])})" for row in rows]
            bars = {_("Ours"): [row["accuracy"] for row in rows]}
            marks = {_("Ceiling: real photos"): [row["ceiling"] for row in rows]}
            st.plotly_chart(
                product_charts.between(names, bars, marks, _.percent, y=_("as asked")),
                key=f"products-{block}",
                alt=_said(_, names, bars | marks),
            )
    st.caption(_("In brackets: how many captions ask for it. The most frequent ones are shown."))


def _variety(_: Translator, record: Record, service: ProductGenerator) -> None:
    rows = record["metrics"].get("truncation", [])
    if not rows:
        st.info(_("This has not been measured."))
        return
    steps = [row["truncation"] for row in rows]
    series = {_(HEADS[head]): (steps, [row[head] for row in rows]) for head in ("type", "colour")}
    st.plotly_chart(
        charts.lines(series, x=_("variety"), y=_("as asked")),
        key="products-truncation",
        alt=_said(_, [_.percent(step, 0) for step in steps], {name: values for name, (_x, values) in series.items()}),
    )
    distance = {"KID": (steps, [row["kid"] for row in rows])}
    st.plotly_chart(
        charts.lines(distance, x=_("variety"), y=_("KID, less is better")),
        key="products-truncation-kid",
        alt=", ".join(f"{_.percent(row['truncation'], 0)}: KID {_.number(row['kid'], 4)}" for row in rows),
    )
    st.caption(_("Less variety makes the pictures surer to show what was asked, and more alike."))


def _said(_: Translator, names: list[str], series: dict[str, list[Any]]) -> str:
    """A figure in words."""
    return "; ".join(
        f"{title}: " + ", ".join(f"{n} {_.percent(v, 0)}" for n, v in zip(names, values, strict=True) if v is not None)
        for title, values in series.items()
    )


def _how(_: Translator, record: Record, service: ProductGenerator) -> None:
    steps = (
        (":material/text_fields:", N_("Text"), N_("Words in French or English; slips of the finger are forgiven.")),
        (":material/scatter_plot:", N_("Vector"), N_("The text encoder makes {width} numbers of it.")),
        (":material/casino:", N_("Noise"), N_("The seed gives random numbers: another seed, another picture.")),
        (":material/neurology:", N_("Generator"), N_("It turns both into a latent: a short code for a picture.")),
        (":material/grid_on:", N_("Decoder"), N_("It unfolds the code into 64 × 64 pixels.")),
    )
    columns = st.columns(len(steps), gap="small")
    for number, (column, (icon, title, about)) in enumerate(zip(columns, steps, strict=True), start=1):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"{icon} **{number}. {_(title)}**")
            st.markdown(_(about).format(width=_.number(service.encoder.width)))
    st.markdown(
        _(
            "Generator and decoder were trained apart. An **autoencoder** learned to fold real photos into codes and "
            "to unfold them again. Then two networks **competed**: the generator invents codes for a text, and a "
            "critic, which also knows the codes of real photos, says how real each one is and whether it fits the "
            "text. The generator learns only from the critic’s answers; it never sees a photo."
        )
    )


def _data(_: Translator, record: Record, service: ProductGenerator) -> None:
    st.markdown(
        _(
            "- 64 × 64 pixels: kind, colour and cut can be seen; lettering, seams and fine patterns cannot.\n"
            "- It learned from one Indian fashion shop: what that shop hardly sold comes out poorly.\n"
            "- The people who wear garments are invented, and so is what looks like a brand.\n"
            "- Of a sentence it sees little more than kind, colour, use and for whom; it cannot leave things out on "
            "request.\n"
            "- The judge of the figures is itself not always right: see its accuracy on real photos."
        )
    )
    for entry in service.manifest.data:
        st.caption(f"{entry.name} – {entry.origin}. {entry.terms}")
    for credit in service.manifest.credits:
        st.caption(credit)


_TABS = {
    N_("In short"): _summary,
    N_("How it works"): _how,
    N_("Figures"): _figures,
    N_("By type and colour"): _kinds,
    N_("Variety"): _variety,
    N_("Training"): training,
    N_("Learning in pictures"): over_time,
    N_("Data and limits"): _data,
}
