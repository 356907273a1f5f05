"""Value sets: the codes of their versions as rows, which never change."""

from alembic import op

revision = "0004"
down_revision = "0003"

CODES = """
CREATE TABLE value_set_code (
    version_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    system TEXT,
    code TEXT NOT NULL,
    display TEXT,
    CONSTRAINT pk_value_set_code PRIMARY KEY (version_id, position),
    CONSTRAINT uq_value_set_code_version_id_code_system UNIQUE NULLS NOT DISTINCT (version_id, code, system),
    CONSTRAINT ck_value_set_code_position_counted CHECK (position >= 0),
    CONSTRAINT ck_value_set_code_code_written CHECK (code <> ''),
    CONSTRAINT fk_value_set_code_version_id FOREIGN KEY (version_id) REFERENCES definition_version (id)
)
"""
TRIGGER = """
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON value_set_code
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Apply."""
    op.execute(CODES)
    op.execute(TRIGGER)
