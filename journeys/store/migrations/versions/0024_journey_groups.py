"""Groups of journeys, in which a journey of higher priority holds the others back."""

from alembic import op

revision = "0024"
down_revision = "0023"

TABLE = """
CREATE TABLE journey_group (
    version_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    priority BIGINT NOT NULL,
    CONSTRAINT pk_journey_group PRIMARY KEY (version_id),
    CONSTRAINT ck_journey_group_priority_in_range CHECK (priority BETWEEN 0 AND 100),
    CONSTRAINT fk_journey_group_version_id FOREIGN KEY (version_id) REFERENCES definition_version (id)
)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(TABLE)
    op.execute("CREATE INDEX ix_journey_group_name ON journey_group (name, priority)")
