"""When each segment was evaluated last, and what it cost."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLE = """
CREATE TABLE segment_state (
    segment_id BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    evaluated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    how TEXT NOT NULL,
    members BIGINT NOT NULL,
    looked_at BIGINT NOT NULL,
    entered_count BIGINT NOT NULL,
    left_count BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    misses_changes BOOLEAN DEFAULT 'false' NOT NULL,
    failed_at TIMESTAMP WITH TIME ZONE,
    error TEXT,
    CONSTRAINT pk_segment_state PRIMARY KEY (segment_id),
    CONSTRAINT ck_segment_state_how_known CHECK (how IN ('all', 'changes')),
    CONSTRAINT ck_segment_state_failed_at_together CHECK (num_nulls(failed_at, error) IN (0, 2)),
    CONSTRAINT ck_segment_state_counted CHECK (members >= 0 AND looked_at >= 0 AND milliseconds >= 0),
    CONSTRAINT fk_segment_state_segment_id FOREIGN KEY (segment_id) REFERENCES definition (id)
)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(TABLE)
