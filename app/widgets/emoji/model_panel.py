"""How good the emoji generator and the reader of messages are, how they work, and whose drawings they learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.emoji import model_companions, names
from core.reporting import charts, product_charts

if TYPE_CHECKING:
    from core.emoji.service import EmojiGenerator

Record = dict[str, Any]
_SETS = {"generated": N_("Ours"), "baseline": "DCGAN", "real": N_("Real emoji, held out")}
_DISTRIBUTION = {
    "kid": ("KID", 4, N_("Distance between generated and real pictures; 0 is as good as can be.")),
    "fid": ("FID", 1, N_("The same by an older recipe; with so few pictures even real ones are far from 0.")),
    "precision": (N_("Precision"), 3, N_("Share of generated pictures that could be real ones.")),
    "recall": (N_("Recall"), 3, N_("Share of real pictures that could be generated ones.")),
}  # fmt: skip
_COLUMNS = {
    "accuracy": N_("Ours"), "ceiling": N_("Ceiling: real emoji"), "floor": N_("Floor: contexts shuffled"),
    "baseline": "DCGAN",
}  # fmt: skip


def show(_: Translator, record: Record, service: EmojiGenerator) -> None:
    """The panel at the end of the page; only the open tab is computed."""
    st.header(_("The model"), anchor="model", divider="gray")
    tabs = st.tabs([_(title) for title in _TABS], on_change="rerun", key="emoji_tab")
    for tab, draw in zip(tabs, _TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(_, record, service)


def _summary(_: Translator, record: Record, service: EmojiGenerator) -> None:
    metrics = record["metrics"]
    fits, found = metrics.get("relevance", {}), metrics.get("distribution", {})
    if not fits:
        _unmeasured(_)
        return
    cells = st.columns(4)
    for cell, axis in zip(cells, ("mood", "topic"), strict=False):
        cell.metric(
            _("{axis} as asked").format(axis=_(names.AXES[axis])),
            _.percent(fits[axis]["accuracy"]),
            help=_("Real emoji: {ceiling}. Contexts shuffled: {floor}.").format(
                ceiling=_.percent(fits[axis]["ceiling"]), floor=_.percent(fits[axis]["floor"])
            ),
            border=True,
        )
    cells[2].metric(_("KID, less is better"), _.number(found["generated"]["kid"], 4), border=True)
    took = _.number(metrics["milliseconds"]["per_picture"], 0)
    cells[3].metric(_("One emoji"), _("{time} ms").format(time=took), border=True)
    st.markdown(
        _(
            "One emoji was drawn for the context of each of {count} held-out pictures. A separate network, the judge, "
            "trained on real emoji only, says what it sees: its accuracy on real emoji is the ceiling; with the "
            "contexts shuffled, it is the floor."
        ).format(count=_.number(metrics["n"]))
    )
    st.dataframe(_relevance(_, fits), alt=_("Share of emoji that show what was asked for, by axis"))
    sets = {_(title): found[key] for key, title in _SETS.items() if found.get(key)}
    table = pd.DataFrame(
        {_("Pictures"): list(sets)}
        | {_(title): [_.number(row[key], digits) for row in sets.values()] for key, (title, digits, _about) in
           _DISTRIBUTION.items()}
    ).set_index(_("Pictures"))  # fmt: skip
    st.dataframe(table, alt=_("Distances to real pictures: ours, DCGAN, held-out real emoji"))
    st.markdown("\n".join(f"- **{_(title)}** – {_(about)}" for title, _digits, about in _DISTRIBUTION.values()))
    st.caption(
        _("In the features of {network}: compare within this table only.").format(network=metrics.get("network", "–"))
    )


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
        _unmeasured(_)
        return
    for axis in axes:
        rows = record["metrics"][f"by_{axis}"]
        said = [names.name(_, axis, row["name"]) for row in rows]
        ours, real = [row["accuracy"] for row in rows], [row["ceiling"] for row in rows]
        st.plotly_chart(
            product_charts.between(
                said, {_("Ours"): ours}, {_("Ceiling: real emoji"): real}, _.percent, y=_("as asked")
            ),
            key=f"emoji-by-{axis}",
            alt=f"{_(names.AXES[axis])}: "
            + ", ".join(
                f"{name} {_.percent(a, 0)} / {_.percent(b, 0)}" for name, a, b in zip(said, ours, real, strict=True)
            ),
        )


def _unseen(_: Translator, record: Record, service: EmojiGenerator) -> None:
    rows = record["metrics"].get("unseen_cells")
    if not rows:
        _unmeasured(_)
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
        _unmeasured(_)


def _messages(_: Translator, record: Record, service: EmojiGenerator) -> None:
    axes = record["messages"].get("axes", {}).get("all", {})
    if not axes:
        _unmeasured(_)
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
    st.subheader(_("The artists"), anchor=False)
    for credit in service.manifest.credits:
        st.caption(credit)


def _unmeasured(_: Translator) -> None:
    st.info(_("This has not been measured."))


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
