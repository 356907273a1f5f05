"""From a released message to what became of it: claimed, looked at again, handed over, recorded."""
