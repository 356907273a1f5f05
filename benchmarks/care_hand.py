"""Ten guidelines as somebody would write them by hand who knows the tables and PostgreSQL well: one SELECT each, with
the columns that an occurrence keeps, and the same rows.

The same meaning: local days of each patient's zone, refusals, what is booked, records that do not count left out. By
hand, the edges of local days stand in a small relation `edge`, one row a zone; codes are written down where they are
looked for, so that the planner knows how many rows have them; a day in a zone is PostgreSQL's own `AT TIME ZONE`; and
records are joined to who is meant before any is picked.
"""

from benchmarks.care_parts import ACTIVE, DONE, SURE, Codes, Writer
from benchmarks.care_statement import Hand, statement_of


def by_hand(codes: Codes) -> dict[str, str]:
    """The statement of each guideline by its slug."""
    write = Writer(codes)
    makers = (blood_pressure, hba1c_diabetes, hba1c_borderline, cervical, breast, colorectal)
    makers += (medication_review, mental_health, post_procedure, childhood_dtap)
    return {slug: statement_of(hand) for maker in makers for slug, hand in maker(write).items()}


def blood_pressure(write: Writer) -> dict[str, Hand]:
    plan = """
  LEFT JOIN (
    SELECT DISTINCT ON (a.patient_id) a.patient_id, a.due_on, a.id
    FROM care_plan_activity AS a JOIN care_plan AS c ON c.id = a.care_plan_id AND c.status = 'active'
    JOIN who ON who.patient_id = a.patient_id LEFT JOIN met ON met.patient_id = a.patient_id
    WHERE a.code = '75367002' AND a.status IN ('not-started', 'scheduled', 'in-progress') AND a.due_on IS NOT NULL
    ORDER BY a.patient_id, coalesce(a.due_on - 28 <= met.day, false), a.due_on, a.id
  ) AS plan ON plan.patient_id = who.patient_id"""
    onset = "(onset.at AT TIME ZONE zone)::date + interval '1 month'"
    tier = "CASE WHEN diabetic.patient_id IS NOT NULL OR birth_date <= born_65 THEN 0 END"
    months = f"CASE WHEN {tier} = 0 THEN interval '3 months' ELSE interval '6 months' END"
    hand = Hand(
        population=write.ill("hypertension"),
        met=write.met(("observation", "effective_at", f"{write.coded('blood-pressure')} AND {DONE}")),
        joins=write.in_hospice() + write.diabetic() + plan + write.onset("hypertension", first=True),
        excluded_by="CASE WHEN hospice.patient_id IS NOT NULL THEN 0 END",
        tier=tier,
        severity="CASE WHEN tier = 0 THEN 'high' ELSE 'moderate' END",
        anchor="CASE WHEN plan.due_on IS NOT NULL THEN 0 WHEN onset.at IS NOT NULL THEN 1 END",
        started_on=f"coalesce(plan.due_on, ({onset})::date)",
        anchor_record_id="coalesce(plan.id, onset.id)",
        wins="plan.due_on IS NOT NULL",
        again=f"(met.day + {months})::date",
        soon="28 days",
        overdue="30 days",
    )
    return {"blood-pressure-review": hand}


def hba1c_diabetes(write: Writer) -> dict[str, Hand]:
    newest = write.newest_hba1c("JOIN who ON who.patient_id = o.patient_id")
    high = f"""
  LEFT JOIN (
    SELECT patient_id FROM ({newest}) AS newest WHERE value_number > 9 AND value_unit = '%'
  ) AS high ON high.patient_id = who.patient_id"""
    months = "CASE WHEN high.patient_id IS NOT NULL THEN interval '3 months' ELSE interval '6 months' END"
    hand = Hand(
        population=write.ill("diabetes"),
        met=write.met(("observation", "effective_at", write.hba1c_with_value())),
        joins=write.in_hospice() + high + write.onset("diabetes", first=True),
        excluded_by="CASE WHEN hospice.patient_id IS NOT NULL THEN 0 END",
        tier="CASE WHEN high.patient_id IS NOT NULL THEN 0 END",
        severity="CASE WHEN tier = 0 THEN 'high' ELSE 'moderate' END",
        anchor="CASE WHEN onset.at IS NOT NULL THEN 0 END",
        started_on="(onset.at AT TIME ZONE zone)::date",
        anchor_record_id="onset.id",
        again=f"(met.day + {months})::date",
        overdue="30 days",
    )
    return {"hba1c-diabetes": hand}


