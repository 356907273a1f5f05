"""Contact rules as consultants write them: judged, tried on today's patients, put in force."""
