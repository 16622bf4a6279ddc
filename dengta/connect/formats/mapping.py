"""A sender's own field names → the contract's, by a table that business users edit.

A rule is {"from", "to", "transform", "default", "values"}; `values` is a dictionary of the sender's words. Everything
here is pure; what no rule mentions passes as it is."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dengta.connect.formats.columns import TARGETS
from dengta.connect.formats.values import lines, text
from dengta.connect.types import FIELDS

MAX_RULES = 60
MAX_VALUES = 200
TRANSFORMS = ("", "wan", "digits", "first", "json", "before_space")
_TARGETS = (*dict.fromkeys((*TARGETS, *FIELDS)),)
_EXTRA = re.compile(r"extra\.[\w-]{1,40}")


class BadMapping(ValueError):
    """A rule that cannot work; `row` counts from 1."""

    def __init__(self, row: int, message: str):
        super().__init__(message)
        self.row, self.message = row, message


def targets() -> tuple[str, ...]:
    return _TARGETS


def check_mapping(rules: Any) -> list[dict[str, Any]]:
    """The rules in their plain form; raises BadMapping for one that cannot work."""
    if not isinstance(rules, list) or len(rules) > MAX_RULES:
        raise BadMapping(0, _("A mapping is a list of at most %(n)d rules.") % {"n": MAX_RULES})
    return [_checked(row, rule) for row, rule in enumerate(rules, start=1)]


def map_message(
    rules: Sequence[Mapping[str, Any]], message: Mapping[str, Any], defaults: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The message under the contract's names. A rule's default and the channel's defaults fill what is missing."""
    if not rules:
        return _with_defaults(dict(message), defaults or {})
    result = dict(message)
    for rule in rules:
        result.pop(rule["from"], None)
    for rule in rules:
        value = _value(rule, message)
        if value in (None, "", [], {}):
            continue
        _put(result, rule["to"], value)
    return _with_defaults(result, defaults or {})


def at_path(message: Any, path: str) -> Any:
    """`a`, `a.b`, `items.0.name`; a key that has dots in it wins."""
    if isinstance(message, Mapping) and path in message:
        return message[path]
    node = message
    for part in path.split("."):
        if isinstance(node, Mapping):
            node = node.get(part)
        elif isinstance(node, list) and part.isdecimal() and len(part) < 5:
            node = node[int(part)] if int(part) < len(node) else None
        else:
            return None
    return node


def _checked(row: int, rule: Any) -> dict[str, Any]:
    if not isinstance(rule, Mapping):
        raise BadMapping(row, _("A rule is an object."))
    source, target = text(rule.get("from"), 100), text(rule.get("to"), 60)
    transform, values = text(rule.get("transform"), 20), rule.get("values") or {}
    if not source:
        raise BadMapping(row, _("The sender's field is missing."))
    if target not in _TARGETS and not _EXTRA.fullmatch(target):
        raise BadMapping(row, _("“%(name)s” is not one of our fields.") % {"name": target})
    if transform not in TRANSFORMS:
        raise BadMapping(row, _("“%(name)s” is not a known change.") % {"name": transform})
    if not isinstance(values, Mapping) or len(values) > MAX_VALUES:
        raise BadMapping(row, _("The dictionary may have at most %(n)d words.") % {"n": MAX_VALUES})
    return {
        "from": source,
        "to": target,
        "transform": transform,
        "default": text(rule.get("default"), 200),
        "values": {text(k, 100): text(v, 200) for k, v in values.items() if text(k, 100)},
    }


def _value(rule: Mapping[str, Any], message: Mapping[str, Any]) -> Any:
    value = at_path(message, rule["from"])
    if rule.get("transform"):
        value = _transformed(value, rule["transform"])
    words = rule.get("values")
    if words and not isinstance(value, (dict, list)):
        value = words.get(_as_word(value), value)
    return rule.get("default") if value in (None, "", [], {}) else value


def _as_word(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else text(value, 100)


def _transformed(value: Any, transform: str) -> Any:
    if transform == "json":
        try:
            return json.loads(value) if isinstance(value, str) and len(value) < 20_000 else value
        except (ValueError, RecursionError):
            return value
    if transform == "first":
        return (
            value[0] if isinstance(value, list) and value else re.split(r"[,，;；、|/]", lines(value, 500))[0].strip()
        )
    written = lines(value, 500)
    if transform == "wan":
        return f"{written}万" if re.fullmatch(r"\d+(\.\d+)?", written) else written
    if transform == "digits":
        return re.sub(r"\D", "", written)
    return written.split(" ")[0] if transform == "before_space" else value


def _put(result: dict[str, Any], target: str, value: Any) -> None:
    if target.startswith("extra."):
        extra = result.get("extra")
        result["extra"] = (dict(extra) if isinstance(extra, Mapping) else {}) | {target[6:]: value}
        return
    present = result.get(target)
    if present in (None, "", []):
        result[target] = value
    elif target == "phone":
        result[target] = [*_as_list(present), *_as_list(value)]
    elif target == "message":
        result[target] = f"{lines(present)}\n{lines(value)}"


def _as_list(value: Any) -> list:
    return value if isinstance(value, list) else [value]


def _with_defaults(result: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in defaults.items():
        if result.get(name) in (None, "", []):
            result[name] = value
    return result
