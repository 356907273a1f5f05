"""When a FHIR server last said that something changed."""

from alembic import op

revision = "0101"
down_revision = "0100"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE fhir_reading ADD COLUMN hinted_at TIMESTAMP WITH TIME ZONE")
