"""Floor 3a: work for people: tasks in queues. Tasks of journeys are made by the step `task`; their outcome wakes it.

claim_task release_task assign_task    whose it is
claim_next distribute stand_in         the next one; what is given by itself, also for who is away
hand_over keep_absence keep_staff      what one gives to others; skills and capacity
pause_task resume_tasks                waiting for the patient
raise_priorities                       whose come first
complete_task cancel_task              how it ended; both tell whoever waits
keep_queue service_time                what a queue promises, and the time that counts for it
my_tasks queues                        what there is to do
"""
