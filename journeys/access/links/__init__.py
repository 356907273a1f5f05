"""What patients do by the links in their messages, without an account. Whoever has a link needs nothing else, so no
page of it says whose it is, what the visit is for or with whom: only when and where.

read_visit confirm_by_link cancel_by_link move_by_link    the appointment that a link names
times_to_move                                             where it could move to
read_offer answer_by_link                                 the freed time that somebody who waits is offered
invitation                                                the same for a calendar program
"""
