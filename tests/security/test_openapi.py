"""Schemathesis over the OpenAPI document: no server error, and no answer that the document does not name."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from itertools import count
from traceback import extract_tb
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from requests import Request
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.transport import Response

from dengta.connect import limits
from dengta.core import scope
from dengta.core.actors import Actor
from dengta.leads.models import InboxMessage
from dengta.market.tests.factories import make_channel
from dengta.org.models import ApiToken
from tests.spine.rows import make_rows

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
GENTLY = settings(database=None, derandomize=True, deadline=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))


@pytest.fixture
def document(db) -> Any:
    return schemathesis.openapi.from_dict(Client().get("/api/v1/openapi.json").json())


@pytest.fixture
def keys(cast, almighty) -> dict[str, str]:
    """The header of a token that may do everything, so that walls do not hide what is behind them."""
    with scope.open(cast.house.group.pk):
        token = ApiToken.create(by=Actor.system(cast.house.group.pk), name="Tester", scopes=["*"],
                                employee=almighty.employee)
    return {"Authorization": f"Bearer {token.plain}"}


class Trier:
    """Sends what Schemathesis thinks up; every try is taken back, so that each meets the same house."""

    def __init__(self, document: Any, headers: dict[str, str]) -> None:
        self.operations = [found.ok() for found in document.get_all_operations()]
        self.headers = headers
        self.client = Client(raise_request_exception=False)
        self.numbers, self.statuses = count(), Counter()
        self.wrong: set[str] = set()

    def try_out(self, operation: Any, known: Any, tries: int = 3) -> None:
        """Two tries of three ask for something that exists (`known`), with good and with bad input."""
        for mode, most in ((GenerationMode.POSITIVE, tries), (GenerationMode.NEGATIVE, tries - 1)):

            @settings(GENTLY, max_examples=most)
            @given(case=operation.as_strategy(generation_mode=mode))
            def attempt(case: Case) -> None:
                for name in case.path_parameters or ():
                    if known is not None and next(self.numbers) % 3:
                        case.path_parameters[name] = known
                with transaction.atomic():
                    self.send(case)
                    transaction.set_rollback(True)

            with suppress(Unsatisfiable):  # nothing can be wrong about an operation without input
                attempt()

    def send(self, case: Case) -> None:
        asked = Request(**case.as_transport_kwargs("http://testserver", self.headers)).prepare()
        headers = {name: value for name, value in asked.headers.items() if name != "Content-Type"}
        given = self.client.generic(case.method, asked.path_url, asked.body or b"",
                                    asked.headers.get("Content-Type", ""), headers=headers)
        self.statuses[given.status_code] += 1
        said = {name: [value] for name, value in given.headers.items()}
        try:
            case.validate_response(Response(given.status_code, said, given.content, asked, 0.1, True), checks=CHECKS)
        except (Exception, BaseExceptionGroup) as problem:
            why = str(problem).split("[", 1)[0].split()[5:]
            if error := getattr(given, "exc_info", None):
                place = extract_tb(error[2])[-1]
                why = [f"{error[0].__name__}: {error[1]} in {place.filename}:{place.lineno}", str(asked.body)[:200]]
            self.wrong.add(f"{case.method} {case.operation.path} {given.status_code}: {' '.join(why)}")


def test_every_operation_answers_as_documented(cast, almighty, document, keys):
    rows = make_rows(cast.house.group, cast.house.north, almighty.employee)
    trier = Trier(document, keys)

    for operation in trier.operations:
        row = rows.get(operation.tags[0])
        trier.try_out(operation, row.pk if row else None)

    assert not trier.wrong, "\n".join(sorted(trier.wrong))
    assert trier.statuses[200] > 50, trier.statuses


def test_the_document_is_open_and_names_every_address(db):
    document = Client().get("/api/v1/openapi.json").json()

    assert {"/api/v1/intake/{key}", "/api/v1/intake/receipts/{pk}", "/api/v1/leads.lead/{pk}/assign"} <= set(
        document["paths"])
    assert all("summary" in operation for path in document["paths"].values() for operation in path.values())


@pytest.mark.parametrize("kind", ["json", "adf"])
def test_the_intake_answers_as_documented(cast, document, kind):
    channel = make_channel(cast.house.north, kind)
    limits.forget()
    with scope.open(cast.house.group.pk):
        kept = InboxMessage.objects.create(store=cast.house.north, channel=channel, received_at="2026-01-01T00:00Z")
    trier = Trier(document, {"Authorization": f"Bearer {channel.issued.bearer}"})
    known = {"/api/v1/intake/{key}": channel.path.rsplit("/", 1)[1], "/api/v1/intake/receipts/{pk}": str(kept.receipt)}

    for operation in trier.operations:
        if operation.path in known:
            trier.try_out(operation, known[operation.path], tries=40)

    assert not trier.wrong, "\n".join(sorted(trier.wrong))
    assert trier.statuses[202 if kind == "json" else 422] > 10, trier.statuses


def test_unknown_names_are_refused_and_never_ignored(cast, almighty, keys):
    """A client that misspells an input is told, not obeyed in part."""
    rows = make_rows(cast.house.group, cast.house.north, almighty.employee)
    client = Client(headers={"authorization": keys["Authorization"]})

    for path, operations in Client().get("/api/v1/openapi.json").json()["paths"].items():
        if "post" not in operations or operations["post"]["tags"][0] not in rows:
            continue
        row = rows[operations["post"]["tags"][0]]
        answer = client.post(path.replace("{pk}", str(row.pk)), json.dumps({"group_id": 1, "as_user": 1}),
                             content_type="application/json")
        assert answer.status_code == 422, path
        assert {item["at"] for item in answer.json()["error"]["items"]} == {"group_id", "as_user"}, path
