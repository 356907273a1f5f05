"""What files hold stands beside their list, so that a timeline need not read it."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply. Lists that were written before hold the contents themselves; they are opened no more."""
    op.execute("ALTER TABLE message ADD COLUMN contents_sealed BYTEA")
