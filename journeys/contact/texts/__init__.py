"""What is said: templates, wordings and their reviews; merge fields; how a text becomes what a channel carries."""
