"""When each segment was evaluated last, and what it cost."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
