"""Fixtures for all rooms."""

pytest_plugins = []
