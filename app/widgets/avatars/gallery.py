"""The avatars that were drawn, two in a row on a phone, and what can be done with all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.avatars import closeup
from app.widgets.avatars.purse import Purse, visitor_id
from app.widgets.avatars.visit import Visit, name_of
from app.widgets.generators import gallery as cards
from app.widgets.generators.visit import COUNT
from app.widgets.turns import drawing
from core.errors import UserError
from core.ledger.claims import Check, Claim
from core.ledger.service import Ledger

if TYPE_CHECKING:
    from app.widgets.avatars.visit import Wish
    from app.widgets.generators.visit import Sheet
    from core.avatar.service import Avatar, AvatarGenerator

    AvatarSheet = Sheet[Wish, Avatar]


@dataclass(frozen=True)
class Counter:
    """Where avatars are claimed: the ledger, or why there is none; the visitor's purse; their claims by `by_order`."""

    ledger: Ledger | None
    problem: UserError | None
    purse: Purse
    mine: Mapping[tuple[str, str], Claim]

    def claim_of(self, avatar: Avatar) -> Claim | None:
        """The visitor's claim of this avatar."""
        return self.mine.get((avatar.model, name_of(avatar.order)))


def draw(_: Translator, service: AvatarGenerator, visit: Visit, counter: Counter) -> AvatarSheet:
    """The sheet that is wanted, drawn unless it is there already."""
    wish = visit.wanted(service.themes)
    count = drawing(COUNT, theme=wish.theme)
    alike = (service.model, wish) if wish.kind == "themes" else None
    sheet = cards.drawn(visit, wish, lambda: wish.fulfil(service), count, _("The avatars are being drawn…"), alike)
    if sheet is not visit.sheet:
        sheet = replace(sheet, checks=checked(counter.ledger, sheet.pictures))
    visit.keep(sheet)
    return sheet


def checked(ledger: Ledger | None, avatars: Sequence[Avatar]) -> tuple[Check, ...]:
    """Whether each can be claimed at this moment; empty where the register does not answer."""
    if ledger is None or not avatars:
        return ()
    try:
        return tuple(ledger.check_all([(one.image, one.order.theme) for one in avatars], visitor_id()))
    except UserError:  # drawing goes on without; claiming says what is wrong
        return ()


def title(_: Translator, sheet: AvatarSheet) -> str:
    """What a sheet shows."""
    wish = sheet.wish
    if wish.kind == "near" and wish.order:
        return _("Small variations of seed {seed}").format(seed=wish.order.recipe.seed)
    if wish.kind == "morph":
        return _("From one favourite to the other")
    if wish.kind == "children":
        return _("Children of two favourites")
    return closeup.mixture(_, dict(wish.themes))


def show(_: Translator, service: AvatarGenerator, visit: Visit, counter: Counter, sheet: AvatarSheet) -> None:
    """Cards, and buttons for all of them."""
    st.subheader(title(_, sheet), anchor=False)
    with st.container(horizontal=True):
        if sheet.wish.kind != "morph":
            st.button(_("Again: eight others"), on_click=visit.again, icon=":material/casino:", key="avatars_again")
        cards.undo_button(_, "avatars", visit)
    with st.container(horizontal=True, width=cards.ROW, key="avatars_grid"):
        for place, avatar in enumerate(sheet.pictures):
            check = sheet.checks[place] if place < len(sheet.checks) else None
            _card(_, service, visit, counter, avatar, check, place)
    st.caption(
        _.ngettext(
            "{count} picture of 64 × 64 pixels, shown enlarged, drawn in {seconds} s by model {model}.",
            "{count} pictures of 64 × 64 pixels, shown enlarged, drawn in {seconds} s by model {model}.",
            len(sheet.pictures),
        ).format(count=_.number(len(sheet.pictures)), seconds=_.number(sheet.seconds, 2), model=service.model)
    )


def _card(
    _: Translator, service: AvatarGenerator, visit: Visit, counter: Counter, avatar: Avatar, check: Check | None,
    place: int,
) -> None:  # fmt: skip
    with st.container(width=cards.CARD, gap="small", key=f"avatars_card_{place}"):
        st.image(avatar.shown, width="stretch", alt=closeup.described(_, avatar))
        claim = counter.claim_of(avatar)
        if claim:
            st.badge(_("Yours, no. {serial}").format(serial=claim.serial), icon=":material/verified:", color="green")
        elif check and not check.available:
            st.badge(_("Taken"), icon=":material/lock:", color="orange")
        elif visit.sheet and visit.sheet.wish.kind != "themes":
            st.caption(_("Variant {number} of {count}").format(number=place + 1, count=COUNT))
        else:
            st.caption(_("Seed {seed}").format(seed=avatar.order.recipe.seed))
        cards.card_buttons(
            _, "avatars", place, lambda: closeup.show(_, service, visit, counter, avatar),
            lambda: visit.near(avatar.order), _("Eight small variations of this one"),
        )  # fmt: skip
