"""Channels: opening, keys, mapping, pausing; who may."""

import json

import pytest

from dengta.core import scope
from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.verbs import NotAllowed
from dengta.market.models import Channel, ChannelKey
from dengta.market.operations import house_channel
from dengta.market.queries import find_door
from dengta.market.tests.factories import make_campaign, make_channel
from dengta.market.types import ChannelKind


def test_a_json_channel_gets_an_address_and_its_key_once(group_scope, marketer):
    channel = Channel.create(by=marketer.actor, store=group_scope.north, kind="json", code="site", name="Site")
    assert channel.path == f"/api/v1/intake/{channel.door.key}" and channel.door.bearer_hash == ""

    channel.rotate_key(by=marketer.actor)

    door = find_door(channel.door.key)
    assert (door.group_id, door.store_id, door.channel_id) == (group_scope.group.pk, group_scope.north.pk, channel.pk)
    assert door.bearer_hash and channel.issued.bearer not in json.dumps(str(door))
    assert Channel.objects.get().issued is None
    stored = list(EventRow.objects.for_subject(channel).values_list("key", "payload"))
    assert [key for key, _ in stored] == ["market.channel.key_rotated", "market.channel.created"]
    assert channel.issued.bearer not in str(stored) and channel.issued.secret not in str(stored)


def test_a_form_channel_has_an_address_and_no_key(group_scope, system):
    channel = make_channel(group_scope.north, ChannelKind.FORM)

    assert channel.path.startswith("/f/")
    with pytest.raises(NotAllowed):
        channel.rotate_key(by=system)


def test_channels_for_people_at_the_desk_have_no_address(group_scope, system):
    channel = make_channel(group_scope.north, ChannelKind.MANUAL)

    assert channel.path == "" and not ChannelKey.objects.exists()


def test_codes_are_small_and_taken_once(group_scope, system):
    make_channel(group_scope.north, code="site")

    for code in ("site", "Site 1", "", "-x"):
        with pytest.raises(BadInput):
            Channel.create(by=system, store=group_scope.north, kind="json", code=code, name="x")


def test_the_old_key_can_work_a_little_longer(group_scope, system):
    channel = make_channel(group_scope.north)
    old = channel.door.bearer_hash

    channel.rotate_key(by=system, hours=2)
    door = find_door(channel.door.key)
    assert door.previous_hash == old and door.previous_until is not None

    channel.rotate_key(by=system)
    door = find_door(channel.door.key)
    assert door.previous_hash == "" and door.previous_until is None and door.previous_secret == ""


def test_pausing_closes_the_door_and_the_forms_of_campaigns(group_scope, system):
    channel = make_channel(group_scope.north, ChannelKind.FORM)
    running, draft = make_campaign(channel), make_campaign(channel, publish=False)

    channel.pause(by=system, reason="too many")
    assert not any(ChannelKey.objects.values_list("is_open", flat=True))
    draft.publish(by=system)
    assert not draft.door.is_open

    channel.resume(by=system)
    assert all(ChannelKey.objects.values_list("is_open", flat=True))
    running.end(by=system)
    channel.pause(by=system)
    channel.resume(by=system)
    assert not running.door.is_open


def test_pausing_twice_is_quiet(group_scope, system):
    channel = make_channel(group_scope.north)

    channel.pause(by=system)
    channel.pause(by=system)

    assert EventRow.objects.for_subject(channel).filter(key="market.channel.paused").count() == 1


def test_a_mapping_is_checked_and_counts_at_the_door(group_scope, system):
    channel = make_channel(group_scope.north)

    channel.map_fields(by=system, rules=[{"from": "tel", "to": "phone"}], defaults={"city": "北京"}, id_field="clue_id")

    assert channel.mapping == [{"from": "tel", "to": "phone", "transform": "", "default": "", "values": {}}]
    assert find_door(channel.door.key).id_field == "clue_id"
    for bad in ({"rules": [{"from": "a", "to": "owner"}]}, {"defaults": {"owner": "x"}}, {"defaults": {"city": []}}):
        with pytest.raises(BadInput):
            channel.map_fields(by=system, **bad)
    assert Channel.objects.get().id_field == "clue_id"


def test_limits_are_kept_with_the_key(group_scope, system):
    channel = make_channel(group_scope.north)

    channel.set_limits(by=system, per_minute=10, max_bytes=2048)

    door = find_door(channel.door.key)
    assert (door.per_minute, door.max_bytes) == (10, 2048)


def test_change_names_the_fields_that_changed(group_scope, marketer):
    channel = make_channel(group_scope.north, name="Site", level2="官网")

    channel.change(by=marketer.actor, name="New site", level2="")

    event = EventRow.objects.for_subject(channel).first()
    assert event.payload["changes"] == {"name": ["Site", "New site"], "level2": ["官网", ""]}


def test_people_of_another_store_or_without_the_right_change_nothing(house, cast):
    channel = make_channel(house.north)
    with scope.open(house.group.pk):
        before = (Channel.objects.values().get(), ChannelKey.objects.values().get(), EventRow.objects.count())
        for member in (cast.north_consultant, cast.south_manager, cast.south_consultant, cast.auditor):
            for verb in ("pause", "rotate_key"):
                with pytest.raises(NotAllowed):
                    getattr(channel, verb)(by=member.actor)
            with pytest.raises(NotAllowed):
                Channel.create(by=member.actor, store=house.north, kind="json", code="mine", name="mine")
        assert (Channel.objects.values().get(), ChannelKey.objects.values().get(), EventRow.objects.count()) == before


def test_a_marketer_opens_channels_of_the_own_store_only(house, marketer):
    with scope.open(house.group.pk), pytest.raises(NotAllowed):
        Channel.create(by=marketer.actor, store=house.south, kind="json", code="south", name="South")


@pytest.mark.parametrize("key", ["", "x", "../etc", "a" * 41, "'; drop table", "é" * 24, "0" * 24])
def test_no_door_behind_nonsense(db, key):
    assert find_door(key) is None


def test_the_channels_of_the_house_are_opened_when_first_needed(group_scope, north_manager):
    first = house_channel(group_scope.north, ChannelKind.IMPORT, north_manager.actor)

    assert house_channel(group_scope.north, ChannelKind.IMPORT, north_manager.actor) == first
    assert house_channel(group_scope.north, ChannelKind.MANUAL, north_manager.actor) != first
    assert house_channel(group_scope.south, ChannelKind.IMPORT, north_manager.actor) != first
