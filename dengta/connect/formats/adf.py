"""ADF/XML 1.0 → items. What leaves here has the contract's field names, so JSON and ADF go the same way.

Reading XML safely is in `xml.py`; what a prospect means is in `prospect.py`."""

from xml.etree.ElementTree import Element, tostring

from django.utils.translation import gettext as _

from dengta.connect.formats.prospect import ProspectRefused, fields_of, identity_of
from dengta.connect.formats.xml import local, parse
from dengta.connect.types import EXTERNAL_ID_LENGTH, FormatRefused, Item

MAX_BYTES = 5 * 1024 * 1024
MAX_SOURCE = 20_000


def split(body: bytes, *, charset: str = "", max_bytes: int = MAX_BYTES) -> list[Item]:
    """One item per prospect; a bad prospect is a bad item, a bad document is refused."""
    if len(body) > max_bytes:
        raise FormatRefused("too_large", _("The body is larger than %(n)d bytes.") % {"n": max_bytes}, status=413)
    root = parse(body, charset)
    prospects = list(_prospects(root))
    if not prospects:
        if not any(local(e) == "adf" for e in root.iter()):
            raise FormatRefused("not_adf", _("This is not an ADF document: there is no <adf> in it."))
        raise FormatRefused("empty", _("There is no <prospect> in the document."))
    return [_item(index, prospect) for index, prospect in enumerate(prospects)]


def _prospects(element: Element):
    """Outermost prospects, wherever the sender's envelope has put them."""
    if local(element) == "prospect":
        yield element
        return
    for child in element:
        yield from _prospects(child)


def _item(index: int, prospect: Element) -> Item:
    source = tostring(prospect, encoding="unicode")[:MAX_SOURCE].strip()
    try:
        external_id, identity = identity_of(prospect)
        if len(identity) > EXTERNAL_ID_LENGTH:
            raise ProspectRefused(
                "bad_external_id", _("The id is longer than %(n)d characters.") % {"n": EXTERNAL_ID_LENGTH}
            )
        fields = fields_of(prospect)
    except ProspectRefused as refused:
        return Item(index=index, fields={}, code=refused.code, error=refused.message, source=source)
    fields["external_id"] = external_id
    return Item(index=index, fields=fields, external_id=external_id, identity=identity, source=source)
