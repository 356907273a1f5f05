"""Questions with typed answers, and reminders of earlier messages."""

from alembic import op

revision = "0020"
down_revision = "0019"

COLUMNS = """
ALTER TABLE message
    ADD COLUMN question TEXT,
    ADD COLUMN asks JSONB,
    ADD COLUMN answer_number NUMERIC,
    ADD COLUMN answer_date DATE,
    ADD COLUMN reminds_id BIGINT,
    ADD CONSTRAINT fk_message_reminds_id FOREIGN KEY (reminds_id) REFERENCES message (id),
    ADD CONSTRAINT ck_message_question_together CHECK (num_nulls(question, asks) IN (0, 2)),
    ADD CONSTRAINT ck_message_typed_answer_of_question CHECK (
        num_nonnulls(answer_number, answer_date) = 0 OR (asks IS NOT NULL AND answered_at IS NOT NULL)
    )
"""


def upgrade() -> None:
    """Apply."""
    op.execute(COLUMNS)
