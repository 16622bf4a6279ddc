"""Migration operation: row-level security between groups on a room's tables."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

POLICY = "group_id = (select nullif(current_setting('dengta.group', true), '')::bigint)"


class ProtectByGroup(Operation):
    """Rows of another group do not exist, whatever the query says. Fails closed without a scope.

    The owner of the table is held by it too (FORCE); only a superuser is not, and `dengta doctor` warns of one.
    """

    reversible = True

    def __init__(self, *models: str) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list, dict]:
        return (self.__class__.__name__, list(self.models), {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name in self.models:
            table = schema_editor.quote_name(to_state.apps.get_model(app_label, name)._meta.db_table)
            schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            schema_editor.execute(
                f"CREATE POLICY group_wall ON {table} USING ({POLICY}) WITH CHECK ({POLICY})"
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name in self.models:
            table = schema_editor.quote_name(to_state.apps.get_model(app_label, name)._meta.db_table)
            schema_editor.execute(f"DROP POLICY IF EXISTS group_wall ON {table}")
            schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Wall between groups on {', '.join(self.models)}"
