"""The test kit: counted queries, explained plans, a real browser. A pytest plugin, loaded by the root conftest.

Nothing here knows a room. Factories and the cast live in each room's `tests/`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FRAME_SQL = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


# -- queries -------------------------------------------------------------------------------------------------------
def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was really asked: without savepoints and without opening and closing a scope."""
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].upper().startswith(FRAME_SQL)
        and not ("dengta.group" in query["sql"] and "_setting('dengta.group'" in query["sql"].replace(" ", ""))
        and "set_config('dengta.group'" not in query["sql"]
    ]


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """`with count_queries() as asked:` and after the block `len(asked)` is the number of statements."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked.extend(statements(captured))


@contextmanager
def assert_queries(expected: int) -> Iterator[None]:
    """Exactly this many statements; savepoints and the opening of a scope are not counted."""
    with count_queries() as asked:
        yield
    if len(asked) != expected:
        listing = "\n".join(f"{number}. {sql[:400]}" for number, sql in enumerate(asked, 1))
        pytest.fail(f"{expected} statements expected, {len(asked)} made:\n{listing}")


@contextmanager
def assert_at_most_queries(limit: int) -> Iterator[None]:
    with count_queries() as asked:
        yield
    if len(asked) > limit:
        listing = "\n".join(f"{number}. {sql[:400]}" for number, sql in enumerate(asked, 1))
        pytest.fail(f"at most {limit} statements expected, {len(asked)} made:\n{listing}")


# -- plans ---------------------------------------------------------------------------------------------------------
def plan_of(query: QuerySet | str, params: Iterable = ()) -> dict:
    """The plan PostgreSQL would take if reading whole tables were very dear, as it is with a million rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        if isinstance(query, QuerySet):
            answer = query.explain(format="json")
        else:
            cursor.execute("EXPLAIN (FORMAT JSON) " + query, list(params))
            answer = cursor.fetchone()[0]
        cursor.execute("SET LOCAL enable_seqscan = on")
    return (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def assert_no_seq_scan(query: QuerySet | str, big_tables: Iterable[str], params: Iterable = ()) -> dict:
    """Fails when the statement can only be answered by reading one of the big tables from end to end."""
    tables = set(big_tables)
    plan = plan_of(query, params)
    for node in nodes(plan):
        if node["Node Type"] == "Seq Scan" and node.get("Relation Name") in tables:
            pytest.fail(f"No index serves this on {node['Relation Name']} ({node.get('Filter', 'no filter')}):\n"
                        f"{json.dumps(plan, indent=1)[:3000]}")
    return plan


# -- database ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """Tests use plain connections: a pool would hold the test database open when it is dropped."""
    connection.settings_dict["OPTIONS"].pop("pool", None)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords of the cast are hashed quickly; the strength of the real hash is Django's business."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def files_apart(tmp_path_factory) -> Iterator[None]:
    """Uploaded files of tests do not mix with those of this installation."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield


# -- browser -------------------------------------------------------------------------------------------------------
def chromium() -> str | None:
    for name in (os.environ.get("DENGTA_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    return mac if os.path.exists(mac) else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole run."""
    path = chromium()
    if path is None:
        words = ("Browser test not run: there is no Chromium on this machine. On Debian or Ubuntu: "
                 "apt-get install chromium fonts-noto-cjk. Elsewhere set DENGTA_CHROMIUM to a Chromium or Chrome.")
        if os.environ.get("DENGTA_REQUIRE_BROWSER") == "1":
            pytest.fail(words)
        pytest.skip(words)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop on this thread; the ORM is not in it
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def open_page(browser: Browser, base_url: str, **options) -> tuple[BrowserContext, Page, list[str]]:
    """A page that remembers each script error and each refusal of the content security policy."""
    context = browser.new_context(base_url=base_url, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.base_url = base_url
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text)
            if said.type == "error" and "Failed to load resource" not in said.text else None)
    return context, page, complaints


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """A desk of 1440 pixels. The test fails when a script failed or the security policy refused something."""
    context, opened, complaints = open_page(browser, live_server.url, viewport=DESK)
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def phone(browser: Browser, live_server) -> Iterator[Page]:
    """A phone of 390 pixels with touch."""
    context, opened, complaints = open_page(browser, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True,
                                            device_scale_factor=2)
    yield opened
    context.close()
    assert complaints == []


def log_in(page: Page, account, language: str = "zh-hans") -> None:
    """The account is logged in on this page, without walking through the login form."""
    client = Client()
    client.force_login(account)
    cookies = {"dengta_session": client.cookies["dengta_session"].value, "dengta_language": language}
    page.context.add_cookies([{"name": name, "value": value, "url": page.base_url} for name, value in cookies.items()])


def assert_accessible(page: Page, within: str | None = None) -> None:
    """axe-core finds nothing against WCAG 2.2 AA on this page. The fixed bars of the frame are laid flat meanwhile:
    what happens to lie half under one can be scrolled, but axe would call it too small to touch."""
    page.evaluate("document.querySelectorAll('.bottom, .top, .bulk-bar').forEach(bar => bar.style.position = 'static')")
    found = Axe().run(page, context=within, options={
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    page.evaluate("document.querySelectorAll('.bottom, .top, .bulk-bar').forEach(bar => bar.style.position = '')")
    if found.violations_count:
        listing = "\n".join(
            f"{rule['id']} ({rule['impact']}): {rule['help']}\n    "
            + "\n    ".join(node["html"][:200] + " -- " + node.get("failureSummary", "").replace("\n", " ")[:200]
                            for node in rule["nodes"][:5])
            for rule in found.response["violations"])
        pytest.fail(f"axe-core found {found.violations_count} kinds of barriers on {page.url}:\n{listing}")


def assert_fits(page: Page) -> None:
    """Nothing makes the page wider than the screen."""
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= screen, f"{page.url} is {wide} px wide on a screen of {screen} px"
