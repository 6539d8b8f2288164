"""The conversation: what people write, what was understood of it, and emoji that fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator, explain
from app.widgets.emoji import closeup, names
from app.widgets.emoji.talk import MOST_MESSAGES, MOST_TEXT, Understood, split, understand
from app.widgets.emoji.view import View
from app.widgets.emoji.visit import Visit
from app.widgets.product_names import plain
from app.widgets.remembered import once
from app.widgets.turns import drawing, turn
from core.datasets.emoji import AXES
from core.emoji.sample_talks import sample_talks
from core.errors import UserError
from core.text.words import MAX_CHARACTERS

if TYPE_CHECKING:
    from core.emoji.messages import MessageReader
    from core.emoji.orders import Emoji
    from core.emoji.service import EmojiGenerator

OFFERED = 3  # emoji beside a message
_TILE = 76  # pixels wide
_MOST_OFFERS = 60
_SAY, _SAMPLE = "emoji_say", "emoji_sample"


def read(reader: MessageReader | None, service: EmojiGenerator | None, visit: Visit) -> list[Understood]:
    """What is understood of the messages, and which things the generator knows they name; they are read once.

    A sample talk, in which the visitor has corrected nothing, is read once for all visitors.
    """
    messages = list(visit.messages)
    if visit.understood is None or visit.understood[0] != messages:

        def work() -> list[Understood]:
            return understand(reader, messages, service.drawings if service else None)

        ours = visit.sample and reader and not any(message.corrected for message in messages)
        key = (reader, service and service.model, tuple(message.text for message in messages))
        visit.understood = messages, once(key, nullcontext(), work) if ours else work()
    return visit.understood[1]


def show(_: Translator, service: EmojiGenerator | None, visit: Visit, talk: Sequence[Understood]) -> None:
    """Samples, the messages of the talk with their emoji, and the field for more."""
    samples = sample_talks(_.language)
    key = f"{_SAMPLE}_{_.language}"
    st.pills(
        _("Play a sample talk"),
        range(len(samples)),
        format_func=lambda place: samples[place].title,
        key=key,
        on_change=lambda: _play(_, visit, key),
        wrap=False,  # a row to be pushed sideways: on a phone the messages stay near
    )
    _notes(_, visit)
    for place, found in enumerate(talk):
        with st.container(border=True, gap="small", key=f"emoji_message_{place}"):
            _message(_, service, visit, place, found)
    st.chat_input(
        _("Write or paste messages, one per line"), max_chars=MOST_TEXT, key=_SAY, on_submit=lambda: _say(visit)
    )
    st.caption(
        _(
            "French or English, at most {messages} messages of {characters} characters. They stay in memory and are "
            "never stored."
        ).format(messages=MOST_MESSAGES, characters=MAX_CHARACTERS)
    )


def _say(visit: Visit) -> None:
    messages, cut = split(str(st.session_state[_SAY] or ""))
    visit.say(messages, cut=cut)


def _play(_: Translator, visit: Visit, key: str) -> None:
    place = st.session_state[key]
    if place is not None:
        visit.play(sample_talks(_.language)[place].messages)
        visit.touched = True


def _notes(_: Translator, visit: Visit) -> None:
    if visit.nothing:
        st.warning(_("There was no text in it. Write a message."), icon=":material/chat_bubble:")
    if visit.cut:
        st.warning(
            _("That was more than is read: the last {messages} messages, {characters} characters of each.").format(
                messages=MOST_MESSAGES, characters=MAX_CHARACTERS
            ),
            icon=":material/content_cut:",
        )


def _message(_: Translator, service: EmojiGenerator | None, visit: Visit, place: int, found: Understood) -> None:
    st.markdown(plain(found.message.text))
    st.caption(understood(_, found))
    offered: tuple[Emoji, ...] = ()
    try:
        if service and not found.empty:
            offered = offers(service, visit, found)
    except UserError as problem:
        st.warning(explain(problem), icon=":material/warning:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for number, emoji in enumerate(offered):
            with st.container(width=_TILE, gap=None):
                st.image(emoji.shown, width="stretch", alt=names.described(_, emoji.order))
                opened = st.button(
                    _("Open"), key=f"emoji_offer_{place}_{number}", type="tertiary", width="stretch",
                    help=_("See it closely, download it, animate it"),
                )  # fmt: skip
            if opened and service:
                closeup.show(_, service, visit, emoji)
        here = visit.chosen == place
        st.button(
            _("Chosen") if here else _("Vary and correct"),
            icon=":material/check:" if here else ":material/tune:",
            on_click=visit.choose,
            args=(place, found),
            key=f"emoji_choose_{place}",
            help=_("Eight others for this message; mood, topic and interaction can be corrected there"),
        )


def offers(service: EmojiGenerator, visit: Visit, found: Understood) -> tuple[Emoji, ...]:
    """Emoji that fit a message, in the chosen style; drawn once.

    Raises:
        UserError: the model does not know a class.
    """
    asked = asked_beside(visit, found)
    if asked not in visit.offers:
        count = drawing(OFFERED, style=asked.style)  # without what was read in the message
        made = drawn_beside(service, asked, turn(count), count)
        visit.offers = dict([*visit.offers.items(), (asked, made)][-_MOST_OFFERS:])
    return visit.offers[asked]


def asked_beside(visit: Visit, found: Understood) -> View:
    """What emoji beside a message are asked for with."""
    several = found.moods if len(found.moods) > 1 else ()
    return View(
        found.mood, found.topic, found.interaction, visit.view.style, found.message.seed, moods=several,
        styles=visit.view.styles, things=found.things,
    )  # fmt: skip


def drawn_beside(
    service: EmojiGenerator, asked: View, turned: AbstractContextManager[None], count: Callable[[], None] | None = None
) -> tuple[Emoji, ...]:
    """Emoji that go beside a message; those that others asked for as well are at hand.

    Raises:
        UserError: the model does not know a class.
    """
    return once((service.model, asked, OFFERED), turned, lambda: tuple(asked.draw(service, OFFERED)), count)


def understood(_: Translator, found: Understood) -> str:
    """What was read in a message, how surely, and which words said so; or what the visitor said instead."""
    said = []
    for axis in AXES:
        title = _(names.AXES[axis])
        if axis in found.message.corrected:
            name = found.message.corrected[axis]
            set_to = names.name(_, axis, name) if name else _("none")
            said.append(_("{axis}: **{name}**, set by you").format(axis=title, name=set_to))
        elif found.reading and (best := found.reading.best(axis)):
            line = _("{axis}: **{name}** {share}").format(
                axis=title, name=names.name(_, axis, best), share=_.percent(found.reading.probabilities[axis][best], 0)
            )
            words = [plain(word[:40]) for word in found.reading.because[axis]]
            said.append(f"{line} ({', '.join(words)})" if words else line)
    if found.moods and not (found.reading and found.reading.best("mood")) and "mood" not in found.message.corrected:
        moods = names.shares(_, "mood", {mood: weight / 100 for mood, weight in found.moods})
        said.append(_("mood from the talk so far: {moods}").format(moods=moods))
    if found.things:
        said.append(_("thing: {things}").format(things=" ".join(found.things)))
    if said:
        return " · ".join(said)
    if found.reading is None:
        return _("Nothing reads messages here at the moment; set mood, topic and interaction yourself.")
    return _("Nothing was recognised in it: choose it with the button, then set mood, topic or interaction.")
