"""What staff answer a visitor of the chat whom nobody knows."""

from alembic import op

revision = "0112"
down_revision = "0111"

CHANGES = (
    "ALTER TABLE inbound_delivery ADD COLUMN answers BIGINT DEFAULT '0' NOT NULL",
    "ALTER TABLE inbound_delivery ADD COLUMN answered_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE inbound_delivery ADD COLUMN answered_sealed BYTEA",
    "ALTER TABLE inbound_delivery ADD CONSTRAINT ck_inbound_delivery_answers_counted CHECK (answers >= 0)",
    "ALTER TABLE inbound_delivery ADD CONSTRAINT ck_inbound_delivery_answered_at_a_time"
    " CHECK ((answers = 0) = (answered_at IS NULL))",
    "ALTER TABLE inbound_delivery ADD CONSTRAINT ck_inbound_delivery_answered_at_together"
    " CHECK (num_nulls(answered_at, answered_sealed) IN (0, 2))",
)


def upgrade() -> None:
    """Apply."""
    for change in CHANGES:
        op.execute(change)
