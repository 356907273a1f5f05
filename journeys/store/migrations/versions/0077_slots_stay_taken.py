"""A slot stays taken also by those whom the role that frees it does not see, and those who have no schedule pay nothing.

What lies on a slot is looked up with the rights of the tables' owner: the portal's role sees the patients of its
branches only, and a time that a patient of another branch has would look free to it. Slots are locked before anybody
asks what lies on them, so that of two who free and take at once the second sees what the first did.
"""

from alembic import op

revision = "0077"
down_revision = "0076"

BY_RESOURCE = (
    "CREATE INDEX ix_appointment_resource_start ON appointment (resource_id, start_at) WHERE resource_id IS NOT NULL"
)
TAKEN = """
CREATE OR REPLACE FUNCTION slot_taken_by(schedule bigint, began timestamptz, ends timestamptz, but bigint)
RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT lying.id FROM (
        SELECT appointment.id, appointment.status, appointment.start_at, appointment.end_at
        FROM public.schedule JOIN public.appointment ON appointment.practitioner_id = schedule.practitioner_id
        WHERE schedule.id = $1
        UNION ALL
        SELECT appointment.id, appointment.status, appointment.start_at, appointment.end_at
        FROM public.schedule JOIN public.appointment ON appointment.resource_id = schedule.resource_id
        WHERE schedule.id = $1
    ) AS lying
    WHERE lying.id IS DISTINCT FROM $4 AND public.appointment_takes_place(lying.status)
        AND lying.start_at < $3 AND lying.start_at > $2 - interval '1 day'
        AND public.appointment_end(lying.start_at, lying.end_at) > $2
    ORDER BY lying.start_at, lying.id LIMIT 1
$$
"""
# no value changes which plan is best, and planning anew for each row of an import would take most of its time
ON_SLOTS = """
CREATE OR REPLACE FUNCTION appointment_on_slots() RETURNS trigger
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    schedules bigint[] := ARRAY(
        SELECT id FROM schedule WHERE practitioner_id = NEW.practitioner_id OR resource_id = NEW.resource_id
    );
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM FROM slot WHERE appointment_id = NEW.id ORDER BY id FOR UPDATE;
        IF FOUND THEN
            UPDATE slot SET appointment_id = slot_taken_by(schedule_id, start_at, end_at, NEW.id)
            WHERE appointment_id = NEW.id;
        END IF;
    END IF;
    IF schedules <> '{}' AND NEW.start_at IS NOT NULL AND appointment_takes_place(NEW.status) THEN
        PERFORM FROM slot
        WHERE schedule_id = ANY (schedules) AND start_at < appointment_end(NEW.start_at, NEW.end_at)
            AND start_at > NEW.start_at - interval '1 day' AND end_at > NEW.start_at
        ORDER BY id FOR UPDATE;
        IF FOUND THEN
            UPDATE slot SET appointment_id = NEW.id, hold = NULL, held_until = NULL, held_by = NULL
            WHERE schedule_id = ANY (schedules) AND start_at < appointment_end(NEW.start_at, NEW.end_at)
                AND start_at > NEW.start_at - interval '1 day' AND end_at > NEW.start_at AND appointment_id IS NULL;
        END IF;
    END IF;
    RETURN NULL;
END $$
"""
WHEN_NEW = """
CREATE OR REPLACE TRIGGER lying_when_new AFTER INSERT ON appointment FOR EACH ROW
    WHEN ((NEW.practitioner_id IS NOT NULL OR NEW.resource_id IS NOT NULL)
        AND NEW.start_at IS NOT NULL AND appointment_takes_place(NEW.status))
    EXECUTE FUNCTION appointment_on_slots()
"""
# the first free times of many schedules: in order of time, without what is taken
FREE = "CREATE INDEX ix_slot_open ON slot (start_at, id) WHERE appointment_id IS NULL AND block_id IS NULL"


def upgrade() -> None:
    """Apply."""
    for statement in (FREE, BY_RESOURCE, TAKEN, ON_SLOTS, WHEN_NEW):
        op.execute(statement)
