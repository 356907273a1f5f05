"""What long lists walk along: one index for each order that is offered."""

from alembic import op

revision = "0007"
down_revision = "0006"

INDEXES = (
    "CREATE INDEX ix_patient_gender ON patient (gender, id)",
    "CREATE INDEX ix_patient_language ON patient (language, id)",
    "CREATE INDEX ix_patient_payer_class ON patient (payer_class, id)",
    "CREATE INDEX ix_patient_updated_at ON patient (updated_at, id)",
    "DROP INDEX ix_patient_location_location",
    "CREATE INDEX ix_patient_location_location ON patient_location (location_id) INCLUDE (patient_id)",
    "CREATE INDEX ix_segment_member_entered ON segment_member (segment_id, entered_at, patient_id) WHERE left_at IS NULL",
    "CREATE INDEX ix_segment_member_left ON segment_member (segment_id, left_at, patient_id) WHERE left_at IS NOT NULL",
    "CREATE INDEX ix_message_on_phone ON message (planned_at, id) WHERE channel = 'phone_simulator'",
)


def upgrade() -> None:
    """Apply."""
    for statement in INDEXES:
        op.execute(statement)
