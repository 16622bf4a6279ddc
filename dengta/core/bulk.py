"""Set-based writing: any number of rows in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model
from psycopg import sql


def insert(
    table: str,
    columns: Sequence[str],
    types: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    returning: str = "",
    conflict: str = "",
) -> list[tuple]:
    """Insert rows in the order given with one `INSERT … SELECT FROM unnest(…)`.

    `conflict` is a literal `ON CONFLICT` clause written by the calling room, never a value from outside.
    """
    if not rows:
        return []
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    arrays = sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(kind)) for kind in types)
    query = sql.SQL(
        "insert into {} ({}) select {} from unnest({}) with ordinality as t({}, ord) order by ord {}"
    ).format(sql.Identifier(table), names, names, arrays, names, sql.SQL(conflict))
    if returning:
        query += sql.SQL(" returning {}").format(sql.SQL(returning))
    with connection.cursor() as cursor:
        cursor.execute(query, [list(column) for column in zip(*rows, strict=True)])
        return cursor.fetchall() if returning else []


def update(model: type[Model], rows: Iterable[Model], fields: Sequence[str]) -> int:
    """Write the named fields of many loaded rows with one `UPDATE … FROM unnest(…)`; returns the count."""
    rows = list(rows)
    if not rows:
        return 0
    meta = model._meta
    chosen = [meta.get_field(name) for name in fields]
    columns = [meta.pk.column, *(field.column for field in chosen)]
    types = [_type_of(field) for field in (meta.pk, *chosen)]
    values = [[row.pk for row in rows], *(_values(rows, field) for field in chosen)]
    query = sql.SQL(
        "update {table} as x set {sets} from unnest({arrays}) as t({names}) where x.{pk} = t.{pk}"
    ).format(
        table=sql.Identifier(meta.db_table),
        sets=sql.SQL(", ").join(sql.SQL("{0} = t.{0}").format(sql.Identifier(name)) for name in columns[1:]),
        arrays=sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(kind)) for kind in types),
        names=sql.SQL(", ").join(map(sql.Identifier, columns)),
        pk=sql.Identifier(meta.pk.column),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.rowcount


def create(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert new rows with one statement and give them their ids, in order."""
    meta = model._meta
    chosen = [field for field in meta.concrete_fields if not field.primary_key]
    for row in rows:
        for field in chosen:
            field.pre_save(row, add=True)
    values = [_values(rows, field) for field in chosen]
    ids = insert(
        meta.db_table,
        [f.column for f in chosen],
        [_type_of(f) for f in chosen],
        list(zip(*values, strict=True)),
        returning=meta.pk.column,
    )
    for row, (pk,) in zip(rows, ids, strict=True):
        row.pk = pk
        row._state.adding = False


def _type_of(field: Any) -> str:
    kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    plain = kind.partition(" GENERATED")[0].partition(" CHECK")[0]
    return "text" if plain.startswith("varchar") else plain  # a cast to varchar(n) would cut silently


def _values(rows: Sequence[Model], field: Any) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]


def as_json(value: Any) -> str:
    """A value for a jsonb column, without the null characters that PostgreSQL refuses."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).replace("\\u0000", "")
