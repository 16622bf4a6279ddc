"""A JSON body → items. Strict about the structure, item by item; the values are read later by `tidy`."""

import json
import math
from typing import Any

from django.utils.translation import gettext as _

from dengta.connect.formats.encoding import normal_name
from dengta.connect.formats.values import text
from dengta.connect.types import EXTERNAL_ID_LENGTH, FormatRefused, Item

MAX_BYTES = 2 * 1024 * 1024
MAX_ITEMS = 1000
MAX_DEPTH = 12
MAX_NODES = 2000


class Repeated(dict):
    """An object in which one key was written twice with different values."""


def split(
    body: bytes,
    *,
    charset: str = "",
    max_bytes: int = MAX_BYTES,
    max_items: int = MAX_ITEMS,
    id_field: str = "external_id",
) -> list[Item]:
    """One item per message. `id_field` is the sender's own name for the message's id ("a.b" for a nested one)."""
    if len(body) > max_bytes:
        raise FormatRefused("too_large", _("The body is larger than %(n)d bytes.") % {"n": max_bytes}, status=413)
    document = _parse(_decode(body, charset))
    messages = document if isinstance(document, list) else [document]
    if not messages:
        raise FormatRefused("empty", _("There is no message in the body."))
    if len(messages) > max_items:
        raise FormatRefused(
            "too_many", _("Please send at most %(n)d messages at a time.") % {"n": max_items}, status=413
        )
    if not isinstance(document, (dict, list)):
        raise FormatRefused("not_a_message", _("The body must be one JSON object or an array of objects."))
    return [read_one(index, message, id_field) for index, message in enumerate(messages)]


def read_one(index: int, message: Any, id_field: str = "external_id") -> Item:
    """An item that can be stored as JSON, or one with its error."""
    if not isinstance(message, dict):
        return _bad(index, {"value": _storable_scalar(message)}, "not_an_object", _("A message must be a JSON object."))
    try:
        fields = _storable(message)
    except _TooDeep:
        return _bad(index, {}, "too_deep", _("The message is nested too deeply or has too many values."))
    if not fields:
        return _bad(index, fields, "empty", _("The message has no fields."))
    written = _at_path(fields, id_field)
    if isinstance(written, (dict, list, bool)):
        return _bad(index, fields, "bad_external_id", _("The external id must be a text or a number."))
    external_id = text(written, EXTERNAL_ID_LENGTH + 1)
    if len(external_id) > EXTERNAL_ID_LENGTH:
        return _bad(
            index, fields, "bad_external_id", _("The id is longer than %(n)d characters.") % {"n": EXTERNAL_ID_LENGTH}
        )
    item = Item(index=index, fields=fields, external_id=external_id, identity=external_id)
    if isinstance(message, Repeated) or any(isinstance(v, Repeated) for v in message.values()):
        item.code, item.error = "repeated_key", _("A key is written twice with different values.")
    return item


class _TooDeep(Exception):
    pass


def _decode(body: bytes, charset: str) -> str:
    encoding = normal_name(charset) if charset else ""
    if not encoding or encoding == "ascii":
        encoding = json.detect_encoding(body)
    elif encoding == "utf-8":
        encoding = "utf-8-sig"
    try:
        return body.decode("gb18030" if encoding in ("gb2312", "gbk") else encoding)
    except UnicodeDecodeError as error:
        raise FormatRefused("bad_encoding", _("The body is not valid UTF-8.")) from error


def _parse(written: str) -> Any:
    try:
        return json.loads(
            written,
            strict=False,
            parse_constant=lambda name: None,
            parse_float=_float,
            parse_int=_int,
            object_pairs_hook=_object,
        )
    except RecursionError as error:
        raise FormatRefused("too_deep", _("The body is nested too deeply.")) from error
    except ValueError as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise FormatRefused("not_json", _("The body is not valid JSON.") + where) from error


def _int(written: str) -> int | str:
    return int(written) if len(written) <= 18 else written[:EXTERNAL_ID_LENGTH]


def _float(written: str) -> float | str:
    number = float(written)
    return number if math.isfinite(number) else written[:40]


def _object(pairs: list[tuple[str, Any]]) -> dict:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    first: dict[str, Any] = {}
    for key, value in pairs:
        if first.setdefault(key, value) != value:
            return Repeated(result)
    return result


def _storable(value: Any) -> Any:
    """The same without what PostgreSQL cannot keep: NUL and lone surrogates."""
    nodes = 0

    def clean(node: Any, depth: int) -> Any:
        nonlocal nodes
        nodes += len(node)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise _TooDeep
        if isinstance(node, list):
            return [_leaf(v) if type(v) in _LEAVES else clean(v, depth + 1) for v in node]
        return {_leaf(k): _leaf(v) if type(v) in _LEAVES else clean(v, depth + 1) for k, v in node.items()}

    return clean(value, 0) if isinstance(value, (dict, list)) else _leaf(value)


_LEAVES = frozenset({str, int, float, bool, type(None)})


def _leaf(value: Any) -> Any:
    if type(value) is not str or value.isprintable():
        return value  # printable text has neither
    return value.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def _at_path(fields: dict, path: str) -> Any:
    if path in fields:
        return fields[path]
    node: Any = fields
    for part in path.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node


def _bad(index: int, fields: Any, code: str, error: str) -> Item:
    return Item(index=index, fields=fields, code=code, error=error)


def _storable_scalar(value: Any) -> Any:
    try:
        return _storable(value)
    except _TooDeep:
        return None
