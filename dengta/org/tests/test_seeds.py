"""The demo group and the commands."""

import json
import random

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.org.models import Account, Employee, Group, Shift
from dengta.org.operations import token_scope
from dengta.org.seeds import ROLES, Demo, demo
from dengta.org.seeds.demo import Maker
from dengta.org.tests import factories


def test_the_demo_group_has_sixty_people_in_all_roles(db):
    made = demo(password="one-for-all-2031")

    with scope.open(made.group.pk):
        assert Employee.objects.count() == 60
        assert set(Employee.objects.values_list("role__code", flat=True)) == set(ROLES)
        assert not Employee.objects.exclude(mobile__startswith="+861400000").exists()
        assert Shift.objects.filter(on_call=True).exists()


def test_the_demo_people_are_the_same_every_time():
    makers = [Maker(Demo(Group()), random.Random(7), Actor.system(1)) for _number in range(2)]

    first, second = ([maker.name() for _number in range(60)] for maker in makers)

    assert first == second
    assert len(set(first)) == 60


def test_a_first_group_user_and_token_from_the_command_line(command, capsys, client):
    assert command("group", "create", "harbour", "Harbour Group") == 0
    assert command("user", "create", "anna", "--name", "Anna") == 0
    shown = capsys.readouterr().out
    assert Account.objects.get(username="anna").must_change_password
    assert "Password:" in shown

    assert command("token", "create", "DMS", "--scope", "org.store.see", "--json") == 0
    token = json.loads(capsys.readouterr().out)
    with token_scope(token["token"]) as actor:
        assert actor.may("org.store.see")
        assert not actor.may("org.employee.see")


def test_commands_say_what_is_wrong(command, capsys):
    factories.make_group("one")
    factories.make_group("two")

    assert command("user", "create", "x", "--name", "X") == 1
    assert command("user", "create", "x", "--name", "X", "--group", "none") == 1

    assert "--group" in capsys.readouterr().err
    assert not Account.objects.exists()
