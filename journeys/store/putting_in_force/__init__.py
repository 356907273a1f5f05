"""How configuration comes into force: drafts, questions to a second person, versions, and what is in force now."""
