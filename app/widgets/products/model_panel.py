"""How good the product generator is: what `evaluate` measured, how it was trained, how it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import N_, Translator
from app.widgets.generators import panel, training
from app.widgets.generators.panel import Record
from app.widgets.products import wording
from core.reporting import charts

if TYPE_CHECKING:
    from core.product.service import ProductGenerator

HEADS = {"type": N_("Type"), "colour": N_("Colour"), "gender": N_("For whom")}
_SETS = {"generated": N_("Ours"), "baseline": "DCGAN", "real": N_("Real photos, held out")}
_CURVES = {
    "validation_type": N_("Type accuracy on held-out photos"),
    "validation_colour": N_("Colour accuracy on held-out photos"),
    "validation_gender": N_("Accuracy of “for whom” on held-out photos"),
}


def show(_: Translator, record: Record, service: ProductGenerator) -> None:
    """The panel at the end of the page; only the open tab is computed."""
    panel.show(_, "products", _TABS, record, service)


def _summary(_: Translator, record: Record, service: ProductGenerator) -> None:
    metrics = record["metrics"]
    attributes, found = metrics.get("attributes", {}), metrics.get("distribution", {})
    cells = st.columns(4)
    for cell, head in zip(cells, ("type", "colour"), strict=False):
        if head in attributes:
            title = _("{what} as asked").format(what=_(HEADS[head]))
            about = _("Real photos: {ceiling}. Captions shuffled: {floor}.")
            panel.metric(_, cell, title, attributes[head], about)
    panel.kid(_, cells[2], _("KID, less is better"), found.get("generated"))
    panel.pace(_, cells[3], _("One picture"), metrics)
    if attributes:
        _attributes(_, attributes)
    _seen(_, metrics)
    st.markdown(
        _(
            "One picture was drawn for each of {count} captions of photos that were held out of training (they also "
            "served to choose the model). A separate network, trained on real photos only, says what it sees; its "
            "accuracy on real photos is the ceiling, which pictures plainer than photos can pass. The floor is what "
            "the same pictures get with their captions shuffled."
        ).format(count=_.number(metrics["n"]))
    )


def _seen(_: Translator, metrics: Record) -> None:
    """How many of the captions were learned, and what becomes of those that were not."""
    unseen = metrics.get("unseen_captions") or {}
    if not unseen.get("n"):
        return
    st.markdown(
        _(
            "**Most captions were seen in training**: {share} of them stand, word for word, under training photos too; "
            "it is the photos that are new. On the {count} captions that are new as well, mostly of rare things, the "
            "type is as asked in **{ours}** (real photos {real}), where it is {all} of all."
        ).format(
            share=_.percent(1 - unseen["n"] / metrics["n"]),
            count=_.number(unseen["n"]),
            ours=_.percent(unseen["generated"]["type"]),
            real=_.percent(unseen["real"]["type"]),
            all=_.percent(metrics["attributes"]["type"]["accuracy"]),
        )
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
    panel.as_asked(_, "products-attributes", names, bars, marks)


def _figures(_: Translator, record: Record, service: ProductGenerator) -> None:
    metrics = record["metrics"]
    panel.distribution(_, metrics, _SETS, _("Distances to real pictures: ours, DCGAN, real photos"))
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
        st.subheader(_("Are they copies?"), anchor=False)
        panel.copies(_, metrics["memorisation"])
    french = metrics.get("french")
    if french:
        st.subheader(_("French beside English"), anchor=False)
        bars = {
            _("French"): [french["french"][head] for head in HEADS],
            _("English"): [french["english"][head] for head in HEADS],
        }
        names = [_(title) for title in HEADS.values()]
        panel.as_asked(_, "products-french", names, bars, {})
    _enlarging(_, record.get("enlarging", {}))


def _enlarging(_: Translator, found: Record) -> None:
    """How near enlarged photos come to the true ones, fourfold."""
    methods = found.get("sets", {}).get("large_x4", {}).get("methods", {})
    if not {"bicubic", "faithful", "sharp"} <= methods.keys():
        return
    st.subheader(_("How well are pictures enlarged?"), anchor=False)
    st.markdown(
        _(
            "Photos made four times smaller and enlarged again, beside the true ones: PSNR **{faithful_psnr} dB** by "
            "the faithful network, {sharp_psnr} by the sharp one, {bicubic_psnr} by calculation (bicubic); SSIM "
            "**{faithful_ssim}**, {sharp_ssim}, {bicubic_ssim}. Of a generated picture there is no true one."
        ).format(
            **{
                f"{method}_{key}": _.number(methods[method][key], digits)
                for method in ("faithful", "sharp", "bicubic")
                for key, digits in (("psnr", 2), ("ssim", 3))
            }
        )
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
            panel.as_asked(_, f"products-{block}", names, bars, marks)
    st.caption(_("In brackets: how many captions ask for it. The most frequent ones are shown."))


def _variety(_: Translator, record: Record, service: ProductGenerator) -> None:
    rows = record["metrics"].get("truncation", [])
    if not rows:
        panel.unmeasured(_)
        return
    steps = [row["truncation"] for row in rows]
    series = {_(HEADS[head]): (steps, [row[head] for row in rows]) for head in ("type", "colour")}
    st.plotly_chart(
        charts.lines(series, x=_("variety"), y=_("as asked")),
        key="products-truncation",
        alt=panel.in_words(
            _, [_.percent(step, 0) for step in steps], {name: values for name, (_x, values) in series.items()}
        ),
    )
    distance = {"KID": (steps, [row["kid"] for row in rows])}
    st.plotly_chart(
        charts.lines(distance, x=_("variety"), y=_("KID, less is better")),
        key="products-truncation-kid",
        alt=", ".join(f"{_.percent(row['truncation'], 0)}: KID {_.number(row['kid'], 4)}" for row in rows),
    )
    st.caption(_("Less variety makes the pictures surer to show what was asked, and more alike."))


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
            "An **autoencoder** learned to fold real photos into codes and "
            "to unfold them again. Then two networks **competed**: the generator invents codes for a text, and a "
            "critic, which also knows the codes of real photos, says how real each one is and whether it fits the "
            "text. The generator learns only from the critic’s answers; it never sees a photo."
        )
    )
    panel.finished(_, service.manifest)


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


def _training(_: Translator, record: Record, service: ProductGenerator) -> None:
    training.curves(_, "products", record, service.manifest, _CURVES)


def _over_time(_: Translator, record: Record, service: ProductGenerator) -> None:
    training.samples(
        _, record, _("Every sheet is for the same held-out captions. They are shown as they came, the poor ones too.")
    )


_TABS = {
    N_("In short"): _summary,
    N_("How it works"): _how,
    N_("Figures"): _figures,
    N_("By type and colour"): _kinds,
    N_("Variety"): _variety,
    N_("Training"): _training,
    N_("Learning in pictures"): _over_time,
    N_("Data and limits"): _data,
}
