"""The tables of the room, handed in by the lead's class: the pipeline lies below the models and cannot import them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Tables:
    lead: Any
    inbox: Any
    opportunity: Any
    assignment: Any
    touchpoint: Any
    agent_record: Any
    sla_rule: Any
    follow_up: Any


@lru_cache(maxsize=1)
def tables_of(lead: Any) -> Tables:
    """Everything is a neighbour of the lead."""
    named = {model._meta.model_name: model for model in lead._meta.apps.get_app_config("leads").get_models()}
    return Tables(
        lead,
        named["inboxmessage"],
        named["opportunity"],
        named["leadassignment"],
        named["touchpoint"],
        named["agentrecord"],
        named["slarule"],
        named["followup"],
    )
