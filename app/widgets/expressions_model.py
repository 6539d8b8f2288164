"""How good the expression model is: every figure that `evaluate` measured, in words and charts."""

from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets import expressions_training
from app.widgets.expression_names import EXPRESSIONS, named
from app.widgets.openings import tabs
from core.datasets.fer2013 import CLASSES
from core.reporting import charts

Record = dict[str, Any]


def show(_: Translator, record: Record) -> None:
    """The panel under the visitor's picture; only the open tab is computed."""
    st.header(_("The model"), anchor="model", divider="gray")
    shown = tabs(_, [_(title) for title in _TABS], "expressions_tab")
    for tab, draw in zip(shown, _TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(_, record)


def _summary(_: Translator, record: Record) -> None:
    metrics = record["metrics"]
    distinct = metrics.get("without_near_copies")
    cells = st.columns(4)
    cells[0].metric(_("Accuracy, 7 classes"), _.percent(metrics["accuracy"]), border=True)
    if distinct:
        cells[1].metric(_("Without near copies"), _.percent(distinct["accuracy"]), border=True)
    cells[2].metric(_("Floor: always “joy”"), _.percent(metrics["floor"]["accuracy"]), border=True)
    cells[3].metric(_("People"), f"{_.percent(metrics['ceiling']['accuracy'], 0)} ± 5", border=True)
    st.markdown(
        _(
            "Measured on FER2013’s PublicTest, {count} pictures, which also served to choose the model, its "
            "temperature and its threshold: expect a little less on new pictures. Standard error {error}. {copies} of "
            "these pictures have a near copy among the training pictures, so the accuracy is given without them too."
        ).format(
            count=_.number(metrics["n"]),
            error=_.percent(metrics["standard_error"]),
            copies=_.number(metrics["n"] - distinct["n"]) if distinct else "–",
        )
    )
    textbook = metrics.get("textbook")
    if textbook:
        st.subheader(_("Does preparation help?"), anchor=False)
        rows = {
            _("Ours"): metrics,
            _("Textbook network, pictures as they are"): textbook["plain"],
            _("Textbook network, prepared pictures"): textbook["prepared"],
        }
        st.dataframe(_comparison(_, rows), alt=_("Accuracy and macro F1 of the three networks"))
        gain = textbook["prepared"]["accuracy"] - textbook["plain"]["accuracy"]
        if abs(gain) < 2 * 2**0.5 * metrics["standard_error"]:
            said = _("Here it makes no difference that counts: {points} points.")
        else:
            said = _("Here it helps: {points} points.") if gain > 0 else _("Here it harms: {points} points.")
        st.markdown(said.format(points=_.number(100 * gain, 1)))
    st.subheader(_("Limits"), anchor=False)
    st.markdown(
        _(
            "- A face is not a feeling: the model names the expression it sees, and people disagree on it too.\n"
            "- The training faces come from a web search of 2013: posed or staged; nothing is known of "
            "whom they show, so accuracy by age, gender or skin colour **cannot** be given.\n"
            "- Not for judging pupils, staff or customers: in the European Union, inferring emotions at school or at "
            "work is prohibited (AI Act, article 5)."
        )
    )


def _comparison(_: Translator, rows: dict[str, Record]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Network"): list(rows),
            _("Accuracy"): [_.percent(row["accuracy"]) for row in rows.values()],
            _("Macro F1"): [_.number(row["macro_f1"], 3) for row in rows.values()],
        }
    ).set_index(_("Network"))


