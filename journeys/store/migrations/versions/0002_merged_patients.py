"""Finds the records that were merged into one, because their refusals bind it."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE INDEX ix_patient_merged ON patient (merged_into_id) WHERE merged_into_id IS NOT NULL")
