"""Alembic's entrance: runs inside the connection that `store.setting_up.setup` hands over."""

from alembic import context

from journeys.store import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
