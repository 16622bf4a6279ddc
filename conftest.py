"""Fixtures for all rooms: the test kit of the core."""

pytest_plugins = ["dengta.core.testing", "dengta.org.tests.cast"]
