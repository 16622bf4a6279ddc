"""JSON bodies: structure is strict item by item, nothing that PostgreSQL cannot keep gets through."""

import json

import pytest

from dengta.connect.formats.json_message import split
from dengta.connect.types import FormatRefused


def one(body: bytes, **options):
    [item] = split(body, **options)
    return item


def refusal(body: bytes, **options) -> tuple[str, int]:
    with pytest.raises(FormatRefused) as refused:
        split(body, **options)
    return refused.value.code, refused.value.status


def test_one_object_and_an_array():
    assert one(b'{"external_id": 7, "name": "x"}').external_id == "7"
    assert [i.external_id for i in split(b'[{"external_id": "a"}, {"external_id": "b"}]')] == ["a", "b"]


def test_bad_items_keep_their_place_among_good_ones():
    deep = "[" * 30 + "]" * 30
    ids = f'{{"external_id": {{}}}}, {{"external_id": "{"9" * 201}"}}'
    body = f'[{{"name": "a"}}, 5, null, {{}}, {{"x": {deep}}}, {ids}, {{"name": "b"}}]'

    items = split(body.encode())

    assert [i.code for i in items] == [
        "", "not_an_object", "not_an_object", "empty", "too_deep", "bad_external_id", "bad_external_id", "",
    ]  # fmt: skip
    assert [i.index for i in items] == list(range(8))


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"", "not_json", 422),
        (b"{", "not_json", 422),
        (b"[]", "empty", 422),
        (b"5", "not_a_message", 422),
        (b'"x"', "not_a_message", 422),
        (b'{"name": "\xff\xfe"}', "bad_encoding", 422),
        ('{"name": "王"}'.encode("gbk"), "bad_encoding", 422),
        (b"[" * 100_000, "too_deep", 422),
        (b'{"a":' * 100_000, "too_deep", 422),
        (b"[" + b"{}," * 1000 + b"{}]", "too_many", 413),
        (b'{"a": "' + b"x" * (2 * 1024 * 1024) + b'"}', "too_large", 413),
        (b'{"a": ' + b"9" * 5000 + b"e}", "not_json", 422),
    ],
)
def test_documents_that_cannot_be_read_are_refused(body, code, status):
    assert refusal(body) == (code, status)


def test_the_declared_charset_is_honoured_and_byte_order_marks_are_no_matter():
    assert one('{"name": "王"}'.encode("gbk"), charset="GBK").fields == {"name": "王"}
    assert one('{"name": "王"}'.encode("utf-16")).fields == {"name": "王"}
    assert one('{"name": "王"}'.encode("utf-8-sig"), charset="utf-8").fields == {"name": "王"}


def test_what_postgresql_cannot_keep_is_cleaned():
    item = one(b'{"a\\u0000": "b\\u0000c", "d": "\\ud800x", "e": NaN, "f": 1e999, "g": [Infinity], "h": "\x00"}')

    assert item.fields == {"a": "bc", "d": "x", "e": None, "f": "1e999", "g": [None], "h": ""}
    json.dumps(item.fields, allow_nan=False).encode()


def test_huge_numbers_stay_text():
    assert one(b'{"n": ' + b"9" * 4000 + b"}").fields["n"] == "9" * 200


def test_a_key_written_twice_with_different_values_is_a_bad_item():
    assert one(b'{"phone": "1", "phone": "2"}').code == "repeated_key"
    assert one(b'{"extra": {"a": 1, "a": 2}}').code == "repeated_key"
    assert one(b'{"phone": "1", "phone": "1"}').code == ""


def test_the_senders_own_id_field():
    assert one(b'{"clue_id": 99}', id_field="clue_id").external_id == "99"
    assert one(b'{"data": {"id": "x"}}', id_field="data.id").external_id == "x"
    assert one(b'{"data": 5}', id_field="data.id").external_id == ""


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; drop table lead; --", "=cmd|' /C calc'!A0", "\u202egnp.exe"]
)
def test_hostile_text_is_only_text(text):
    body = json.dumps({"external_id": text, "name": text}).encode()

    item = one(body)

    assert item.fields["name"] == text and not item.is_bad
