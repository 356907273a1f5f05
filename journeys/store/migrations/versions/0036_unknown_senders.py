"""What somebody wrote whom no record knows, for a person to link or to set aside."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE inbound_delivery ADD COLUMN said_sealed BYTEA")
    op.execute("CREATE INDEX ix_inbound_delivery_unknown ON inbound_delivery (id) WHERE said_sealed IS NOT NULL")
