"""A statement of consent says which wording was shown."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE consent ADD COLUMN wording TEXT")
