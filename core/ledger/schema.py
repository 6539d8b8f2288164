"""The tables, as `migrations/` builds them. Money is whole cents, times are seconds since 1970 (UTC).

A transaction moves cents from one account to another, so its two entries (the view `entries`) sum to zero by
construction; no statement can write one side without the other. An account's balance is credits minus debits: a
wallet's says what its owner may spend, a till's is minus what it took, and all balances together are zero.
"""

from pathlib import Path

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from core.limits import attempts_table

MIGRATIONS = Path(__file__).parent / "migrations"
DECISION_LOCK = 0x0EFF2  # held by who decides on a claim, and by who changes the tables or what lies in them

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(32), unique=True),  # the studio's own accounts have one, wallets have none
    Column("balance_cents", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("name IS NOT NULL OR balance_cents >= 0", name="no_debt"),
)

transactions = Table(
    "transactions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("debit_account_id", ForeignKey(accounts.c.id), nullable=False, index=True),
    Column("credit_account_id", ForeignKey(accounts.c.id), nullable=False, index=True),
    Column("cents", BigInteger, nullable=False),
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("cents > 0", name="positive"),
    CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
)

wallets = Table(
    "wallets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey(accounts.c.id), nullable=False, unique=True),
    Column("code_hash", LargeBinary(32), nullable=False, unique=True),
    Column("recovery_hash", LargeBinary(32), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
)

payments = Table(
    "payments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("till", String(16), nullable=False),
    Column("reference", String(255)),  # the till's own name for it, once it has one
    Column("wallet_id", ForeignKey(wallets.c.id), nullable=False, index=True),
    Column("pack", String(16), nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("transaction_id", ForeignKey(transactions.c.id), unique=True),  # set once paid
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("till", "reference"),
    CheckConstraint("cents > 0", name="positive"),
)

claims = Table(
    "claims",
    metadata,
    Column("serial", Integer, primary_key=True),
    Column("wallet_id", ForeignKey(wallets.c.id), nullable=False),
    Column("transaction_id", ForeignKey(transactions.c.id), nullable=False, unique=True),
    Column("theme", String(64), nullable=False),
    Column("seed", String(40), nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("credits", JSON, nullable=False),
    Column("model_hash", String(64), nullable=False),
    Column("pixels_sha256", LargeBinary(32), nullable=False, unique=True),
    Column("hash", LargeBinary(32), nullable=False),
    Column("rgb", LargeBinary(768), nullable=False),
    Column("disc_hash", LargeBinary(32), nullable=False),  # of what a round crop leaves
    # nearest training picture, and nearest avatar claimed before if the look-up reached one
    Column("training_bits", SmallInteger),
    Column("training_rgb", Double),
    Column("training_mirrored", Boolean),
    Column("claimed_bits", SmallInteger),
    Column("claimed_rgb", Double),
    Column("claimed_mirrored", Boolean),
    Column("searched_bits", SmallInteger, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
    Index("ix_claims_wallet_id_claimed_at", "wallet_id", "claimed_at"),
    sqlite_autoincrement=True,  # a serial number is never given twice
)

claim_pictures = Table(
    "claim_pictures",
    metadata,
    Column("serial", ForeignKey(claims.c.serial), primary_key=True),
    Column("png", LargeBinary, nullable=False),
)

# 8 keys of each claim's hash and 8 of its disc's, see core.ledger.register
claim_bands = Table(
    "claim_bands",
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("serial", ForeignKey(claims.c.serial), primary_key=True),
    sqlite_with_rowid=False,
)

attempts = attempts_table("attempts", metadata)
