"""The reference journey on other engines that keep every step, each a program of its own.

`python with_<peer>.py URL ENROLMENTS` walks so many enrolments, the first that are still open, and leaves the rows that
Waymark leaves: history, state, message, event, in Waymark's own tables. What a peer keeps besides is its own affair.
Consent, quiet hours and caps are asked of none of them. These programs know nothing of Waymark's code.
"""
