"""What every group starts with: the shipped blueprint."""

from dengta.core.actors import Actor
from dengta.core.registry import GroupStart, registry
from dengta.studio.operations import Step, install

STANDARD = "4s-standard"


def reference(by: Actor) -> list[Step]:
    """Install or upgrade the standard blueprint in the open scope; a second run changes nothing."""
    return install(STANDARD, by=by)


registry.add(GroupStart("studio.blueprint", reference, 20))
