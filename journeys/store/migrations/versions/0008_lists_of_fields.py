"""Custom fields in lists: what somebody has chosen to see, and indexes by value, so that few are found among all.

PostgreSQL does not let an index on `numeric` narrow rows that a policy guards (comparing two may fail, and the error
would tell their values), but one on `double precision`. So a number is kept as that too.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

SETTING = """
CREATE TABLE list_setting (
    person TEXT NOT NULL,
    list_name TEXT NOT NULL,
    fields JSONB NOT NULL,
    chosen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_list_setting PRIMARY KEY (person, list_name)
)
"""
ROUNDED = """
ALTER TABLE custom_value
    ADD COLUMN value_rounded DOUBLE PRECISION GENERATED ALWAYS AS (value_number::double precision) STORED
"""
BY_VALUE = """
CREATE INDEX ix_custom_value_by_{name} ON custom_value (field, value_{name}, record_id)
WHERE until_at IS NULL AND value_{name} IS NOT NULL
"""


def upgrade() -> None:
    """Apply."""
    op.execute(SETTING)
    op.execute(ROUNDED)
    for name in ("rounded", "date", "flag", "code"):
        op.execute(BY_VALUE.format(name=name))
