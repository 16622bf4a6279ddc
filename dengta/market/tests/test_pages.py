"""The pages of the market room: shown to those who may, constant in statements, safe with any text."""

import json

import pytest

from dengta.core import scope
from dengta.core.testing import count_queries
from dengta.market.models import Campaign, Channel, ChannelKey
from dengta.market.tests.factories import make_campaign, make_channel
from dengta.market.types import ChannelKind

NASTY = "<script>alert(1)</script>"


@pytest.fixture
def channel(house):
    return make_channel(house.north, name=NASTY)


@pytest.fixture
def campaign(house):
    return make_campaign(make_channel(house.north, ChannelKind.FORM), name=NASTY)


def test_lists_take_the_same_statements_for_one_and_for_many(house, marketer):
    client = marketer.client
    counts = []
    for _ in range(2):
        with count_queries() as asked:
            pages = [client.get("/market/channels/"), client.get("/market/campaigns/")]
        assert [p.status_code for p in pages] == [200, 200]
        counts.append(len(asked))
        for _ in range(3):
            make_campaign(make_channel(house.north, ChannelKind.FORM))
    with count_queries() as asked:
        client.get("/market/channels/"), client.get("/market/campaigns/")
    counts.append(len(asked))

    assert counts[1] == counts[2]


def test_pages_show_what_they_are_about_and_escape_it(marketer, channel, campaign):
    for row in (channel, campaign):
        answer = marketer.client.get(row.get_absolute_url())
        assert answer.status_code == 200
        assert NASTY not in answer.content.decode() and "&lt;script&gt;" in answer.content.decode()
    assert channel.issued.bearer not in marketer.client.get(channel.get_absolute_url()).content.decode()


def test_a_key_is_shown_in_the_answer_that_issues_it_and_never_again(marketer, channel):
    address = f"/market/channels/{channel.pk}/key/"
    before = ChannelKey.objects.get(channel=channel).bearer_hash

    assert marketer.client.get(address).status_code == 200
    answer = marketer.client.post(address, {"hours": "24"})

    assert "no-store" in answer["Cache-Control"]
    assert "dgk_" in answer.content.decode()
    door = ChannelKey.objects.get(channel=channel)
    assert door.bearer_hash != before and door.previous_hash == before


def test_the_mapping_is_tried_without_being_stored_and_then_saved(house, marketer, channel):
    address = f"/market/channels/{channel.pk}/mapping/"
    form = {
        "rule-TOTAL_FORMS": "3", "rule-INITIAL_FORMS": "0",
        "rule-0-source": "tel", "rule-0-target": "phone",
        "rule-1-source": "sex", "rule-1-target": "gender", "rule-1-words": "1 = male\n2 = female",
        "rule-2-source": "a.b", "rule-2-target": "extra", "rule-2-extra": "inner",
        "id_field": "clue", "defaults": "city = 北京\n",
        "sample": json.dumps({"tel": "13800138000", "sex": 2, "a": {"b": NASTY}, "at": "soon"}),
    }  # fmt: skip

    answer = marketer.client.post(address, form | {"action": "try"}).content.decode()
    assert "13800138000" in answer and "female" in answer and "北京" in answer and NASTY not in answer
    with scope.open(house.group.pk):
        assert Channel.objects.get(pk=channel.pk).mapping == []

    assert marketer.client.post(address, form | {"action": "save"}).status_code == 302
    with scope.open(house.group.pk):
        saved = Channel.objects.get(pk=channel.pk)
    assert [rule["to"] for rule in saved.mapping] == ["phone", "gender", "extra.inner"]
    assert saved.defaults == {"city": "北京"} and saved.id_field == "clue"
    assert "1 = male" in marketer.client.get(address).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule-0-source": "tel", "rule-0-target": ""},
        {"rule-0-source": "tel", "rule-0-target": "owner_id"},
        {"rule-0-source": "tel", "rule-0-target": "extra", "rule-0-extra": "a.b"},
        {"defaults": "owner = me"},
        {"sample": "{"},
        {"sample": "[" * 9000},
        {"sample": "5"},
        {"id_field": ""},
    ],
)
def test_rules_that_cannot_work_stay_on_the_page_with_words(house, marketer, channel, wrong):
    form = {"rule-TOTAL_FORMS": "1", "rule-INITIAL_FORMS": "0", "id_field": "x", "action": "save"} | wrong

    answer = marketer.client.post(f"/market/channels/{channel.pk}/mapping/", form)

    assert (
        answer.status_code == 200 and 'class="error"' in answer.content.decode()
    ) or "form-errors" in answer.content.decode()
    with scope.open(house.group.pk):
        assert Channel.objects.get(pk=channel.pk).id_field == "external_id"


def test_the_qr_code_is_a_picture_of_the_address(marketer, campaign):
    answer = marketer.client.get(f"/market/campaigns/{campaign.pk}/code.svg")

    assert answer["Content-Type"] == "image/svg+xml" and answer.content.startswith(b"<?xml")
    assert marketer.client.get(f"/market/campaigns/{campaign.pk}/poster/").status_code == 200


def test_a_draft_has_no_code_yet(house, marketer):
    draft = make_campaign(make_channel(house.north, ChannelKind.FORM), publish=False)

    assert marketer.client.get(f"/market/campaigns/{draft.pk}/code.svg").status_code == 404
    assert marketer.client.get(draft.get_absolute_url()).status_code == 200


def test_people_of_other_stores_find_nothing(cast, channel, campaign):
    addresses = [
        channel.get_absolute_url(), f"/market/channels/{channel.pk}/key/", f"/market/channels/{channel.pk}/mapping/",
        campaign.get_absolute_url(), f"/market/campaigns/{campaign.pk}/code.svg",
        f"/market/campaigns/{campaign.pk}/poster/",
    ]  # fmt: skip
    before = list(ChannelKey.objects.order_by("key").values())

    for member in (cast.south_manager, cast.south_consultant, cast.outsider_admin):
        for address in addresses:
            assert member.client.get(address).status_code == 404, (member, address)
        assert member.client.post(addresses[1]).status_code == 404
        assert member.client.post(addresses[2], {"action": "save"}).status_code == 404

    assert list(ChannelKey.objects.order_by("key").values()) == before


def test_the_forms_of_the_verbs_open(marketer, channel, campaign):
    client = marketer.client
    for address in (
        "/v/market/channel/create/", "/v/market/campaign/plan/",
        f"/v/market/channel/{channel.pk}/change/", f"/v/market/channel/{channel.pk}/set_limits/",
        f"/v/market/channel/{channel.pk}/pause/", f"/v/market/campaign/{campaign.pk}/change_form/",
        f"/v/market/campaign/{campaign.pk}/change/",
    ):  # fmt: skip
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 200, address


def test_a_form_can_be_changed_on_the_page(house, marketer, campaign):
    answer = marketer.client.post(
        f"/v/market/campaign/{campaign.pk}/change_form/",
        {"form_title": "Come", "form_fields": ["city", "message"], "form_series": "X5\nX3", "consent_text": "Yes"},
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 204
    with scope.open(house.group.pk):
        saved = Campaign.objects.get(pk=campaign.pk)
    assert (saved.form_title, saved.form_fields, saved.form_series) == ("Come", ["city", "message"], ["X5", "X3"])
