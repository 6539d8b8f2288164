"""Purchases of packs: opened, then settled once, however often the news of payment comes.

The news may never come (a closed browser, no webhook), so a wallet's open payments are asked about when it is opened.
"""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core import limits
from core.ledger.accounts import account_named, move, now
from core.ledger.schema import attempts, payments, wallets
from core.ledger.tills import Checkout, Pack, Payment, Till
from core.ledger.wallets import Wallet, check
from core.limits import Limit

_ASKED_ABOUT = 20  # payments at once: as many as may be begun in an hour
_ASKED_FOR_SECONDS = 7 * 24 * 3600  # a checkout is open for a day, some ways to pay take some days more


def begin(connection: Connection, till: Till, wallet: Wallet, pack: Pack, key: str | None, allowed: Limit) -> Payment:
    """Note that the wallet's owner is about to buy a pack; the payment noted before where the `key` is repeated.

    Raises:
        core.ledger.wallets.RecoveredElsewhereError: the wallet has another code meanwhile.
        core.limits.TooManyAttemptsError: too many purchases with this wallet.
    """
    check(connection, wallet)
    limits.count(connection, attempts, allowed, str(wallet.id))  # holds the wallet's row: no two do this at once
    name = _id(till, wallet, pack, key)
    row = connection.execute(select(payments).where(payments.c.id == name)).first()
    if row is not None:
        return _payment(row)
    payment = Payment(name, till.name, None, wallet.id, pack.id, pack.cents, settled=False)
    connection.execute(
        insert(payments).values(
            id=payment.id, till=till.name, wallet_id=wallet.id, pack=pack.id, cents=pack.cents, created_at=now()
        )
    )
    return payment


def _id(till: Till, wallet: Wallet, pack: Pack, key: str | None) -> str:
    if key is None:
        return uuid.uuid4().hex
    return hashlib.sha256(repr((till.name, wallet.id, pack.id, key)).encode()).hexdigest()[:32]


def set_reference(connection: Connection, payment: Payment, checkout: Checkout) -> None:
    """Note the till's own name for the payment."""
    connection.execute(update(payments).where(payments.c.id == payment.id).values(reference=checkout.reference))


def find(connection: Connection, reference: str) -> Payment | None:
    """The payment a till knows as `reference`."""
    row = connection.execute(select(payments).where(payments.c.reference == reference)).first()
    return None if row is None else _payment(row)


def unsettled(connection: Connection, wallet: Wallet, tills: Sequence[str]) -> list[Payment]:
    """The wallet's payments of the last days that `tills` know of and that are not credited yet, the newest first."""
    rows = connection.execute(
        select(payments)
        .where(
            payments.c.wallet_id == wallet.id,
            payments.c.transaction_id.is_(None),
            payments.c.reference.is_not(None),
            payments.c.till.in_(tills),
            payments.c.created_at > now() - _ASKED_FOR_SECONDS,
        )
        .order_by(payments.c.created_at.desc())
        .limit(_ASKED_ABOUT)
    )
    return [_payment(row) for row in rows]


def settle(connection: Connection, payment: Payment) -> None:
    """Credit the wallet that the payment was opened for; a second time changes nothing."""
    # on PostgreSQL the row is held, so that two who bring the same news do not both find it unsettled
    row = connection.execute(select(payments).where(payments.c.id == payment.id).with_for_update()).one()
    if row.transaction_id is not None:
        return
    account = connection.execute(select(wallets.c.account_id).where(wallets.c.id == row.wallet_id)).scalar_one()
    till = account_named(connection, f"till:{row.till}")
    transaction = move(connection, "pack", debit=till, credit=account, cents=row.cents, key=f"payment:{row.id}")
    connection.execute(update(payments).where(payments.c.id == row.id).values(transaction_id=transaction))


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        row.id, row.till, row.reference, row.wallet_id, row.pack, row.cents, settled=row.transaction_id is not None
    )
