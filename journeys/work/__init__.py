"""Floor 3a: work for people: tasks in queues. Tasks of journeys are made by the step `task`; their outcome wakes it.

claim_task release_task assign_task    whose it is
complete_task cancel_task              how it ended; both tell whoever waits
keep_queue service_time                what a queue promises, and the time that counts for it
my_tasks queues                        what there is to do
"""
