"""How good the emoji generator and the reader of messages are, how they work, and whose drawings they learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.emoji import model_companions, names
from app.widgets.generators import panel
from app.widgets.generators.panel import Record
from core.reporting import charts

if TYPE_CHECKING:
    from core.emoji.service import EmojiGenerator

_SETS = {"generated": N_("Ours"), "baseline": "DCGAN", "real": N_("Real emoji, held out")}
_COLUMNS = {
    "accuracy": N_("Ours"), "ceiling": N_("Real emoji, held out"), "floor": N_("Floor: contexts shuffled"),
    "baseline": "DCGAN",
}  # fmt: skip


def show(_: Translator, record: Record, service: EmojiGenerator) -> None:
    """The panel at the end of the page; only the open tab is computed."""
    panel.show(_, "emoji", _TABS, record, service)


def _summary(_: Translator, record: Record, service: EmojiGenerator) -> None:
    metrics = record["metrics"]
    fits, found = metrics.get("relevance", {}), metrics.get("distribution", {})
    if not fits:
        panel.unmeasured(_)
        return
    cells = st.columns(4)
    for cell, axis in zip(cells, ("mood", "topic"), strict=False):
        title = _("{axis} as asked").format(axis=_(names.AXES[axis]))
        panel.metric(_, cell, title, fits[axis], _("Real emoji: {ceiling}. Contexts shuffled: {floor}."))
    panel.kid(_, cells[2], _("KID, less is better"), found.get("generated"))
    panel.pace(_, cells[3], _("One emoji"), metrics)
    st.markdown(
        _(
            "One emoji was drawn for the context of each of {count} held-out pictures. A separate network, the judge, "
            "trained on real emoji and on composites of them, says what it sees; with the contexts shuffled, that is "
            "the floor. The real emoji beside are drawings that it has never seen, ours redraw those that it learned "
            "from: so it can recognise ours better, which does not make them better drawn."
        ).format(count=_.number(metrics["n"]))
    )
    st.dataframe(_relevance(_, fits), alt=_("Share of emoji that show what was asked for, by axis"))
    if metrics.get("second_opinion"):
        st.markdown(
            _(
                "A second opinion, by a linear classifier on features of a network that was trained on photographs, "
                "which knows more of the world than the judge:"
            )
        )
        st.dataframe(
            _relevance(_, metrics["second_opinion"]), alt=_("Share that a second classifier recognises, by axis")
        )
    panel.copies(_, metrics.get("memorisation", {}))
    panel.distribution(_, metrics, _SETS, _("Distances to real pictures: ours, DCGAN, held-out real emoji"))


def _relevance(_: Translator, rows: Record) -> pd.DataFrame:
    axes = [axis for axis in names.AXES if rows.get(axis, {}).get("n")]
    return pd.DataFrame(
        {_("Axis"): [_(names.AXES[axis]) for axis in axes]}
        | {
            _(title): ["–" if rows[axis].get(key) is None else _.percent(rows[axis][key]) for axis in axes]
            for key, title in _COLUMNS.items()
        }
    ).set_index(_("Axis"))


def _classes(_: Translator, record: Record, service: EmojiGenerator) -> None:
    axes = [axis for axis in ("mood", "topic", "interaction") if record["metrics"].get(f"by_{axis}")]
    if not axes:
        panel.unmeasured(_)
        return
    for axis in axes:
        rows = record["metrics"][f"by_{axis}"]
        said = [names.name(_, axis, row["name"]) for row in rows]
        bars = {_("Ours"): [row["accuracy"] for row in rows]}
        marks = {_("Real emoji, held out"): [row["ceiling"] for row in rows]}
        st.subheader(_(names.AXES[axis]), anchor=False)
        panel.as_asked(_, f"emoji-by-{axis}", said, bars, marks)


def _unseen(_: Translator, record: Record, service: EmojiGenerator) -> None:
    rows = record["metrics"].get("unseen_cells")
    if not rows:
        panel.unmeasured(_)
        return
    st.markdown(
        _(
            "{cells} pairs of mood and topic were in no training picture: here the network must combine what it knows "
            "apart. Both right at once: **{both}** of {count} emoji; on real ones {ceiling}."
        ).format(
            cells=_.number(rows["cells"]),
            both=_.percent(rows["both"]["accuracy"]),
            count=_.number(rows["n"]),
            ceiling=_.percent(rows["both"]["ceiling"]),
        )
    )
    st.dataframe(_relevance(_, rows), alt=_("Share of emoji that show what was asked for, by axis"))


def _knobs(_: Translator, record: Record, service: EmojiGenerator) -> None:
    titles = {"truncation": N_("variety"), "intensity": N_("intensity")}
    drawn = False
    for knob, x in titles.items():
        rows = record["metrics"].get(knob)
        if not rows:
            continue
        drawn = True
        steps = [row[knob] for row in rows]
        series = {_(names.AXES[axis]): (steps, [row[axis] for row in rows]) for axis in ("mood", "topic")}
        st.plotly_chart(
            charts.lines(series, x=_(x), y=_("as asked")),
            key=f"emoji-{knob}",
            alt=f"{_(x)}: "
            + ", ".join(f"{_.percent(s, 0)} {_.percent(row['mood'], 0)}" for s, row in zip(steps, rows, strict=True)),
        )
    if not drawn:
        panel.unmeasured(_)


def _messages(_: Translator, record: Record, service: EmojiGenerator) -> None:
    axes = record["messages"].get("axes", {}).get("all", {})
    if not axes:
        panel.unmeasured(_)
        return
    counts = record["messages"]["messages"]
    st.markdown(
        _(
            "Read from {count} messages written by hand, {french} of them in French, that training never saw; "
            "recognising that there is no class counts as right, too."
        ).format(count=_.number(counts["all"]), french=_.number(counts["fr"]))
    )
    table = pd.DataFrame(
        {
            _("Axis"): [_(names.AXES[axis]) for axis in axes],
            _("The model"): [_.percent(row["accuracy"]) for row in axes.values()],
            _("Keyword matching"): [_.percent(row["keywords"]["accuracy"]) for row in axes.values()],
            _("Most frequent class"): [_.percent(row["majority"]["accuracy"]) for row in axes.values()],
        }
    ).set_index(_("Axis"))
    st.dataframe(table, alt=_("Accuracy of reading messages, by axis"))


def _how(_: Translator, record: Record, service: EmojiGenerator) -> None:
    st.markdown(
        _(
            "1. Your message is read: words and their parts speak for a mood, a topic, an interaction.\n"
            "2. The seed gives random numbers; mood, topic, interaction and style are one number per class, shared "
            "where several are mixed.\n"
            "3. The **generator** turns both into a code, the **decoder** unfolds it into 64 × 64 pixels and their "
            "opacity.\n\n"
            "**Intensity** walks further along the direction that leads from no context to yours; **animate** walks a "
            "closed path around the random numbers."
        )
    )


def _data(_: Translator, record: Record, service: EmojiGenerator) -> None:
    st.markdown(
        _(
            "- 64 × 64 pixels; larger files are enlarged by calculation, without new detail.\n"
            "- It arranges and blends what these artists drew; other moods and topics cannot be asked for.\n"
            "- It draws face, thing and gesture one by one; they are arranged by a fixed rule."
        )
    )
    panel.artists(_, service.manifest.credits)


_TABS = {
    N_("In short"): _summary,
    N_("By class"): _classes,
    N_("Unseen pairs"): _unseen,
    N_("Knobs"): _knobs,
    N_("Reading messages"): _messages,
    N_("Redrawing"): model_companions.redrawing,
    N_("Worth of generated emoji"): model_companions.worth,
    N_("How it works"): _how,
    N_("Artists and limits"): _data,
}
