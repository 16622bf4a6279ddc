"""What happens to definitions. The changes of a version are kept as sentences in the words of whoever made them."""

from __future__ import annotations

from dataclasses import field

from django.utils.translation import gettext_lazy as _

from dengta.core.events import Event


class DefinitionCreated(Event):
    key = "studio.definition.created"
    label = _("Definition created")
    sentence = _("created “{name}”")
    icon = "plus"
    name: str = ""
    kind: str = "table"


class DefinitionRenamed(Event):
    key = "studio.definition.renamed"
    label = _("Definition renamed")
    sentence = _("renamed it to “{name}”")
    icon = "pencil"
    name: str = ""


class DraftStarted(Event):
    key = "studio.definition.draft_started"
    label = _("Draft started")
    sentence = _("started draft {number}")
    icon = "pencil"
    number: int = 0


class DraftSaved(Event):
    key = "studio.definition.draft_saved"
    label = _("Draft changed")
    sentence = _("changed draft {number}: {summary}")
    icon = "pencil"
    number: int = 0
    summary: str = ""
    changes: list = field(default_factory=list)


class DraftDiscarded(Event):
    key = "studio.definition.draft_discarded"
    label = _("Draft discarded")
    sentence = _("discarded draft {number}")
    icon = "trash"
    number: int = 0


class DefinitionPublished(Event):
    key = "studio.definition.published"
    label = _("Version published")
    sentence = _("published version {number}. {note}")
    icon = "check"
    noun: str = ""
    code: str = ""
    number: int = 0
    version_id: int = 0
    note: str = ""
    changes: list = field(default_factory=list)


class DefinitionRolledBack(Event):
    key = "studio.definition.rolled_back"
    label = _("Version rolled back")
    sentence = _("went back to version {to} as version {number}. {note}")
    icon = "history"
    noun: str = ""
    code: str = ""
    number: int = 0
    version_id: int = 0
    to: int = 0
    note: str = ""


class DefinitionWithdrawn(Event):
    key = "studio.definition.withdrawn"
    label = _("Version withdrawn")
    sentence = _("switched version {number} off: {reason}")
    icon = "ban"
    noun: str = ""
    code: str = ""
    number: int = 0
    reason: str = ""
