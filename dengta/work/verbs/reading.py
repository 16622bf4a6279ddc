"""Notifications: reading them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from dengta.core.verbs import batch_verb


class Reading:
    """A notice is read once; reading is nobody else's business and leaves no event."""

    @batch_verb(label=gettext_lazy("Mark as read"), icon="check", inputs=[])
    def read(cls, rows: list, *, by: Any) -> list:
        """The notices were seen."""
        unread = [row.pk for row in rows if row.read_at is None]
        if unread:
            cls.objects.filter(pk__in=unread).update(read_at=timezone.now())
        return []
