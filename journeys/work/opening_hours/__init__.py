"""Opening hours: the calendars by which working time is counted, of branches and of queues.

hours              what a calendar says, who follows it, and all of them
checking           what is wrong with hours
keep_hours         writes a calendar, new or changed, with all its days
write_days_ahead   writes the days of calendars that come to their end
"""
