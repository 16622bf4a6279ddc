"""The shipped roles give rights that exist: a right that no room has any more would be silence."""

from dengta.core.registry import Noun, Permission, registry
from dengta.core.verbs import VerbEntry
from dengta.org.seeds import ROLES


def known_rights():
    return (
        {entry.verb.permission or entry.key for entry in registry.all(VerbEntry)}
        | {noun.see for noun in registry.all(Noun)}
        | {permission.key for permission in registry.all(Permission)}
    )


def test_every_right_of_a_shipped_role_exists():
    known = known_rights()
    unknown = {
        f"{role}: {right}"
        for role, template in ROLES.items()
        for right in template.grants
        if right not in known and not (right.endswith("*") and any(key.startswith(right[:-1]) for key in known))
    }

    assert not unknown
