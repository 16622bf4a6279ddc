"""The contract of the intake that others program against."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client

from dengta.connect import limits
from dengta.connect.signatures import signed_headers
from dengta.core import scope
from dengta.core.testing import assert_at_most_queries
from dengta.leads.models import InboxMessage, Lead
from dengta.leads.operations import take_in
from dengta.market import operations as market_operations
from dengta.market.models import ChannelKey
from dengta.market.tests.factories import make_channel
from dengta.org.models import ApiToken

PHONE = {"name": "王小明", "phone": "１３８ ００１３ ８０００（晚上打）"}
ADF = """<?adf version="1.0"?><?xml version="1.0" encoding="GB18030"?><adf><prospect status="{status}">
<id source="site">{id}</id><requestdate>2026-11-18T10:00:00+08:00</requestdate>
<vehicle interest="buy"><make>Aurora</make><model>X5</model></vehicle>
<customer><contact><name part="full">{name}</name><phone type="voice">+86 139 0013 9000</phone></contact>
<comments>{comments}</comments></customer></prospect></adf>"""


@pytest.fixture
def client():
    return Client(raise_request_exception=True)


def post(client, channel, body, **headers):
    given = {"authorization": f"Bearer {channel.issued.bearer}"} | headers
    payload = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return client.post(channel.path, payload, content_type="application/json", headers=given)


def receipt(client, channel, pk):
    return client.get(f"/api/v1/intake/receipts/{pk}", headers={"authorization": f"Bearer {channel.issued.bearer}"})


def test_a_message_is_acknowledged_with_a_receipt_and_the_receipt_tells_its_fate(desk, client):
    answer = post(client, desk.channel, PHONE | {"external_id": "a-1", "series": "X5"})

    assert answer.status_code == 202
    (one,) = answer.json()["receipts"]
    assert one["external_id"] == "a-1"
    assert receipt(client, desk.channel, one["id"]).json() == {
        "id": one["id"],
        "status": "queued",
        "lead": None,
        "opportunity": None,
        "customer": None,
        "reason": None,
    }
    take_in(desk.house.group.pk)
    found = receipt(client, desk.channel, one["id"]).json()
    with scope.open(desk.house.group.pk):
        lead = Lead.objects.get()
    assert (found["status"], found["lead"], found["customer"]) == ("accepted", lead.pk, lead.customer_id)


def test_the_same_external_id_gets_the_same_receipt_and_no_second_lead(desk, client):
    first = post(client, desk.channel, PHONE | {"external_id": "a-1"})
    again = post(client, desk.channel, PHONE | {"external_id": "a-1"})
    take_in(desk.house.group.pk)
    later = post(client, desk.channel, PHONE | {"external_id": "a-1"})
    take_in(desk.house.group.pk)

    assert (first.status_code, again.status_code, later.status_code) == (202, 200, 200)
    assert first.json() == again.json() == later.json()
    with scope.open(desk.house.group.pk):
        assert Lead.objects.count() == InboxMessage.objects.count() == 1


def test_messages_without_an_external_id_are_each_their_own(desk, client):
    answers = [post(client, desk.channel, PHONE) for _n in range(2)]

    assert [a.status_code for a in answers] == [202, 202]
    assert answers[0].json() != answers[1].json()


def test_an_array_keeps_its_order_and_one_bad_message_does_not_refuse_the_rest(desk, client):
    answer = post(
        client,
        desk.channel,
        [
            {"external_id": "1", **PHONE},
            "nonsense",
            {"external_id": "2", "phone": "13900139000"},
            {"external_id": "1", **PHONE},
        ],
    )

    receipts = answer.json()["receipts"]
    assert answer.status_code == 202
    assert [one["external_id"] for one in receipts] == ["1", "", "2", "1"]
    assert receipts[0]["id"] == receipts[3]["id"]
    bad = receipt(client, desk.channel, receipts[1]["id"]).json()
    assert bad["status"] == "quarantined"
    assert bad["reason"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "not_json"),
        ("[]", "empty"),
        ("3", "not_a_message"),
        ('["x"]', "not_an_object"),
        ("{}", "empty"),
        (b"\xff\xfe\x00", "bad_encoding"),
    ],
)
def test_what_is_no_message_is_refused_with_422(desk, client, body, code):
    answer = post(client, desk.channel, body)

    assert answer.status_code == 422
    assert answer.json()["error"].keys() == {"code", "message", "items"}
    if code != "bad_encoding":
        assert answer.json()["error"]["code"] == code
    with scope.open(desk.house.group.pk):
        assert InboxMessage.objects.count() == 0


def test_a_message_that_nobody_can_use_is_quarantined_with_the_reason(desk, client):
    pk = post(client, desk.channel, {"name": "no number"}).json()["receipts"][0]["id"]
    take_in(desk.house.group.pk)

    found = receipt(client, desk.channel, pk).json()
    assert (found["status"], found["lead"]) == ("quarantined", None)
    assert found["reason"]


@pytest.mark.parametrize(
    "headers", [{"authorization": ""}, {"authorization": "Bearer wrong"}, {"authorization": "Basic x"}]
)
def test_strangers_get_401(desk, client, headers):
    answer = post(client, desk.channel, PHONE, **headers)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_an_unknown_channel_is_401_too(desk, client):
    answer = client.post("/api/v1/intake/unknown1234", "{}", content_type="application/json")

    assert answer.status_code == 401


def test_too_much_is_413(desk, client):
    many = post(client, desk.channel, [PHONE] * 1001)
    ChannelKey.objects.filter(channel=desk.channel).update(max_bytes=1024)
    large = post(client, desk.channel, PHONE | {"message": "x" * 2000})

    assert (many.status_code, large.status_code) == (413, 413)


def test_too_fast_is_429_with_a_time_to_wait(desk, client):
    ChannelKey.objects.filter(channel=desk.channel).update(per_minute=2)
    limits.forget()

    codes = [post(client, desk.channel, PHONE) for _n in range(4)]

    assert [one.status_code for one in codes] == [202, 202, 429, 429]
    assert int(codes[-1]["Retry-After"]) >= 1


def test_a_signature_admits_once(desk, client):
    body = json.dumps(PHONE).encode()
    headers = signed_headers(
        desk.channel.issued.secret, method="POST", path=desk.channel.path, body=body, nonce="n" * 12
    )

    first = client.post(desk.channel.path, body, content_type="application/json", headers=headers)
    replay = client.post(desk.channel.path, body, content_type="application/json", headers=headers)
    forged = client.post(desk.channel.path, body + b" ", content_type="application/json", headers=headers)

    assert (first.status_code, replay.status_code, forged.status_code) == (202, 401, 401)


def test_other_methods_are_405(desk, client):
    assert client.get(desk.channel.path).status_code == 405
    assert client.post(f"/api/v1/intake/receipts/{uuid.uuid4()}").status_code == 405


def test_a_receipt_is_for_its_channel_or_a_token_only(desk, client):
    pk = post(client, desk.channel, PHONE).json()["receipts"][0]["id"]
    other = make_channel(desk.house.south)

    assert receipt(client, other, pk).status_code == 404
    assert client.get(f"/api/v1/intake/receipts/{pk}").status_code == 401
    assert receipt(client, desk.channel, "nonsense").status_code == 404
    with scope.open(desk.house.group.pk):
        made = ApiToken.create(by=desk.cast.group_admin.actor, name="dms", scopes=["leads.inboxmessage.see"])
    token = made.plain
    assert client.get(f"/api/v1/intake/receipts/{pk}", headers={"authorization": f"Bearer {token}"}).status_code == 200


def adf(client, channel, text, **more):
    values = {"status": "new", "id": "77", "name": "李四", "comments": "想看看"} | more
    body = text.format(**values).encode("gb18030")
    return client.post(
        channel.path, body, content_type="application/xml", headers={"authorization": f"Bearer {channel.issued.bearer}"}
    )


def test_adf_with_a_stray_declaration_in_gb18030_becomes_a_lead(desk, client):
    channel = make_channel(desk.house.north, "adf")

    answer = adf(client, channel, ADF)
    take_in(desk.house.group.pk)

    assert answer.status_code == 202
    with scope.open(desk.house.group.pk):
        lead = Lead.objects.get()
        assert (lead.name, lead.phone_shown, lead.series_id, lead.message) == (
            "李四",
            "139****9000",
            desk.series.pk,
            "想看看",
        )
        assert lead.asked_at.isoformat() == "2026-11-18T02:00:00+00:00"


def test_adf_resend_updates_and_does_not_duplicate(desk, client):
    channel = make_channel(desk.house.north, "adf")
    first = adf(client, channel, ADF)
    take_in(desk.house.group.pk)

    again = adf(client, channel, ADF, status="resend", comments="下周来看车")
    take_in(desk.house.group.pk)

    assert first.json() == again.json()
    with scope.open(desk.house.group.pk):
        lead = Lead.objects.get()
        assert lead.message == "下周来看车"
    assert receipt(client, channel, first.json()["receipts"][0]["id"]).json()["lead"] == lead.pk


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><adf><prospect><id>&e;</id></prospect></adf>',
        "<adf></adf>",
        "not xml",
    ],
)
def test_hostile_or_empty_adf_is_refused(desk, client, body):
    channel = make_channel(desk.house.north, "adf")

    answer = client.post(
        channel.path, body, content_type="application/xml", headers={"authorization": f"Bearer {channel.issued.bearer}"}
    )

    assert answer.status_code == 422


def test_few_statements_acknowledge_any_number_of_messages(desk, client):
    body = [{"external_id": str(n), **PHONE} for n in range(100)]
    post(client, desk.channel, PHONE)

    with assert_at_most_queries(4):
        assert post(client, desk.channel, body).status_code == 202


def test_a_campaign_code_in_a_message_is_kept_on_the_lead(desk, client):
    from dengta.market.tests.factories import make_campaign  # noqa: PLC0415

    campaign = make_campaign(desk.channel, code="autumn-show")
    post(client, desk.channel, PHONE | {"campaign": "Autumn-Show"})
    take_in(desk.house.group.pk)

    with scope.open(desk.house.group.pk):
        assert Lead.objects.get().campaign_id == campaign.pk


def test_who_guesses_keys_is_told_to_wait(desk, client, monkeypatch):
    limits.forget()
    monkeypatch.setattr(market_operations, "FAILURES_PER_MINUTE", 3)

    codes = [post(client, desk.channel, PHONE, authorization="Bearer wrong").status_code for _n in range(6)]

    assert codes == [401, 401, 401, 429, 429, 429]
