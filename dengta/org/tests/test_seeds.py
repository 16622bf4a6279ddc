"""The demo group and the commands."""

import json

from dengta.core import scope
from dengta.org.models import Account, Employee, Group, Shift
from dengta.org.operations import token_scope
from dengta.org.seeds import ROLES, demo
from dengta.org.tests import factories


def test_the_demo_group_has_sixty_people_in_all_roles(db):
    made = demo(password="one-for-all-2031")

    with scope.open(made.group.pk):
        assert Employee.objects.count() == 60
        assert set(Employee.objects.values_list("role__code", flat=True)) == set(ROLES)
        assert not Employee.objects.exclude(mobile__startswith="+861400000").exists()
        assert Shift.objects.filter(on_call=True).exists()
        names = [one.name for one in Employee.objects.order_by("number")]
    Group.objects.filter(pk=made.group.pk).update(code="first")
    Account.objects.all().delete()
    with scope.open(demo(password="one-for-all-2031").group.pk):
        assert [one.name for one in Employee.objects.order_by("number")] == names


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
