"""Why patients turn to the clinic: the reason of a conversation, its priority and its clocks; emergencies stand first."""

from alembic import op

revision = "0081"
down_revision = "0077"

COLUMNS = """
ALTER TABLE conversation
    ADD COLUMN reason TEXT,
    ADD COLUMN priority TEXT DEFAULT 'routine' NOT NULL,
    ADD COLUMN began_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN asked_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN replied_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN answer_due_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN resolve_due_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN confirmed_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN stands_at TIMESTAMP WITHOUT TIME ZONE GENERATED ALWAYS AS (
        (coalesce(due_at, CASE WHEN priority = 'stat' THEN opened_at END) AT TIME ZONE 'UTC')
        - CASE WHEN priority = 'stat' THEN interval '1000 years' ELSE interval '0' END
    ) STORED,
    ADD CONSTRAINT ck_conversation_priority_known CHECK (priority IN ('routine', 'urgent', 'asap', 'stat')),
    ADD CONSTRAINT ck_conversation_clock_of_a_reason
        CHECK (reason IS NOT NULL OR num_nulls(answer_due_at, resolve_due_at) = 2),
    ADD CONSTRAINT ck_conversation_replied_when_asked CHECK (replied_at IS NULL OR asked_at IS NOT NULL)
"""
# an owner who is no superuser is bound by policies, and would see no row; whoever sets up forces them again after
SEEN = (
    "ALTER TABLE conversation NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE task NO FORCE ROW LEVEL SECURITY",
)
FILLED = """
UPDATE conversation SET priority = task.priority, began_at = opened_at, asked_at = opened_at
FROM task WHERE task.id = conversation.task_id AND conversation.status <> 'closed'
"""
INDEXES = (
    "DROP INDEX ix_conversation_open",
    "DROP INDEX ix_conversation_nobodys",
    "DROP INDEX ix_conversation_owner",
    "CREATE INDEX ix_conversation_open ON conversation (stands_at, id) WHERE status = 'open'",
    "CREATE INDEX ix_conversation_nobodys ON conversation (stands_at, id) WHERE status = 'open' AND owner IS NULL",
    "CREATE INDEX ix_conversation_owner ON conversation (owner, stands_at, id) WHERE status = 'open'",
)
KINDS = """
ALTER TABLE conversation_entry
    DROP CONSTRAINT ck_conversation_entry_kind_known,
    ADD CONSTRAINT ck_conversation_entry_kind_known CHECK (kind IN (
        'arrived', 'sent', 'called', 'noted', 'handed-over', 'waiting', 'snoozed', 'back', 'closed', 'reopened', 'sorted'
    ))
"""


def upgrade() -> None:
    """Apply."""
    for statement in (COLUMNS, *SEEN, FILLED, *INDEXES, KINDS):
        op.execute(statement)
