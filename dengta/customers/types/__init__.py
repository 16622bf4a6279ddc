"""Words, small values and plug types of the customers room."""

from dengta.customers.types.candidates import Candidate, ConsentGrant, Link, Match, Registered, number_of
from dengta.customers.types.parts import Advice, ForgetPart, LifeStep, MergePart, NextStep
from dengta.customers.types.words import (
    CHOSEN,
    FIELD_LABELS,
    INVERSE,
    MATCHING_KINDS,
    OWNED_KINDS,
    PHONE_KINDS,
    SHARED_KINDS,
    Channel,
    ContactKind,
    CustomerKind,
    Gender,
    Purpose,
    RelationKind,
    Restriction,
    RevealPurpose,
    StopReason,
    SuggestionState,
    TagFamily,
    TagSource,
    said_fields,
)

__all__ = [
    "CHOSEN", "FIELD_LABELS", "INVERSE", "MATCHING_KINDS", "OWNED_KINDS", "PHONE_KINDS", "SHARED_KINDS", "Advice",
    "Candidate",
    "Channel", "ConsentGrant", "ContactKind", "CustomerKind", "ForgetPart", "Gender", "LifeStep", "Link", "Match",
    "MergePart", "NextStep", "Purpose", "Registered", "RelationKind", "Restriction", "RevealPurpose", "StopReason",
    "SuggestionState", "TagFamily", "TagSource", "number_of", "said_fields",
]
