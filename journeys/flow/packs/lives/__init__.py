"""Lives: people with facts, then days, what happens on each and what is to be seen then. Played with the real verbs.

    name: {en: She answers the first message}
    people:
      - {person: sarah, name: Sarah Mitchell, birth_date: 1962-03-14, …}
    days:
      - at: 2026-03-02 10:00 America/New_York
        do:
          - {person: sarah, answer: "1"}
        expect:
          - person: sarah
            messages: [{template: recall-first, channel: phone_simulator, language: en}]
            tasks: [{queue: recall, title: Call back to book the BP review, due: 2026-03-04}]
            journey: {slug: hypertension-recall, stage: scheduling}

Between two days time is walked: whatever becomes due is done when it is due. `messages` and `held` are all of them
since the person was last looked at, `tasks` all that are open. A day does first what is due, then `do`, then what
follows from it, and is looked at last.

    life       the format and its problems
    facts      the parts of the format that stand for a record
    records    those parts as rows, and the events that an import of them makes
    settling   a small clinic and its people, written into an empty database
    arrived    records as their source sent them, and a finding that comes after its report
    ordered    tests that another system ordered, as it sent them
    deeds      what people and staff do on a day
    walking    the clock: runs every verb that is due, day by day
    seeing     what is to be seen, compared with what is there, in plain sentences
"""
