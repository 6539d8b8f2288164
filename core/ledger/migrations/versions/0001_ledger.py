"""The first tables: accounts, wallets, payments, claims."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

STUDIO_ACCOUNTS = ("sales", "till:demo", "till:stripe")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=True),
        sa.Column("balance_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("name IS NOT NULL OR balance_cents >= 0", name=op.f("ck_accounts_no_debt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "attempts",
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", "until", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_until"), "attempts", ["until"], unique=False)
    op.create_table(
        "transactions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("debit_account_id", sa.Integer(), nullable=False),
        sa.Column("credit_account_id", sa.Integer(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_transactions_positive")),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_transactions_two_accounts")),
        sa.ForeignKeyConstraint(["credit_account_id"], ["accounts.id"], name=op.f("fk_transactions_credit_account_id")),
        sa.ForeignKeyConstraint(["debit_account_id"], ["accounts.id"], name=op.f("fk_transactions_debit_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transactions")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_transactions_idempotency_key")),
    )
    op.create_index(op.f("ix_transactions_credit_account_id"), "transactions", ["credit_account_id"], unique=False)
    op.create_index(op.f("ix_transactions_debit_account_id"), "transactions", ["debit_account_id"], unique=False)
    op.create_table(
        "wallets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recovery_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_wallets_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallets")),
        sa.UniqueConstraint("account_id", name=op.f("uq_wallets_account_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_wallets_code_hash")),
        sa.UniqueConstraint("recovery_hash", name=op.f("uq_wallets_recovery_hash")),
    )
    op.create_table(
        "claims",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("wallet_id", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("credits", sa.JSON(), nullable=False),
        sa.Column("model_hash", sa.String(length=64), nullable=False),
        sa.Column("pixels_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rgb", sa.LargeBinary(length=768), nullable=False),
        sa.Column("disc_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("training_bits", sa.SmallInteger(), nullable=True),
        sa.Column("training_rgb", sa.Double(), nullable=True),
        sa.Column("training_mirrored", sa.Boolean(), nullable=True),
        sa.Column("claimed_bits", sa.SmallInteger(), nullable=True),
        sa.Column("claimed_rgb", sa.Double(), nullable=True),
        sa.Column("claimed_mirrored", sa.Boolean(), nullable=True),
        sa.Column("searched_bits", sa.SmallInteger(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_claims_transaction_id")),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_claims_wallet_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_claims")),
        sa.UniqueConstraint("pixels_sha256", name=op.f("uq_claims_pixels_sha256")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_claims_transaction_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_claims_wallet_id_claimed_at", "claims", ["wallet_id", "claimed_at"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("till", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=True),
        sa.Column("wallet_id", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(length=16), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_payments_positive")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_payments_transaction_id")),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_payments_wallet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("till", "reference", name=op.f("uq_payments_till")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_payments_transaction_id")),
    )
    op.create_index(op.f("ix_payments_wallet_id"), "payments", ["wallet_id"], unique=False)
    op.create_table(
        "claim_bands",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["serial"], ["claims.serial"], name=op.f("fk_claim_bands_serial")),
        sa.PrimaryKeyConstraint("key", "serial", name=op.f("pk_claim_bands")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claim_pictures",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["serial"], ["claims.serial"], name=op.f("fk_claim_pictures_serial")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_claim_pictures")),
    )
    op.execute(
        "CREATE VIEW entries AS "
        "SELECT id AS transaction_id, credit_account_id AS account_id, cents FROM transactions UNION ALL "
        "SELECT id, debit_account_id, -cents FROM transactions"
    )
    accounts = sa.table("accounts", sa.column("name", sa.String))
    op.bulk_insert(accounts, [{"name": name} for name in STUDIO_ACCOUNTS])


def downgrade() -> None:
    """Undo."""
    op.execute("DROP VIEW entries")
    op.drop_table("claim_pictures")
    op.drop_table("claim_bands")
    op.drop_index(op.f("ix_payments_wallet_id"), table_name="payments")
    op.drop_table("payments")
    op.drop_index("ix_claims_wallet_id_claimed_at", table_name="claims")
    op.drop_table("claims")
    op.drop_table("wallets")
    op.drop_index(op.f("ix_transactions_debit_account_id"), table_name="transactions")
    op.drop_index(op.f("ix_transactions_credit_account_id"), table_name="transactions")
    op.drop_table("transactions")
    op.drop_index(op.f("ix_attempts_until"), table_name="attempts")
    op.drop_table("attempts")
    op.drop_table("accounts")
