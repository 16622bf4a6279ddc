"""`dengta channel`: what others program against."""

import argparse
import json

import pytest

from dengta.connect.secrets import hash_bearer
from dengta.core import scope
from dengta.market import commands
from dengta.market.models import Channel
from dengta.market.queries import find_door
from dengta.org.tests.factories import make_store


@pytest.fixture
def run(capsys):
    def go(*given: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        commands.register(parser.add_subparsers())
        arguments = parser.parse_args(["channel", *given])
        code = arguments.run(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return go


@pytest.mark.parametrize("kind", ["json", "adf"])
def test_create_prints_the_contract_with_the_key_this_once(house, run, kind):
    code, out, _err = run("create", "--kind", kind, "--store", "north", "--json")

    made = json.loads(out)
    assert code == 0 and set(made) == {"key", "kind", "store", "path", "bearer"}
    assert (made["kind"], made["store"], made["path"]) == (kind, "north", f"/api/v1/intake/{made['key']}")
    door = find_door(made["key"])
    assert door.bearer_hash == hash_bearer(made["bearer"]) and door.group_id == house.group.pk
    assert made["bearer"] not in run("list", "--json")[1]


def test_a_form_has_an_address_and_no_bearer(house, run):
    made = json.loads(run("create", "--kind", "form", "--store", "north", "--json")[1])

    assert made["path"] == f"/f/{made['key']}" and made["bearer"] == ""


def test_codes_are_made_and_names_are_kept(house, run):
    for _ in range(2):
        assert run("create", "--kind", "json", "--store", "north")[0] == 0
    run("create", "--kind", "json", "--store", "south", "--code", "mine", "--name", "Mine", "--per-minute", "9")

    listed = {row["code"]: row for row in json.loads(run("list", "--json")[1])}
    assert set(listed) == {"json-north", "json-north-2", "mine"}
    assert listed["mine"]["name"] == "Mine" and find_door(listed["mine"]["key"]).per_minute == 9
    assert len(json.loads(run("list", "--store", "south", "--json")[1])) == 1


def test_a_store_that_is_not_there_or_there_twice_is_said(house, run):
    make_store(house.other_group, "north")

    assert "no store" in run("create", "--kind", "json", "--store", "nowhere")[2]
    code, _out, err = run("create", "--kind", "json", "--store", "north")
    assert code == 1 and "--group" in err
    assert run("create", "--kind", "json", "--store", "north", "--group", "harbour")[0] == 0
    for group, count in ((house.group, 1), (house.other_group, 0)):
        with scope.open(group.pk):
            assert Channel.objects.count() == count