def _classes(_: Translator, record: Record) -> None:
    per_class = {name: record["metrics"]["per_class"][name] for name in CLASSES}
    frame = pd.DataFrame(
        {
            _("Expression"): [_(EXPRESSIONS[name]) for name in per_class],
            _("Precision"): [_.percent(row["precision"]) for row in per_class.values()],
            _("Recall"): [_.percent(row["recall"]) for row in per_class.values()],
            _("F1"): [_.number(row["f1"], 3) for row in per_class.values()],
            _("Pictures"): [row["support"] for row in per_class.values()],
        }
    )
    st.dataframe(frame, hide_index=True, alt=_("Precision, recall and F1 of each expression"))
    st.caption(
        _(
            "Precision: of the faces given this name, how many bear it. Recall: of the faces that bear it, how many "
            "were found. F1: their harmonic mean; macro F1 averages it over the classes: {value}."
        ).format(value=_.number(record["metrics"]["macro_f1"], 3))
    )
    contempt = record["metrics"]["contempt"]
    if contempt:
        st.markdown(
            _(
                "**Contempt** is not a FER2013 label; it is learned from the FER+ votes. Against the voters’ majority: "
                "ROC area {auc}, average precision {precision} (chance {floor}), on {count} faces of contempt. It is "
                "rare: the model named it first in **{named}** of {all} pictures."
            ).format(
                auc=_.number(contempt["auc"], 3),
                precision=_.number(contempt["average_precision"], 3),
                floor=_.number(contempt["floor_average_precision"], 3),
                count=_.number(contempt["positives"]),
                named=_.number(contempt["named_contempt"]),
                all=_.number(contempt["n"]),
            )
        )


def _confusions(_: Translator, record: Record) -> None:
    counts = record["metrics"]["confusion"]
    names = [_(EXPRESSIONS[name]) for name in CLASSES]
    worst = max(
        ((row[j] / sum(row), i, j) for i, row in enumerate(counts) for j in range(len(row)) if i != j and sum(row)),
    )
    said = _("Most often mistaken: {truth} for {answer} ({share}).").format(
        truth=names[worst[1]], answer=names[worst[2]], share=_.percent(worst[0], 0)
    )
    st.plotly_chart(
        charts.confusion_matrix(counts, names, truth=_("label"), predicted=_("model")),
        key="confusion",
        alt=_("Confusion matrix, per cent of each label. {said}").format(said=said),
    )
    st.caption(said)


def _roc(_: Translator, record: Record) -> None:
    roc = record["metrics"]["roc"]
    curves = {f"{name} ({_.number(curve['auc'], 3)})": curve for name, curve in named(_, roc["classes"]).items()}
    st.plotly_chart(
        charts.roc(curves, roc["false_positive_rate"], x=_("false-positive rate"), y=_("true-positive rate")),
        key="roc",
        alt=_("ROC curve of each expression against the rest; mean area {value}").format(
            value=_.number(roc["macro_auc"], 3)
        ),
    )
    st.caption(_("In brackets, the area under the curve: 0.5 is chance, 1 is perfect. The dotted line is chance."))


def _confidence(_: Translator, record: Record) -> None:
    metrics = record["metrics"]
    calibration, unsure = metrics["calibration"], metrics["unsure"]
    st.plotly_chart(
        charts.reliability(
            calibration["bins"], x=_("confidence"), y=_("accuracy"), ideal=_("ideal"), measured=_("measured")
        ),
        key="reliability",
        alt=_("Reliability diagram; mean distance to the ideal {value}").format(
            value=_.percent(calibration["expected_error"])
        ),
    )
    st.markdown(
        _(
            "Scores are scaled by a temperature so that “70 %” is right about 70 % of the time: the mean gap is "
            "{after} ({before} before scaling). Below a score of {threshold} the page says “unsure”: above it, "
            "{accuracy} of the answers are right, and {answered} of the faces get one."
        ).format(
            after=_.percent(calibration["expected_error"]),
            before=_.percent(calibration["before"]),
            threshold=_.percent(unsure["threshold"], 0),
            accuracy=_.percent(unsure["accuracy_when_answered"], 0),
            answered=_.percent(unsure["answered"], 0),
        )
    )


_PARTS = {
    "voter_agreement": N_("How many of ten people agreed on the picture"),
    "brightness": N_("Brightness of the picture (mean grey, 0 to 255)"),
    "contrast": N_("Contrast of the picture (standard deviation of grey)"),
}


