"""A WhatsApp batch comes apart into single events; what cannot be read is kept with its reason beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.failures import UnreadablePayload
from bot.channels.payloads import MAX_BODY_BYTES
from bot.channels.whatsapp_in import (
    MarketingPreference,
    Received,
    check_signature,
    sign,
    split,
    verify_challenge,
)
from referrals.inbound import Address, Content, Inbound, MediaRef

SECRET, PHONE, BSUID = "sample-app-secret", "96550000001", "KW.13491208655302741918"
CONTACT = {"profile": {"name": "أم عيّنة"}, "wa_id": PHONE}


def webhook(*values: dict[str, Any], field: str = "messages") -> bytes:
    metadata = {"display_phone_number": "96522000000", "phone_number_id": "1001"}
    known = [{"messaging_product": "whatsapp", "metadata": metadata, **value} for value in values]
    changes = [{"field": field, "value": value} for value in known]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "2002", "changes": changes}]}).encode()


def message(kind: str, content: Any = None, **more: Any) -> dict[str, Any]:
    carried = {} if content is None else {kind: content}
    return {"from": PHONE, "id": "wamid.1", "timestamp": "1760000000", "type": kind, **carried, **more}


def received(*messages: Any, contacts: Any = (CONTACT,)) -> Received:
    (one,) = split(webhook({"contacts": list(contacts), "messages": list(messages)}))
    return one


def said(*arguments: Any, **more: Any) -> Content:
    return event(message(*arguments, **more)).content


def event(piece: dict[str, Any], contacts: Any = (CONTACT,)) -> Inbound:
    got = received(piece, contacts=contacts)
    assert got.unreadable == ()
    (only,) = got.events
    return only


# ---- the door


def test_only_bytes_signed_with_our_secret_are_taken() -> None:
    body = webhook({"messages": [message("text", {"body": "السلام عليكم"})]})
    assert check_signature(SECRET, body, sign(SECRET, body))
    assert not check_signature(SECRET, body + b" ", sign(SECRET, body))
    assert not check_signature(SECRET, body, sign("another", body))
    for header in (None, "", "sha1=abc", "sha256=", "sha256=غير صحيح"):
        assert not check_signature(SECRET, body, header)
    assert not check_signature("", body, sign("", body))


def test_the_challenge_is_answered_only_for_our_token() -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158", "hub.verify_token": "ours"}
    assert verify_challenge(asked, "ours") == "1158"
    assert verify_challenge(asked, "other") is None
    assert verify_challenge({**asked, "hub.mode": "other"}, "ours") is None
    assert verify_challenge({**asked, "hub.verify_token": ""}, "") is None
    assert verify_challenge({}, "ours") is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"object": "page", "entry": []}',
        b'{"object": "whatsapp_business_account", "entry": 5}',
        b"[" * 100_000,
        b" " * (MAX_BODY_BYTES + 1),
    ],
)
def test_a_body_that_is_no_webhook_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePayload):
        split(body)


# ---- each type


def test_a_typed_message() -> None:
    got = received(message("text", {"body": "السلام عليكم"}))
    assert (got.phone_number_id, got.waba_id) == ("1001", "2002")
    assert got.events == (
        Inbound(
            "message",
            "wamid.1",
            Address("phone", "+96550000001"),
            Content(text="السلام عليكم"),
            profile_name="أم عيّنة",
            sent_at=1_760_000_000.0,
        ),
    )


@pytest.mark.parametrize("kind", ["button_reply", "list_reply"])
def test_a_tap_carries_the_choice_and_the_message_it_stood_under(kind: str) -> None:
    reply = {"type": kind, kind: {"id": "q3:yes", "title": "نعم"}}
    tapped = event(message("interactive", reply, context={"from": "965", "id": "wamid.ours"}))
    assert (tapped.kind, tapped.content, tapped.reply_to) == ("tap", Content(choice="q3:yes"), "wamid.ours")


def test_a_templates_quick_reply_is_a_tap_when_we_gave_it_an_id() -> None:
    tapped = event(message("button", {"text": "تأكيد", "payload": "confirm:17"}))
    assert (tapped.kind, tapped.content) == ("tap", Content(choice="confirm:17"))
    typed = event(message("button", {"text": "تأكيد", "payload": "تأكيد"}))
    assert (typed.kind, typed.content) == ("message", Content(text="تأكيد"))


def test_a_place() -> None:
    assert said("location", {"latitude": 29.37, "longitude": 47.98}).point == (29.37, 47.98, 0.0)


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (
            "image",
            {"id": "M1", "mime_type": "image/jpeg", "caption": "البطاقة"},
            Content(text="البطاقة", media=MediaRef("image", "M1", "image/jpeg")),
        ),
        (
            "audio",
            {"id": "M1", "mime_type": "audio/ogg; codecs=opus", "voice": True},
            Content(media=MediaRef("audio", "M1", "audio/ogg; codecs=opus")),
        ),
        ("video", {"id": "M1", "mime_type": "video/mp4"}, Content(media=MediaRef("video", "M1", "video/mp4"))),
        (
            "document",
            {"id": "M1", "mime_type": "application/pdf", "filename": "ورقة.pdf"},
            Content(media=MediaRef("file", "M1", "application/pdf", "ورقة.pdf")),
        ),
        ("sticker", {"id": "M1", "mime_type": "image/webp"}, Content(media=MediaRef("sticker", "M1", "image/webp"))),
    ],
)
def test_every_kind_of_file(kind: str, content: dict[str, Any], expected: Content) -> None:
    assert said(kind, content) == expected


def test_only_the_persons_own_card_is_their_phone() -> None:
    def card(phone: str) -> list[dict[str, Any]]:
        return [{"name": {"formatted_name": "عيّنة"}, "phones": [{"phone": phone, "wa_id": phone.strip("+")}]}]

    assert said("contacts", card("+96550000001")) == Content(contact_phone="+96550000001")
    assert said("contacts", card("+96550000002")) == Content(card_phone="+96550000002", card_name="عيّنة")
    hidden = {
        "id": "wamid.1",
        "from_user_id": BSUID,
        "type": "contacts",
        "contacts": [{"phones": [{"phone": "+96550000003"}]}],
    }
    assert event({**hidden, "origin": "contact_request"}, ()).content == Content(contact_phone="+96550000003")
    assert event({**hidden, "origin": "other"}, ()).content == Content(card_phone="+96550000003")
    assert said("contacts", [{"name": {}}]) == Content()


def test_opening_the_chat_is_a_start() -> None:
    assert said("request_welcome").text == "/start"


@pytest.mark.parametrize(
    "piece",
    [
        message("order", {"catalog_id": "1", "product_items": []}),
        message("unsupported", {"type": "poll_creation"}, errors=[{"code": 131051, "title": "Message type unknown"}]),
        message("unknown", errors=[{"code": 131051}]),
        message("kind_of_next_year", {"a": 1}),
        message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}),
        message("image", errors=[{"code": 131052, "title": "Media download error"}]),
        message("image", {"mime_type": "image/jpeg"}),
    ],
)
def test_something_said_that_nobody_can_read_comes_as_blank(piece: dict[str, Any]) -> None:
    assert event(piece).content == Content()


@pytest.mark.parametrize(
    "piece",
    [
        message("reaction", {"message_id": "wamid.0", "emoji": "👍"}),
        message("reaction", {"message_id": "wamid.0"}),
        message("system", {"body": "changed", "wa_id": "96550000009", "type": "user_changed_number"}),
        {"id": "w", "type": "system", "system": {"user_id": "MX.1", "type": "user_changed_user_id"}},
        message("text", {"body": "في مجموعة"}, group_id="G1"),
    ],
)
def test_what_nobody_said_to_us_is_a_notice_and_no_event(piece: dict[str, Any]) -> None:
    got = received(piece)
    assert (got.events, got.unreadable, got.notices[0].piece) == ((), (), piece)


# ---- people without a phone


def test_a_hidden_phone_leaves_the_user_id_as_the_address() -> None:
    contact = {"profile": {"username": "umm.sample"}, "user_id": BSUID}
    piece = {"from_user_id": BSUID, "id": "wamid.1", "type": "text", "text": {"body": "مرحبا"}}
    got = event(piece, (contact,))
    assert (got.address, got.also_known_as, got.profile_name) == (Address("bsuid", BSUID), (), "umm.sample")


def test_a_phone_and_a_user_id_are_known_as_one_person() -> None:
    got = event(message("text", {"body": "مرحبا"}, from_user_id=BSUID), ({**CONTACT, "user_id": BSUID},))
    assert (got.address, got.also_known_as) == (Address("phone", "+96550000001"), (Address("bsuid", BSUID),))


def test_a_user_id_where_the_phone_used_to_be_is_understood() -> None:
    piece = {**message("text", {"body": "مرحبا"}), "from": BSUID}
    assert event(piece, ()).address == Address("bsuid", BSUID)


def test_a_sender_named_only_by_the_contact_is_found_when_the_message_is_alone() -> None:
    piece = {"id": "wamid.1", "type": "text", "text": {"body": "مرحبا"}}
    assert event(piece, ({"user_id": BSUID},)).address == Address("bsuid", BSUID)
    got = received(piece, piece, contacts=({"user_id": BSUID},))
    assert [u.reason for u in got.unreadable] == ["no sender", "no sender"]


def test_each_message_of_a_batch_gets_its_own_contact() -> None:
    other = {"profile": {"name": "أبو عيّنة"}, "wa_id": "96550000002"}
    got = received(
        message("text", {"body": "أ"}),
        {**message("text", {"body": "ب"}), "from": "96550000002", "id": "wamid.2"},
        contacts=(other, CONTACT),
    )
    assert [e.profile_name for e in got.events] == ["أم عيّنة", "أبو عيّنة"]


# ---- statuses


def statuses(*pieces: Any, contacts: Any = ()) -> Received:
    (one,) = split(webhook({"contacts": list(contacts), "statuses": list(pieces)}))
    return one


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "failed"])
def test_a_status_names_our_message(status: str) -> None:
    piece = {"id": "wamid.ours", "status": status, "timestamp": "1760000000", "recipient_id": PHONE}
    (told,) = statuses(piece).events
    assert (told.kind, told.external_id, told.status) == ("status", "wamid.ours", status)
    assert told.address == Address("phone", "+96550000001")


def test_a_failed_status_carries_its_code_and_our_tracker() -> None:
    errors = [{"code": 131047, "title": "Re-engagement message", "error_data": {"details": "…"}}]
    piece = {"id": "wamid.ours", "status": "failed", "recipient_id": PHONE, "errors": errors}
    (told,) = statuses({**piece, "biz_opaque_callback_data": "reminder:17:48h"}).events
    assert (told.status_reason, told.reply_to) == ("131047", "reminder:17:48h")


def test_a_status_of_a_person_without_phone_and_of_contacts_without_profile() -> None:
    (told,) = statuses({"id": "w", "status": "sent", "recipient_user_id": BSUID}, contacts=({"user_id": BSUID},)).events
    assert told.address == Address("bsuid", BSUID)
    (told,) = statuses({"id": "w", "status": "read"}, contacts=({"wa_id": PHONE},)).events
    assert told.address == Address("phone", "+96550000001")


def test_an_unknown_status_is_parked() -> None:
    got = statuses({"id": "w", "status": "teleported", "recipient_id": PHONE})
    assert got.unreadable[0].reason == "unknown status teleported"


# ---- one bad piece never takes the rest


BAD: list[Any] = [
    None,
    7,
    "text",
    [],
    {},
    {"type": "text"},
    message("text"),
    message("text", "plain"),
    message("text", {"body": 5}),
    message("location", {"latitude": 400, "longitude": 1}),
    message("location", {"latitude": "x", "longitude": 1}),
    message("location", {"latitude": float("nan"), "longitude": 1}),
    {**message("text", {"body": "بلا مرسل"}), "from": "not a phone"},
    {**message("text", {"body": "بلا رقم"}), "id": None},
    {**message("text", {"body": "رقم طويل"}), "id": "w" * 5000},
]


def test_a_bad_piece_is_kept_with_its_reason_and_the_good_ones_go_on() -> None:
    good = message("text", {"body": "سليمة"})
    for piece in BAD:
        got = received(good, piece, {**good, "id": "wamid.2"}, contacts=())
        assert [e.external_id for e in got.events] == ["wamid.1", "wamid.2"], piece
        assert len(got.unreadable) == 1, piece
        assert got.unreadable[0].reason


@pytest.mark.parametrize("contacts", [[None], [{"profile": None, "wa_id": 5}], ["x"], [{"profile": {"name": 4}}]])
def test_strange_contacts_do_not_hide_a_message(contacts: list[Any]) -> None:
    assert event(message("text", {"body": "مرحبا"}), contacts).profile_name == ""


def test_a_batch_of_several_changes_and_entries_comes_apart_whole() -> None:
    payload = json.loads(webhook({"messages": [message("text", {"body": "أ"})]}, {"statuses": "not a list"}))
    payload["entry"] += ["not an entry", {"id": "2003", "changes": [{"field": "messages", "value": 3}]}]
    got = split(json.dumps(payload).encode())
    assert sum(len(one.events) for one in got) == 1
    assert [u.reason for one in got for u in one.unreadable] == [
        "statuses is not a list",
        "an entry without changes",
        "a change without a value",
    ]


def test_a_value_without_our_number_is_parked() -> None:
    body = webhook({"metadata": {}, "messages": [message("text", {"body": "أ"})]})
    (got,) = split(body)
    assert got.unreadable[0].reason == "no phone_number_id"


def test_what_is_told_of_the_account_is_a_notice() -> None:
    (got,) = split(
        webhook({"event": "APPROVED", "message_template_name": "reminder"}, field="message_template_status_update")
    )
    assert got.notices[0].field == "message_template_status_update"


def test_stopping_campaigns_is_a_preference() -> None:
    about = {"wa_id": PHONE, "category": "marketing_messages"}
    pieces = [{**about, "value": "stop"}, {**about, "value": "resume"}, {"value": "stop"}]
    (got,) = split(webhook({"user_preferences": pieces}, field="user_preferences"))
    address = Address("phone", "+96550000001")
    assert got.preferences == (MarketingPreference(address, False), MarketingPreference(address, True))
    assert got.unreadable[0].reason == "no sender"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["from", "id", "type", "timestamp", "text", "interactive", "location", "contacts", "context", "image"]
        ),
        JSON | st.sampled_from(["text", "interactive", "location", "contacts", "image", "button", PHONE, BSUID]),
    )
)
def test_no_message_whatever_takes_the_rest_with_it(piece: dict[str, Any]) -> None:
    good = message("text", {"body": "سليمة"})
    (got,) = split(webhook({"messages": [piece, good], "contacts": [CONTACT]}))
    assert got.events[-1].content == Content(text="سليمة")
    assert len(got.events) + len(got.unreadable) + len(got.notices) == 2
