"""How good the recommender is: every figure that `evaluate` measured, in words and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.openings import key_in, tabs
from app.widgets.product_names import method_name
from app.widgets.recommender_studies import PROTOCOLS, Record, choose_protocol, dimensions, tuning
from core.reporting import charts, recommender_charts

if TYPE_CHECKING:
    from core.recommender.service import Recommender

FIGURES = {
    "ndcg": ("NDCG", N_("Right products count more the higher they stand; 1 is a perfect list.")),
    "hit_rate": (N_("Hit rate"), N_("Share of shoppers with at least one right product in the list.")),
    "precision": (N_("Precision"), N_("Share of the list that is right.")),
    "recall": (N_("Recall"), N_("Share of what the shopper really chose that is in the list.")),
    "f1": ("F1", N_("Harmonic mean of precision and recall.")),
    "map": ("MAP", N_("Mean of the precision at each right product, over the list.")),
    "roc_auc": ("ROC-AUC", N_("Chance that a product the shopper chose ranks above one not chosen; 50 % is guessing.")),
    "coverage": (N_("Coverage"), N_("Share of the catalogue that is in at least one shopper’s list.")),
    "novelty": (N_("Novelty"), N_("How rare the listed products are, in bits: each bit halves the buyers.")),
    "diversity": (N_("Diversity in a list"), N_("How little the products of a list resemble each other, from 0 to 1.")),
}
_WITH_INTERVAL = ("ndcg", "hit_rate", "precision", "recall", "f1", "map", "roc_auc")


def show(_: Translator, record: Record, service: Recommender) -> None:
    """The panel at the end of the page; only the open tab is computed."""
    st.header(_("The model"), anchor="model", divider="gray")
    shown = tabs(_, [_(title) for title in _TABS], "recommendations_tab")
    for tab, draw in zip(shown, _TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(_, record, service)


def _summary(_: Translator, record: Record, service: Recommender) -> None:
    metrics = record["metrics"]
    date, last = metrics["date"], metrics["last"]
    chosen = date["chosen"]
    best, floor = date["methods"][chosen], date["methods"][metrics["floor"]]
    cells = st.columns(4)
    cells[0].metric(_("NDCG@{k}, date split").format(k=metrics["k"]), _.number(best["ndcg"], 4), border=True)
    cells[1].metric(_("Floor: what sells"), _.number(floor["ndcg"], 4), border=True)
    hits = last["methods"][last["chosen"]]["hit_rate"]
    cells[2].metric(_("Last choice in the top {k}").format(k=metrics["k"]), _.percent(hits), border=True)
    request = metrics["request_milliseconds"]["median"]
    cells[3].metric(_("One request"), _("{time} ms").format(time=_.number(request, 1)), border=True)
    more = st.columns(4)
    for cell, key in zip(more, ("precision", "recall", "f1", "roc_auc"), strict=True):
        title, about = FIGURES[key]
        beside = _("{definition} Floor: {floor}.").format(definition=_(about), floor=_figure(_, key, floor[key]))
        cell.metric(_(title), _figure(_, key, best[key]), help=beside, border=True)
    st.markdown(
        _(
            "Chosen: **{method}**, because its NDCG@{k} on validation data, {validation}, is the best of those tuned. "
            "The figures of this tab come from test data, which was not used to choose. They look small because the "
            "task is hard: to foresee the few products a shopper will choose, out of {products}. Its NDCG is "
            "{times} times the floor’s."
        ).format(
            method=method_name(_, chosen),
            k=metrics["k"],
            validation=_.number(date["validation_ndcg"][chosen], 4),
            products=_.number(len(service.shop)),
            times=_.number(best["ndcg"] / max(floor["ndcg"], 1e-9), 1),
        )
    )
    _intervals(_, metrics, "date", "ndcg")
    for protocol, (title, about) in PROTOCOLS.items():
        sentence = _(about).format(
            shoppers=_.number(metrics[protocol]["shoppers"]), choices=_.number(metrics[protocol]["choices"])
        )
        st.markdown(f"**{_(title)}.** {sentence}")


def _named(_: Translator, metrics: Record, protocol: str, method: str) -> str:
    """A method's name, with what it is: chosen, or the floor."""
    if method == metrics[protocol]["chosen"]:
        return _("{method} (chosen)").format(method=method_name(_, method))
    if method == metrics["floor"]:
        return _("{method} (floor)").format(method=method_name(_, method))
    return method_name(_, method)


