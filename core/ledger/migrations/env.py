"""Runs the migrations on the connection, and in the transaction, that `core.database.Database.upgrade` hands over."""

from alembic import context

from core.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
