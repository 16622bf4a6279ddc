"""Words of the vehicle catalogue, and finding a series in what people write."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

_NOISE = re.compile(r"[\s\-_·.,，。/()（）]+")
_WORD = re.compile(r"[a-z0-9]")


class Energy(models.TextChoices):
    ICE = "ice", _("Petrol or diesel")
    HEV = "hev", _("Hybrid")
    PHEV = "phev", _("Plug-in hybrid")
    EREV = "erev", _("Range-extended electric")
    BEV = "bev", _("Electric")
    FCEV = "fcev", _("Fuel cell")


def plain(written: str) -> str:
    """`宝马 X5 (2026款)` → `宝马x52026款`: how names are compared."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", written or "").lower())


@dataclass
class Recogniser:
    """Finds the series meant by free text. Built once for a batch; then no more queries."""

    exact: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, str, str, Iterable[str]]]) -> "Recogniser":
        """From (series id, name, brand name, aliases)."""
        made = cls()
        for pk, name, brand, aliases in rows:
            for written in (name, f"{brand}{name}", *aliases):
                if known := plain(written):
                    made.exact.setdefault(known, set()).add(pk)
        return made

    def find(self, written: str) -> int | None:
        """The one series that fits best; None when nothing fits or two fit equally well."""
        asked, gaps = _with_gaps(written)
        if not asked:
            return None
        if found := self.exact.get(asked):
            return _only(found)
        best: tuple[int, set[int]] = (0, set())
        for known, ids in self.exact.items():
            if len(known) < best[0] or not _stands_in(known, asked, gaps):
                continue
            best = (len(known), best[1] | ids) if len(known) == best[0] else (len(known), set(ids))
        return _only(best[1])

    def find_all(self, texts: Iterable[str]) -> dict[str, int | None]:
        return {written: self.find(written) for written in dict.fromkeys(texts)}


def _only(ids: set[int]) -> int | None:
    return next(iter(ids)) if len(ids) == 1 else None


def _with_gaps(written: str) -> tuple[str, set[int]]:
    """The plain text, and the places in it where the writer left a gap."""
    pieces = [p for p in _NOISE.split(unicodedata.normalize("NFKC", written or "")[:300].lower()) if p]
    gaps, length = {0}, 0
    for piece in pieces:
        length += len(piece)
        gaps.add(length)
    return "".join(pieces), gaps


def _stands_in(known: str, asked: str, gaps: set[int]) -> bool:
    """Inside the text as a word of its own: `x5` stands in `宝马x5` and `x5 40li` but not in `x50` or `mx5`."""
    start = asked.find(known)
    while start >= 0:
        end = start + len(known)
        joined_before = start not in gaps and _WORD.match(asked[start - 1]) and _WORD.match(known[0])
        joined_after = end not in gaps and _WORD.match(asked[end]) and _WORD.match(known[-1])
        if not joined_before and not joined_after:
            return True
        start = asked.find(known, start + 1)
    return False
