"""Claiming an avatar: how far it is from all others, the price, the wallet, the buyer's rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.avatars import mine, wallet, wording
from app.widgets.avatars.purse import visitor_id
from app.widgets.avatars.visit import name_of
from core.errors import UserError
from core.ledger.certificates import RIGHTS
from core.ledger.claims import Check, Offer
from core.ledger.service import Ledger
from core.ledger.tills import PRICE_CENTS
from core.limits import TooManyAttemptsError

if TYPE_CHECKING:
    from app.widgets.avatars.gallery import Counter
    from core.avatar.service import Avatar, AvatarGenerator


def offer_of(service: AvatarGenerator, avatar: Avatar) -> Offer:
    """What the register is to remember of an avatar."""
    credited = [line for theme in avatar.order.themes for line in wording.credits(theme)]
    return Offer(
        avatar.image,
        avatar.order.theme,
        avatar.order.recipe.seed,
        avatar.model,
        avatar.order.as_dict(),
        tuple(dict.fromkeys(credited)) or tuple(service.manifest.credits),
    )


def show(_: Translator, service: AvatarGenerator, counter: Counter, avatar: Avatar) -> None:
    """The part of the close-up where the avatar is claimed."""
    st.subheader(_("Make it yours"), anchor=False)
    ledger, purse = counter.ledger, counter.purse
    if ledger is None:
        if counter.problem:
            st.error(wording.explain(_, counter.problem), icon=":material/error:")
        return
    try:
        _counter(_, service, counter, ledger, avatar)
    except UserError as problem:  # such as a database that has gone
        st.error(wording.explain(_, problem), icon=":material/error:")
    purse.forget_news()


def _counter(_: Translator, service: AvatarGenerator, counter: Counter, ledger: Ledger, avatar: Avatar) -> None:
    purse, key = counter.purse, f"{avatar.model} {name_of(avatar.order)}"
    purse.closed_elsewhere(ledger)
    own = mine.by_order(ledger, purse).get((avatar.model, name_of(avatar.order)))
    if own:
        st.success(
            _("It is yours: avatar no. {serial}, claimed on {when}.").format(
                serial=own.serial, when=wording.moment(_, own.claimed_at)
            ),
            icon=":material/verified:",
        )
        mine.downloads(_, ledger, purse, own)
        return
    available = _looked_up(_, ledger, avatar)
    if purse.wallet is None or purse.unsaved or ledger.balance_cents(purse.wallet) < PRICE_CENTS:
        if available:
            said = _("It costs {price}, paid from a wallet.").format(price=wording.euros(_, PRICE_CENTS))
            st.markdown(said)
        wallet.box(_, ledger, purse, "closeup")
    else:
        wallet.news(_, purse)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Claim it for {price}").format(price=wording.euros(_, PRICE_CENTS)),
                icon=":material/verified:",
                on_click=purse.claim,
                args=(ledger, offer_of(service, avatar), key),
                disabled=not available,
                key="avatars_claim",
            )
            balance = wording.euros(_, ledger.balance_cents(purse.wallet))
            st.caption(_("Your credit: {amount}").format(amount=balance))
    rights(_)


def _looked_up(_: Translator, ledger: Ledger, avatar: Avatar) -> bool:
    """Say how far it is from all others; whether it may be claimed, as far as anybody can tell."""
    try:
        check = ledger.check(avatar.image, avatar.order.theme, visitor_id())
    except TooManyAttemptsError:  # a claim is compared and decided on its own: others at this address take nothing away
        st.caption(
            _(
                "How far it is from all others cannot be shown just now: too much was asked from here. A claim is "
                "compared all the same."
            )
        )
        return True
    compared(_, ledger, check)
    return check.available


def compared(_: Translator, ledger: Ledger, check: Check) -> None:
    """Whether it can be claimed, and how far it is from all others."""
    if check.available:
        st.markdown(
            _(
                ":material/check_circle: **Available.** Checked against every picture we trained on and every avatar "
                "claimed so far:"
            )
            if ledger.reference
            else _(":material/check_circle: **Available.** Checked against every avatar claimed so far:")
        )
    else:
        st.warning(
            _(
                "This one cannot be claimed: somebody has it already, or one that looks the same, or the model learned "
                "from one. Nothing is charged; small variations of it may be available."
            ),
            icon=":material/lock:",
        )
    lines = []
    if check.training and ledger.reference:
        lines.append(
            _("- nearest of {count} training pictures: {distance}").format(
                count=_.number(len(ledger.reference)), distance=wording.distance(_, check.training)
            )
        )
    elif ledger.reference is None:
        lines.append(_("- training pictures: not compared, because their list does not lie beside the model"))
    lines.append(
        _("- nearest claimed avatar: {distance}").format(distance=wording.distance(_, check.nearest))
        if check.nearest
        else _("- nearest claimed avatar: none within {bits} form marks").format(bits=check.searched_bits)
    )
    st.markdown("\n".join(lines))


def rights(_: Translator) -> None:
    """What the buyer may do, in plain words."""
    with st.expander(_("What you get, and what you may do with it"), icon=":material/gavel:"):
        st.markdown(_(RIGHTS))
        st.markdown(
            _(
                "You get the picture in 64, 256 and 512 pixels, round, and in the sizes of common platforms, each with "
                "a certificate inside on request, and a certificate to print. A claim is final: it cannot be sold back "
                "or handed to another wallet. If the wallet’s code and sentence are lost, the avatar stays claimed but "
                "nobody can open it."
            )
        )
