"""What higher rooms show on a page of a lower one: the page asks the registry and never knows who answers."""

from __future__ import annotations

from typing import Any

from dengta.core.actors import Actor
from dengta.core.registry import Panel, registry


def panels_for(noun: str, row: Any, actor: Actor, place: str = "") -> list[dict[str, Any]]:
    """The panels of a noun's page that the actor may see, with their context, in order.

    A panel whose `context` answers None has nothing to say about this row and is left out.
    """
    found = []
    for panel in registry.all(Panel):
        if panel.noun != noun or (place and panel.place != place):
            continue
        if panel.permission and not actor.may(panel.permission):
            continue
        context = panel.context(row, actor)
        if context is not None:
            found.append({"key": panel.key, "template": panel.template, "place": panel.place, "context": context})
    return found
