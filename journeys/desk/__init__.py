"""Floor 3d: conversations of patients and the clinic, from the first touch to the end, on every channel.

take_messages follow_tasks bring_back         what happens by itself: a message arrives, a task ends, a rest is over
claim assign set_reason note log_call rest close reopen  what staff do with one
reply answer_in_own_words book_in_conversation           what comes of it: an answer, a visit
merge split undo_move                         two conversations are one, or one is two; and back
escalate_conversation helping                 colleagues of another role are asked, and answer
mentions see_conversation drafts keep_draft   whom a note names; what is begun, and who writes
inbox read_conversation                       what there is
reasons/                                      what one is about, as data: whose work that is, and by when
complaints/                                   what patients hold against the clinic, until they say that it is settled
service_levels                                how soon it is answered and settled
"""
