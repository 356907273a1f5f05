"""Every table of the first house."""

from alembic import op

from journeys.store import Base

revision = "0001"
down_revision = None

UNCHANGING = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
TRIGGER = """
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON definition_version
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Apply."""
    Base.metadata.create_all(op.get_bind())
    op.execute(UNCHANGING)
    op.execute(TRIGGER)
