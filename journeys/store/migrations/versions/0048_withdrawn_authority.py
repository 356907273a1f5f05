"""What somebody beside a patient may receive can be taken back, which holds whatever the clocks say."""

from alembic import op

revision = "0048"
down_revision = "0047"

WITHDRAWN = "ALTER TABLE authority ADD COLUMN withdrawn BOOLEAN DEFAULT false NOT NULL"


def upgrade() -> None:
    """Apply."""
    op.execute(WITHDRAWN)
