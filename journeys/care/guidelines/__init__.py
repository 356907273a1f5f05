"""Guidelines as data, and what is due by them: recalls and care gaps are one thing.

content     `Guideline`: the parts of a valid content, by name
check       every problem of a content, at once
publish_guideline  puts a draft in force; packs do, people by two: `ask_for_guideline`, `approve_guideline`
reviewing   what is asked for, and whether it still holds
standing    one statement: where patients stand in a guideline, as of any moment
dating      from which event or date a guideline counts, and how far
in_force    the guidelines in force
difference  what differs from the occurrences that are kept (`store.due`)
writing     writes a difference: occurrences, history, events
refresh_due        looks at whom something changed, or a day came
refresh_guideline  looks at everybody, for one guideline

A content (format 1):

    name, description   texts
    population          a rule: for whom it is
    exclusions          [{name, rule}]: for whom it is not, and why; the first that holds is the reason
    satisfied_by        [{happened, where, window, also}]: dated records that satisfy it
    interval            {months: 6} after the last of them; or
    steps               [{weeks: 12}, …] after the start; `make_up: true` when each one missed has to be made up for,
                        and then `least`, how long after the last the next one is due at the soonest
    anchors             where it starts when nothing satisfied it yet, the first that is known: {field, plus} or
                        {happened, where, pick: first | last, date, plus}; with `wins: true` also after an event that
                        came before the window of that date, unless the interval is over by then; a pick of
                        the first is then the first whose window nothing satisfied yet
    tiers               [{name, rule, interval, severity}]: the first that holds
    window              {soon: span before the due date, overdue: span after it}
    booked              {where, within}: an appointment within that span means that nobody has to do anything now;
                        without `where` only until it is overdue
    severity            low, moderate, high, critical
    owner               {role, queue}
    supplies            [{item, quantity}]
    source, review_on, approval
"""
