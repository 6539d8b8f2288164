"""Runs the migrations on the connection, and in the transaction, that `core.database.Database.upgrade` hands over.

The version table is the class's own, named in `alembic.ini`: the ledger keeps its tables in the same database.
"""

from alembic import context

from core.classroom.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.get_main_option("version_table"),
)
with context.begin_transaction():
    context.run_migrations()
