"""The plug of the studio: its noun, rights and menu entry. What it builds with comes from the other rooms."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dengta.core.registry import MenuEntry, Noun, Permission, registry
from dengta.studio.models import Definition
from dengta.studio.queries import visible_definitions
from dengta.studio.types import say
from dengta.studio.verbs.drafting import EDIT
from dengta.studio.verbs.publishing import PUBLISH

registry.add(Noun(
    "studio.definition", Definition, _("Definition"), visible_definitions, "studio.definition.see",
    title=lambda row: str(row), url=lambda row: reverse("studio:definition", args=[row.pk]),
    plural=_("Definitions"), icon="table",
    api=lambda row, actor: {"id": row.pk, "kind": row.kind, "noun": row.noun, "code": row.code, "name": say(row.name),
                            "store_id": row.store_id}))
registry.add(Permission("studio.definition.see", _("See rules in the studio")))
registry.add(Permission(EDIT, _("Change drafts in the studio")))
registry.add(Permission(PUBLISH, _("Publish and switch off versions in the studio")))
registry.add(MenuEntry("studio.rules", _("Rules"), "studio:list", "table", "studio", 10, "studio.definition.see"))
