"""What can be booked: types of appointments, schedules and their slots, blocks.

keep_type keep_schedule           what an administrator describes
lay_out_slots                     working hours written out into slots; `schedules_to_lay_out` says whose are missing
block_schedule lift_block         when nobody works although it is a working hour
find_slots                        what is free
"""
