"""Rules on facts that were worked out beforehand: one narrow typed row per patient instead of five tables of records.

A **summary** is what one condition needs of a patient's records: whether there is an n-th one, the n-th latest date up
to a moment, the n-th earliest from a moment on, the date of the first, last or next one if that is as wanted; or one
fact of the patient. Which moments these can be stands in `windows`. Summaries that rules in force need become columns
of `patient_fact` (`promote`, the owner's job). Everything else a rule asks is read from the records as before, so every
rule can be evaluated, only more slowly.

**Facts are never silently stale.** Whoever changes a record marks its patient in the same transaction (triggers), and
each row says until when time alone leaves it true. `members` trusts only rows without a mark whose time is not over and
evaluates the others on the records, all in one statement. `catch_up` works marked and outdated rows out anew.

What others use:

    read_facts(session) -> Facts                        the columns that rules may read now, and the zones in the rows
    members(rule, now, known, facts) -> Select          `patient_id` of everyone in a rule: `compile.patients`, faster
    condition_on_facts(rule, now, known, facts) -> SQL  never NULL, over `facts.rows` (join it yourself): true only for
                                                        rows that were caught up in this transaction
    is_on_facts(rule, known, facts) -> bool             whether a rule reads no table of records at all
    catch_up(session, act, limit) -> CaughtUp           works rows out anew; the ids stand in `CHANGED` (a temporary
                                                        table, `patient_id`) until the end of the transaction
    promote(owner_url, sessions, act) -> bool           one bounded piece of adding and dropping columns; True: go on

`catch_up` is to be called only by who evaluates all segments for the patients in `CHANGED` in the same transaction:
another caller would hide from them that these have changed. Only the time of `act` counts, never the database's clock.
"""
