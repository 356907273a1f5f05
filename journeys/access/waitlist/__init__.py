"""Who waits for a time, and how times that come free find somebody who waits.

add_entry prioritise_entry withdraw_entry    what staff keep of who waits; `open_waitlist` shows it
keep_plan                                    how times of a type are offered, and what one is worth
take_up_freed                                slots that came free become stretches to fill; holds that ran out too
ranking                                      who would be asked, in which order: one SELECT
look_at                                      one stretch: offers that ran out end, the next are made, the desk is told
answer_offer                                 the first valid answer has the time; links and replies lead here
standing                                     where somebody stands among those who wait
tell_losers                                  who did not get it is told at once, and goes on waiting
open_backfills                               what the front desk should fill by hand, and what was recovered
"""
