"""Tabs of the model panel for what stands beside the generator: the restyling network and the refined data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.emoji import names
from app.widgets.generators import panel
from app.widgets.generators.panel import Record

if TYPE_CHECKING:
    from core.emoji.service import EmojiGenerator

_METHODS = {
    "model": N_("The network"), "identity": N_("Floor: left as it is"),
    "nearest": N_("Floor: the most similar known emoji, in the wanted style"),
}  # fmt: skip
_ARMS = {
    "without": N_("drawings of artists"), "with": N_("… and generated ones"),
    "composites": N_("… and as many composites instead"),
}  # fmt: skip
_VERDICTS = {
    "better": N_("The generated emoji **help**: accuracy {gain} points, 95% interval {low} to {high}."),
    "worse": N_("The generated emoji **do harm**: accuracy {gain} points, 95% interval {low} to {high}."),
    "unclear": N_("**No clear difference**: accuracy {gain} points, 95% interval {low} to {high}."),
}  # fmt: skip


def redrawing(_: Translator, record: Record, service: EmojiGenerator) -> None:
    """How well emoji are redrawn in another style."""
    found = record["restyle"]
    if not found:
        panel.unmeasured(_)
        return
    st.markdown(
        _(
            "{emoji} emoji that were held out of training in every style, {count} pairs: each was redrawn in another "
            "style and compared with what the artist of that style drew. Less is better. The network beats both floors "
            "in **{better}** of the pairs."
        ).format(
            emoji=_.number(found["emoji"]),
            count=_.number(found["n"]),
            better=_.percent(found["better_than_both"]["perceptual"], 0),
        )
    )
    rows = [found["methods"][key] for key in _METHODS] + [found["ceiling"]]
    table = pd.DataFrame(
        {
            _("Method"): [
                *(_(title) for title in _METHODS.values()),
                _("Ceiling: the network on emoji it learned from"),
            ],
            _("Perceptual distance"): [_.number(row["perceptual"], 3) for row in rows],
            _("Difference of the pixels"): [_.percent(row["l1"]) for row in rows],
        }
    ).set_index(_("Method"))
    st.dataframe(table, alt=_("Distance to the artist’s drawing: the network, two floors, the ceiling"))
    styles = found["styles"]
    each = pd.DataFrame(
        {
            _("Wanted style"): [names.name(_, "style", key) for key in styles],
            _("Perceptual distance"): [_.number(row["methods"]["model"]["perceptual"], 3) for row in styles.values()],
            _("Left as it is"): [_.number(row["methods"]["identity"]["perceptual"], 3) for row in styles.values()],
            _("Better than both floors"): [
                _.percent(row["better_than_both"]["perceptual"], 0) for row in styles.values()
            ],
        }
    ).set_index(_("Wanted style"))
    st.dataframe(each, alt=_("The same by wanted style"))
    st.markdown(limits(_))


def limits(_: Translator) -> str:
    """What redrawing cannot do, in Markdown."""
    return _(
        "- It changes colours, outlines and shading; it seldom redraws a shape that two artists see differently.\n"
        "- Lettering and fine details become soft; answers have 64 × 64 pixels.\n"
        "- It knows emoji: a photo comes back recoloured, not drawn."
    )


def worth(_: Translator, record: Record, service: EmojiGenerator) -> None:
    """Whether a mood classifier gains from generated emoji."""
    found = record["worth"]
    if found.get("model") != service.model:  # nothing, or figures of a generator that was here before
        panel.unmeasured(_)
        return
    st.markdown(
        _(
            "Small networks learned to tell {moods} moods: some from {real} drawings of artists only, some from "
            "{generated} generated emoji as well, with equally many steps, {seeds} of each kind. They were tried on "
            "{count} emoji that no training ever saw."
        ).format(
            moods=found["moods"], real=_.number(found["real"]), generated=_.number(found["generated"]),
            seeds=found["seeds"], count=_.number(found["n"]),
        )
    )  # fmt: skip
    gain = found["gain"]["without"]["accuracy"]
    if gain["half_width"] is not None:
        ends = [100 * (gain["mean"] + side * gain["half_width"]) for side in (-1, 0, 1)]
        low, middle, high = (f"{'+' if end > 0 else ''}{_.number(end, 1)}" for end in ends)
        sentence = _VERDICTS[gain["verdict"]]
        st.markdown(_(sentence).format(gain=middle, low=low, high=high))
    rows = {_(title): found["arms"][arm] for arm, title in _ARMS.items()}
    table = pd.DataFrame(
        {
            _("Learned from"): [*rows, _("Chance: always the most frequent mood")],
            _("Accuracy"): [
                *(_spread(_, row["accuracy"]) for row in rows.values()), _.percent(found["chance"]["accuracy"]),
            ],
            _("Macro F1"): [
                *(_spread(_, row["macro_f1"]) for row in rows.values()), _.percent(found["chance"]["macro_f1"]),
            ],
        }
    ).set_index(_("Learned from"))  # fmt: skip
    st.dataframe(table, alt=_("Accuracy and macro F1, with and without generated emoji"))
    st.caption(_("Mean ± standard deviation over the networks of a kind, which start from different random numbers."))
    moods = pd.DataFrame(
        {_("Mood"): [names.name(_, "mood", row["name"]) for row in found["by_mood"]]}
        | {_("Emoji"): [_.number(row["n"]) for row in found["by_mood"]]}
        | {_(title): [_.percent(row[arm], 0) for row in found["by_mood"]] for arm, title in _ARMS.items()}
    ).set_index(_("Mood"))
    st.dataframe(moods, alt=_("Share of each mood that is recognised, with and without generated emoji"))


def _spread(_: Translator, row: Record) -> str:
    said = _.percent(row["mean"])
    return said if row["deviation"] is None else f"{said} ± {_.number(100 * row['deviation'], 1)}"
