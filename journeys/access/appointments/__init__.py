"""Appointments that are booked here. Two never get one time: slots are locked, and the database refuses the rest.

hold_slot                                       kept for a while, for whoever is just being asked
book_appointment move_appointment               into free slots
confirm_appointment cancel_appointment          what patients say of it
check_in complete_appointment miss_appointment  what became of it; `take_back` where that was a mistake
"""
