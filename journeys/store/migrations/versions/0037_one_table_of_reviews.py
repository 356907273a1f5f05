"""Questions for approval of every kind of definition stand in one table; those of journeys kept one of their own."""

from alembic import op

revision = "0037"
down_revision = "0036"

COLUMNS = """
ALTER TABLE definition_review
    ADD COLUMN judged_by JSONB,
    ADD COLUMN entering BIGINT,
    ADD COLUMN most_a_day BIGINT,
    ADD CONSTRAINT ck_definition_review_entering_together CHECK (num_nulls(entering, most_a_day) IN (0, 2)),
    ADD CONSTRAINT ck_definition_review_counted CHECK (entering >= 0 AND most_a_day > 0)
"""
MOVE = """
INSERT INTO definition_review (
    definition_id, asked_at, asked_by, fingerprint, judged_by, expires_at, entering, most_a_day,
    closed_at, closed_by, verdict, note, version_id, uid
)
SELECT
    definition_id, asked_at, asked_by, fingerprint, judged_by, expires_at, entering, most_a_day,
    closed_at, closed_by, verdict, note, version_id, uid
FROM journey_review
ORDER BY id
"""


def upgrade() -> None:
    """Apply."""
    op.execute(COLUMNS)
    op.execute(MOVE)
    op.execute("DROP TABLE journey_review")
