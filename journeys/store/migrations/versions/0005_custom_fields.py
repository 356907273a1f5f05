"""The values of custom fields."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
