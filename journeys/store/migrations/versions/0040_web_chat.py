"""Web chat: who wrote a delivery, as a blind token, so that the page of a visit shows again what was written on it."""

from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE inbound_delivery ADD COLUMN sender_token BYTEA")
    op.execute(
        "CREATE INDEX ix_inbound_delivery_sender ON inbound_delivery (sender_token, id) WHERE sender_token IS NOT NULL"
    )
