"""Why something was not observed, and how severe a condition is."""

from alembic import op

revision = "0052"
down_revision = "0059"

COLUMNS = """
ALTER TABLE observation ADD COLUMN reason_system TEXT, ADD COLUMN reason_code TEXT;
ALTER TABLE condition ADD COLUMN severity TEXT
"""


def upgrade() -> None:
    """Apply."""
    op.execute(COLUMNS)
