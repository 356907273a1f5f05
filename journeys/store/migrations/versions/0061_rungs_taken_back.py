"""A rung whose task was taken back may be climbed again."""

from alembic import op

revision = "0061"
down_revision = "0052"

STATEMENTS = (
    "ALTER TABLE clock_escalation ADD COLUMN stood_down_at TIMESTAMP WITH TIME ZONE",
    # an owner who is no superuser is bound by policies, and would see no row; whoever sets up forces them again after
    "ALTER TABLE clock_escalation NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE task NO FORCE ROW LEVEL SECURITY",
    # until now only whoever stands down cancelled tasks with this reason
    """
    UPDATE clock_escalation SET stood_down_at = now() FROM task
    WHERE task.id = clock_escalation.task_id AND task.status = 'cancelled' AND task.cancelled_reason = 'went-on'
    """,
    "DROP INDEX ix_clock_escalation_once",
    "CREATE UNIQUE INDEX ix_clock_escalation_once ON clock_escalation (clock, subject_kind, subject_id, since, rung)"
    " WHERE stood_down_at IS NULL",
)


def upgrade() -> None:
    """Apply."""
    for statement in STATEMENTS:
        op.execute(statement)
