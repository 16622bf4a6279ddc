"""XML from strangers: no DTD, no entities, bounded depth and size; mends what senders commonly break."""

import re
from html.entities import name2codepoint
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from dengta.connect.formats.encoding import declared_in_xml, decode
from dengta.connect.types import FormatRefused

MAX_DEPTH = 40
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 60

# Bounded or anchored patterns only: a hostile body must not make one of them quadratic.
_BEFORE_ROOT = re.compile(r"[\s\ufeff]+|<\?.*?\?>", re.DOTALL)
_XML_DECLARATION = re.compile(r"<\?xml\b[^<>]{0,200}\?>", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,30});)?")
_UNQUOTED = re.compile(r"""<([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>=/]+))+)\s*(/?)>""")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>=/]+)""")
_XML_NAMES = {"amp", "lt", "gt", "quot", "apos"}


def parse(body: bytes, charset: str = "") -> Element:
    """The root element. Raises FormatRefused with a code that says what was wrong."""
    text, _encoding = decode(body, declared_in_xml(body) or charset)
    text = _without_prolog(text)
    if not text:
        raise FormatRefused("empty", _("The body is empty."))
    try:
        return _read(text)
    except ParseError as error:
        first = error
    try:
        return _read(_mended(text))
    except ParseError:
        line, column = first.position
        raise FormatRefused(
            "not_well_formed",
            _("The XML is not well-formed (line %(line)d, column %(column)d).") % {"line": line, "column": column},
        ) from first


def local(element: Element) -> str:
    """The element's name, in lower case and without its namespace."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""


class _Bounded(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.count = 0

    def start(self, tag, attrs):
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            raise FormatRefused("too_deep", _("The XML is nested deeper than %(n)d elements.") % {"n": MAX_DEPTH})
        if self.count > MAX_ELEMENTS or len(attrs) > MAX_ATTRIBUTES:
            raise FormatRefused("too_large", _("The XML has too many elements or attributes."), status=413)
        return super().start(tag, attrs)

    def end(self, tag):
        self.depth -= 1
        return super().end(tag)


def _read(text: str) -> Element:
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(text)
        return parser.close()
    except DTDForbidden as error:
        raise FormatRefused("dtd_forbidden", _("The document has a DTD. Please send it without.")) from error
    except (EntitiesForbidden, ExternalReferenceForbidden) as error:
        raise FormatRefused("entity_forbidden", _("The document declares entities. Please send it without.")) from error


def _without_prolog(text: str) -> str:
    """Processing instructions before the root, in whatever order they came: the text is decoded already."""
    start = 0
    while found := _BEFORE_ROOT.match(text, start):
        start = found.end()
    return text[start:].rstrip("\0 \t\r\n\ufeff")


def _mended(text: str) -> str:
    """Bare ampersands, HTML entities, control characters, unquoted attributes, several documents in one body."""
    text = _XML_DECLARATION.sub("", _NOT_XML.sub("", text))
    parts, start = [], 0
    while start < len(text):
        opened = text.find("<![CDATA[", start)
        closed = text.find("]]>", opened) + 3 if opened >= 0 else 2
        markup_end = opened if closed > 2 else len(text)
        parts.append(_UNQUOTED.sub(_quoted, _AMPERSAND.sub(_reference, text[start:markup_end])))
        start = closed if closed > 2 else len(text)
        parts.append(text[markup_end:start])
    return f"<documents>{''.join(parts)}</documents>"


def _reference(found: re.Match) -> str:
    decimal, hexadecimal, name = found.groups()
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        allowed = code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
        return f"&#{code};" if allowed else ""
    if name in _XML_NAMES:
        return found.group()
    if name in name2codepoint:
        return chr(name2codepoint[name])
    return f"&amp;{found.group()[1:]}"


def _quoted(found: re.Match) -> str:
    name, attributes, slash = found.groups()
    written = [f"{k}={v}" if v[0] in "\"'" else f'{k}="{v}"' for k, v in _ATTRIBUTE.findall(attributes)]
    return f"<{name} {' '.join(written)}{slash}>"
