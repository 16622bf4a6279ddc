"""Making and changing a draft. At most one draft is open; what runs is never touched."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.actors import Actor
from dengta.core.inputs import Choice, Integer, Json, Ref, Text
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.studio.events import DefinitionCreated, DefinitionRenamed, DraftDiscarded, DraftSaved, DraftStarted
from dengta.studio.queries import nouns
from dengta.studio.rules.differences import changes
from dengta.studio.rules.editing import prepare
from dengta.studio.types import BadDefinition, VersionState, say

EDIT = "studio.definition.edit"
MOST_TOLD = 20


class Drafting:
    """Everything before a version is published."""

    @birth(done=DefinitionCreated, label=gettext_lazy("New decision table"), permission=EDIT, icon="plus", inputs=[
        Choice("noun", label=pgettext_lazy("rule", "About"), choices=nouns),
        Text("code", label=gettext_lazy("Code"), max_length=60),
        Text("name", label=gettext_lazy("Name"), max_length=80),
        Ref("store", label=gettext_lazy("Only for the store"), to=settings.DENGTA_STORE, required=False)])
    def create(cls, *, by: Actor, noun: str, code: str, name: Any, store: Any = None, body: Any = None,
               source: str = "") -> Any:
        """A new definition with a first draft. One for a store overrules the group's with the same code, and begins as
        a copy of it."""
        fields = cls.field_set(noun)
        if not code.replace("-", "").replace("_", "").isalnum() or not code.isascii():
            raise NotAllowed(_("A code has Latin letters, digits and dashes."), "bad_code")
        if cls.objects.filter(noun=noun, code=code, store=store).exists():
            raise NotAllowed(_("There is already a definition with this code here."), "taken")
        row = cls(noun=noun, code=code, name=_wording(name), store=store, source=source)
        row.save()
        row.add_version(VersionState.DRAFT, _prepared(row.first_body() if body is None else body, fields), by)
        return row, DefinitionCreated(name=say(row.name), kind=row.kind)

    @verb(done=DraftStarted, label=gettext_lazy("Start a draft"), permission=EDIT, icon="pencil")
    def draft(self, *, by: Actor) -> Any:
        """Open a draft as a copy of what is published; quiet when one is open."""
        if self.open_draft() is not None:
            return None
        latest = self.published_version() or self.versions.order_by("-number").first()
        made = self.add_version(VersionState.DRAFT, latest.body, by, based_on=latest.number)
        return DraftStarted(number=made.number)

    @verb(done=DraftSaved, label=gettext_lazy("Save the draft"), permission=EDIT, icon="pencil", inputs=[
        Json("body", label=gettext_lazy("Content")),
        Integer("seen", label=gettext_lazy("Revision that was read"), required=False, least=0, most=2**31 - 1)])
    def save_draft(self, *, by: Actor, body: Any, seen: int | None = None) -> Any:
        """Keep a changed draft. Refused when the content is not a table at all, or when somebody else was quicker."""
        draft = self.needed_draft(lock=True)
        if seen is not None and seen != draft.revision:
            raise NotAllowed(_("%(who)s has changed this draft meanwhile. Look at it again, then repeat your change.")
                             % {"who": draft.made_by_label or _("Somebody")}, "changed")
        body = _prepared(body, self.fields)
        told = changes(draft.body, body, self.fields)
        if body == draft.body:
            return None
        draft.keep(body, by)
        return DraftSaved(number=draft.number, summary="; ".join(told[:3])[:300], changes=told[:MOST_TOLD])

    @verb(done=DraftDiscarded, label=gettext_lazy("Discard the draft"), permission=EDIT, icon="trash",
          confirm=gettext_lazy("The changes in this draft will be lost."))
    def discard_draft(self, *, by: Actor) -> Any:
        """Throw the draft away. What is published goes on as before."""
        draft = self.needed_draft(lock=True)
        if not self.versions.exclude(pk=draft.pk).exists():
            raise NotAllowed(_("This is the only version; there would be nothing left."), "only_version")
        number = draft.number
        draft.delete()
        return DraftDiscarded(number=number)

    @verb(done=DefinitionRenamed, label=gettext_lazy("Rename"), permission=EDIT, icon="pencil", inputs=[
        Text("name", label=gettext_lazy("Name"), max_length=80, initial=lambda row: say(row.name) if row else "")])
    def rename(self, *, by: Actor, name: str) -> Any:
        """Change the name that people read. The code, by which rooms find it, stays."""
        if _wording(name) == self.name or name == say(self.name):
            return None
        self.name = _wording(name)
        self.save(update_fields=["name"])
        return DefinitionRenamed(name=name)


def _prepared(body: Any, fields: Any) -> dict:
    try:
        return prepare(body, fields)
    except BadDefinition as bad:
        raise NotAllowed(" ".join(str(problem) for problem in bad.problems[:5]), "not_a_table") from bad


def _wording(name: Any) -> Any:
    return dict(name) if isinstance(name, dict) else str(name).strip()
