"""When a record that is kept whole was heard of first: that it is sent again makes it no younger."""

from alembic import op

revision = "0068"
down_revision = "0067"

STATEMENTS = (
    "ALTER TABLE kept_record ADD COLUMN recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL",
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
