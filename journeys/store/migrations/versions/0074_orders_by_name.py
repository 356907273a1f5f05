"""Orders under the name that rules and journeys have for them, also where clocks made tasks of them."""

from alembic import op

revision = "0074"
down_revision = "0073"

STATEMENTS = (
    # an owner who is no superuser is bound by policies, and would see no row; whoever sets up forces them again after
    "ALTER TABLE task NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE clock_escalation NO FORCE ROW LEVEL SECURITY",
    "UPDATE task SET focus_kind = 'service_request' WHERE focus_kind = 'kept_record'",
    "UPDATE clock_escalation SET subject_kind = 'service_request' WHERE subject_kind = 'kept_record'",
)


def upgrade() -> None:
    """Apply."""
    for statement in STATEMENTS:
        op.execute(statement)
