"""Buying packs at the tills: begun in the ledger, paid at the till, credited once the till says so.

Nothing is asked of a till within a transaction: one that is slow keeps nobody else waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.database import Database
from core.errors import N_
from core.ledger import payments, wallets
from core.ledger.stripe_till import StripeTill
from core.ledger.tills import PACKS, Checkout, Till, TillError
from core.ledger.wallets import Wallet
from core.limits import Limit


@dataclass(frozen=True)
class Arrears:
    """What asking about a wallet's open payments brought: cents credited, and how many payments are still open."""

    credited_cents: int
    still_open: int


def start(
    database: Database, till: Till, wallet: Wallet, pack: str, return_url: str, key: str | None, allowed: Limit
) -> Checkout:
    """See `core.ledger.service.Ledger.start_payment`."""
    chosen = PACKS.get(pack)
    if chosen is None:
        raise TillError(N_("There is no such pack. Choose one of those shown."))
    payment = database.write(lambda connection: payments.begin(connection, till, wallet, chosen, key, allowed))
    checkout = till.start(payment, return_url)
    database.write(lambda connection: payments.set_reference(connection, payment, checkout))
    return checkout


def settle(database: Database, tills: Sequence[Till], reference: str) -> bool:
    """See `core.ledger.service.Ledger.settle`."""
    with database.read() as connection:
        payment = payments.find(connection, reference)
    if payment is None:
        raise TillError(N_("There is no such payment. Nothing was credited."))
    if payment.settled:
        return True
    if not till_named(tills, payment.till).is_paid(payment):
        return False
    database.write(lambda connection: payments.settle(connection, payment))
    return True


def settle_open(database: Database, tills: Sequence[Till], wallet: Wallet) -> Arrears:
    """See `core.ledger.service.Ledger.settle_open`."""
    with database.read() as connection:
        wallets.check(connection, wallet)
        waiting = payments.unsettled(connection, wallet, [till.name for till in tills])
    paid = [one.cents for one in waiting if one.reference and settle(database, tills, one.reference)]
    return Arrears(sum(paid), len(waiting) - len(paid))


def receive_stripe_event(database: Database, tills: Sequence[Till], body: bytes, signature: str) -> bool:
    """See `core.ledger.service.Ledger.receive_stripe_event`."""
    till = till_named(tills, StripeTill.name)
    assert isinstance(till, StripeTill)  # noqa: S101 - for the type checker
    reference = till.paid_reference(body, signature)
    return reference is not None and settle(database, tills, reference)


def till_named(tills: Sequence[Till], name: str) -> Till:
    """The open till of this name.

    Raises:
        TillError: it is not open.
    """
    for till in tills:
        if till.name == name:
            return till
    raise TillError(N_("This way to pay is not open here. Choose another."))
