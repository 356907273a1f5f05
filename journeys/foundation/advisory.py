"""The numbers of every advisory lock in one place: two of the same number would wait for each other for no reason."""

SETUP = 7_310
"""Two who set up at once take turns."""

LANES = 7_311
"""First key of the lanes' locks (foundation.lanes); the second is the lane."""

LEADER = 7_312
"""Held by the one scheduler that rings, for as long as it lives."""

SOURCES = 7_313
"""First key of the locks of sources that records are imported from; the second is the source's id."""

IN_FORCE = 7_315
"""Held by whoever puts a journey in force, to the end of its transaction: two that are too many together take turns."""

FACTS = 7_314
"""Held by whoever writes fact rows or the members of segments, to the end of its transaction."""

RETENTION = 7_317
"""Held by whoever removes what is older than its rule, for one batch."""

SENDERS = 7_316
"""First key of the locks of channel accounts that send at most so many messages a minute; the second is the account."""

LEAVING = 7_318
"""First key of the locks of patients to whom something is being handed over (contact.threshold)."""

SPEAKING = 7_319
"""First key of the locks of patients about whom somebody just says that nothing more is to be sent."""

RECIPIENTS = 7_320
"""Held by whoever decides about messages to people beside patients, to the end of its transaction."""

DUE = 7_325
"""Held by whoever writes what is due, to the end of its transaction."""

LARGEST = 2**31
"""Second keys are smaller; numbers beyond it share locks."""
