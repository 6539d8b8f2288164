"""Forger or detective without a room: one person, no clock, then the score beside the network's."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from app import resources
from app.frame import page_memory
from app.i18n import Translator
from app.widgets.classroom import game_host
from app.widgets.classroom.game_phone import names
from app.widgets.turns import turn

if TYPE_CHECKING:
    from core.classroom.rounds import Draft

_MEMORY, _DECK = "game_alone", "game_alone_deck"
_PICTURES, _SIDE = 8, 288  # how many, and how wide on the page


@dataclass
class _Deck:
    """The order in which this visitor gets the real pictures, and how many of them are known by now."""

    seed: int = field(default_factory=lambda: secrets.randbelow(2**31))
    dealt: int = 0


@dataclass
class _Game:
    """The pictures, and what was said of them so far."""

    stage: int
    drafts: list[Draft]
    given: list[int] = field(default_factory=list)
    read: int = 0  # pictures whose answer was read


def show(_: Translator) -> None:
    """The choice of a forger, then one picture after the other, then the score.

    Raises:
        core.errors.UserError: there are no pictures, or too many visitors compute now.
    """
    game: _Game | None = page_memory().get(_MEMORY)
    if game is None:
        _start(_)
    elif game.read < len(game.drafts):
        _picture(_, game)
    else:
        from core.classroom.game import score_of

        game_host.compare(_, [score_of(game.stage, game.drafts, game.given)], alone=True)
        st.button(_("Play again"), icon=":material/replay:", key="game_alone_again", on_click=_forget)


def _start(_: Translator) -> None:
    from core.classroom.game import REAL, deal

    pictures = resources.class_game()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stage = st.selectbox(
            _("Forger"), range(pictures.stages), format_func=lambda stage: game_host.forger(_, stage, pictures.stages),
            key=f"game_alone_stage_{_.language}",
        )  # fmt: skip
        if not st.button(_("Play alone"), icon=":material/play_arrow:", key="game_alone_start"):
            return
    deck: _Deck = page_memory().setdefault(_DECK, _Deck())
    with turn():
        drafts = deal(pictures, stage, _PICTURES, 0, secrets.randbelow(2**31), deck.seed, deck.dealt)
    deck.dealt += sum(draft.answer == REAL for draft in drafts)
    page_memory()[_MEMORY] = _Game(stage, drafts)
    st.rerun()


def _picture(_: Translator, game: _Game) -> None:
    here, answered = game.drafts[game.read], len(game.given) > game.read
    st.caption(_("Picture {number} of {total}").format(number=game.read + 1, total=len(game.drafts)))
    picture, verdict = st.columns([2, 3], gap="large")
    if here.picture:
        picture.image(here.picture, width=_SIDE, alt=_("The picture to judge: is it real or forged?"))
    with verdict:
        st.subheader(_("Real or forged?"), anchor=False)
        for choice, name in enumerate(names(_)):
            st.button(
                name, key=f"game_alone_{game.read}_{choice}", disabled=answered, width="stretch", on_click=_answer,
                args=(game, game.read, choice),
            )  # fmt: skip
        if answered:
            right = game.given[game.read] == here.answer
            said = _("It is real.") if here.answer == 0 else _("It is forged.")
            (st.success if right else st.error)(said, icon=":material/check:" if right else ":material/close:")
            game_host.network_says(_, here.content)
            st.button(
                _("Next"), icon=":material/arrow_forward:", key="game_alone_next", on_click=_read,
                args=(game, game.read + 1),
            )  # fmt: skip


def _answer(game: _Game, place: int, choice: int) -> None:
    if len(game.given) == place:  # the first press counts
        game.given.append(choice)


def _read(game: _Game, count: int) -> None:
    game.read = count


def _forget() -> None:
    page_memory().pop(_MEMORY, None)
