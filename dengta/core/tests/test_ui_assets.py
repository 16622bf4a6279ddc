"""What is committed is what the sources build, and pages keep to the content security policy."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import get_template

from dengta.core.registry import Badge, MenuEntry, Noun, registry
from dengta.core.templatetags.dengta import built, icon_names
from dengta.core.verbs import VerbEntry

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "dengta" / "core" / "static" / "core"
FRONTEND = ROOT / "frontend"
TEMPLATES = sorted((ROOT / "dengta").glob("*/templates/**/*.html"))
SMALL_PARTS = sorted((ROOT / "dengta/core/templates/core/ui").glob("*.html"))


def sources_digest():
    """The same digest as in build.mjs."""
    files = [FRONTEND / name for name in ("package.json", "package-lock.json", "build.mjs", "icons.txt")]
    files += [path for path in (FRONTEND / "src").rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.as_posix()):
        digest.update(path.relative_to(FRONTEND).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def test_built_assets_are_those_of_the_sources():
    assert built()["sources"] == sources_digest(), "The front end has changed: run `make assets` and commit the result."


def test_no_built_file_was_edited_by_hand():
    found = {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in built()["files"]}

    assert found == built()["files"]


def test_scripts_never_evaluate_text_and_ask_nobody_else():
    for name in ("app.js", "charts.js", "theme.js"):
        text = (STATIC / name).read_text()
        assert not re.search(r"\bnew Function\(|[^.\w]eval\(", text), name
    css = (STATIC / "app.css").read_text()
    assert not re.search(r"@import|url\((?![\"']?data:)", css)


def test_the_lock_file_names_no_registry_and_every_version_is_exact():
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    wanted = json.loads((FRONTEND / "package.json").read_text())

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_template_has_no_inline_scripts_or_styles(path):
    text = re.sub(r"{%.*?%}", "", path.read_text())

    assert not re.search(r"<style|\sstyle=|\son\w+=|\shx-on|javascript:", text)
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "json" not in tag] == []


def test_every_icon_that_is_named_exists():
    named = {name for path in TEMPLATES for name in re.findall(r"""{% icon ["']([\w-]+)|\bicon=["']([\w-]+)""",
                                                               path.read_text()) for name in name if name}
    for kind in (MenuEntry, Badge, Noun):
        named |= {one.icon for one in registry.all(kind)}
    named |= {one.verb.icon for one in registry.all(VerbEntry) if one.verb.icon}

    assert sorted(named - icon_names()) == [], "Add them to frontend/icons.txt and run `make assets`."


@pytest.mark.parametrize("path", SMALL_PARTS, ids=lambda path: path.stem)
def test_a_component_is_documented(path):
    guide = (ROOT / "docs/contribute/ui-kit.md").read_text()

    assert f"`{path.stem}`" in guide


@pytest.mark.parametrize("path", [path for path in TEMPLATES if "core" in path.parts], ids=lambda path: path.name)
def test_a_core_template_compiles(path):
    folder = Path(apps.get_app_config("core").path) / "templates"
    get_template(path.relative_to(folder).as_posix())
