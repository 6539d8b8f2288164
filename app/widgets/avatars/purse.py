"""The visitor's wallet while they are here: opening, filling and leaving it. It outlives pages and languages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st

from app import events
from core.errors import UserError
from core.ledger.claims import Offer
from core.ledger.service import Ledger
from core.ledger.wallets import Keys, RecoveredElsewhereError, Wallet
from core.limits import visitor_of

_STATE = "avatars_purse"
_PAYMENT = "payment"  # what a payment service adds to the address it sends the visitor back to


def _new_key() -> str:
    return uuid.uuid4().hex


@dataclass
class Purse:
    """A wallet that was opened, and what its owner has to be told.

    `unsaved` are keys that are shown until their owner says they are written down. `key` names the next purchase: it is
    handed to the button, so that two clicks on one button buy once. `waiting` is a payment begun here at a till.
    """

    wallet: Wallet | None = None
    unsaved: Keys | None = None
    key: str = field(default_factory=_new_key)
    waiting: tuple[str, str] | None = None  # reference, address where to pay
    problem: UserError | None = None
    credited_cents: int = 0
    settled: bool = False
    unpaid: bool = False  # the payment that was asked about has not arrived
    none_open: bool = False  # a missing payment was asked about, and the wallet has none
    brought: str | None = None  # the payment that the address spoke of when it was looked at

    def create(self, ledger: Ledger, language: str) -> None:
        """Make a wallet; its keys are shown until they are saved."""
        with _told(self):
            self.wallet, self.unsaved = ledger.create_wallet(visitor_id(), language)

    def open(self, ledger: Ledger, code: str) -> None:
        """Open a wallet by its code; what was paid for and never told of is credited."""
        with _told(self):
            self.wallet, self.unsaved = ledger.open_wallet(code, visitor_id()), None
            self.credited_cents = ledger.settle_open(self.wallet).credited_cents

    def recover(self, ledger: Ledger, sentence: str) -> None:
        """Open a wallet by its sentence; its new code is shown until it is saved."""
        with _told(self):
            self.wallet, code = ledger.recover_wallet(sentence, visitor_id())
            self.unsaved = Keys(code, "")  # shown at once: nobody is asked about payments before

    def saved(self) -> None:
        """The owner has written the keys down."""
        self.unsaved = None

    def close(self) -> None:
        """Forget the wallet here."""
        self.wallet, self.unsaved, self.waiting = None, None, None
        self.forget_news()

    def closed_elsewhere(self, ledger: Ledger) -> bool:
        """Close the wallet if it got another code since it was opened here; returns whether there is that to say."""
        if self.wallet is None:
            return False
        try:
            ledger.check_wallet(self.wallet)
        except RecoveredElsewhereError as error:
            self._lose(error)
            return True
        return False

    def _lose(self, why: RecoveredElsewhereError) -> None:
        self.close()
        self.problem = why

    def buy(self, ledger: Ledger, pack: str, till: str, key: str) -> None:
        """Buy a pack: credited at once where the till has no page of its own, else after the visitor has paid there."""
        if self.wallet is None:
            return
        with _told(self):
            before = ledger.balance_cents(self.wallet)
            checkout = ledger.start_payment(self.wallet, pack, till, return_address(), key)
            if checkout.url:
                self.waiting = (checkout.reference, checkout.url)
            else:
                ledger.settle(checkout.reference)
                self.credited_cents = ledger.balance_cents(self.wallet) - before
            if key == self.key:
                self.key = _new_key()

    def look_for_payment(self, ledger: Ledger) -> None:
        """Whether what was begun at a till is paid by now."""
        if self.waiting and self.wallet:
            with _told(self):
                before = ledger.balance_cents(self.wallet)
                if ledger.settle(self.waiting[0]):
                    self.waiting, self.credited_cents = None, ledger.balance_cents(self.wallet) - before
                else:
                    self.unpaid = True

    def look_for_missing(self, ledger: Ledger) -> None:
        """Whether any payment of this wallet's was made that is not credited, begun here or elsewhere."""
        if self.wallet:
            with _told(self):
                found = ledger.settle_open(self.wallet)
                self.credited_cents = found.credited_cents
                self.unpaid = not found.credited_cents and found.still_open > 0
                self.none_open = not found.credited_cents and not found.still_open

    def claim(self, ledger: Ledger, offer: Offer, key: str) -> None:
        """Claim a picture; a second click with the same key neither pays nor claims again."""
        if self.wallet:
            with _told(self):
                ledger.claim(self.wallet, offer, key)
                events.claimed(offer.theme)

    def forget_news(self) -> None:
        """What was said is said."""
        self.problem, self.credited_cents = None, 0
        self.settled = self.unpaid = self.none_open = False


@contextmanager
def _told(purse: Purse) -> Iterator[None]:
    """What a visitor can act on is kept for them; what was said before is over."""
    purse.forget_news()
    try:
        yield
    except RecoveredElsewhereError as error:
        purse._lose(error)
    except UserError as error:
        purse.problem = error


def purse() -> Purse:
    """The visitor's."""
    mine: Purse = st.session_state.setdefault(_STATE, Purse())
    return mine


def visitor_id() -> str:
    """Whom to count attempts for: the address the visitor comes from."""
    return visitor_of(st.context.ip_address)


def return_address() -> str:
    """This page without what was asked of it."""
    return str(st.context.url or "").partition("?")[0]


def welcome_back(ledger: Ledger) -> bool:
    """Settle the payment that the address speaks of, whoever brings it: only its buyer's wallet is credited.

    Returns whether it speaks of one, and so whether there is something to say.
    """
    reference, mine = st.query_params.get(_PAYMENT), purse()
    if not reference or reference == mine.brought:
        return False
    mine.brought = reference
    with _told(mine):
        mine.settled = ledger.settle(reference)
        mine.unpaid = not mine.settled
        mine.waiting = None if mine.settled else mine.waiting
    if mine.settled:  # else the page can be opened again by the same address, later
        del st.query_params[_PAYMENT]
    return True
