"""Mailboxes that are listened to, files that come with messages, since when and why an address is not used."""

from alembic import op

revision = "0032"
down_revision = "0031"

STATES = """
ALTER TABLE channel_state
    ADD COLUMN heard_validity BIGINT,
    ADD COLUMN heard_number BIGINT,
    ADD COLUMN heard_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN hearing_since TIMESTAMP WITH TIME ZONE,
    ADD COLUMN hearing_error TEXT,
    ADD COLUMN hearing_failed_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT ck_channel_state_heard_validity_together CHECK (num_nulls(heard_validity, heard_number) IN (0, 2)),
    ADD CONSTRAINT ck_channel_state_hearing_error_together
        CHECK (num_nulls(hearing_error, hearing_failed_at) IN (0, 2)),
    ADD CONSTRAINT ck_channel_state_heard_or_failing CHECK (num_nonnulls(hearing_since, hearing_failed_at) < 2)
"""
TELECOM = "ALTER TABLE patient_telecom ADD COLUMN status_at TIMESTAMP WITH TIME ZONE, ADD COLUMN status_why TEXT"


def upgrade() -> None:
    """Apply."""
    op.execute(STATES)
    op.execute("ALTER TABLE message ADD COLUMN files_sealed BYTEA")
    op.execute(TELECOM)
