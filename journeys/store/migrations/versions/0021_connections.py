"""What became of the last trial call of each connection; calls are counted by connection and time."""

from alembic import op

revision = "0021"
down_revision = "0020"

TRIALS = """
ALTER TABLE webhook_connection
    ADD COLUMN trial UUID,
    ADD COLUMN trial_asked_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN trial_ended_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN trial_http_status BIGINT,
    ADD COLUMN trial_error TEXT,
    ADD CONSTRAINT ck_webhook_connection_trial_together CHECK (num_nulls(trial, trial_asked_at) IN (0, 2)),
    ADD CONSTRAINT ck_webhook_connection_trial_asked_before_it_ends
        CHECK (trial_ended_at IS NULL OR trial_asked_at IS NOT NULL)
"""
INDEX = "CREATE INDEX ix_webhook_call_of_connection ON webhook_call (connection_slug, planned_at)"


def upgrade() -> None:
    """Apply."""
    op.execute(TRIALS)
    op.execute(INDEX)