def hba1c_borderline(write: Writer) -> dict[str, Hand]:
    newest = write.newest_hba1c()
    hand = Hand(
        population=f"p.id IN (SELECT patient_id FROM ({newest}) AS newest"
        " WHERE value_number >= 5.7 AND value_unit = '%')"
        f" AND NOT {write.ill('diabetes')}",
        met=write.met(("observation", "effective_at", write.hba1c_with_value())),
        joins=write.in_hospice(),
        excluded_by="CASE WHEN hospice.patient_id IS NOT NULL THEN 0 END",
        severity="'low'",
        again="(met.day + interval '1 year')::date",
    )
    return {"hba1c-borderline": hand}


def cervical(write: Writer) -> dict[str, Hand]:
    tests = [
        ("observation", "effective_at", f"{write.coded('cervical-cytology')} AND {DONE}"),
        ("procedure", "performed_at", f"{write.coded('cervical-cytology')} AND status = 'completed'"),
        ("observation", "effective_at", f"{write.coded('hpv-tests')} AND {DONE}"),
        ("procedure", "performed_at", f"{write.coded('hpv-tests')} AND status = 'completed'"),
    ]
    hand = Hand(
        population="p.gender = 'female' AND p.birth_date <= e.born_21 AND p.birth_date > e.born_66",
        met=write.met(*tests),
        joins=write.removed("cervix-removed") + write.in_hospice(),
        excluded_by="CASE WHEN removed.patient_id IS NOT NULL THEN 0 WHEN hospice.patient_id IS NOT NULL THEN 1 END",
        anchor="0",
        started_on="(birth_date + interval '21 years')::date",
        again="(met.day + interval '3 years')::date",
        soon="60 days",
        overdue="180 days",
    )
    return {"cervical-screening": hand}


def breast(write: Writer) -> dict[str, Hand]:
    tests = [
        ("observation", "effective_at", f"{write.coded('mammography')} AND {DONE}"),
        ("procedure", "performed_at", f"{write.coded('mammography')} AND status = 'completed'"),
        ("diagnostic_report", "effective_at", f"{write.coded('mammography')} AND {DONE}"),
    ]
    hand = Hand(
        population="p.gender = 'female' AND p.birth_date <= e.born_40 AND p.birth_date > e.born_75",
        met=write.met(*tests),
        joins=write.removed("breasts-removed") + write.in_hospice(),
        excluded_by="CASE WHEN removed.patient_id IS NOT NULL THEN 0 WHEN hospice.patient_id IS NOT NULL THEN 1 END",
        anchor="0",
        started_on="(birth_date + interval '40 years')::date",
        again="(met.day + interval '2 years')::date",
        soon="60 days",
        overdue="180 days",
    )
    return {"breast-screening": hand}


def colorectal(write: Writer) -> dict[str, Hand]:
    tests = [
        ("procedure", "performed_at", f"{write.coded('colonoscopy')} AND status = 'completed'"),
        ("observation", "effective_at", f"{write.coded('stool-blood-tests')} AND {DONE}"),
        ("procedure", "performed_at", f"{write.coded('stool-blood-tests')} AND status = 'completed'"),
        ("observation", "effective_at", f"{write.coded('stool-dna-tests')} AND {DONE}"),
        ("procedure", "performed_at", f"{write.coded('colon-seen-in-part')} AND status = 'completed'"),
    ]
    cancer = write.flagged("cancer", "condition AS r", f"{write.coded('colorectal-cancer')} AND {SURE}")
    lately = f"{write.coded('colonoscopy')} AND status = 'completed' AND performed_at <= :now"
    seen = write.flagged("seen", "procedure AS r", f"{lately} AND performed_at >= ten_years_ago")
    years = "CASE WHEN seen.patient_id IS NOT NULL THEN interval '10 years' ELSE interval '1 year' END"
    hand = Hand(
        population="p.birth_date <= e.born_45 AND p.birth_date > e.born_76",
        met=write.met(*tests),
        joins=cancer + write.in_hospice() + seen,
        excluded_by="CASE WHEN cancer.patient_id IS NOT NULL THEN 0 WHEN hospice.patient_id IS NOT NULL THEN 1 END",
        tier="CASE WHEN seen.patient_id IS NOT NULL THEN 0 END",
        anchor="0",
        started_on="(birth_date + interval '45 years')::date",
        again=f"(met.day + {years})::date",
        soon="60 days",
        overdue="180 days",
    )
    return {"colorectal-screening": hand}