def _methods(_: Translator, record: Record, service: Recommender) -> None:
    metrics = record["metrics"]
    protocol = choose_protocol(_, "methods")
    figure = st.selectbox(
        _("Figure"), _WITH_INTERVAL, format_func=lambda key: _(FIGURES[key][0]), key=key_in(_, "recommendations_figure")
    )
    _intervals(_, metrics, protocol, figure)
    measured = _best_first(metrics, protocol)
    table = pd.DataFrame(
        {_("Method"): [_named(_, metrics, protocol, method) for method in measured]}
        | {
            _(title): [_figure(_, key, row[key]) for row in measured.values()]
            for key, (title, _about) in FIGURES.items()
        }
    ).set_index(_("Method"))
    st.dataframe(table, alt=_("All figures of all methods"))
    st.markdown("\n".join(f"- **{_(title)}** – {_(about)}" for title, about in FIGURES.values()))


def _intervals(_: Translator, metrics: Record, protocol: str, figure: str) -> None:
    """One figure of all methods, with its intervals."""
    measured = _best_first(metrics, protocol)
    names = {method: _named(_, metrics, protocol, method) for method in measured}
    written = {names[method]: _figure(_, figure, row[figure]) for method, row in measured.items()}
    st.plotly_chart(
        recommender_charts.with_intervals(
            {names[method]: (row[figure], *row[f"{figure}_interval"]) for method, row in measured.items()},
            lambda value: _figure(_, figure, value),
            x=_(FIGURES[figure][0]),
            chosen=names[metrics[protocol]["chosen"]],
            floor=names[metrics["floor"]],
        ),
        key=f"intervals-{protocol}-{figure}",
        alt=", ".join(f"{name} {value}" for name, value in written.items()),
    )
    st.caption(
        _("{definition} Bars: 95 % bootstrap intervals over shoppers; star: chosen; dotted line: floor.").format(
            definition=_(FIGURES[figure][1])
        )
    )


def _best_first(metrics: Record, protocol: str) -> Record:
    return dict(sorted(metrics[protocol]["methods"].items(), key=lambda item: -item[1]["ndcg"]))


def _figure(_: Translator, key: str, value: float) -> str:
    if key in ("coverage", "hit_rate", "roc_auc"):
        return _.percent(value)
    return _.number(value, 2 if key in ("novelty", "diversity") else 4)


def _curves(_: Translator, record: Record, service: Recommender) -> None:
    metrics = record["metrics"]
    protocol = choose_protocol(_, "curves")
    measured = metrics[protocol]["methods"]
    names = {method: _named(_, metrics, protocol, method) for method in measured}
    st.subheader(_("Precision and recall"), anchor=False)
    st.plotly_chart(
        charts.lines(
            {names[method]: (row["curve"]["recall"], row["curve"]["precision"]) for method, row in measured.items()},
            x=_("recall"),
            y=_("precision"),
        ),
        key=f"precision-recall-{protocol}",
        alt=_("Precision against recall of lists of 1 to {count} products, one curve per method").format(
            count=max(len(row["curve"]["recall"]) for row in measured.values())
        ),
    )
    st.caption(_("Each curve runs from the list of one product (left) to the longest: more found, less of it right."))
    st.subheader(_("ROC curves"), anchor=False)
    areas = {f"{names[method]} ({_.percent(row['roc_auc'])})": row["roc"] for method, row in measured.items()}
    st.plotly_chart(
        charts.roc(
            {name: {"true_positive_rate": row["true"]} for name, row in areas.items()},
            next(iter(areas.values()))["false"],
            x=_("share of the other products shown"),
            y=_("share of the chosen products found"),
        ),
        key=f"roc-{protocol}",
        alt=_("ROC curves, area in brackets: {said}").format(said=", ".join(areas)),
    )
    st.caption(_("In brackets, the area under the curve: 50 % is chance, 100 % is perfect. Dotted: chance."))


