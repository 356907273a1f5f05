"""How often an account tries again what was not taken, and how long it waits."""

from alembic import op

revision = "0041"
down_revision = "0040"

RETRIES = """
ALTER TABLE channel_account
    ADD COLUMN refused_attempts BIGINT,
    ADD COLUMN refused_first_wait BIGINT,
    ADD COLUMN refused_longest_wait BIGINT,
    ADD COLUMN down_attempts BIGINT,
    ADD COLUMN down_first_wait BIGINT,
    ADD COLUMN down_longest_wait BIGINT,
    ADD CONSTRAINT ck_channel_account_attempts_counted CHECK (refused_attempts > 0 AND down_attempts > 0),
    ADD CONSTRAINT ck_channel_account_first_waits_counted CHECK (refused_first_wait > 0 AND down_first_wait > 0),
    ADD CONSTRAINT ck_channel_account_longest_waits_counted CHECK (
        refused_longest_wait > 0 AND down_longest_wait > 0
    ),
    ADD CONSTRAINT ck_channel_account_refused_waits_grow CHECK (refused_longest_wait >= refused_first_wait),
    ADD CONSTRAINT ck_channel_account_down_waits_grow CHECK (down_longest_wait >= down_first_wait)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(RETRIES)
