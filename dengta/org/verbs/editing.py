"""Edits of plain fields with old and new values in the event, for the set-up nouns of the room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput, Choice, Flag, Input, Integer, LongText, Ref, Text
from dengta.core.verbs import birth, verb
from dengta.org import events
from dengta.org.types import DepartmentKind, StoreKind

SECRET_FIELDS = {"id_last4", "bank_accounts"}


def editable(*inputs: Input) -> list[Input]:
    """The same inputs for an edit: filled with what is there; what may be empty can be emptied."""
    return [
        replace(
            one, required=False, clears=not one.required, initial=lambda row, name=one.name: getattr(row, name, None)
        )
        for one in inputs
    ]


def edit(row: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Set what was given (None: leave alone), save, and return the event's payload; nothing if all stayed."""
    changes: dict[str, list] = {}
    labels = {one.name: one.label for one in type(row).change.verb.inputs}
    for name, value in given.items():
        if value is None:
            continue
        field = row._meta.get_field(name)
        before, after = getattr(row, field.attname), value.pk if hasattr(value, "pk") else value
        if before != after:
            setattr(row, name, value)
            changes[name] = ["•", "•"] if name in SECRET_FIELDS else [before, after]
    if changes:
        row.save(update_fields=list(changes))
    return {"changes": changes, "fields": ", ".join(str(labels.get(name, name)) for name in changes)}


def told(event: type, row: Any, given: dict[str, Any]) -> Any:
    """The event of an edit, or None when nothing changed."""
    payload = edit(row, given)
    return event(**payload) if payload["changes"] else None


def of_its_store(rows: Any, row: Any) -> Any:
    """Candidates at work in the same store."""
    return rows.employed().filter(store_id=row.store_id) if row else rows


def free(cls: Any, **fields: Any) -> None:
    """Refuse a code or name that another row of the same kind has."""
    if cls.objects.filter(**fields).exists():
        name = list(fields)[-1].partition("__")[0]
        raise BadInput({name: [str(_("This is already taken. Choose another."))]})


class GroupEditing:
    """The group's own name and number."""

    @verb(
        done=events.GroupChanged,
        label=_("Change group"),
        icon="edit",
        inputs=editable(Text("name", _("Name")), Text("credit_code", _("Credit code"), required=False, max_length=18)),
    )
    def change(self, *, by: Any, name: str | None = None, credit_code: str | None = None) -> Any:
        return told(events.GroupChanged, self, {"name": name, "credit_code": credit_code})


class CompanyEditing:
    """Companies that sign and invoice."""

    @birth(
        done=events.CompanyCreated,
        label=_("New company"),
        icon="plus",
        inputs=[
            Text("name", _("Name")),
            Text("credit_code", _("Credit code"), max_length=18),
            Text("tax_number", _("Tax number"), required=False, max_length=20),
        ],
    )
    def create(cls, *, by: Any, name: str, credit_code: str, tax_number: str = "") -> Any:
        free(cls, credit_code=credit_code)
        row = cls.objects.create(name=name, credit_code=credit_code, tax_number=tax_number)
        return row, events.CompanyCreated(name=name)

    @verb(
        done=events.CompanyChanged,
        label=_("Change company"),
        icon="edit",
        inputs=[
            *editable(Text("name", _("Name")), Text("tax_number", _("Tax number"), required=False, max_length=20)),
            LongText(
                "bank_accounts",
                _("Bank accounts"),
                required=False,
                clears=True,
                help=_("One account a line: bank and number."),
                initial=lambda row: "\n".join(row.bank_accounts) if row else "",
            ),
        ],
    )
    def change(
        self, *, by: Any, name: str | None = None, tax_number: str | None = None, bank_accounts: str | None = None
    ) -> Any:
        lines = None if bank_accounts is None else [line.strip() for line in bank_accounts.splitlines() if line.strip()]
        return told(events.CompanyChanged, self, {"name": name, "tax_number": tax_number, "bank_accounts": lines})


class BrandEditing:
    """Car brands the group has contracts for."""

    @birth(
        done=events.BrandCreated,
        label=_("New brand"),
        icon="plus",
        inputs=[
            Text("code", _("Code"), max_length=40),
            Text("name", _("Name"), max_length=60),
            Flag("is_new_energy", _("New-energy brand")),
        ],
    )
    def create(cls, *, by: Any, code: str, name: str, is_new_energy: bool = False) -> Any:
        free(cls, code=code)
        row = cls.objects.create(code=code, name=name, is_new_energy=is_new_energy)
        return row, events.BrandCreated(name=name)

    @verb(
        done=events.BrandChanged,
        label=_("Change brand"),
        icon="edit",
        inputs=editable(Text("name", _("Name"), max_length=60)),
    )
    def change(self, *, by: Any, name: str | None = None) -> Any:
        return told(events.BrandChanged, self, {"name": name})


class DepartmentEditing:
    """Departments of a store."""

    @birth(
        done=events.DepartmentCreated,
        label=_("New department"),
        icon="plus",
        inputs=[
            Ref("store", _("Store"), to="org.store"),
            Choice("kind", _("Kind"), choices=DepartmentKind.choices),
            Text("name", _("Name"), required=False, max_length=60, help=_("Empty: the name of its kind.")),
        ],
    )
    def create(cls, *, by: Any, store: Any, kind: str, name: str = "") -> Any:
        free(cls, store=store, kind=kind, name=name)
        row = cls.objects.create(store=store, kind=kind, name=name)
        return row, events.DepartmentCreated(name=row.label)

    @verb(
        done=events.DepartmentChanged,
        label=_("Change department"),
        icon="edit",
        inputs=editable(
            Text("name", _("Name"), required=False, max_length=60, help=_("Empty: the name of its kind.")),
            Ref("manager", _("Manager"), to="org.employee", required=False, narrow=of_its_store),
        ),
    )
    def change(self, *, by: Any, name: str | None = None, manager: Any = None) -> Any:
        return told(events.DepartmentChanged, self, {"name": name, "manager": manager})


class TeamEditing:
    """Teams of a department."""

    @birth(
        done=events.TeamCreated,
        label=_("New team"),
        icon="plus",
        inputs=[Ref("department", _("Department"), to="org.department"), Text("name", _("Name"), max_length=60)],
    )
    def create(cls, *, by: Any, department: Any, name: str) -> Any:
        free(cls, department=department, is_active=True, name=name)
        row = cls.objects.create(store_id=department.store_id, department=department, name=name)
        return row, events.TeamCreated(name=name)

    @verb(
        done=events.TeamChanged,
        label=_("Change team"),
        icon="edit",
        inputs=editable(
            Text("name", _("Name"), max_length=60),
            Ref("leader", _("Leader"), to="org.employee", required=False, narrow=of_its_store),
        ),
    )
    def change(
        self, *, by: Any, name: str | None = None, leader: Any = None, product_lines: list[str] | None = None
    ) -> Any:
        return told(events.TeamChanged, self, {"name": name, "leader": leader, "product_lines": product_lines})


STORE_INPUTS = [
    Text("name", _("Name"), max_length=80),
    Choice("kind", _("Kind"), choices=StoreKind.choices, initial=StoreKind.FOUR_S),
    Text("city", _("City"), required=False, max_length=40),
    Text("address", _("Address"), required=False),
    Text("phone", _("Phone"), required=False, max_length=20),
    Integer("service_bays", _("Service bays"), required=False, least=0, most=999),
    Ref("legal_entity", _("Company"), to="org.legalentity", required=False),
]