def _days(_: Translator, record: Record, service: Recommender) -> None:
    metrics = record["metrics"]
    measured = _best_first(metrics, "last")
    groups = {"same_day": _("same day"), "different_day": _("another day")}
    rows = []
    for method, row in measured.items():
        cells = {_("Method"): _named(_, metrics, "last", method)}
        for key, name in groups.items():
            cells[_("Hit rate, {group}").format(group=name)] = _.percent(row["groups"][key]["hit_rate"])
            cells[_("NDCG, {group}").format(group=name)] = _.number(row["groups"][key]["ndcg"], 4)
        rows.append(cells)
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("Figures by whether the last two choices share a day"))
    counts = next(iter(measured.values()))["groups"]
    st.markdown(
        _(
            "{same} shoppers reviewed their last two products on the same day, {different} on different days. What is "
            "reviewed together was often bought together: such choices are far easier to foresee. Papers give one "
            "figure for both."
        ).format(same=_.number(counts["same_day"]["shoppers"]), different=_.number(counts["different_day"]["shoppers"]))
    )
    st.markdown(
        _(
            "Within a day the file lists products by ascending product number. The models take that order as time, and "
            "the last choice of such a day is the higher number, so methods that read the order may gain from it."
        )
    )


def _times(_: Translator, record: Record, service: Recommender) -> None:
    metrics = record["metrics"]
    protocol = choose_protocol(_, "times")
    rows = [
        {
            _("Method"): _named(_, metrics, protocol, method),
            _("Fitting, seconds"): _.number(row["fit_seconds"], 1),
            _("Scoring all shoppers, with all figures, seconds"): _.number(row["score_seconds"], 1),
        }
        for method, row in metrics[protocol]["methods"].items()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("Times of each method"))
    request = metrics["request_milliseconds"]
    st.caption(
        _(
            "A visitor’s request, reasons included: {median} ms in the middle, {tail} ms for the slowest twentieth. "
            "Timed once, on a machine with two cores that was doing other work too."
        ).format(median=_.number(request["median"], 1), tail=_.number(request["percentile_95"], 1))
    )


def _data(_: Translator, record: Record, service: Recommender) -> None:
    parameters = service.manifest.parameters
    st.markdown(
        _(
            "{choices} choices of {shoppers} shoppers among {products} beauty products of Amazon, 2002 to 2014: each "
            "shopper and each product has at least five."
        ).format(
            choices=_.number(parameters["choices"]),
            shoppers=_.number(parameters["shoppers"]),
            products=_.number(parameters["products"]),
        )
    )
    st.subheader(_("Limits"), anchor=False)
    st.markdown(
        _(
            "- A review stands for a purchase; what was bought without a review, or only looked at, is not known.\n"
            "- Ratings are not in these data: a bad review counts like a good one.\n"
            "- Rare products and new shoppers are harder in a real shop than here.\n"
            "- A reason tells how the score was made, not what a shopper thinks.\n"
            "- Names are in English; the search knows common French words of the trade."
        )
    )
    for entry in service.manifest.data:
        st.caption(f"{entry.name} – {entry.origin}. {entry.terms}")


_TABS = {
    N_("In short"): _summary,
    N_("Methods compared"): _methods,
    N_("Curves"): _curves,
    N_("Same day or not"): _days,
    N_("PCA and LDA"): dimensions,
    N_("Tuning"): tuning,
    N_("Times"): _times,
    N_("Data and limits"): _data,
}
