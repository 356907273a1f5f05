"""Who finds out whose a reply of an unknown sender is."""

from alembic import op

revision = "0111"
down_revision = "0110"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE inbound_delivery ADD COLUMN owner TEXT")
