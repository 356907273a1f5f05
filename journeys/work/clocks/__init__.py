"""Safety clocks: what is open somewhere in the house, by when it has to go on, and who sees to it otherwise.

entities/      one file a kind of thing that can be forgotten: one SELECT of what is open, by state
limits         lengths of time, working days among them, as SQL
clock          a definition (kind `safety-clock`) as values: entity, state, limits, next step, queue, ladder
check          all problems of a definition; `publish_clock` puts one in force, people do it by two: `ask_for_clock`,
               `approve_clock` (`reviewing`), after looking at what `preview_clock` says
running        every clock that runs out, as one statement
safety_board   what the morning meeting looks at; `take_on` makes a row somebody's task
reaching       every rung of a ladder that is reached and was not climbed, as one statement
escalate       climbs them: a task is made, raised, handed on; `stand_down` takes back what is no longer needed
"""
