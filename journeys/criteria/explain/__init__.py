"""Why a patient is in a rule or not: each of its conditions with its truth and what it rests on, now or on a past day.

`explain` is the verb for any rule, `explain_segment` the one for a segment and a day. The truth of every node is worked
out by the same SQL that decides membership (`truths`), so the two can never differ. Evidence is read condition by
condition: the value of a fact (`facts`), the records that fit, or those that come nearest (`records`).

**Who looks counts** (`looking`): a condition on a custom field that the reader may not see shows neither its truth nor
what it rests on, and a group shows its truth only where its other parts settle it.

**On a past day** rules are evaluated as if it were that day, by what is known today: records that are dated later are
left out (`past`). Where a fact does not carry the dates for that, the condition says so (`notes`).
"""
