"""Tests of the whole house; `servers.py` and `conftest.py` give them a real PostgreSQL and a real Valkey."""
