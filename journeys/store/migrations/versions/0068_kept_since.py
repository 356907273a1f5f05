"""When a record that is kept whole was heard of first: that it is sent again makes it no younger."""

from alembic import op

revision = "0068"
down_revision = "0067"

STATEMENTS = (
    "ALTER TABLE kept_record ADD COLUMN recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL",
    # an owner who is no superuser is bound by policies, and would see no row; whoever sets up forces them again after
    "ALTER TABLE kept_record NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE source_record NO FORCE ROW LEVEL SECURITY",
    # nobody knows of one that was sent again since; what it says of itself is the earliest that can be true
    """
    UPDATE kept_record SET recorded_at = source_record.received_at FROM source_record
    WHERE source_record.id = kept_record.source_record_id
    """,
)


def upgrade() -> None:
    """Apply."""
    for statement in STATEMENTS:
        op.execute(statement)
