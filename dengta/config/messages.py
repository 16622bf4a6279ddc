"""`dengta messages`: collect texts from code and templates, make Traditional Chinese from Simplified, compile.

Texts are read with Python's own parser and Django's template lexer, so no gettext programs are needed. Simplified
Chinese is written by people, Traditional Chinese is generated from it: correct it in `traditional.txt`.
"""

import ast
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import opencc
import polib
from django.conf import settings
from django.utils.translation.template import templatize

from dengta.config import env

CALLS = {"_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 1, "ngettext_lazy": 1,
         "pgettext": 2, "pgettext_lazy": 2, "npgettext": 3, "npgettext_lazy": 3}
IN_TEMPLATE = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(")
OVERRIDES = Path(__file__).with_name("traditional.txt")
HEADER = {"Project-Id-Version": "dengta", "Content-Type": "text/plain; charset=UTF-8",
          "Content-Transfer-Encoding": "8bit", "MIME-Version": "1.0", "Plural-Forms": "nplurals=1; plural=0;"}


@dataclass(frozen=True)
class Text:
    """One text to translate, as gettext tells them apart."""

    context: str | None
    single: str
    plural: str


def messages(arguments) -> int:
    """Writes the catalogues of all rooms, or with --check only says what is out of date or not translated."""
    wrong: list[str] = []
    for room in settings.ROOMS:
        folder = env.ROOT / "dengta" / room
        wrong += check(folder) if arguments.check else write(folder)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def write(room: Path) -> list[str]:
    texts = collect(room)
    if not texts:
        return []
    simplified = load(room, "zh_Hans")
    merged = merge(simplified, texts)
    save(merged, room, "zh_Hans")
    save(traditional(merged), room, "zh_Hant")
    return missing(room, merged)


def check(room: Path) -> list[str]:
    """What `messages` would change, and what a person has still to translate."""
    texts = collect(room)
    kept = load(room, "zh_Hans")
    known = {key(entry) for entry in kept if not entry.obsolete}
    wrong = [f"{room.name}: not in the catalogue: {text.single!r}" for text in sorted(texts, key=str)
             if (text.context, text.single) not in known]
    wrong += missing(room, kept)
    if not texts:
        return wrong
    if wanted(load(room, "zh_Hant")) != wanted(traditional(kept)):
        wrong.append(f"{room.name}: zh_Hant is out of date, run: dengta messages")
    for code in ("zh_Hans", "zh_Hant"):
        compiled = path(room, code).with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != compile_(load(room, code)):
            wrong.append(f"{room.name}: {code} is not compiled anew, run: dengta messages")
    return wrong


# -- collecting ----------------------------------------------------------------------------------------------------
def collect(room: Path) -> dict[Text, set[str]]:
    """Each text of the room with the files it stands in."""
    found: dict[Text, set[str]] = {}
    for file in sorted([*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]):
        inside = file.relative_to(room)
        if inside.parts[0] in ("tests", "migrations", "locale", "static"):
            continue
        source = file.read_text(encoding="utf-8")
        texts = from_python(source) if file.suffix == ".py" else from_template(source, str(inside))
        for text in texts:
            found.setdefault(text, set()).add(inside.as_posix())
    return found


def from_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in CALLS:
                yield from text_of(CALLS[name], node.args)


def text_of(form: int, arguments: list[ast.expr]) -> Iterator[Text]:
    words = [part.value for part in arguments if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    needed = {0: 1, 1: 2, 2: 2, 3: 3}[form]
    if len(words) < needed or not words[0]:
        return
    if form == 0:
        yield Text(None, words[0], "")
    elif form == 1:
        yield Text(None, words[0], words[1])
    elif form == 2:
        yield Text(words[0], words[1], "")
    else:
        yield Text(words[0], words[1], words[2])


def from_template(source: str, name: str) -> Iterator[Text]:
    """Django turns a template into something like Python; only the calls in it are Python for certain."""
    shown = templatize(source, origin=name)
    for call in IN_TEMPLATE.finditer(shown):
        end = closing(shown, call.end())
        yield from from_python(shown[call.start():end].replace("\n", "\\n"))


def closing(text: str, position: int) -> int:
    """Where the bracket opened just before `position` ends."""
    quote = ""
    while position < len(text):
        letter = text[position]
        if quote and letter == "\\":
            position += 1
        elif quote and letter == quote:
            quote = ""
        elif not quote and letter in "'\"":
            quote = letter
        elif not quote and letter == ")":
            return position + 1
        position += 1
    return position


# -- catalogues ----------------------------------------------------------------------------------------------------
def path(room: Path, code: str) -> Path:
    return room / "locale" / code / "LC_MESSAGES" / "django.po"


def load(room: Path, code: str) -> polib.POFile:
    file = path(room, code)
    return polib.pofile(str(file), encoding="utf-8") if file.exists() else polib.POFile(encoding="utf-8")


def key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def merge(old: polib.POFile, texts: dict[Text, set[str]]) -> polib.POFile:
    """Translations are kept, new texts come in empty, those no longer used go."""
    translated = {key(entry): entry for entry in old if not entry.obsolete}
    new = polib.POFile(encoding="utf-8", wrapwidth=110)
    new.metadata = HEADER | {"Language": "zh_Hans"}
    for text in sorted(texts, key=lambda one: (one.single.lower(), one.single, one.context or "")):
        known = translated.get((text.context, text.single))
        words = (known.msgstr_plural.get(0) or known.msgstr) if known else ""
        entry = polib.POEntry(msgctxt=text.context, msgid=text.single, msgid_plural=text.plural,
                              occurrences=[(file, "") for file in sorted(texts[text])],
                              tcomment=known.tcomment if known else "")
        put(entry, words)
        if "{" in text.single:
            entry.flags = ["python-brace-format"]
        elif re.search(r"%\(\w+\)[sd]|%[sd]", text.single):
            entry.flags = ["python-format"]
        new.append(entry)
    return new


def put(entry: polib.POEntry, words: str) -> None:
    if entry.msgid_plural:
        entry.msgstr_plural = {0: words}
    else:
        entry.msgstr = words


def traditional(simplified: polib.POFile) -> polib.POFile:
    """What a reader in Taipei or Hong Kong expects, as far as tables go; corrections are ours."""
    convert = opencc.OpenCC("s2twp").convert
    corrections = overrides()
    new = polib.POFile(encoding="utf-8", wrapwidth=110)
    new.metadata = HEADER | {"Language": "zh_Hant"}
    for entry in simplified:
        if entry.obsolete:
            continue
        copy = polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgid_plural=entry.msgid_plural,
                             occurrences=entry.occurrences, flags=list(entry.flags))
        words = convert(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)
        for wrong, right in corrections.items():
            words = words.replace(wrong, right)
        put(copy, words)
        new.append(copy)
    return new


def overrides() -> dict[str, str]:
    lines = OVERRIDES.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line.strip() and not line.startswith("#"))


def wanted(catalogue: polib.POFile) -> dict:
    return {key(entry): entry.msgstr or entry.msgstr_plural.get(0) for entry in catalogue if not entry.obsolete}


def missing(room: Path, catalogue: polib.POFile) -> list[str]:
    return [f"{room.name}: no Chinese for {entry.msgid!r}" for entry in catalogue
            if not entry.obsolete and not (entry.msgstr or entry.msgstr_plural.get(0))]


def save(catalogue: polib.POFile, room: Path, code: str) -> None:
    file = path(room, code)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = str(catalogue)
    if not file.exists() or file.read_text(encoding="utf-8") != text + "\n":
        file.write_text(text + "\n", encoding="utf-8")
    file.with_suffix(".mo").write_bytes(compile_(load(room, code)))


def compile_(catalogue: polib.POFile) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".mo") as out:
        catalogue.save_as_mofile(out.name)
        return Path(out.name).read_bytes()
