"""A webhook's body becomes an object that every database can store, or is refused with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.failures import UnreadablePayload
from bot.channels.payloads import MAX_NAME, cleaned, json_object, json_text, plain_name


def test_what_no_database_can_store_is_replaced_however_it_is_written() -> None:
    for written in (rb'{"a": "x\u0000y"}', rb'{"a": "x\ud83dy"}', rb'{"a": "x\uDE00y"}'):
        assert json_object(written) == {"a": "x\ufffdy"}
    assert json_object(rb'{"\u0000": ["\ud83d"]}') == {"\ufffd": ["\ufffd"]}


def test_an_emoji_is_kept_however_it_is_written() -> None:
    assert json_object(rb'{"a": "\ud83d\ude00"}') == json_object('{"a": "😀"}'.encode()) == {"a": "😀"}


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), st.lists, max_leaves=5))
def test_an_object_is_read_as_it_would_be_cleaned(value: Any) -> None:
    for ascii_only in (True, False):
        try:
            body = json.dumps({"a": value}, ensure_ascii=ascii_only).encode()
        except UnicodeEncodeError:  # half a character cannot be written so
            continue
        assert json_object(body) == cleaned({"a": value})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, "nested too deep"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'"text"', "not an object"),
    ],
)
def test_what_is_no_object_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePayload, match=reason):
        json_object(body)


def test_what_is_taken_can_be_written_again() -> None:
    """A piece that nobody can read is parked as it came: what was not refused must not fail there."""
    for depth in (100, 299, 301, 400, 900):
        body = b'{"a":' * depth + b"1" + b"}" * depth
        try:
            json_text(json_object(body))
        except UnreadablePayload:
            assert depth > 299


def test_a_name_in_a_trace_is_short_and_plain() -> None:
    assert plain_name("poll_answer") == "poll_answer"
    assert plain_name("سر ٥ x-y") == "xy"
    assert plain_name("سر") == plain_name("") == "unnamed"
    assert len(plain_name("a" * 500)) == MAX_NAME
