"""One typed row of facts for each patient."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
