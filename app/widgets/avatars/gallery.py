"""The avatars that were drawn, two in a row on a phone, and what can be done with all of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.avatars import closeup
from app.widgets.avatars.purse import Purse, visitor_id
from app.widgets.avatars.visit import COUNT, Sheet, Visit, Wish, name_of
from core.errors import UserError
from core.ledger.claims import Check, Claim
from core.ledger.service import Ledger

if TYPE_CHECKING:
    from core.avatar.service import Avatar, AvatarGenerator

CARD = 148  # pixels wide: two cards fit a phone, four the column on a desktop
_GRID = 4 * CARD + 52


@dataclass(frozen=True)
class Counter:
    """Where avatars are claimed: the ledger, or why there is none; the visitor's purse; their claims by order."""

    ledger: Ledger | None
    problem: UserError | None
    purse: Purse
    mine: Mapping[str, Claim]

    def claim_of(self, avatar: Avatar) -> Claim | None:
        """The visitor's claim of this avatar."""
        return self.mine.get(name_of(avatar.order))


def draw(_: Translator, service: AvatarGenerator, visit: Visit, counter: Counter) -> Sheet:
    """The sheet that is wanted, drawn unless it is there already."""
    wish = visit.wanted(service.themes)
    there = visit.sheet if visit.sheet and visit.sheet.wish == wish else None
    sheet = there or _drawn(_, service, wish, counter)
    visit.keep(sheet)
    return sheet


def _drawn(_: Translator, service: AvatarGenerator, wish: Wish, counter: Counter) -> Sheet:
    began = time.perf_counter()
    try:
        with st.spinner(_("The avatars are being drawn…"), show_time=True):
            avatars = tuple(wish.fulfil(service))
            seconds = time.perf_counter() - began
            return Sheet(wish, avatars, tuple(checked(counter.ledger, avatar) for avatar in avatars), seconds)
    except UserError as problem:
        return Sheet(wish, problem=problem)


def checked(ledger: Ledger | None, avatar: Avatar) -> Check | None:
    """Whether it can be claimed at this moment; None where the register does not answer."""
    try:
        return ledger.check(avatar.image, avatar.order.theme, visitor_id()) if ledger else None
    except UserError:  # drawing goes on without; claiming says what is wrong
        return None


def title(_: Translator, wish: Wish) -> str:
    """What a sheet shows."""
    if wish.kind == "near" and wish.order:
        return _("Small variations of seed {seed}").format(seed=wish.order.recipe.seed)
    if wish.kind == "morph":
        return _("From one favourite to the other")
    if wish.kind == "children":
        return _("Children of two favourites")
    return closeup.mixture(_, dict(wish.themes)) if wish.themes else _("One avatar")


def show(_: Translator, service: AvatarGenerator, visit: Visit, counter: Counter, sheet: Sheet) -> None:
    """Cards, and buttons for all of them."""
    st.subheader(title(_, sheet.wish), anchor=False)
    with st.container(horizontal=True):
        if sheet.wish.kind not in ("morph", "one"):
            st.button(_("Again: eight others"), on_click=visit.again, icon=":material/casino:", key="avatars_again")
        st.button(
            _("Undo"), on_click=visit.undo, icon=":material/undo:", key="avatars_undo", disabled=len(visit.past) < 2
        )
    with st.container(horizontal=True, width=_GRID, key="avatars_grid"):
        for place, avatar in enumerate(sheet.avatars):
            check = sheet.checks[place] if place < len(sheet.checks) else None
            _card(_, service, visit, counter, avatar, check, place)
    st.caption(
        _.ngettext(
            "{count} picture of 64 × 64 pixels, shown enlarged, drawn in {seconds} s by model {model}.",
            "{count} pictures of 64 × 64 pixels, shown enlarged, drawn in {seconds} s by model {model}.",
            len(sheet.avatars),
        ).format(count=_.number(len(sheet.avatars)), seconds=_.number(sheet.seconds, 2), model=service.model)
    )


def _card(
    _: Translator, service: AvatarGenerator, visit: Visit, counter: Counter, avatar: Avatar, check: Check | None,
    place: int,
) -> None:  # fmt: skip
    with st.container(width=CARD, gap="small", key=f"avatars_card_{place}"):
        st.image(avatar.image, width="stretch", alt=closeup.described(_, avatar))
        claim = counter.claim_of(avatar)
        if claim:
            st.badge(_("Yours, no. {serial}").format(serial=claim.serial), icon=":material/verified:", color="green")
        elif check and not check.available:
            st.badge(_("Taken"), icon=":material/lock:", color="orange")
        elif visit.sheet and visit.sheet.wish.kind != "themes":
            st.caption(_("Variant {number} of {count}").format(number=place + 1, count=COUNT))
        else:
            st.caption(_("Seed {seed}").format(seed=avatar.order.recipe.seed))
        if st.button(_("Open"), key=f"avatars_open_{place}", icon=":material/zoom_in:", width="stretch"):
            closeup.show(_, service, visit, counter, avatar)
        st.button(
            _("Similar"),
            key=f"avatars_near_{place}",
            on_click=visit.near,
            args=(avatar.order,),
            width="stretch",
            help=_("Eight small variations of this one"),
        )
