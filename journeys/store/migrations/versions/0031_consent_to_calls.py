"""Statements about phone calls name the medium as contact rules and channels do: voice."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """What was said about `phone` was about calls."""
    op.execute("UPDATE consent SET channel = 'voice' WHERE channel = 'phone'")
