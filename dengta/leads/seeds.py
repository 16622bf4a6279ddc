"""What every group begins with: the promises and the levels of domain 0.3 and 2.6."""

from __future__ import annotations

from dengta.core.actors import Actor
from dengta.core.registry import GroupStart, registry
from dengta.leads.operations import put_promises


def reference(by: Actor) -> None:
    """In the open scope of the group; doing it again changes nothing."""
    put_promises(by)


registry.add(GroupStart("leads.promises", reference, 30))
