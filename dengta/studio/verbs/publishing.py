"""Switching versions on and off. A published version never changes; going back makes a new one with the old content."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.actors import Actor
from dengta.core.inputs import Flag, Integer, Text
from dengta.core.verbs import NotAllowed, verb
from dengta.studio.events import DefinitionPublished, DefinitionRolledBack, DefinitionWithdrawn
from dengta.studio.rules.checking import check
from dengta.studio.rules.differences import changes
from dengta.studio.types import Problem, VersionState

PUBLISH = "studio.definition.publish"
MOST_TOLD = 50


class Publishing:
    """Which version holds."""

    def problems(self, body: Any) -> list[Problem]:
        """What stands in the way of publishing this content, and what deserves a second look."""
        return check(body, self.fields, self.contract)

    @verb(done=DefinitionPublished, label=gettext_lazy("Publish"), permission=PUBLISH, icon="check", inputs=[
        Text("note", label=gettext_lazy("What changes, and why"), required=False),
        Flag("accept", label=gettext_lazy("Publish in spite of the warnings"))])
    def publish(self, *, by: Actor, note: str = "", accept: bool = False) -> Any:
        """The draft takes effect for every decision from now on. Errors stop it; warnings need to be accepted."""
        draft = self.needed_draft(lock=True)
        self._judge(draft.body, accept)
        before = self.published_version()
        told = changes(before.body if before else None, draft.body, self.fields)
        self._retire(before)
        draft.switch_on(by, note)
        return DefinitionPublished(noun=self.noun, code=self.code, number=draft.number, version_id=draft.pk, note=note,
                                   changes=told[:MOST_TOLD])

    @verb(done=DefinitionRolledBack, label=gettext_lazy("Go back to a version"), permission=PUBLISH, icon="history",
          inputs=[Integer("number", label=gettext_lazy("Version"), least=1, most=2**31 - 1),
                  Text("note", label=gettext_lazy("Why"), required=False)])
    def roll_back(self, *, by: Actor, number: int, note: str = "") -> Any:
        """An earlier version's content takes effect again, under a new number. A draft stays as it is."""
        wanted = self.versions.filter(number=number).exclude(state=VersionState.DRAFT).first()
        if wanted is None:
            raise NotAllowed(_("There is no published version %(n)d.") % {"n": number}, "no_version")
        if wanted.state == VersionState.PUBLISHED:
            return None
        self._judge(wanted.body, accept=True)
        made = self._switch_to(wanted.body, by, note or _("Back to version %(n)d") % {"n": number}, based_on=number)
        return DefinitionRolledBack(noun=self.noun, code=self.code, number=made.number, version_id=made.pk, to=number,
                                    note=made.note)

    @verb(done=DefinitionWithdrawn, label=pgettext_lazy("rule", "Switch off"), permission=PUBLISH, icon="ban", inputs=[
        Text("reason", label=gettext_lazy("Reason"))])
    def withdraw(self, *, by: Actor, reason: str) -> Any:
        """A store's own version is switched off, and the group's holds again."""
        live = self.published_version()
        if live is None:
            return None
        if self.store_id is None and self.contract is not None:
            raise NotAllowed(_("Work depends on this table: publish another version instead."), "needed")
        self._retire(live)
        return DefinitionWithdrawn(noun=self.noun, code=self.code, number=live.number, reason=reason)

    @verb(done=DefinitionPublished, label=gettext_lazy("Adopt from a blueprint"), permission=PUBLISH, hidden=True)
    def adopt(self, *, by: Actor, body: Any, note: str) -> Any:
        """Take over new content from a blueprint. A draft stays as it is."""
        self._judge(body, accept=True)
        before = self.published_version()
        told = changes(before.body if before else None, body, self.fields)
        made = self._switch_to(body, by, note)
        return DefinitionPublished(noun=self.noun, code=self.code, number=made.number, version_id=made.pk, note=note,
                                   changes=told[:MOST_TOLD])

    def _judge(self, body: Any, accept: bool) -> None:
        found = self.problems(body)
        errors = [problem for problem in found if problem.level != "warning"]
        if errors:
            raise NotAllowed(" ".join(str(problem) for problem in errors[:5]), "has_errors")
        if found and not accept:
            raise NotAllowed(_("There are warnings: %(what)s Accept them to publish anyway.")
                             % {"what": " ".join(problem.sentence for problem in found[:3])}, "has_warnings")

    def _switch_to(self, body: Any, by: Actor, note: str, based_on: int | None = None) -> Any:
        self._retire(self.published_version())
        made = self.add_version(VersionState.PUBLISHED, body, by, based_on=based_on, note=note[:200])
        made.switch_on(by, note)
        return made

    def _retire(self, version: Any) -> None:
        if version is not None:
            version.state = VersionState.RETIRED
            version.retired_at = timezone.now()
            version.save(update_fields=["state", "retired_at"])