def _mistakes(_: Translator, record: Record) -> None:
    for key, row in record["metrics"]["difficulty"].items():
        edges = [_.percent(edge, 0) if key == "voter_agreement" else _.number(edge) for edge in row["bounds"]]
        labels = [f"< {edges[0]}", *(f"{low} – {high}" for low, high in pairwise(edges))]
        labels.append(f"≥ {edges[-1]}")
        values = {
            f"{label} (n = {count})": accuracy
            for label, accuracy, count in zip(labels, row["accuracy"], row["count"], strict=True)
            if accuracy is not None
        }
        title = _(_PARTS[key])
        st.plotly_chart(
            charts.columns(values, _.percent, x=title, y=_("accuracy")),
            key=f"difficulty-{key}",
            alt=f"{title}: " + ", ".join(f"{name} {_.percent(value, 0)}" for name, value in values.items()),
        )
    st.caption(_("Where people disagree, the model does too: much of its error is in the labels themselves."))


def _data(_: Translator, record: Record) -> None:
    found = record["metrics"]["data"]
    learned = record["history"]["faces"]
    for key, counts, title in (
        ("train", learned["classes"], _("Training faces per expression")),
        ("test", found["classes"], _("PublicTest faces per expression")),
    ):
        st.plotly_chart(
            charts.columns(named(_, counts), _.number, x=title, y=_("pictures")),
            key=f"class-counts-{key}",
            alt=title,
        )
    st.markdown(
        _(
            "FER2013: 48 × 48 grey faces from a web search; training uses each distinct picture once and leaves out "
            "pictures that are no faces or occur under two labels. In PublicTest, the majority of ten FER+ voters "
            "agrees with the FER2013 label on {agree} of the pictures; {none} are no faces."
        ).format(agree=_.percent(found["voters_agree_with_label"]), none=_.number(found["not_a_face"]))
    )
    st.caption(_("Faces: Goodfellow et al. 2013, arXiv:1307.0414. Votes: Barsoum et al. 2016, arXiv:1608.01041."))


def _detection(_: Translator, record: Record) -> None:
    measured = record["detection"]
    if not measured:
        st.info(_("The face finders have not been compared here: python benchmarks/face_detection.py --write"))
        return
    names = {
        "ours": _("Ours: MTCNN, turned copies too"),
        "alt2": _("Haar cascade"),
        "alt2 + retries": _("Haar cascades, turned copies, profiles"),
        "mtcnn package": _("Package mtcnn"),
    }
    rows = []
    for key, row in measured["detectors"].items():
        found, faces = (
            sum(counts[place] for conditions in row["hits"].values() for counts in conditions.values())
            for place in (0, 1)
        )
        rows.append(
            {
                _("Face finder"): names.get(key, key),
                _("Faces found"): _("{found} of {faces}").format(found=_.number(found), faces=_.number(faces)),
                _("False boxes"): _.number(sum(row["false_boxes"].values())),
                _("Time, ours = 1"): _.number(
                    row["cpu_ms_per_megapixel"] / measured["detectors"]["ours"]["cpu_ms_per_megapixel"], 2
                ),
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("Face finders compared: hits, false boxes, time"))
    counts = measured["pictures"]
    st.caption(
        _(
            "On {portraits} views of portraits in the public domain (turned, shrunk, cut by the edge), {pasted} "
            "pictures with pasted FER2013 faces, which favour the cascades that FER2013 was gathered with, and {empty} "
            "pictures without a face."
        ).format(**{name: _.number(count) for name, count in counts.items()})
    )


_TABS = {
    N_("In short"): _summary,
    N_("Training"): expressions_training.show,
    N_("By expression"): _classes,
    N_("Confusions"): _confusions,
    N_("ROC curves"): _roc,
    N_("Confidence"): _confidence,
    N_("Where it goes wrong"): _mistakes,
    N_("Data"): _data,
    N_("Face finder"): _detection,
}
