"""The decision about a message: its facts, every rule over them, what follows; kept, so that it can be replayed."""
