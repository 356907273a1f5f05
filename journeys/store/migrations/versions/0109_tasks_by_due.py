"""Open tasks of all queues in the order of when they are due, so that the first page does not read them all."""

from alembic import op

revision = "0109"
down_revision = "0101"

CHANGE = """
CREATE INDEX ix_task_standing ON task (COALESCE(due_at, '9999-01-01 00:00:00+00'::timestamp with time zone), id)
WHERE status IN ('requested','received','accepted','ready','in-progress','on-hold')
"""


def upgrade() -> None:
    """Apply."""
    op.execute(CHANGE)
