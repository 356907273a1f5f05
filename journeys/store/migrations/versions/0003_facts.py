"""One typed row of facts for each patient, and the marks that say whose facts may no longer be true."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE patient_fact (
    patient_id BIGINT NOT NULL,
    stale_at TIMESTAMP WITH TIME ZONE NOT NULL,
    birth_date DATE,
    deceased BOOLEAN,
    zone TEXT NOT NULL,
    gender TEXT,
    payer_class TEXT,
    language TEXT,
    preferred_channel TEXT,
    branch TEXT,
    CONSTRAINT pk_patient_fact PRIMARY KEY (patient_id)
);
CREATE INDEX ix_patient_fact_birth_date ON patient_fact (birth_date);
CREATE INDEX ix_patient_fact_stale_at ON patient_fact (stale_at);
CREATE TABLE fact_column (
    name TEXT NOT NULL,
    definition JSONB NOT NULL,
    reads JSONB NOT NULL,
    status TEXT DEFAULT 'building' NOT NULL,
    built_up_to BIGINT DEFAULT '0' NOT NULL,
    needed_by JSONB NOT NULL,
    unneeded_since TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_fact_column PRIMARY KEY (name),
    CONSTRAINT ck_fact_column_status_known CHECK (status IN ('building', 'ready', 'retired')),
    CONSTRAINT ck_fact_column_built_up_to_counted CHECK (built_up_to >= 0)
);
CREATE TABLE fact_zone (
    zone TEXT NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fact_zone PRIMARY KEY (zone)
);
CREATE TABLE fact_mark (patient_id BIGINT NOT NULL);
"""

MARK = """
CREATE FUNCTION mark_facts() RETURNS trigger LANGUAGE plpgsql AS $$
-- the arguments: the column with the patient's id, then the columns whose change matters
DECLARE
    patient text := quote_ident(TG_ARGV[0]);
    old_values text;
    new_values text;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO fact_mark (patient_id) VALUES (0);
    ELSIF TG_OP = 'INSERT' THEN
        EXECUTE format('INSERT INTO fact_mark (patient_id) SELECT DISTINCT %1$s FROM changed_new'
                       ' WHERE %1$s IS NOT NULL', patient);
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format('INSERT INTO fact_mark (patient_id) SELECT DISTINCT %1$s FROM changed_old'
                       ' WHERE %1$s IS NOT NULL', patient);
    ELSE
        SELECT string_agg('o.' || quote_ident(name), ', '), string_agg('n.' || quote_ident(name), ', ')
        INTO old_values, new_values
        FROM (SELECT DISTINCT unnest('id'::text || TG_ARGV[0:]) AS name) AS listed;
        EXECUTE format('INSERT INTO fact_mark (patient_id) SELECT DISTINCT marked.id'
                       ' FROM changed_old AS o FULL JOIN changed_new AS n ON n.id = o.id'
                       ' CROSS JOIN LATERAL (VALUES (o.%1$s), (n.%1$s)) AS marked (id)'
                       ' WHERE marked.id IS NOT NULL AND ROW(%2$s) IS DISTINCT FROM ROW(%3$s)',
                       patient, old_values, new_values);
    END IF;
    RETURN NULL;
END $$
"""

MARK_EVERYBODY = """
CREATE FUNCTION mark_facts_of_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_mark (patient_id) VALUES (0);
    RETURN NULL;
END $$
"""

PATIENT = (
    "birth_date, gender, language, payer_class, preferred_channel, deceased, managing_location_id, time_zone,"
    " merged_into_id"
)
PATIENT_TRIGGERS = f"""
CREATE TRIGGER marks_facts_new AFTER INSERT ON patient REFERENCING NEW TABLE AS changed_new
    FOR EACH STATEMENT EXECUTE FUNCTION mark_facts(id);
CREATE TRIGGER marks_facts_changed AFTER UPDATE ON patient
    REFERENCING OLD TABLE AS changed_old NEW TABLE AS changed_new
    FOR EACH STATEMENT EXECUTE FUNCTION mark_facts(id, {PATIENT});
CREATE TRIGGER marks_facts_gone AFTER DELETE ON patient REFERENCING OLD TABLE AS changed_old
    FOR EACH STATEMENT EXECUTE FUNCTION mark_facts(id);
CREATE TRIGGER marks_facts_emptied AFTER TRUNCATE ON patient
    FOR EACH STATEMENT EXECUTE FUNCTION mark_facts(id);
"""

RENAMED = {
    "location": "OLD.slug IS DISTINCT FROM NEW.slug OR OLD.time_zone IS DISTINCT FROM NEW.time_zone",
    "department": "OLD.slug IS DISTINCT FROM NEW.slug",
    "service_line": "OLD.slug IS DISTINCT FROM NEW.slug",
    "task_queue": "OLD.slug IS DISTINCT FROM NEW.slug",
    "definition": "OLD.slug IS DISTINCT FROM NEW.slug",
}
"""What rules call by its slug: renaming one changes the facts of nobody knows whom."""


def upgrade() -> None:
    """Apply."""
    op.execute(TABLES)
    op.execute(MARK)
    op.execute(MARK_EVERYBODY)
    op.execute(PATIENT_TRIGGERS)
    for table, condition in RENAMED.items():
        op.execute(
            f"CREATE TRIGGER marks_facts_of_everybody AFTER UPDATE ON {table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION mark_facts_of_everybody()"
        )
    # who is here already has no facts yet
    op.execute("INSERT INTO fact_mark (patient_id) VALUES (0)")
