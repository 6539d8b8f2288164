"""Moving credits between accounts, and checking that none was lost or made."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, case, insert, select, text, update

from core.errors import N_, UserError
from core.ledger.schema import accounts, claims, transactions

SALES = "sales"


class InsufficientCreditError(UserError):
    """The wallet holds less than the price."""


@dataclass(frozen=True)
class Euros:
    """An amount in whole cents, for sentences: pages write it as the visitor's language does."""

    cents: int

    def __str__(self) -> str:
        """For people of any language: 0.10 EUR."""
        return f"{self.cents // 100}.{self.cents % 100:02d} EUR"


@dataclass(frozen=True)
class Entry:
    """A line of a wallet's statement: cents that came (or, below zero, went), and the balance afterwards.

    `serial` is the avatar's that was paid for; `account` the studio's own account on the other side.
    """

    when: datetime
    account: str
    serial: int | None
    cents: int
    balance_cents: int


@dataclass(frozen=True)
class Audit:
    """Sums over the whole ledger; a sound one has `imbalance_cents`, `wrong_balances` and `unpaid_claims` at zero.

    `imbalance_cents`: the sum of all entries. `wrong_balances`: accounts whose balance is not the sum of its entries.
    `unpaid_claims`: claims not paid exactly once from their owner's wallet, or claim debits without a claim.
    `half_claims`: claims that lack their picture or some of their sixteen keys.
    """

    imbalance_cents: int
    wrong_balances: int
    unpaid_claims: int
    half_claims: int

    @property
    def sound(self) -> bool:
        """Whether nothing is amiss."""
        return self == Audit(0, 0, 0, 0)


def now() -> int:
    """Seconds since 1970, UTC."""
    return int(time.time())


def account_named(connection: Connection, name: str) -> int:
    """The number of one of the studio's own accounts."""
    return connection.execute(select(accounts.c.id).where(accounts.c.name == name)).scalar_one()


def move(connection: Connection, kind: str, *, debit: int, credit: int, cents: int, key: str) -> int:
    """Move `cents` from account `debit` to account `credit`; returns the transaction's number.

    `key` names the deed: a second move under the same key fails in the database (IntegrityError), so callers look it
    up first, within the same transaction.

    Raises:
        InsufficientCreditError: a wallet would go below zero.
        ValueError: `cents` is not a positive whole number.
    """
    if not isinstance(cents, int) or cents <= 0:
        raise ValueError(f"only whole positive cents can be moved, not {cents!r}")
    taken = connection.execute(
        update(accounts)
        .where(accounts.c.id == debit, (accounts.c.balance_cents >= cents) | accounts.c.name.is_not(None))
        .values(balance_cents=accounts.c.balance_cents - cents)
    )
    if taken.rowcount != 1:
        raise InsufficientCreditError(
            N_("Your wallet holds less than {price}. Add credit first; nothing was charged."), price=Euros(cents)
        )
    connection.execute(
        update(accounts).where(accounts.c.id == credit).values(balance_cents=accounts.c.balance_cents + cents)
    )
    row = {"kind": kind, "debit_account_id": debit, "credit_account_id": credit, "cents": cents}
    return connection.execute(
        insert(transactions).values(**row, idempotency_key=key, created_at=now()).returning(transactions.c.id)
    ).scalar_one()


def transaction_under(connection: Connection, key: str) -> int | None:
    """The number of the transaction with this idempotency key, if it was made."""
    return connection.execute(select(transactions.c.id).where(transactions.c.idempotency_key == key)).scalar()


def statement(connection: Connection, account: int) -> list[Entry]:
    """All that a wallet's account was credited with and debited for, the newest first."""
    moved = transactions.c
    coming = moved.credit_account_id == account
    rows = connection.execute(
        select(moved.created_at, moved.cents, coming.label("coming"), accounts.c.name, claims.c.serial)
        .select_from(transactions)
        .join(accounts, accounts.c.id == case((coming, moved.debit_account_id), else_=moved.credit_account_id))
        .outerjoin(claims, claims.c.transaction_id == moved.id)
        .where(coming | (moved.debit_account_id == account))
        .order_by(moved.id)
    )
    entries, balance = list[Entry](), 0
    for row in rows:
        cents = row.cents if row.coming else -row.cents
        balance += cents
        entries.append(Entry(datetime.fromtimestamp(row.created_at, UTC), row.name, row.serial, cents, balance))
    return entries[::-1]


def audit(connection: Connection) -> Audit:
    """Add everything up; reads the whole ledger."""

    def number(sql: str) -> int:
        return int(connection.execute(text(sql)).scalar_one())

    return Audit(
        imbalance_cents=number("SELECT COALESCE(SUM(cents), 0) FROM entries"),
        wrong_balances=number(
            "SELECT COUNT(*) FROM accounts a LEFT JOIN (SELECT account_id, SUM(cents) AS total FROM entries "
            "GROUP BY account_id) e ON e.account_id = a.id WHERE a.balance_cents <> COALESCE(e.total, 0)"
        ),
        unpaid_claims=number(
            "SELECT (SELECT COUNT(*) FROM claims c JOIN transactions t ON t.id = c.transaction_id "
            "JOIN wallets w ON w.id = c.wallet_id WHERE t.kind <> 'claim' OR t.debit_account_id <> w.account_id) + "
            "(SELECT COUNT(*) FROM transactions t WHERE t.kind = 'claim' AND NOT EXISTS "
            "(SELECT 1 FROM claims c WHERE c.transaction_id = t.id))"
        ),
        half_claims=number(
            "SELECT COUNT(*) FROM claims c WHERE NOT EXISTS (SELECT 1 FROM claim_pictures p WHERE p.serial = c.serial) "
            "OR c.serial NOT IN (SELECT serial FROM claim_bands GROUP BY serial HAVING COUNT(*) = 16)"
        ),
    )
