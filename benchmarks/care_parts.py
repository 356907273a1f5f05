"""What the statements of `care_hand` have in common: codes of value sets, the last record that satisfied, flags."""

from collections.abc import Iterable

from journeys.flow.packs.pack import Pack

Codes = dict[str, list[tuple[str, str]]]

DONE = "status IN ('final', 'amended', 'corrected')"
ACTIVE = "status IN ('active', 'recurrence', 'relapse', 'unknown')"
ONSET = "coalesce(r.onset_at, r.asserted_at)"
SURE = "coalesce(verification_status, '') NOT IN ('refuted', 'entered-in-error')"


def codes_of(packs: Iterable[Pack]) -> Codes:
    """The (system, code) of every value set of these packs."""
    sets = [(slug, content) for pack in packs for (kind, slug), content in pack.parts.items() if kind == "value-sets"]
    return {slug: [(each["system"], each["code"]) for each in content["codes"]] for slug, content in sets}


class Writer:
    """Writes parts of statements; value sets are as the packs have them."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes

    def coded(self, slug: str, row: str = "") -> str:
        """Whether a row has a code of a value set."""
        codes = ", ".join(f"'{code}'" for _, code in self.codes[slug])
        systems = ", ".join(sorted({f"'{system}'" for system, _ in self.codes[slug]}))
        return f"{row}code IN ({codes}) AND {row}code_system IN ({systems})"

    def has(self, table: str, fits: str) -> str:
        """Whether a patient has such a row."""
        return f"p.id IN (SELECT patient_id FROM {table} WHERE {fits})"

    def ill(self, slug: str) -> str:
        """Whether a living patient has an active condition."""
        return f"(NOT p.deceased AND {self.has('condition', f'{self.coded(slug)} AND {ACTIVE} AND {SURE}')})"

    def flagged(self, name: str, rows: str, fits: str) -> str:
        """A join with those of `who` who have a row `r` that fits."""
        return f"""
  LEFT JOIN (
    SELECT DISTINCT r.patient_id FROM {rows} JOIN who ON who.patient_id = r.patient_id WHERE {fits}
  ) AS {name} ON {name}.patient_id = who.patient_id"""

    def in_hospice(self) -> str:
        """A join with those who were in hospice care in the last year."""
        fits = f"{self.coded('hospice-stays')} AND status IN ('in-progress', 'finished')"
        return self.flagged("hospice", "encounter AS r", f"{fits} AND start_at <= :now AND start_at >= year_ago")

    def diabetic(self) -> str:
        """A join with those who have diabetes."""
        return self.flagged("diabetic", "condition AS r", f"{self.coded('diabetes')} AND {ACTIVE} AND {SURE}")

    def removed(self, slug: str) -> str:
        """A join with those who have a condition, or a completed procedure, of a value set."""
        rows = f"""(
      SELECT patient_id FROM condition WHERE {self.coded(slug)} AND {SURE}
      UNION ALL SELECT patient_id FROM procedure WHERE {self.coded(slug)} AND status = 'completed'
    ) AS r"""
        return self.flagged("removed", rows, "true")

    def onset(self, slug: str, *, first: bool) -> str:
        """A join with the first or last of the conditions of a value set."""
        order = f"r.patient_id, {ONSET}, r.id" if first else f"r.patient_id DESC, {ONSET} DESC, r.id DESC"
        dated = f"{ONSET} IS NOT NULL" if first else f"{ONSET} <= :now"
        return f"""
  LEFT JOIN (
    SELECT DISTINCT ON (r.patient_id) r.patient_id, {ONSET} AS at, r.id
    FROM condition AS r JOIN who ON who.patient_id = r.patient_id
    WHERE {self.coded(slug)} AND {SURE} AND {dated} ORDER BY {order}
  ) AS onset ON onset.patient_id = who.patient_id"""

    def hba1c_with_value(self) -> str:
        """Whether a row is a measurement of HbA1c with its value."""
        return f"{self.coded('hba1c-tests')} AND {DONE} AND value_number IS NOT NULL"

    def newest_hba1c(self, beside: str = "") -> str:
        """SELECT the newest measurement of each patient."""
        return (
            f"SELECT DISTINCT ON (o.patient_id) o.patient_id, value_number, value_unit FROM observation AS o {beside}"
            f" WHERE {self.coded('hba1c-tests')} AND {DONE} AND effective_at <= :now"
            " ORDER BY o.patient_id DESC, effective_at DESC, o.id DESC"
        )

    def met(self, *sources: tuple[str, str, str]) -> str:
        """SELECT the last record that satisfied: each source is a table, the column of the date, and what fits."""
        if len(sources) == 1:
            ((table, at, fits),) = sources
            return f"""
  SELECT DISTINCT ON (r.patient_id) r.patient_id, 0 AS place, r.id AS record_id, (r.{at} AT TIME ZONE zone)::date AS day
  FROM {table} AS r JOIN who ON who.patient_id = r.patient_id WHERE {fits} AND r.{at} <= :now
  ORDER BY r.patient_id DESC, r.{at} DESC, r.id DESC"""
        each = " UNION ALL ".join(
            f"""
    SELECT r.patient_id, {place} AS place, r.id AS record_id, r.{at} AS at, (r.{at} AT TIME ZONE zone)::date AS day
    FROM {table} AS r JOIN who ON who.patient_id = r.patient_id WHERE {fits} AND r.{at} <= :now"""
            for place, (table, at, fits) in enumerate(sources)
        )
        return f"""
  SELECT DISTINCT ON (patient_id) patient_id, place, record_id, day FROM ({each}
  ) AS every ORDER BY patient_id, day DESC, place, at DESC, record_id DESC"""
