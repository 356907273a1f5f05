"""Enrolments that were set aside because a step of theirs failed."""

from alembic import op

revision = "0019"
down_revision = "0018"

TABLE = """
CREATE TABLE setback (
    enrolment_id BIGINT NOT NULL,
    patient_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    step TEXT,
    error TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    times BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_setback PRIMARY KEY (enrolment_id),
    CONSTRAINT ck_setback_happened CHECK (times > 0),
    CONSTRAINT fk_setback_enrolment_id FOREIGN KEY (enrolment_id) REFERENCES enrolment (id),
    CONSTRAINT fk_setback_patient_id FOREIGN KEY (patient_id) REFERENCES patient (id),
    CONSTRAINT fk_setback_version_id FOREIGN KEY (version_id) REFERENCES definition_version (id)
)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(TABLE)
    op.execute("CREATE INDEX ix_setback_patient_id ON setback (patient_id)")
    op.execute("CREATE INDEX ix_setback_version ON setback (version_id, step)")
