"""What rules find fact rows by, where few patients have the same."""

from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = ("branch", "language", "payer_class")


def upgrade() -> None:
    """Apply."""
    for column in COLUMNS:
        op.execute(f"CREATE INDEX ix_patient_fact_{column} ON patient_fact ({column})")
