"""Every table of the first house, as `0001_house.sql` beside this file; and what keeps versions from changing."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

TABLES = Path(__file__).with_suffix(".sql")

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
    # the file holds colons that are no parameters, so it goes to the driver as it is
    op.get_bind().exec_driver_sql(TABLES.read_text())
    op.execute(UNCHANGING)
    op.execute(TRIGGER)