def medication_review(write: Writer) -> dict[str, Hand]:
    reviews = [
        ("procedure", "performed_at", f"{write.coded('medication-reviews')} AND status = 'completed'"),
        ("encounter", "start_at", f"{write.coded('medication-reviews')} AND status = 'finished'"),
    ]
    months = "CASE WHEN birth_date <= born_75 THEN interval '6 months' ELSE interval '1 year' END"
    hand = Hand(
        population="p.id IN (SELECT patient_id FROM medication_request WHERE status = 'active' AND NOT do_not_perform"
        " GROUP BY patient_id HAVING count(*) >= 5)",
        met=write.met(*reviews),
        joins=write.in_hospice(),
        excluded_by="CASE WHEN hospice.patient_id IS NOT NULL THEN 0 END",
        tier="CASE WHEN birth_date <= born_75 THEN 0 END",
        again=f"(met.day + {months})::date",
    )
    return {"medication-review": hand}


def mental_health(write: Writer) -> dict[str, Hand]:
    seen = [
        ("encounter", "start_at", f"{write.coded('mental-health-visits')} AND status = 'finished'"),
        ("observation", "effective_at", f"{write.coded('depression-questionnaires')} AND {DONE}"),
    ]
    onset = "(onset.at AT TIME ZONE zone)::date + interval '4 weeks'"
    hand = Hand(
        population=write.has("condition", f"{write.coded('depression-and-anxiety')} AND {ACTIVE} AND {SURE}"),
        met=write.met(*seen),
        joins=write.onset("depression-and-anxiety", first=False),
        severity="'high'",
        anchor="CASE WHEN onset.at IS NOT NULL THEN 0 END",
        started_on=f"({onset})::date",
        anchor_record_id="onset.id",
        again="(met.day + interval '3 months')::date",
        soon="14 days",
        overdue="14 days",
    )
    return {"mental-health-follow-up": hand}


def post_procedure(write: Writer) -> dict[str, Hand]:
    fits = f"{write.coded('procedures-with-aftercare')} AND status = 'completed' AND performed_at <= :now"
    last = f"""
  LEFT JOIN (
    SELECT DISTINCT ON (r.patient_id) r.patient_id, r.performed_at AS at, r.id FROM procedure AS r
    JOIN who ON who.patient_id = r.patient_id WHERE {fits}
    ORDER BY r.patient_id DESC, r.performed_at DESC, r.id DESC
  ) AS last ON last.patient_id = who.patient_id"""
    is_ahead = "met_on IS NULL OR anchor_on + 4 > met_on"
    hand = Hand(
        population=f"EXISTS (SELECT FROM procedure AS r WHERE r.patient_id = p.id AND {fits}"
        " AND r.performed_at >= e.year_ago)",
        met=write.met(("encounter", "start_at", "status = 'finished'")),
        joins=last,
        severity="'high'",
        anchor="CASE WHEN last.at IS NOT NULL THEN 0 END",
        started_on="(last.at AT TIME ZONE zone)::date",
        anchor_record_id="last.id",
        due=f"CASE WHEN {is_ahead} THEN anchor_on + 14 END",
        step=f"CASE WHEN {is_ahead} THEN 0 END",
        soon="10 days",
        overdue="7 days",
        booked="in_21",
    )
    return {"post-procedure-check": hand}


def childhood_dtap(write: Writer) -> dict[str, Hand]:
    fits = f"{write.coded('dtap-vaccines', 'r.')} AND r.status = 'completed' AND r.occurrence_at <= :now"
    done = f"""
  LEFT JOIN (
    SELECT patient_id, count(DISTINCT day) AS days, max(day) AS last_day FROM (
      SELECT r.patient_id, birth_date, (r.occurrence_at AT TIME ZONE zone)::date AS day
      FROM immunization AS r JOIN who ON who.patient_id = r.patient_id WHERE {fits}
    ) AS every WHERE day >= birth_date GROUP BY patient_id
  ) AS done ON done.patient_id = who.patient_id"""
    ages = ("2 months", "4 months", "6 months", "15 months", "4 years")
    whens = " ".join(
        f"WHEN {place} THEN greatest((anchor_on + interval '{age}')::date, last_day + 28)"
        for place, age in enumerate(ages)
    )
    hand = Hand(
        population="p.birth_date <= e.today AND p.birth_date > e.born_7",
        met=write.met(("immunization", "occurrence_at", f"{write.coded('dtap-vaccines')} AND status = 'completed'")),
        joins=done,
        anchor="0",
        started_on="birth_date",
        due=f"CASE coalesce(days, 0) {whens} END",
        step="CASE WHEN coalesce(days, 0) < 5 THEN coalesce(days, 0)::int END",
        soon="14 days",
        overdue="30 days",
    )
    return {"childhood-dtap": hand}
