"""Questions for approval keep everything that the draft was judged by."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE journey_review ADD COLUMN judged_by JSONB")
