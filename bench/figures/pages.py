"""Pages people open all day: server time beside their own SQL and an empty page, and beside the same at 10,000 rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.figure import Figure, Line, Pair, ms, timed
from bench.measuring import FRAME, person
from bench.place import Place
from bench.urls import EMPTY_PAGE
from dengta.core.types.names import initials

FLAT = 1.3
BOARD_QUERIES = 3
OFTEN, OFTEN_THREE = "王伟", "王子涵"  # found many times in both, so that as many hits are shown


@dataclass
class Opened:
    """One page, seen by one person: its times here and in the twin."""

    what: str
    account: str
    url: str
    most_queries: int | None = None
    here: Pair = field(default_factory=Pair)
    twin: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def flat(self) -> float:
        return self.here.value / sorted(self.twin)[len(self.twin) // 2]


class Browser:
    """A logged-in person without a network: what is measured is the server."""

    def __init__(self, account: Any) -> None:
        settings.ROOT_URLCONF = "bench.urls"
        self.client = Client(raise_request_exception=True)
        self.client.force_login(account)

    def get(self, url: str) -> Any:
        answer = self.client.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
        return answer

    def asked(self, url: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            self.get(url)
        return [query["sql"] for query in captured.captured_queries if not query["sql"].upper().startswith(FRAME)]


def own(browser: Browser, url: str, frame: str) -> list[str]:
    """The statements of a page that the empty page does not make."""
    less = Counter(shape(text) for text in browser.asked(frame))
    found = []
    for text in browser.asked(url):
        if less[shape(text)]:
            less[shape(text)] -= 1
        elif "dengta.group" not in text:
            found.append(text)
    return found


def shape(text: str) -> str:
    """A statement without its values, so that a time in it does not make it another."""
    head, _where, _rest = text.partition(" WHERE ")
    return head[:400]


def bare(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for text in statements:
            cursor.execute(text)
            if cursor.description:
                cursor.fetchall()


class Pages(Figure):
    key = "pages"
    name = "Pages at 1,000,000"
    target = "≤ 3 × own SQL + empty page; ≤ 1.3 × at 10,000"
    rounds = 15

    def prepare(self) -> None:
        self.pages = self.choose(self.bench.big)
        self.twins = self.choose(self.bench.twin)

    def choose(self, place: Place) -> list[Opened]:
        """The same pages in both databases, each with somebody who is known there."""
        someone = person(place.size // 3)
        boss, agent = "bench-boss-s00", "bench-agent-s00"
        with self.bench.at(place), self.bench.scope(), connection.cursor() as cursor:
            cursor.execute("select l.customer_id from leads_lead l join org_employee e on e.id = l.owner_id "
                           "join org_account a on a.employee_id = e.id "
                           "where a.username = %s and l.state = 'contacting' order by l.id desc limit 1", [agent])
            customer = (cursor.fetchone() or [1])[0]
        return [
            Opened("Consultant's list", agent, "/leads/"),
            Opened("Supervisor's board", boss, "/leads/board/", BOARD_QUERIES),
            Opened("Customer's profile", agent, f"/customers/{customer}/"),
            Opened("Search: name of 2 characters", "bench-boss", f"/palette?q={OFTEN}"),
            Opened("Search: pinyin initials", "bench-boss", f"/palette?q={initials(OFTEN_THREE)}"),
            Opened("Search: last 4 digits", "bench-boss", f"/palette?q={someone.phone[-4:]}"),
            Opened("All leads of a store", boss, "/leads/all/"),
        ]

    def lines(self) -> list[Line]:
        for here, there in zip(self.pages, self.twins, strict=True):
            self.take(here, there)
        return [line for one in self.pages for line in self.told(one)]

    def take(self, here: Opened, there: Opened) -> None:
        """In turn: the page, its bound, and the page of the twin."""
        with self.bench.at(self.bench.twin):
            twin = Browser(self.bench.account(there.account))
            for _warm in range(2):
                twin.get(there.url)
        browser = Browser(self.bench.account(here.account))
        for _warm in range(3):
            browser.get(here.url)
            browser.get(EMPTY_PAGE)
        statements = own(browser, here.url, EMPTY_PAGE)
        here.queries = len(statements)
        for number in range(self.bench.rounds(self.rounds)):
            here.here.measured.append(timed(lambda: browser.get(here.url)))
            frame = timed(lambda: browser.get(EMPTY_PAGE))
            with self.bench.scope():
                here.here.bound.append(frame + timed(lambda: bare(statements)))
            if number % 5 == 0:  # changing the database is a new connection: not for each single round
                with self.bench.at(self.bench.twin):
                    twin.get(there.url)
                    here.twin += [timed(lambda: twin.get(there.url)) for _five in range(5)]
                browser.get(here.url)

    def told(self, one: Opened) -> list[Line]:
        pair = one.here
        met = pair.ratio <= 3 and one.flat <= FLAT
        said = f"{one.queries} statements"
        if one.most_queries is not None:
            met = met and one.queries <= one.most_queries
            said += f" (≤ {one.most_queries})"
        return [Line(f"{one.what}, {said}", "≤ 3 ×; ≤ 1.3 × at a hundredth", ms(pair.value), ms(pair.least),
                     f"{pair.ratio:.2f} ×; {one.flat:.2f} ×", met)]
