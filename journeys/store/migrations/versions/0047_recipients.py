"""Messages may go to somebody beside the patient: for whom they are, and to whom they go."""

from alembic import op

revision = "0047"
down_revision = "0044"

MESSAGE = """
ALTER TABLE message
    ADD COLUMN goes_to TEXT DEFAULT 'patient' NOT NULL,
    ADD COLUMN recipient_id BIGINT,
    ADD CONSTRAINT ck_message_goes_to_known CHECK (goes_to IN ('patient', 'caregivers', 'patient-else-caregivers')),
    ADD CONSTRAINT ck_message_patient_is_no_recipient CHECK (goes_to <> 'patient' OR recipient_id IS NULL),
    ADD CONSTRAINT ck_message_caregiver_is_known CHECK (
        goes_to <> 'caregivers' OR recipient_id IS NOT NULL
        OR status NOT IN ('released', 'sending', 'accepted', 'delivered')
    ),
    ADD CONSTRAINT fk_message_recipient_id FOREIGN KEY (recipient_id) REFERENCES related_person (id)
"""
RECIPIENT_INDEX = """
CREATE INDEX ix_message_recipient ON message (recipient_id, counted_at) WHERE recipient_id IS NOT NULL
"""


def upgrade() -> None:
    """Apply."""
    op.execute(MESSAGE)
    op.execute(RECIPIENT_INDEX)
