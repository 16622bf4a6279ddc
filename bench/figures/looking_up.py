"""Who is this? While somebody types, and while the phone rings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.test import Client

from bench.figure import Figure, Line, at_most, ms, timed
from bench.figures.pages import Browser, bare
from bench.measuring import person
from bench.urls import EMPTY_API, EMPTY_JSON
from dengta.customers.types.sealing import fingerprint
from dengta.org.models import ApiToken

BARE = """
select c.id, c.name, c.phone_shown from customers_contactpoint p join customers_customer c on c.id = p.customer_id
where p.group_id = {group} and p.value_hash = '\\x{hash}' and p.kind = 'mobile' and p.removed_at is null
"""


class LookUp(Figure):
    """In turn with the bare statement over the same index and a view that answers nothing to the same person."""

    target = "≤ 2 × bare indexed SQL + empty JSON view"
    rounds = 40
    empty = ""

    def prepare(self) -> None:
        self.number = 0
        self.browser = self.log_in()
        for _warm in range(3):
            self.measure()
            self.bound()

    def log_in(self) -> Any:
        raise NotImplementedError

    def url(self, phone: str) -> str:
        raise NotImplementedError

    def someone(self) -> Any:
        self.number = (self.number + 104_729) % self.bench.big.size
        return person(self.number + 1)

    def measure(self) -> float:
        self.one = self.someone()
        url = self.url(self.one.phone)
        return timed(lambda: self.browser.get(url))

    def bound(self) -> float:
        text = BARE.format(group=self.bench.group.pk,
                           hash=fingerprint(self.bench.group.pk, "mobile", self.one.e164).hex())
        with self.bench.scope():
            took = timed(lambda: bare([text]))
        return took + timed(lambda: self.browser.get(self.empty))

    def lines(self) -> list[Line]:
        pair = self.pair()
        return [Line(self.name, self.target, ms(pair.value), ms(pair.least), **at_most(pair.ratio, 2))]


class DuplicateHint(LookUp):
    key = "duplicate-hint"
    name = "Duplicate hint while typing"
    empty = EMPTY_JSON

    def log_in(self) -> Browser:
        return Browser(self.bench.account("bench-boss"))

    def url(self, phone: str) -> str:
        return f"/customers/hint/?phone={quote(phone)}"


class Program:
    """The API, with a token."""

    def __init__(self, text: str) -> None:
        settings.ROOT_URLCONF = "bench.urls"
        self.client = Client(headers={"authorization": f"Bearer {text}"})

    def get(self, url: str) -> Any:
        answer = self.client.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
        return answer


class CallerLookup(LookUp):
    key = "caller-lookup"
    name = "Caller lookup (API)"
    empty = EMPTY_API

    def log_in(self) -> Program:
        with self.bench.scope():
            token = ApiToken.create(by=self.bench.system, name="bench", scopes=["customers.customer.see"])
        return Program(token.plain)

    def url(self, phone: str) -> str:
        return f"/api/v1/customers/caller?phone={quote(phone)}"


