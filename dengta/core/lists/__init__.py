"""The machinery of every list page, board and export: declared once as a `ListSpec`, answered as plain data.

    LEADS = ListSpec(
        key="leads.lead",
        columns=[Column("name", _("Name"), main=True), Column("born_at", _("Time"), sort="born_at")],
        filters=[ChoiceFilter("state", _("State"), State.choices), DateFilter("born_at", _("Time"))],
        views=[SavedView("mine", _("Mine"), "state=new&state=open", default=True)],
        sort="-born_at",
    )

    page = LEADS.page(request.GET, access.visible(Lead, request.actor).for_list(), actor=request.actor)
    response = LEADS.export(request.GET, rows, "xlsx", actor=request.actor, file_name="leads")

`ListPage` says what a template gets; `Board` is the same for columns of cards. Nothing here knows a noun.
"""

from dengta.core.lists.boards import Board, BoardColumn, BoardSpec
from dengta.core.lists.columns import Column
from dengta.core.lists.exports import neutral, write_csv, write_xlsx
from dengta.core.lists.filters import ChoiceFilter, DateFilter, Filter, FlagFilter, NumberFilter, RefFilter, TextFilter
from dengta.core.lists.pages import ListPage
from dengta.core.lists.specs import ListSpec, SavedView

__all__ = [
    "Board",
    "BoardColumn",
    "BoardSpec",
    "ChoiceFilter",
    "Column",
    "DateFilter",
    "Filter",
    "FlagFilter",
    "ListPage",
    "ListSpec",
    "NumberFilter",
    "RefFilter",
    "SavedView",
    "TextFilter",
    "neutral",
    "write_csv",
    "write_xlsx",
]
