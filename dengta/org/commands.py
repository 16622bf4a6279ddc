"""`dengta group create`, `dengta user create`, `dengta token create`: the way in before anybody can log in."""

from __future__ import annotations

import argparse
import json
import sys

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput
from dengta.core.verbs import NotAllowed
from dengta.org.models import ApiToken, Employee, Group, Role, Store
from dengta.org.operations import found_group, start_group
from dengta.org.seeds.roles import reference


def register(subparsers: argparse._SubParsersAction) -> None:
    group = nested(subparsers, "group", "dealer groups", "create", create_group, "make a dealer group with all roles")
    group.add_argument("code", help="short and lasting, such as harbour")
    group.add_argument("name")

    user = nested(subparsers, "user", "people who log in", "create", create_user, "make a person with a login")
    user.add_argument("username")
    user.add_argument("--name", required=True)
    user.add_argument("--group", help="code of the group; may be left out if there is only one")
    user.add_argument("--role", default="group_admin", help="code of the role (default: group_admin)")
    user.add_argument("--store", help="code of the store; left out for people of the whole group")
    user.add_argument("--mobile", default="")

    token = nested(subparsers, "token", "keys for programs", "create", create_token, "make an API token")
    token.add_argument("name", help="what will use it")
    token.add_argument("--group", help="code of the group; may be left out if there is only one")
    token.add_argument(
        "--scope", action="append", default=[], metavar="RIGHT", help="such as leads.lead.see; repeatable"
    )
    token.add_argument("--employee", help="employee number: never more rights than this person has")
    token.add_argument("--store", action="append", default=[], metavar="CODE", help="hold it to this store; repeatable")
    token.add_argument("--days", type=int, default=365, help="valid for so many days (default: 365)")
    token.add_argument("--json", action="store_true")


def nested(subparsers, noun: str, about: str, verb: str, run, text: str) -> argparse.ArgumentParser:
    inner = subparsers.add_parser(noun, help=about).add_subparsers(required=True, metavar="ACTION")
    parser = inner.add_parser(verb, help=text, description=text)
    parser.set_defaults(run=lambda arguments: said_plainly(run, arguments))
    return parser


def said_plainly(run, arguments: argparse.Namespace) -> int:
    try:
        return run(arguments)
    except (BadInput, NotAllowed, LookupError) as trouble:
        print(f"dengta: {trouble.args[0] if isinstance(trouble, LookupError) else trouble}", file=sys.stderr)
        return 1


def create_group(arguments: argparse.Namespace) -> int:
    if Group.objects.filter(code=arguments.code).exists():
        raise LookupError(f"There already is a group {arguments.code}.")
    group = found_group(arguments.code, arguments.name)
    with scope.open(group.pk):
        by = Actor.system(group.pk, "dengta")
        reference(group, by)
        start_group(by)
    print(f"Group {group.code} is there. Next: dengta user create NAME --name … --group {group.code}")
    return 0


def create_user(arguments: argparse.Namespace) -> int:
    group = find_group(arguments.group)
    with scope.open(group.pk):
        by = Actor.system(group.pk, "dengta")
        role = one(Role, "role", code=arguments.role)
        store = one(Store, "store", code=arguments.store) if arguments.store else None
        person = Employee.hire(by=by, name=arguments.name, role=role, store=store, mobile=arguments.mobile)
        person.open_account(by=by, username=arguments.username)
    print(f"User name: {arguments.username}\nPassword:  {person.new_password}  (must be changed at the first login)")
    return 0


def create_token(arguments: argparse.Namespace) -> int:
    group = find_group(arguments.group)
    with scope.open(group.pk):
        employee = one(Employee, "employee", number=arguments.employee) if arguments.employee else None
        stores = [one(Store, "store", code=code).pk for code in arguments.store]
        token = ApiToken.create(
            by=Actor.system(group.pk, "dengta"), name=arguments.name, scopes=arguments.scope, employee=employee,
            store_ids=stores, days=arguments.days,
        )  # fmt: skip
    if arguments.json:
        shown = {"token": token.plain, "scopes": token.scopes, "expires_at": token.expires_at.isoformat()}
        print(json.dumps(shown))
    else:
        print(f"{token.plain}\nThis is shown only now. It may: {', '.join(token.scopes) or 'nothing'}.")
    return 0


def find_group(code: str | None) -> Group:
    groups = list(Group.objects.filter(code=code) if code else Group.objects.all()[:2])
    if len(groups) != 1:
        raise LookupError(f"There is no group {code}." if code else "Say which group: --group CODE.")
    return groups[0]


def one(model, word: str, **wanted):
    found = model.objects.filter(**wanted).first()
    if found is None:
        raise LookupError(f"There is no {word} {next(iter(wanted.values()))}.")
    return found
