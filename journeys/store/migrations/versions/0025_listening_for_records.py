"""Versions that are published say which records their endings count; those that are there may be ended by anything.
Enrolments that wait for events have an index of their own, patients of enrolments one index instead of two, and what
is due is found in the order in which it is claimed."""

from alembic import op

revision = "0025"
down_revision = "0024"

MAY_BE_ENDED_BY_ANYTHING = """
INSERT INTO journey_listener (version_id, purpose, position, event_kind)
SELECT definition_version.id, 'exit', 0, '*'
FROM definition_version JOIN definition ON definition.id = definition_version.definition_id
WHERE definition.kind = 'journey'
"""


def upgrade() -> None:
    """Apply."""
    op.execute(MAY_BE_ENDED_BY_ANYTHING)
    op.execute("CREATE INDEX ix_enrolment_waiting ON enrolment (patient_id) WHERE waits_for IS NOT NULL")
    op.execute("DROP INDEX ix_enrolment_patient_id")
    op.execute("DROP INDEX ix_enrolment_due")
    op.execute("CREATE INDEX ix_enrolment_due ON enrolment (due_at, id) WHERE due_at IS NOT NULL")
