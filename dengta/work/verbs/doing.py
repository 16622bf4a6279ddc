"""Tasks: adding, finishing, postponing, cancelling, handing to a colleague."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.inputs import LongText, Ref, Text, When
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.org.models import Employee
from dengta.work.events import TaskAdded, TaskCancelled, TaskDone, TaskPostponed
from dengta.work.types import TaskState


class Doing:
    """A task is open until somebody finishes or cancels it."""

    @birth(
        done=TaskAdded,
        label=gettext_lazy("New task"),
        icon="checklist",
        inputs=[
            Text("note", label=gettext_lazy("What has to be done")),
            When("due_at", label=pgettext_lazy("task", "Until")),
        ],
    )
    def add(cls, *, by: Any, note: str, due_at: datetime) -> Any:
        """A note to oneself with a deadline; others plan tasks through their own verbs."""
        if by.employee_id is None:
            raise NotAllowed(_("Only a person can add a task by hand."))
        me = Employee.objects.get(pk=by.employee_id)
        if me.store_id is None:
            raise NotAllowed(_("You do not work in a store: ask your administrator for a position."))
        task = cls(
            kind="work.todo", store_id=me.store_id, owner=me, team_id=me.team_id, note=note, due_at=due_at
        )
        task.save()
        return task, TaskAdded(kind=task.kind, note=note, subject=task)

    @verb(
        done=TaskDone,
        label=gettext_lazy("Done"),
        icon="circle-check",
        from_states=(TaskState.OPEN,),
        to_state=TaskState.DONE,
        bulk=True,
        inputs=[LongText("result", label=gettext_lazy("Result"), required=False, max_length=300)],
    )
    def finish(self, *, by: Any, result: str = "") -> TaskDone:
        """The task is done; what came of it may be noted."""
        self.state, self.done_at, self.result = TaskState.DONE, timezone.now(), result
        self.save(update_fields=["state", "done_at", "result"])
        return TaskDone(kind=self.kind, result=result)

    @verb(
        done=TaskPostponed,
        label=gettext_lazy("Postpone"),
        icon="clock",
        from_states=(TaskState.OPEN,),
        inputs=[
            When("due_at", label=gettext_lazy("New time")),
            Text("reason", label=gettext_lazy("Reason"), required=False),
        ],
    )
    def postpone(self, *, by: Any, due_at: datetime, reason: str = "") -> TaskPostponed:
        """The task is to be done later; the new time lies ahead."""
        if due_at <= timezone.now():
            raise NotAllowed(_("Choose a time that lies ahead."))
        self.due_at = due_at
        self.save(update_fields=["due_at"])
        return TaskPostponed(
            kind=self.kind, reason=reason, due_at=due_at.isoformat()
        )

    @verb(
        done=TaskCancelled,
        label=gettext_lazy("Cancel task"),
        icon="circle-x",
        from_states=(TaskState.OPEN,),
        to_state=TaskState.CANCELLED,
        bulk=True,
        inputs=[Text("reason", label=gettext_lazy("Reason"))],
    )
    def cancel(self, *, by: Any, reason: str) -> TaskCancelled:
        """The task is no longer needed, for a reason."""
        self.state, self.done_at, self.result = TaskState.CANCELLED, timezone.now(), reason
        self.save(update_fields=["state", "done_at", "result"])
        return TaskCancelled(kind=self.kind, reason=reason)

    @verb(
        done=TaskAdded,
        label=gettext_lazy("Give to a colleague"),
        icon="user-share",
        from_states=(TaskState.OPEN,),
        bulk=True,
        inputs=[Ref("to", to="org.employee", label=gettext_lazy("Colleague"))],
    )
    def give(self, *, by: Any, to: Any) -> TaskAdded:
        """Somebody else does it."""
        self.owner, self.team_id = to, to.team_id
        self.save(update_fields=["owner", "team_id"])
        return TaskAdded(
            kind=self.kind, note=_("for %(name)s") % {"name": to.name}
        )
