"""Runs the migrations on the connection, and in the transaction, that `core.database.Database.upgrade` hands over."""

from alembic import context

from core.database import exclusive
from core.ledger.schema import DECISION_LOCK, metadata

# no claim is decided meanwhile: it would keep keys that the migration does not see
exclusive(context.config.attributes["connection"], DECISION_LOCK)
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
