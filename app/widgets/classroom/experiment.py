"""The experiment with made faces on a screen of the course: the answer, the figures of each arm, some made faces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.i18n import N_, Translator
from app.widgets.classroom import lab_figures
from core.classroom.experiment.verdict import against_real, by_interval

_ARMS = {
    "real": N_("Real faces only"), "made": N_("With made faces"), "repeated": N_("Real faces repeated"),
}  # fmt: skip
_COLUMNS = {
    "precision": N_("Precision"), "recall": N_("Recall"), "f1": "F1", "average_precision": N_("Average precision"),
    "macro_f1": N_("F1, mean of all"), "accuracy": N_("Accuracy, all"),
}  # fmt: skip
_DIGITS = 3
_AGAINST_REAL = {
    "better": N_("**Made faces helped**: F1 of “disgust” rose by {mean} ({low} to {high})."),
    "mixed": N_(
        "**Made faces did not simply help**: the network says “disgust” with more success (F1 rose by {mean}, {low} to "
        "{high}), but tells it from the rest worse: average precision {before} → {after}."
    ),
    "worse": N_("**Made faces did harm**: F1 of “disgust” changed by {mean} ({low} to {high})."),
    "open": N_("**Whether made faces help cannot be told**: F1 of “disgust” changed by {mean} ({low} to {high})."),
}
_AGAINST_REPEATED = {
    "better": N_("They helped more than repeating the real faces, by {mean} ({low} to {high})."),
    "worse": N_("Repeating the real faces, which needs no generator, does better: {mean} ({low} to {high})."),
    "open": N_("Against repeating the real faces, which needs no generator: {mean} ({low} to {high}), undecided."),
}


def show(_: Translator, found: Mapping[str, Any]) -> None:
    """Everything; `found` is what `app.records.classroom_experiment` reads."""
    n, arms, seeds, distinct = found["n"], found["arms"], found["protocol"]["seeds"], found["distinct"]
    st.markdown(
        _verdict(_, found)
        + " "
        + _(
            "F1 counts what is called “disgust”, and whoever learned from more such faces says it more often; average "
            "precision asks only who comes first."
        )
    )
    figures, picture = st.columns([3, 2], gap="medium", vertical_alignment="center")
    figures.markdown(_table(_, arms, found["floor"]))
    picture.image(
        lab_figures.bars(
            _, {_(_ARMS[name]): [row["f1"] for row in arms[name]["seeds"]] for name in _ARMS}, found["floor"]["f1"]
        ),
        width="stretch",
        alt=_("F1 of “disgust” in three arms: {values}").format(
            values="; ".join(f"{_(_ARMS[name])} {_.number(arms[name]['mean']['f1'], _DIGITS)}" for name in _ARMS)
        ),
    )
    st.caption(
        _(
            "Mean ± deviation over {seeds} seeds; in brackets 95 % intervals over seeds and test pictures. Precision, "
            "recall, F1 and average precision are of “disgust”: {rarest} of {learned} faces learned from, {added} "
            "added. Measured once on {test} faces of PublicTest, {test_rarest} of them “disgust”; the floor says "
            "“disgust”, or the most frequent expression, every time."
        ).format(
            seeds=len(seeds), rarest=_.number(n["rarest"]), learned=_.number(n["learned"]), added=_.number(n["added"]),
            test=_.number(n["test"]), test_rarest=_.number(n["test_rarest"]),
        )
        + " "
        + _(
            "Of the test faces {near}, {near_rarest} of them “disgust”, have a near copy among the faces that FER2013 "
            "gives to learn from; without those, F1 is {real} with real faces only, {made} with made ones, {repeated} "
            "with repeated ones."
        ).format(
            near=_.number(n["test"] - distinct["n"]), near_rarest=_.number(n["test_rarest"] - distinct["rarest"]),
            **{name: _.number(distinct["f1"][name], _DIGITS) for name in _ARMS},
        )
    )  # fmt: skip
    _faces(_, found)


def _verdict(_: Translator, found: Mapping[str, Any]) -> str:
    """Two sentences: made faces against real ones only, and against repeated ones."""
    real, repeated = (found["differences"][name] for name in ("made_real", "made_repeated"))
    before, after = (_.number(found["arms"][name]["mean"]["average_precision"], _DIGITS) for name in ("real", "made"))
    first = _(_AGAINST_REAL[against_real(found)]).format(**_signed(_, real), before=before, after=after)
    return f"{first} {_(_AGAINST_REPEATED[by_interval(repeated)]).format(**_signed(_, repeated))}"


def _signed(_: Translator, difference: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{'+' if value > 0 else ''}{_.number(value, _DIGITS)}" for name, value in difference.items()}


def _table(_: Translator, arms: Mapping[str, Any], floor: Mapping[str, float]) -> str:
    """Rows of our own words and of numbers only."""
    rows = [[_("Learned from"), *(_(title) for title in _COLUMNS.values())], ["---"] + ["---:"] * len(_COLUMNS)]
    for name, title in _ARMS.items():
        mean, deviation = arms[name]["mean"], arms[name]["deviation"]
        cells = (f"{_.number(mean[key], _DIGITS)} ± {_.number(deviation[key], _DIGITS)}" for key in _COLUMNS)
        rows.append([f"**{_(title)}**", *cells])
    rows.append([_("Floor"), *(_.number(floor[key], _DIGITS) for key in _COLUMNS)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _faces(_: Translator, found: Mapping[str, Any]) -> None:
    copies = found["copies"]
    with st.expander(_("Made faces"), icon=":material/face:"):
        st.image(found["sheet"], alt=_("A sheet of made faces that are meant to show disgust"))
        st.caption(
            _(
                "Nobody: faces made by the generator, none of them a near copy. Of {made} made faces {near} correlate "
                "by more than {limit} with a face learned from; half correlate by {median} and more, of {held_out} "
                "real faces that were held out half do by {held_out_median} and more. The sheet shows those that are "
                "further away than that."
            ).format(
                made=_.number(copies["made"]), near=_.number(copies["near"]), limit=_.number(copies["limit"], 2),
                median=_.number(copies["made_median"], 2), held_out=_.number(copies["held_out"]),
                held_out_median=_.number(copies["held_out_median"], 2),
            )
        )  # fmt: skip
