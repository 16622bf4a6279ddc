"""The fixtures of this room."""

from dengta.leads.tests.fixtures import at, desk

__all__ = ["at", "desk"]
