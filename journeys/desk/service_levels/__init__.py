"""Service levels of conversations: how soon somebody answers, how soon a matter is settled, and at which contact.

marking     what each entry of a conversation means for its cases
promises    what the reasons of the clinic promise
cases       the cases of conversations with their times, in one statement
keep_cases  writes them down, with the promise that held when each began
report      figures of a period by queue: shares in time, medians, first-contact resolution
"""
