"""The few pieces of SQL that conditions are built from, as Django expressions over a field's own expression.

Values always travel as parameters. There is no NOT here: an unknown (NULL) answer counts as "does not match".
"""

from __future__ import annotations

from string import Formatter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Func, JSONField, TextField, Value

UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
FOLD = str.maketrans(UPPER, LOWER)


class AllOf(Func):
    template = "(%(expressions)s)"
    arg_joiner = " AND "
    output_field = BooleanField()


class AnyOf(AllOf):
    arg_joiner = " OR "


class Compare(Func):
    """`expression <operator> value`; the operator is one of ours, never a user's."""

    template = "(%(expressions)s)"
    output_field = BooleanField()
    OPERATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})

    def __init__(self, expression: Any, operator: str, value: Any, **extra: Any) -> None:
        if operator not in self.OPERATORS:
            raise ValueError(operator)
        super().__init__(expression, Value(value), arg_joiner=f" {operator} ", **extra)


class IsNull(Func):
    template = "(%(expressions)s IS NULL)"
    arity = 1
    output_field = BooleanField()


class IsNotNull(IsNull):
    template = "(%(expressions)s IS NOT NULL)"


class OneOf(Func):
    """`expression = ANY(values)`; `negated` means "has a value and it is none of them"."""

    template = "(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, expression: Any, *values: Any, negated: bool = False, **extra: Any) -> None:
        self.negated = negated
        super().__init__(expression, *(Value(value) for value in values), **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list]:
        left, params = compiler.compile(self.source_expressions[0])
        listed = [compiler.compile(value) for value in self.source_expressions[1:]]
        params = [*params, *(one for _sql, found in listed for one in found)]
        word = "NOT IN" if self.negated else "IN"
        return f"({left} {word} ({', '.join(sql for sql, _found in listed)}))", params


class Folded(Func):
    """Latin letters without their case. `lower()` differs between servers beyond ASCII, this does not."""

    template = f"translate(%(expressions)s, '{UPPER}', '{LOWER}')"
    arity = 1
    output_field = TextField()


class Holds(Func):
    """The folded text contains the folded value."""

    template = "(strpos(%(expressions)s) > 0)"
    output_field = BooleanField()

    def __init__(self, expression: Any, value: str, **extra: Any) -> None:
        super().__init__(Folded(expression), Value(value.translate(FOLD)), **extra)


class Begins(Holds):
    """The folded text starts with the folded value."""

    template = "starts_with(%(expressions)s)"


class ListTest(Func):
    """A question about a list kept as `text[]` or as a JSON array of texts."""

    output_field = BooleanField()
    ARRAY = {"any": "({0} && {1})", "all": "({0} @> {1})",
             "none": "(cardinality(array_remove({0}, NULL)) > 0 AND NOT ({0} && {1}))",
             "some": "(cardinality(array_remove({0}, NULL)) > 0)",
             "empty": "({0} IS NULL OR cardinality(array_remove({0}, NULL)) = 0)"}
    TEXTS = ("(jsonb_typeof({0}) = 'array' AND jsonb_path_exists({0}, "
             "'strict $[*] ? (@.type() == \"string\")', '{{}}', true))")
    JSON = {"any": "(jsonb_typeof({0}) = 'array' AND {0} ?| {1})",
            "all": "(jsonb_typeof({0}) = 'array' AND {0} ?& {1})",
            "none": f"({TEXTS} AND NOT ({{0}} ?| {{1}}))",
            "some": TEXTS,
            "empty": f"({TEXTS} IS NOT TRUE)"}

    def __init__(self, expression: Any, test: str, values: tuple[str, ...] = (), **extra: Any) -> None:
        if test not in self.ARRAY:
            raise ValueError(test)
        self.test, self.values = test, tuple(values)
        super().__init__(expression, **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list]:
        source = self.source_expressions[0]
        left, params = compiler.compile(source)
        kept = source.output_field
        if not isinstance(kept, JSONField | ArrayField):
            raise TypeError(f"A list field is a text array or a JSON array, not {kept!r}")
        if isinstance(kept, ArrayField):
            left, template = f"({left})::text[]", self.ARRAY[self.test]
        else:
            template = self.JSON[self.test]
        values = f"ARRAY[{', '.join(['%s'] * len(self.values))}]::text[]"
        query, ordered = "", []
        for literal, name, _spec, _conversion in Formatter().parse(template):
            query += literal
            if name is not None:
                query += left if name == "0" else values
                ordered.extend(params if name == "0" else self.values)
        return query, ordered
