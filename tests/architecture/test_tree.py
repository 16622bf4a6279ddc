"""What must not stand in any file, and what must be documented."""

import re
import tomllib

from tests.architecture.tree import ROOT, python_files, shown, source, tracked

# Put together here, so that this file does not contain what it looks for.
ADDRESSES = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("npmmirror", "com"),
    ("yarnpkg", "com"), ("jsdelivr", "net"), ("unpkg", "com"), ("cdnjs", "cloudflare", "com"), ("ghcr", "io"),
    ("tuna", "tsinghua"), ("aliyun", "com"), ("googleapis", "com"), ("docker", "io"))]
SETTING = re.compile(r"(?:--(?:extra-)?index-url|--registry)[ =]\S")
PATHS = re.compile(r"(?<![\w.-])/(?:work|home/\w+|root/\w+|Users/\w+|workspace)/\w")
BINARY = {".mo", ".png", ".jpg", ".woff2", ".ttf", ".xlsx", ".ico", ".gif", ".gz"}
READ = re.compile(r"""env\.(?:text|words|number|flag|secret)\(\s*["']((?:DENGTA_|DATABASE_URL|PORT)[A-Z_]*)["']""")


def texts():
    for file in tracked():
        if file.suffix not in BINARY:
            yield file, file.read_text(encoding="utf-8", errors="replace")


def test_no_registry_is_named():
    wrong = [f"{shown(file)}: {address}" for file, text in texts() for address in ADDRESSES if address in text]
    wrong += [f"{shown(file)}: {SETTING.search(text)[0]}" for file, text in texts() if SETTING.search(text)]

    assert not wrong, "\n" + "\n".join(wrong)


def test_no_path_of_a_machine_is_named():
    assert [f"{shown(file)}: {PATHS.search(text)[0]}" for file, text in texts() if PATHS.search(text)] == []


def test_each_dependency_has_its_reason():
    lines = source(ROOT / "pyproject.toml").splitlines()
    wanted = [line for line in lines if re.match(r'\s+"[a-z][a-z0-9-]*(\[[a-z,]+\])?[><=~]', line)]

    assert wanted
    assert [line for line in wanted if "#" not in line] == []


def test_locked_packages_have_hashes_and_cover_what_is_asked_for():
    project = tomllib.loads(source(ROOT / "pyproject.toml"))
    groups = {"run": project["project"]["dependencies"], "dev": project["dependency-groups"]["dev"]}
    for name, asked in groups.items():
        locked = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        entries = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==\S+(?: ; [^\\\n]*)? \\\n\s+--hash=sha256:",
                             locked, re.MULTILINE)
        everything = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==", locked, re.MULTILINE)
        assert entries == everything
        assert {re.split(r"[\[><=~ ]", line)[0] for line in asked} <= set(entries)


def test_each_setting_of_the_environment_is_documented():
    running = (ROOT / "docs" / "contribute" / "running.md").read_text(encoding="utf-8")
    read = {name for file in python_files(tests=False) for name in READ.findall(source(file))}

    assert {name for name in read if f"`{name}`" not in running} == set()


def test_newcomers_page_is_short():
    assert source(ROOT / "AGENTS.md").count("\n") <= 60


def test_escapes_from_the_scope_are_counted():
    used = sorted({shown(file) for file in python_files(tests=False) if "core/" not in shown(file)
                   and re.search(r"\bscope\.off\(", source(file))})
    kept = (ROOT / "tests" / "architecture" / "scope_off.txt").read_text(encoding="utf-8").split()

    assert used == kept, "Each file that steps out of the scope is listed, with the reason in the code"
