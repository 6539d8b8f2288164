"""How the recommender was made: protocols, numbers of dimensions, hyper-parameters, number of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.product_names import method_name
from core.reporting import charts, recommender_charts

if TYPE_CHECKING:
    from core.recommender.service import Recommender

Record = dict[str, Any]

PROTOCOLS = {
    "date": (
        N_("Date split"),
        N_(
            "Everything before a date is known; what {shoppers} shoppers chose after it, {choices} choices, has to be "
            "foreseen. Shoppers and products that appear only after the date are left out: for those a shop needs what "
            "sells, or descriptions."
        ),
    ),
    "last": (
        N_("Last choice left out"),
        N_(
            "The last choice of each of {shoppers} shoppers has to be foreseen, among the whole catalogue. Papers "
            "measure so; later choices of others are known here, which flatters every method."
        ),
    ),
}

_WEAK = 0.5  # silhouette: below, groups overlap (Kaufman, Rousseeuw 1990)


def choose_protocol(_: Translator, key: str) -> str:
    """Let the visitor choose the protocol whose figures are shown."""
    return str(
        st.segmented_control(
            _("How it is measured"),
            list(PROTOCOLS),
            format_func=lambda name: _(PROTOCOLS[name][0]),
            default="date",
            required=True,
            key=f"recommendations_protocol_{key}",
        )
    )


def dimensions(_: Translator, record: Record, service: Recommender) -> None:
    """What reducing dimensions costs and brings: by their number, and by PCA or LDA."""
    measured = record["metrics"]["dimensions"]
    st.subheader(_("How many dimensions describe a product?"), anchor=False)
    rows = [
        {
            _("Dimensions"): str(row["dimensions"]),
            _("Variance kept"): _.percent(row["variance"], 0),
            _("NDCG (validation)"): _.number(row["ndcg"], 4),
            _("Numbers per product"): _.number(row["floats"]),
        }
        for row in measured["content_lsa"]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("Content LSA by number of dimensions"))
    st.caption(
        _(
            "Words of names, brands and categories (tf-idf, last row) reduced by truncated SVD, the method of "
            "principal components for sparse data. Recommending by descriptions alone, the unreduced words do best: "
            "what the reduction buys is the search by meaning."
        )
    )
    st.subheader(_("PCA or LDA?"), anchor=False)
    names = {
        "floor": _("Floor: the largest department"),
        "pca": "PCA",
        "lda": _("LDA (linear discriminant)"),
        "all": _("No reduction"),
        "lda_classifier": _("LDA as the classifier itself"),
    }
    rows = [
        {
            _("Reduced by"): names[row["method"]],
            _("Dimensions"): _.number(row["dimensions"]),
            _("Department told right"): _.percent(row["accuracy"]),
            _("Seconds"): _.number(row["seconds"], 1) if "seconds" in row else "–",
        }
        for row in measured["departments"]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("PCA and LDA compared"))
    st.caption(
        _(
            "The department of a product told from its title and brand by its 15 nearest neighbours after each "
            "reduction, 5-fold cross-validation. LDA knows the departments and needs few dimensions; PCA keeps what "
            "varies most, told nothing."
        )
    )


def tuning(_: Translator, record: Record, service: Recommender) -> None:
    """The trials of the studies, what they chose, and how many segments."""
    protocol = choose_protocol(_, "tuning")
    studies = record["studies"].get(protocol, {})
    chosen = record["metrics"][protocol]["chosen"]
    tried = [method for method in studies if studies.get(method, {}).get("trials")]
    if not tried:
        st.info(_("No trials are stored with this model."))
    else:
        method = st.selectbox(
            _("Method"),
            tried,
            index=tried.index(chosen) if chosen in tried else 0,
            format_func=lambda key: method_name(_, key),
            key="recommendations_study",
        )
        study = studies[method]
        st.plotly_chart(
            recommender_charts.study(
                [trial["ndcg"] for trial in study["trials"]],
                x=_("trial"),
                y=_("NDCG (validation)"),
                trial=_("one trial"),
                best=_("best so far"),
            ),
            key=f"study-{protocol}-{method}",
            alt=_("{count} trials; the best has an NDCG of {best}").format(
                count=_.number(len(study["trials"])), best=_.number(study["ndcg"], 4)
            ),
        )
    rows = [
        {
            _("Method"): method_name(_, method),
            _("Hyper-parameters chosen"): ", ".join(
                f"{name} = {_.number(value, 0 if isinstance(value, int) else 2)}"
                for name, value in studies[method]["parameters"].items()
            ),
            _("Trials"): _.number(len(studies[method]["trials"])),
            _("NDCG (validation)"): _.number(studies[method]["ndcg"], 4),
        }
        for method in studies
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("Hyper-parameters of each method"))
    st.caption(
        _("Searched with Optuna (tree-structured Parzen estimator) on validation data only, never on test data.")
    )
    st.subheader(_("How many segments?"), anchor=False)
    choice = {str(row["segments"]): row["silhouette"] for row in service.record["segment_choice"]}
    st.plotly_chart(
        charts.columns(choice, lambda value: _.number(value, 3), x=_("number of segments"), y=_("silhouette")),
        key="silhouette",
        alt=_("Silhouette by number of segments: {said}").format(
            said=", ".join(f"{count} = {_.number(value, 3)}" for count, value in choice.items())
        ),
    )
    st.caption(
        _(
            "The best silhouette among the numbers for which every segment has a name of its own and none is tiny: "
            "{count}. It is measured on all choices, those of the test period included."
        ).format(count=_.number(len(service.segments)))
    )
    worth_of_segments(_, record["metrics"], service)


def worth_of_segments(_: Translator, metrics: Record, service: Recommender) -> None:
    """How distinct the segments are, and what recommending by them brings beside what sells to all."""
    found = {row["segments"]: row["silhouette"] for row in service.record["segment_choice"]}
    silhouette, methods = found.get(len(service.segments)), metrics["date"]["methods"]
    if silhouette is not None and silhouette < _WEAK:
        st.caption(
            _("The segments overlap: their silhouette is {silhouette}, which is weak (1 is best).").format(
                silhouette=_.number(silhouette, 3)
            )
        )
    if {"popular", "popular_segment"} <= methods.keys():
        segment, floor = methods["popular_segment"]["f1"], methods["popular"]["f1"]
        said = (
            _(
                "On the date split, lists of what sells in the segment are no better than of what sells in all: F1 "
                "{ours} against {all}."
            )
            if segment <= floor
            else _(
                "On the date split, lists of what sells in the segment are better than of what sells in all: F1 {ours} "
                "against {all}."
            )
        )
        st.caption(said.format(ours=_.number(segment, 4), all=_.number(floor, 4)))
