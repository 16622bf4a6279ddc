"""Set-based writing: any number of rows in one statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
    UUIDField,
)
from psycopg import sql
from psycopg.types.json import Jsonb


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
    query = _insert_query(table, tuple(columns), tuple(types), returning, conflict)
    with connection.cursor() as cursor:
        cursor.execute(query, [as_array(column) for column in zip(*rows, strict=True)])
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
    query = _update_query(meta.db_table, tuple(columns), tuple(types))
    with connection.cursor() as cursor:
        cursor.execute(query, [as_array(column) for column in values])
        return cursor.rowcount


@lru_cache(maxsize=1024)
def _insert_query(table: str, columns: tuple[str, ...], types: tuple[str, ...], returning: str, conflict: str) -> str:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL(
        "insert into {} ({}) select {} from unnest({}) with ordinality as t({}, ord) order by ord {}"
    ).format(sql.Identifier(table), names, names, _arrays(types), names, sql.SQL(conflict))
    if returning:
        query += sql.SQL(" returning {}").format(sql.SQL(returning))
    return query.as_string(None)


@lru_cache(maxsize=1024)
def _update_query(table: str, columns: tuple[str, ...], types: tuple[str, ...]) -> str:
    """The first column is the key."""
    query = sql.SQL("update {table} as x set {sets} from unnest({arrays}) as t({names}) where x.{pk} = t.{pk}")
    return query.format(
        table=sql.Identifier(table),
        sets=sql.SQL(", ").join(sql.SQL("{0} = t.{0}").format(sql.Identifier(name)) for name in columns[1:]),
        arrays=_arrays(types),
        names=sql.SQL(", ").join(map(sql.Identifier, columns)),
        pk=sql.Identifier(columns[0]),
    ).as_string(None)


def _arrays(types: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(kind)) for kind in types)


def create(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert new rows with one statement and give them their ids, in order."""
    meta = model._meta
    chosen = [field for field in meta.concrete_fields if not field.primary_key]
    for field in chosen:
        if type(field).pre_save is not Field.pre_save:  # times that fill themselves, and the like
            for row in rows:
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


def _values(rows: Sequence[Model], field: Any) -> Sequence[Any]:
    """What is written of one column. Most fields take their values as they are; asking Django for each is dear."""
    values = [getattr(row, field.attname) for row in rows]
    if isinstance(field, PLAIN) and set(map(type, values)) <= NATIVE:
        return values
    return [field.get_db_prep_save(value, connection) for value in values]


def as_array(values: Iterable[Any]) -> str | list:
    """A column as the text of a PostgreSQL array, to be cast: much cheaper than having the driver adapt each value.

    Values that are not plain (arrays of arrays, ranges) are left to the driver.
    """
    parts = []
    for value in values:
        write = WRITTEN.get(type(value)) or next((WRITTEN[kind] for kind in INHERITED if isinstance(value, kind)), None)
        if write is None:
            return list(values)
        parts.append(write(value))
    return "{" + ",".join(parts) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# How a value of each type is written in an array; a null character is refused by PostgreSQL, as it should be.
WRITTEN: dict[type, Callable[[Any], str]] = {
    type(None): lambda _value: "NULL",
    bool: lambda value: "t" if value else "f",
    int: str,
    float: lambda value: _quoted(repr(value)),
    Decimal: str,
    str: _quoted,
    datetime: lambda value: f'"{value.isoformat()}"',
    date: lambda value: f'"{value.isoformat()}"',
    time: lambda value: f'"{value.isoformat()}"',
    UUID: lambda value: f'"{value}"',
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    memoryview: lambda value: f'"\\\\x{value.hex()}"',
    Jsonb: lambda value: _quoted((value.dumps or json.dumps)(value.obj)),
}
NATIVE = frozenset({type(None), bool, int, Decimal, str, datetime, date, UUID})
INHERITED = (str, int, datetime, Decimal)  # members of enumerations, and the like
PLAIN = (
    CharField, TextField, IntegerField, BooleanField, DateTimeField, DateField, DecimalField, UUIDField, ForeignKey,
)  # fmt: skip


def as_json(value: Any) -> str:
    """A value for a jsonb column, without the null characters that PostgreSQL refuses."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).replace("\\u0000", "")
