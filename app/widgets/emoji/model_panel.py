"""How good the emoji generator and the reader of messages are, how they work, and whose drawings they learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.emoji import model_companions, names
from app.widgets.generators import panel, training
from app.widgets.generators.panel import Record
from core.gan.metrics import COLLAPSED
from core.reporting import charts

if TYPE_CHECKING:
    from core.emoji.service import EmojiGenerator

_SETS = {"generated": N_("Ours"), "baseline": "DCGAN", "real": N_("Real emoji, held out")}
_COLUMNS = {
    "accuracy": N_("Ours"), "ceiling": N_("Real emoji, held out"), "floor": N_("Floor: contexts shuffled"),
    "baseline": "DCGAN",
}  # fmt: skip
_CURVES = {
    "anchor": N_("Distance of generated latents from those of the drawings asked for"),
    "validation_mood": N_("Mood accuracy on held-out emoji"),
    "validation_topic": N_("Topic accuracy on held-out emoji"),
    "validation_interaction": N_("Interaction accuracy on held-out emoji"),
    "validation_style": N_("Style accuracy on held-out emoji"),
}


def show(_: Translator, record: Record, service: EmojiGenerator) -> None:
    """The panel at the end of the page; only the open tab is computed."""
    panel.show(_, "emoji", _TABS, record, service)


def _summary(_: Translator, record: Record, service: EmojiGenerator) -> None:
    metrics = record["metrics"]
    fits, found = metrics.get("relevance", {}), metrics.get("distribution", {})
    if not fits:
        panel.unmeasured(_)
        return
    told = metrics.get("second_opinion") or fits
    cells = st.columns(4)
    for cell, axis in zip(cells, ("mood", "topic"), strict=False):
        title = _("{axis} as asked").format(axis=_(names.AXES[axis]))
        panel.metric(_, cell, title, told[axis], _("Real emoji: {ceiling}. Contexts shuffled: {floor}."))
    panel.kid(_, cells[2], _("KID, less is better"), found.get("generated"))
    panel.pace(_, cells[3], _("One emoji"), metrics)
    st.markdown(
        _(
            "One emoji was drawn for the context of each of {count} held-out pictures. What it shows is said by a "
            "linear classifier on features of a network that was trained on photographs, so that it also knows things "
            "that no emoji taught it; with the contexts shuffled, that is the floor."
        ).format(count=_.number(metrics["n"]))
        if told is not fits
        else _(
            "One emoji was drawn for the context of each of {count} held-out pictures. What it shows is said by the "
            "judge described below, alone; with the contexts shuffled, that is the floor."
        ).format(count=_.number(metrics["n"]))
    )
    if told is not fits:
        st.dataframe(_relevance(_, told), alt=_("Share that a second classifier recognises, by axis"))
    st.markdown(
        _(
            "The **judge**, a network that knows only the drawings that the generator learned from too, and that "
            "helped to choose it, says {ours} for the mood, of real emoji {real}. Ours redraw what it knows, the "
            "real ones are drawings that it has never seen: so it can recognise ours better, which does not make them "
            "better drawn."
        ).format(ours=_.percent(fits["mood"]["accuracy"]), real=_.percent(fits["mood"]["ceiling"]))
    )
    st.dataframe(_relevance(_, fits), alt=_("Share of emoji that show what was asked for, by axis"))
    panel.copies(_, metrics.get("memorisation", {}))
    panel.distribution(_, metrics, _SETS, _("Distances to real pictures: ours, DCGAN, held-out real emoji"))
    _effort(_, found, service)


def _effort(_: Translator, found: Record, service: EmojiGenerator) -> None:
    """What went into DCGAN and what into ours: part of the distance between them."""
    spent, dcgan = service.manifest.parameters.get("stages", {}), found.get("baseline")
    if not dcgan or not {"autoencoder", "prior", "dcgan"} <= spent.keys():
        return
    given = {
        f"{stage}_{name}": _.number(spent[stage][key])
        for stage in ("autoencoder", "prior", "dcgan")
        for name, key in (("minutes", "minutes"), ("shown", "images_shown"))
    }
    st.markdown(
        _(
            "DCGAN had {dcgan_minutes} minutes and was shown {dcgan_shown} pictures; ours had {autoencoder_minutes} "
            "minutes ({autoencoder_shown} pictures) for the autoencoder and {prior_minutes} minutes ({prior_shown} "
            "codes) for the generator. Part of the distance between them is training."
        ).format(**given)
    )
    if dcgan["inception_score"] < COLLAPSED:
        st.markdown(
            _(
                "DCGAN has **collapsed**: an Inception Score of {score} (1 at least) means that its pictures look "
                "all alike to the network that measures. It is a weak baseline here."
            ).format(score=_.number(dcgan["inception_score"], 2))
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
        panel.unmeasured(_)
        return
    for axis in axes:
        rows = record["metrics"][f"by_{axis}"]
        said = [names.name(_, axis, row["name"]) for row in rows]
        bars = {_("Ours"): [row["accuracy"] for row in rows]}
        marks = {_("Real emoji, held out"): [row["ceiling"] for row in rows]}
        st.subheader(_(names.AXES[axis]), anchor=False)
        panel.as_asked(_, f"emoji-by-{axis}", said, bars, marks)
    _by_judge(_)


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
    _by_judge(_)


def _by_judge(_: Translator) -> None:
    st.caption(_("As the judge sees it, which helped to choose the generator: a second opinion is in the first tab."))


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
    if drawn:
        _by_judge(_)
    else:
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
    _imitation(_, record, service)


def _imitation(_: Translator, record: Record, service: EmojiGenerator) -> None:
    """How much of what the generator learned is to redraw."""
    game = service.manifest.parameters.get("stages", {}).get("prior", {}).get("game", {})
    last = (record["history"].get("prior") or [{}])[-1]
    if not game.get("alone") or "generator" not in last or "anchor" not in last:
        return
    st.markdown(
        _(
            "**It mostly imitates.** Up to {alone} of each round of training it learned only how far its code is from "
            "that of the drawing it was asked for, without a critic. Then the critic joined, but this distance went on "
            "counting: at the end it made up {distance} of the generator’s loss, the critic {critic}. So it redraws "
            "and blends what artists drew rather than invents."
        ).format(
            alone=_.percent(game["alone"], 0),
            distance=_.number(game["anchor"][1] * last["anchor"], 1),
            critic=_.number(last["generator"], 1),
        )
    )


def _training(_: Translator, record: Record, service: EmojiGenerator) -> None:
    training.curves(_, "emoji", record, service.manifest, _CURVES)
    training.samples(
        _, record, _("Every sheet is for the same contexts and seeds. They are shown as they came, the poor ones too.")
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
    N_("Training"): _training,
    N_("Artists and limits"): _data,
}
