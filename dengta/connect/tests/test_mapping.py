"""A sender's own names, mapped by a table."""

import pytest

from dengta.connect.formats.mapping import BadMapping, check_mapping, map_message

PUSH = {
    "id": 99,
    "telphone": "13800138000",
    "backup": "13900139000",
    "weixin": "wx1",
    "name": "王",
    "sex": 1,
    "data": {"car": {"series": "X5"}, "items": [{"n": "a"}]},
    "price": "25.8",
    "remark": "hello",
    "note": "again",
    "adv_id": 7,
}


def rules(*rows):
    return check_mapping(
        [dict(zip(("from", "to", "transform", "default", "values"), row, strict=False)) for row in rows]
    )


def test_a_push_of_a_platform_becomes_a_message_of_the_contract():
    mapped = map_message(
        rules(
            ("id", "external_id"),
            ("telphone", "phone"),
            ("backup", "phone"),
            ("weixin", "wechat"),
            ("sex", "gender", "", "", {"1": "male", "2": "female"}),
            ("data.car.series", "series"),
            ("data.items.0.n", "extra.item"),
            ("price", "budget_high", "wan"),
            ("remark", "message"),
            ("note", "message"),
            ("missing", "city", "", "北京"),
        ),
        PUSH,
        {"campaign": "autumn", "name": "nobody"},
    )

    assert mapped["external_id"] == 99
    assert mapped["phone"] == ["13800138000", "13900139000"]
    assert mapped["wechat"] == "wx1"
    assert mapped["gender"] == "male"
    assert mapped["series"] == "X5"
    assert mapped["extra"] == {"item": "a"}
    assert mapped["budget_high"] == "25.8万"
    assert mapped["message"] == "hello\nagain"
    assert mapped["city"] == "北京"
    assert mapped["campaign"] == "autumn"
    assert mapped["name"] == "王"
    assert mapped["adv_id"] == 7
    assert "telphone" not in mapped and PUSH["telphone"] == "13800138000"


def test_without_rules_a_message_passes_as_it_is():
    assert map_message([], {"name": "a"}) == {"name": "a"}


def test_a_json_text_inside_a_message():
    assert map_message(rules(("d", "extra.d", "json")), {"d": '{"a": 1}'})["extra"] == {"d": {"a": 1}}
    assert map_message(rules(("d", "extra.d", "json")), {"d": "[" * 5000})["extra"]["d"].startswith("[")


@pytest.mark.parametrize(
    "bad",
    [
        5,
        [5],
        [{"to": "name"}],
        [{"from": "a", "to": "owner_id"}],
        [{"from": "a", "to": "extra.__class__.x"}],
        [{"from": "a", "to": "name", "transform": "eval"}],
        [{"from": "a", "to": "name", "values": 5}],
        [{"from": "a", "to": "name"}] * 61,
    ],
)
def test_rules_that_cannot_work_are_refused(bad):
    with pytest.raises(BadMapping):
        check_mapping(bad)
