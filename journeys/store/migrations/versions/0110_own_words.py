"""How much a message with a text of its own reveals, as whoever wrote it says; and what of it was begun."""

from alembic import op

revision = "0110"
down_revision = "0097"

CHANGES = (
    "ALTER TABLE message ADD COLUMN content_level SMALLINT",
    "ALTER TABLE message ADD CONSTRAINT ck_message_content_level_in_range CHECK (content_level BETWEEN 0 AND 3)",
    "ALTER TABLE message ADD CONSTRAINT ck_message_content_level_of_own_text"
    " CHECK (content_level IS NULL OR template_version_id IS NULL)",
    "ALTER TABLE conversation_draft ADD COLUMN answer_sealed BYTEA",
)


def upgrade() -> None:
    """Apply."""
    for change in CHANGES:
        op.execute(change)
