"""A refined data set: emoji of what was chosen that pass the filters, counted before and after, to download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator, explain
from app.resources import emoji_judge
from app.widgets.emoji import names
from app.widgets.emoji.visit import Visit
from app.widgets.openings import begun, key_in
from app.widgets.turns import turn
from core.emoji.stickers import zipped
from core.errors import UserError

if TYPE_CHECKING:
    from core.emoji.refine import Refined
    from core.emoji.service import EmojiGenerator

MOST_PER_CELL = 5
MOST_WANTED = 60  # emoji at once: longer runs belong on the command line
_REASONS = {
    "unusable": N_("shows too little, or too faintly"),
    "other_mood": N_("the judge sees another mood"),
    "other_topic": N_("the judge sees another topic"),
    "other_interaction": N_("the judge sees another interaction, or none"),
    "near_copy": N_("a near copy of one that was kept"),
}


def show(_: Translator, service: EmojiGenerator, visit: Visit) -> None:
    """What is wanted, the run, and what came of it."""
    st.markdown(
        _(
            "Draw emoji for pairs of a mood and a topic, keep those that a separate judge understands and that are no "
            "near copies, and take them home as a data set: PNG files, a table, a data card."
        )
    )
    moods, topics = list(service.classes["mood"]), list(service.classes["topic"])
    wanted_moods = st.multiselect(
        _("Moods"), moods, format_func=lambda key: names.name(_, "mood", key), placeholder=_("all"),
        key=begun(_, "emoji_refine_moods", moods[:2]),
    )  # fmt: skip
    wanted_topics = st.multiselect(
        _("Topics"), topics, format_func=lambda key: names.name(_, "topic", key), placeholder=_("all"),
        key=begun(_, "emoji_refine_topics", topics[:3]),
    )  # fmt: skip
    wanted_interactions = st.multiselect(
        _("Interactions"), list(service.classes["interaction"]),
        format_func=lambda key: names.name(_, "interaction", key), placeholder=_("none chosen"),
        help=_("With some, each pair of a mood and a topic is drawn with each of them."),
        key=begun(_, "emoji_refine_interactions", []),
    )  # fmt: skip
    each = st.slider(_("Emoji for each pair"), 1, MOST_PER_CELL, key=key_in(_, "emoji_refine_each"))
    count = each * len(wanted_moods or moods) * len(wanted_topics or topics) * max(1, len(wanted_interactions))
    if count > MOST_WANTED:
        st.info(
            _(
                "That would be {count} emoji; here, {most} at once can be asked for. More, of all moods and topics, "
                "come from the command line: `python -m core refine emoji --per-cell {options} --out FOLDER`"
            ).format(
                count=_.number(count),
                most=MOST_WANTED,
                options=" ".join((str(each), *(f"--interaction {key}" for key in wanted_interactions))),
            ),
            icon=":material/terminal:",
        )
    else:
        st.caption(
            _("At most {count} emoji; for each, up to four are drawn. This takes some seconds.").format(count=count)
        )
    pressed = st.button(
        _("Draw and filter"), icon=":material/filter_alt:", key="emoji_refine", disabled=count > MOST_WANTED
    )
    if pressed:
        try:
            visit.refined = _run(_, service, each, wanted_moods, wanted_topics, wanted_interactions)
        except UserError as problem:
            st.warning(explain(problem), icon=":material/warning:")
    if visit.refined:
        _result(_, visit.refined, known="cells" in service.manifest.parameters)


def _run(
    _: Translator, service: EmojiGenerator, each: int, moods: list[str], topics: list[str], interactions: list[str]
) -> Refined:
    from core.emoji.refine import refine  # here, for the reason given in app/resources.py

    judge = emoji_judge()
    bar = st.progress(0.0, text=_("Drawing and filtering…"))
    with turn():
        found = refine(
            service, judge, per_cell=each, moods=moods or None, topics=topics or None, interactions=interactions,
            progress=lambda share: bar.progress(share, text=_("Drawing and filtering…")) and None,
        )  # fmt: skip
    bar.empty()
    return found


def _result(_: Translator, refined: Refined, *, known: bool) -> None:
    from core.emoji.refine import files, summary

    told = summary(refined)
    st.markdown(
        _("**{kept}** of {drawn} drawn emoji were kept.").format(
            kept=_.number(told["kept"]), drawn=_.number(told["drawn"])
        )
    )
    dropped = {reason: count for reason, count in told["dropped"].items() if count}
    if dropped:
        st.markdown("\n".join(f"- {_(_REASONS[reason])}: {_.number(count)}" for reason, count in dropped.items()))
    st.dataframe(_balance(_, told, with_before=known), alt=_("Counts and balance, before and after"))
    st.dataframe(_cells(_, refined, with_before=known), alt=_("Emoji of each mood and topic"))
    if not known:
        st.caption(_("How many pictures of each pair the model learned from is not stored with it."))
    st.download_button(
        _("The data set (ZIP)"),
        lambda: zipped(files(refined)),
        "effigies-refined-emoji.zip",
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        key="emoji_refined_zip",
    )


def _balance(_: Translator, told: dict[str, Any], *, with_before: bool) -> pd.DataFrame:
    rows = {
        "pictures": (_("pictures"), 0), "empty": (_("pairs without any"), 0),
        "smallest": (_("fewest in a pair"), 0), "evenness": (_("evenness, 1: all pairs alike"), 3),
    }  # fmt: skip
    sides = {"before": _("before"), "after": _("after")} if with_before else {"after": _("drawn now")}
    return pd.DataFrame(
        {title: [_.number(told[side][key], digits) for key, (_name, digits) in rows.items()]
         for side, title in sides.items()},
        index=[title for title, _digits in rows.values()],
    )  # fmt: skip


def _cells(_: Translator, refined: Refined, *, with_before: bool) -> pd.DataFrame:
    moods = list(dict.fromkeys(row.mood for row in refined.rows))
    topics = list(dict.fromkeys(row.topic for row in refined.rows))
    counts = refined.counts

    def cell(mood: str, topic: str) -> str:
        now = counts[mood, topic]
        if not with_before:
            return _.number(now)
        had = refined.before.get((mood, topic), 0)
        return f"{_.number(had)} → {_.number(had + now)}"

    return pd.DataFrame(
        {names.name(_, "topic", topic): [cell(mood, topic) for mood in moods] for topic in topics},
        index=[names.name(_, "mood", mood) for mood in moods],
    )
