"""Referrals: each is moved from state to state by one verb over data (`states.py`), or follows what is recorded.

draft_referral                            a new one, outgoing or incoming
move_referral                             every move by hand
assign_referral add_document              whose it is, what papers it has
follow_records                            a result, an appointment, the source's own word
list_referrals open_referral              what is seen of them
"""
