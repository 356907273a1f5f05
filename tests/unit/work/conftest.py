"""The clinic of the journeys' tests: tasks are made by journeys here too."""

from tests.unit.flow.conftest import clinic, database, furnished

__all__ = ["clinic", "database", "furnished"]
