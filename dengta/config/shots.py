"""`dengta shots`: pictures of the main pages, at a desk and on a phone, in Chinese and English.

Walks through the navigation of one person of each role, as that person sees it, and opens a record of each list.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dengta.config import env
from dengta.config.serving import CannotServe
from dengta.core import scope, testing
from dengta.org.models import Account, Position

ROLES = ["dcc_agent", "dcc_supervisor", "sales_consultant", "showroom_manager", "marketing_manager", "store_gm",
         "group_admin"]
SIZES: dict[str, dict] = {"1440": {"viewport": testing.DESK},
         "390": {"viewport": testing.PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}}
LANGUAGES = ["zh-hans", "en"]
MORE = ["/notifications/", "/leads/next/", "/leads/new/", "/leads/to-check/"]  # main pages that the menu does not name
RECORD = re.compile(r"^/(?!v/|accounts/)[\w/-]*/\d+/$")


def shots(_arguments) -> int:
    """Needs Chromium, and a database with the demo group in it."""
    path = testing.chromium()
    if path is None:
        raise CannotServe("There is no Chromium here. On Debian or Ubuntu: apt-get install chromium fonts-noto-cjk")
    accounts = people()
    if not accounts:
        raise CannotServe("There is nobody to take pictures for. Load the demo group first: dengta demo load")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop on this thread; the ORM is not in it
    folder = env.home() / "shots"
    shutil.rmtree(folder, ignore_errors=True)
    kept = {account.pk: account.language for account in accounts.values()}
    with Server() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=testing.CHROMIUM_FLAGS)
        for language in LANGUAGES:
            Account.objects.filter(pk__in=kept).update(language=language)
            for name, options in SIZES.items():
                walk(browser, url, accounts, language, options, folder / f"{language}-{name}")
        browser.close()
    for pk, language in kept.items():
        Account.objects.filter(pk=pk).update(language=language)
    print(f"{len(list(folder.rglob('*.png')))} pictures in {folder}")
    return 0


def people() -> dict[str, Account]:
    """One login for each role, the first there is."""
    found: dict[str, Account] = {}
    logins = Account.objects.filter(is_active=True, must_change_password=False).exclude(employee=None).order_by("pk")
    for group_id in sorted(set(logins.values_list("group_id", flat=True)))[:1]:
        with scope.open(group_id):
            roles = dict(Position.objects.order_by("-pk").values_list("employee_id", "role__code"))
        for login in logins.filter(group_id=group_id):
            found.setdefault(roles.get(login.employee_id, ""), login)
    return {role: found[role] for role in ROLES if role in found}


class Server:
    """The web server alone, on a free port, for the length of the walk."""

    def __enter__(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen([sys.executable, "-m", "dengta", "serve", "--no-worker", "--port", str(port)],
                                        cwd=env.ROOT, stderr=subprocess.DEVNULL)
        for _attempt in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5).close()
                return f"http://127.0.0.1:{port}"
            except OSError:
                time.sleep(0.5)
        self.process.terminate()
        raise CannotServe("The web server did not start; `dengta serve --no-worker` says why.")

    def __exit__(self, *_error) -> None:
        self.process.terminate()
        self.process.wait(40)


def walk(browser, url: str, accounts: dict[str, Account], language: str, options: dict, folder: Path) -> None:
    folder.mkdir(parents=True)
    seen: set[str] = set()
    for role, account in accounts.items():
        context, page, complaints = testing.open_page(browser, url, **options)
        if not seen:
            page.goto("/accounts/login/")
            page.screenshot(path=folder / "login.png")
        testing.log_in(page, account, language)
        for address in addresses(page):
            if address not in seen and picture(page, address, folder / f"{role}{slug(address)}.png"):
                seen.add(address)
                record(page, seen, folder, role)
        for complaint in complaints:
            print(f"{role}: {complaint}", file=sys.stderr)
        context.close()


def addresses(page: Page) -> Iterator[str]:
    page.goto("/")
    found = page.eval_on_selector_all("a.side-link[href]", "links => links.map(link => link.getAttribute('href'))")
    yield from dict.fromkeys(["/", *found, *MORE])


def record(page: Page, seen: set[str], folder: Path, role: str) -> None:
    """The first record that the page links to, one of each kind."""
    links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    for link in links:
        kind = re.sub(r"\d+", "N", link.split("?")[0])
        if RECORD.match(link.split("?")[0]) and kind not in seen:
            seen.add(kind)
            picture(page, link, folder / f"{role}{slug(kind)}.png")
            return


def picture(page: Page, address: str, file: Path) -> bool:
    """False where this person has no such page."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return False
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, full_page=True)
    return True


def slug(address: str) -> str:
    return "-" + (re.sub(r"[^\w]+", "-", address).strip("-") or "home")
