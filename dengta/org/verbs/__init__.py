"""Verbs of the org room, one file per capability."""
