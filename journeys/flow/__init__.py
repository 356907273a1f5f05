"""Floor 4: journeys: what they say (definition), what they do (steps), whether they hold (checks), and the verbs.

publish   read every step, ask each for its problems, run every check: all problems, or one immutable version
enrol     put the patients of a segment at the start; events let patients in through `resolve`
advance   move every enrolment that is due by one step
resolve   wake the enrolments that waited for what this transaction made happen, end those that should leave
react     what `House.react` is given: reactions and resolve, until nothing new happens
"""
