"""Fixtures for all rooms: the test kit of the core, and the `dengta` command."""

import pytest

from dengta.config import cli

pytest_plugins = ["dengta.core.testing", "dengta.org.tests.cast"]


@pytest.fixture
def command(db):
    """`command("user", "create", …)` runs it in this process and returns its exit code."""
    parser = cli.whole_parser()

    def run(*words: str) -> int:
        arguments = parser.parse_args(words)
        return arguments.run(arguments) or 0

    return run
