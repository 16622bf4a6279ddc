"""Small tags for the studio's editors."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

register = template.Library()
INPUTS = {"number": 'inputmode="decimal" class="num" autocomplete="off"', "date": 'type="date"',
          "datetime-local": 'type="datetime-local"'}


@register.simple_tag
def control(kind: Any, operator: Any) -> str:
    """The widget for an operator's value."""
    return kind.control_for(operator)


@register.simple_tag
def typed_input(widget: str) -> SafeString:
    """The attributes of an input; phones bring the right keyboard."""
    return SafeString(INPUTS.get(widget, 'maxlength="500" autocomplete="off"'))
