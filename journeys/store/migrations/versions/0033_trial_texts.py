"""A test of a channel may say a text that is being written."""

from alembic import op

revision = "0033"
down_revision = "0032"

TEXTS = """
ALTER TABLE channel_state
    ADD COLUMN trial_subject_sealed BYTEA,
    ADD COLUMN trial_body_sealed BYTEA,
    ADD COLUMN trial_html_sealed BYTEA
"""


def upgrade() -> None:
    """Apply."""
    op.execute(TEXTS)
