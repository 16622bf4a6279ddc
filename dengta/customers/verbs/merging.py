"""Two files of one person become one, and can be parted again within 30 days."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core import access
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput, Json, Ref, Text
from dengta.core.registry import registry
from dengta.core.verbs import NotAllowed, verb
from dengta.customers import rules
from dengta.customers.events import CustomersMerged, CustomersUnmerged, DuplicateDismissed
from dengta.customers.types import CHOSEN, MergePart, SuggestionState

FOLLOWING = ("hobbies", "restriction", "restriction_reason", "last_dealing_at")


class Merging:
    """Merging another file into this one."""

    @verb(done=CustomersMerged, label=gettext_lazy("Merge"), icon="git-merge",
          allow=rules.within("customers.customer.merge"),
          inputs=[Ref("other", gettext_lazy("The file to merge into this one"), to="customers.customer"),
                  Json("choices", gettext_lazy("Fields to take from the other"), required=False)])
    def merge(self, *, by: Actor, other: Any, choices: dict | None = None) -> list[CustomersMerged]:
        """Everything of the other file moves here. `choices` names fields to take from it: {"name": "other"}.

        Nothing is deleted: both histories are shown together, and the merge can be undone for 30 days.
        """
        drop = _lock_other(self, other, by)
        wanted = _chosen(choices or {})
        moved, parts = {}, {}
        for part in registry.all(MergePart):
            moved[part.key] = part.count(drop.pk)
            parts[part.key] = _moved(part, self, drop)
        fields = self._take_fields(drop, wanted)
        drop.merged_into = self
        drop.save(update_fields=["merged_into"])
        drop.make_findable()
        self.merges.create(group_id=self.group_id, drop=drop, fields=fields, parts=parts, merged_by=by.label[:80],
                           merged_at=timezone.now())
        self.refresh_main()
        told = {"code": self.code, "other_id": drop.pk, "other_code": drop.code}
        return [CustomersMerged(**told, moved=moved), CustomersMerged(subject=drop, **told, moved={})]

    def _take_fields(self, drop: Any, wanted: set[str]) -> dict:
        """{field: [before, after]} of what changed on this file, as JSON values."""
        changed = {}
        for name in (*CHOSEN, *FOLLOWING):
            mine, theirs = getattr(self, name), getattr(drop, name)
            take = name in wanted or (not mine and theirs)
            if name == "last_dealing_at":
                take = theirs > mine
            if name == "restriction_reason":
                take = "restriction" in changed
            if take and mine != theirs:
                changed[name] = [_json(mine), _json(theirs)]
                setattr(self, name, theirs)
        if changed:
            self.save(update_fields=list(changed))
        return changed


def _lock_other(keep: Any, other: Any, by: Actor) -> Any:
    if other.pk == keep.pk:
        raise NotAllowed(_("A file cannot be merged with itself."))
    seen = access.visible(type(keep), by)
    drop = seen.select_for_update(skip_locked=True, of=("self",)).filter(pk=other.pk).first()
    if drop is None:
        raise NotAllowed(_("The other file is not there, or somebody is working on it right now."), "busy")
    verdict = rules.within("customers.customer.merge")(drop, by)
    if verdict is not True and not by.all_powerful:
        raise NotAllowed(verdict or _("You may not merge the other file."))
    if not drop.is_live or not keep.is_live:
        raise NotAllowed(_("One of the two was merged or erased already."))
    return drop


def _chosen(choices: Any) -> set[str]:
    if not isinstance(choices, dict) or any(name not in CHOSEN or side not in ("this", "other")
                                            for name, side in choices.items()):
        raise BadInput({"choices": [_("Name fields and say “this” or “other” for each.")]})
    return {name for name, side in choices.items() if side == "other"}


def _moved(part: MergePart, keep: Any, drop: Any) -> Any:
    try:
        with transaction.atomic():
            return part.move(keep.pk, drop.pk)
    except IntegrityError:
        raise NotAllowed(_("Both files have something open that a person can have only once: %(what)s. "
                           "Close one of the two first.") % {"what": part.label}, "conflict") from None


def _json(value: Any) -> Any:
    """As JSON keeps it; the field's own `to_python` reads it again."""
    return value if isinstance(value, str) or value is None else value.isoformat()


class Unmerging:
    """Parting again what was merged."""

    @verb(done=CustomersUnmerged, label=gettext_lazy("Undo the merge"), icon="git-branch",
          inputs=[Text("reason", gettext_lazy("Reason"), required=False)])
    def undo(self, *, by: Actor, reason: str = "") -> list[CustomersUnmerged]:
        """Put back everything that the merge moved, within 30 days. What was added since stays with the kept file."""
        keep, drop = self.keep, self.drop
        verdict = rules.within("customers.mergerecord.undo")(keep, by)
        if verdict is not True and not by.all_powerful:
            raise NotAllowed(verdict or _("You may not undo this merge."))
        if self.undone_at:
            raise NotAllowed(_("This merge was undone already."))
        if not self.is_undoable:
            raise NotAllowed(_("A merge can be undone for 30 days. They are over."))
        if keep.merged_into_id or keep.forgotten_at or drop.forgotten_at:
            raise NotAllowed(_("The kept file was merged or erased since. Undo that first."))
        drop.merged_into = None
        drop.save(update_fields=["merged_into"])
        for part in reversed(registry.all(MergePart)):
            if part.key in self.parts:
                part.unmove(keep.pk, drop.pk, self.parts[part.key])
        _give_back(keep, self.fields)
        self.undone_at = timezone.now()
        self.save(update_fields=["undone_at"])
        drop.refresh_main()
        keep.refresh_main()
        told = {"code": keep.code, "other_id": drop.pk, "other_code": drop.code, "reason": reason}
        return [CustomersUnmerged(subject=keep, **told), CustomersUnmerged(subject=drop, **told)]


def _give_back(keep: Any, fields: dict) -> None:
    """Fields that are still as the merge left them get their old value back."""
    restored = []
    for name, (before, after) in fields.items():
        field = keep._meta.get_field(name)
        if getattr(keep, name) == field.to_python(after):
            setattr(keep, name, field.to_python(before))
            restored.append(name)
    if restored:
        keep.save(update_fields=restored)


class Deciding:
    """What people make of a suspicion."""

    @verb(done=DuplicateDismissed, label=gettext_lazy("Not the same"), icon="copy-off", field="state",
          from_states=(SuggestionState.OPEN,), to_state=SuggestionState.DISMISSED, bulk=True)
    def dismiss(self, *, by: Actor) -> list[DuplicateDismissed]:
        """They are two people; the pair is not suggested again."""
        self.state, self.decided_at = SuggestionState.DISMISSED, timezone.now()
        self.save(update_fields=["state", "decided_at"])
        return [DuplicateDismissed(party_id=self.first_id, other_id=self.second_id, other_code=self.second.code),
                DuplicateDismissed(party_id=self.second_id, other_id=self.first_id, other_code=self.first.code)]
