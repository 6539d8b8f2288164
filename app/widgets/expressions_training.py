"""How the expression networks learned: accuracy and loss by epoch, ours and the textbook's."""

from typing import Any

import streamlit as st

from app.i18n import N_, Translator
from core.reporting import charts

Record = dict[str, Any]


def show(_: Translator, record: Record) -> None:
    """The tab of the panel about the model."""
    epochs = record["history"]["epochs"]
    scored = [row for row in epochs if "accuracy" in row]
    curves = {_("Ours"): ([row["epoch"] for row in scored], [row["accuracy"] for row in scored])}
    for name, title in (("plain", _("Textbook")), ("prepared", _("Textbook, prepared"))):
        rows = record["textbook_history"].get(name, [])
        if rows:
            curves[title] = (list(range(1, len(rows) + 1)), [row["val_accuracy"] for row in rows])
    st.plotly_chart(
        charts.lines(curves, x=_("epoch"), y=_("accuracy on PublicTest")),
        key="curve-accuracy",
        alt=_("Accuracy by epoch; ours ends at {value}").format(value=_.percent(scored[-1]["accuracy"])),
    )
    loss = {_("Loss"): ([row["epoch"] for row in epochs], [row["loss"] for row in epochs])}
    st.plotly_chart(
        charts.lines(loss, x=_("epoch"), y=_("training loss")),
        key="curve-loss",
        alt=_("Training loss of our network by epoch"),
    )
    st.caption(
        _("The loss includes label smoothing, mixup and the votes of ten people per picture: it cannot reach 0.")
    )
    _fitted(_, record)


def _fitted(_: Translator, record: Record) -> None:
    """Training and validation loss of the textbook networks, of which both are stored."""
    named = {
        "plain": (N_("Textbook, training"), N_("Textbook, PublicTest")),
        "prepared": (N_("Textbook, prepared, training"), N_("Textbook, prepared, PublicTest")),
    }
    curves = {}
    for name, titles in named.items():
        rows = record["textbook_history"].get(name, [])
        for title, key in zip(titles, ("loss", "val_loss"), strict=True):
            if rows and all(key in row for row in rows):
                curves[_(title)] = (list(range(1, len(rows) + 1)), [row[key] for row in rows])
    if not curves:
        return
    st.plotly_chart(
        charts.lines(curves, x=_("epoch"), y=_("loss")),
        key="curve-fitted",
        alt=_("Loss of the textbook networks at the last epoch: {said}").format(
            said=", ".join(f"{title} {_.number(values[-1], 3)}" for title, (_x, values) in curves.items())
        ),
    )
    st.caption(
        _(
            "A network overfits where its loss on PublicTest rises while that on training pictures still falls. Of "
            "ours only the training loss is stored, which counts another way: its accuracy above is on PublicTest."
        )
    )
