"""Why patients turn to the clinic: reasons as data, each with where it goes, how fast, and how it may end.

reason    what a clinic says of its reasons, read
check     what is wrong with that
guide     which reason something is probably of, by what was asked and the words that were used
routing   the queue, the priority and the clocks that a conversation has by its reason
pauses    for how long the patient was waited for
clocks    when those clocks begin and end
"""
