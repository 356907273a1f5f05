"""Open stretches of calendars as instants, so that working time is one look-up; calendars have versions."""

from alembic import op

revision = "0076"
down_revision = "0074"

STATEMENTS = (
    "ALTER TABLE business_calendar ADD COLUMN version BIGINT DEFAULT 1 NOT NULL",
    """
    CREATE TABLE calendar_stretch (
        calendar_id BIGINT NOT NULL,
        opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
        closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
        seconds_before BIGINT NOT NULL,
        CONSTRAINT pk_calendar_stretch PRIMARY KEY (calendar_id, opens_at),
        CONSTRAINT ck_calendar_stretch_opens_before_it_closes CHECK (opens_at < closes_at),
        CONSTRAINT ck_calendar_stretch_never_negative CHECK (seconds_before >= 0),
        CONSTRAINT fk_calendar_stretch_calendar_id FOREIGN KEY(calendar_id)
            REFERENCES business_calendar (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_calendar_stretch_seconds ON calendar_stretch (calendar_id, seconds_before)",
)


def upgrade() -> None:
    """Apply."""
    for statement in STATEMENTS:
        op.execute(statement)
