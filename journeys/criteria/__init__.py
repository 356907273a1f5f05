"""Floor 2: the one rule language, and the segments written in it.

A rule is JSON. It is checked whole (`check`), read out as a sentence (`sentence`), and compiled (`compile`) into one
SELECT of patients or into one expression over the rows of a batch. Segments, branches, entries, exits, goals and
audiences all use it.

**Unknown facts never match.** A fact is true, false or unknown for a patient. A condition on an unknown fact is
unknown; `all`, `any` and `none` follow three-valued logic; who is unknown in the end is not a member. So a patient
without a birth date is neither in `age at_least 18` nor in `none: [age at_least 18]`; whoever means them too says so
with `unknown`, or lets the unknown count in one condition (`"unknown": "counts"`). That something happened is never
unknown: no record is no. A record whose own attribute is unknown does not match a condition on that attribute.
"""
