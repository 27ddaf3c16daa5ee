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
    PASSED_OVER,
    Received,
    check_signature,
    sign,
    split,
    verify_challenge,
)
from referrals.conversations.inbox.stored_events import from_json, to_json
from referrals.inbound import NOBODY, Address, Content, Inbound, MediaRef
from referrals.senders.notices import Told, told_from_json

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
    shared, passed_on = Content(contact_phone="+96550000003"), Content(card_phone="+96550000003")
    for origin, content in (("contact_request", shared), ("other", passed_on)):
        asked = {**hidden, "contacts": [{"origin": origin, "phones": [{"phone": "+96550000003"}]}]}
        assert event(asked, ()).content == content
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
        message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{not json"}}),
        message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "[1]"}}),
        message("interactive", {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}}),
        message("ephemeral"),
        message("image", errors=[{"code": 131052, "title": "Media download error"}]),
        message("image", {"mime_type": "image/jpeg"}),
        message("interactive"),
        message("text"),
        message("text", "plain"),
        message("text", {"body": 5}),
        message("text", {"body": ""}),
        message("button"),
        message("location", {"latitude": 400, "longitude": 1}),
        message("location", {"latitude": "x", "longitude": 1}),
        message("location", {"latitude": float("nan"), "longitude": 1}),
        {"id": "wamid.1", "from": PHONE, "text": {"body": "بلا نوع"}},
    ],
)
def test_something_said_that_nobody_can_read_comes_as_blank(piece: dict[str, Any]) -> None:
    assert event(piece).content == Content()


@pytest.mark.parametrize(
    ("piece", "name"),
    [
        (message("reaction", {"message_id": "wamid.0", "emoji": "👍"}), "message: reaction"),
        (message("reaction", {"message_id": "wamid.0"}), "message: reaction"),
        (message("system", {"type": "of_next_year"}), "system: of_next_year"),
        (message("text", {"body": "في مجموعة"}, group_id="G1"), "message: group"),
    ],
)
def test_what_nobody_said_to_us_leaves_a_trace(piece: dict[str, Any], name: str) -> None:
    trace = event(piece)
    assert (trace.kind, trace.status_reason, trace.address, trace.content) == ("ignored", name, NOBODY, Content())
    assert trace.external_id.startswith("wamid.1:")


def test_what_was_filled_in_a_flow_comes_whole_with_its_name() -> None:
    reply = {"name": "household", "body": "Sent", "response_json": '{"b": [1, "أ"], "a": {"c": null}}'}
    got = event(message("interactive", {"type": "nfm_reply", "nfm_reply": reply}))
    assert (got.kind, got.content.form_name) == ("message", "household")
    assert got.content == Content(form_reply='{"a":{"c":null},"b":[1,"أ"]}', form_name="household")


def test_who_came_through_an_advertisement_brings_its_name() -> None:
    tapped = {"source_url": "u", "source_type": "ad", "source_id": "1200", "headline": "h", "ctwa_clid": "c"}
    assert event(message("text", {"body": "السلام عليكم"}, referral=tapped)).content == Content(
        text="السلام عليكم", start="ad-1200"
    )
    assert event(message("text", {"body": "مرحبا"}, referral={"x": 1})).content == Content(text="مرحبا")


def test_a_link_to_the_chat_can_carry_a_start_and_where_it_was_found() -> None:
    assert said("text", {"body": "/start qena-poster7"}) == Content(text="/start", start="qena-poster7")
    assert said("text", {"body": "/starter"}) == Content(text="/starter")


# ---- what is changed, taken back, or said of the person


def test_new_words_for_what_was_said_name_it_and_count_once_each() -> None:
    new = {"type": "text", "text": {"body": "٤"}, "context": {"id": "wamid.ours"}}
    edit = message("edit", {"original_message_id": "wamid.0", "message": new})
    got = event(edit)
    assert (got.kind, got.revises, got.content, got.address.value) == (
        "edit",
        "wamid.0",
        Content(text="٤"),
        "+96550000001",
    )
    assert event({**edit, "id": "wamid.2"}).external_id != got.external_id
    caption = {"type": "image", "image": {"id": "M1", "mime_type": "image/jpeg", "caption": "جديد"}}
    picture = event(message("edit", {"original_message_id": "wamid.0", "message": caption}))
    assert picture.content == Content(text="جديد", media=MediaRef("image", "M1", "image/jpeg"))


def test_a_deleted_message_is_named_and_nothing_of_it_is_kept() -> None:
    got = event(message("revoke", {"original_message_id": "wamid.0"}))
    assert (got.kind, got.revises, got.content) == ("revoke", "wamid.0", Content())


@pytest.mark.parametrize(
    ("piece", "old", "new"),
    [
        (
            message("system", {"body": "x", "wa_id": "96550000009", "type": "user_changed_number"}),
            Address("phone", "+96550000001"),
            (Address("phone", "+96550000009"),),
        ),
        (
            message("system", {"new_wa_id": "96550000009", "user_id": "KW.9", "type": "user_changed_number"}),
            Address("phone", "+96550000001"),
            (Address("phone", "+96550000009"), Address("bsuid", "KW.9")),
        ),
        (
            {
                "id": "wamid.1",
                "type": "system",
                "system": {"type": "user_changed_user_id", "previous_user_id": BSUID, "user_id": "KW.9"},
            },
            Address("bsuid", BSUID),
            (Address("bsuid", "KW.9"),),
        ),
        (
            {
                "id": "wamid.1",
                "type": "system",
                "system": {
                    "body": f"User أم عيّنة changed from {BSUID} to KW.9",
                    "type": "user_changed_user_id",
                    "user_id": "KW.9",
                },
            },
            Address("bsuid", BSUID),
            (Address("bsuid", "KW.9"),),
        ),
        (  # told from the new number
            {
                "id": "wamid.1",
                "type": "system",
                "from": "96550000009",
                "system": {
                    "body": "User changed from 96550000001 to 96550000009",
                    "wa_id": "96550000009",
                    "type": "user_changed_number",
                },
            },
            Address("phone", "+96550000001"),
            (Address("phone", "+96550000009"),),
        ),
        (
            {
                "id": "wamid.1",
                "type": "system",
                "system": {"customer": "96550000001", "wa_id": "96550000009", "type": "customer_changed_number"},
            },
            Address("phone", "+96550000001"),
            (Address("phone", "+96550000009"),),
        ),
        (
            {
                "id": "wamid.1",
                "type": "system",
                "system": {"user_id": BSUID, "new_user_id": "KW.9", "type": "user_changed_user_id"},
            },
            Address("bsuid", BSUID),
            (Address("bsuid", "KW.9"),),
        ),
    ],
)
def test_a_changed_number_or_user_id_names_the_old_and_the_new(
    piece: dict[str, Any], old: Address, new: tuple[Address, ...]
) -> None:
    got = event(piece, ())
    assert (got.kind, got.address, got.also_known_as) == ("renamed", old, new)


def test_a_change_that_does_not_say_from_what_leaves_a_trace() -> None:
    piece = {"id": "wamid.1", "type": "system", "system": {"user_id": "MX.1", "type": "user_changed_user_id"}}
    assert event(piece, ()).status_reason == "system: user_changed_user_id without both"


@pytest.mark.parametrize("field", ["user_id_update", "user_id_updates"])
def test_user_ids_that_were_made_anew_are_renamings(field: str) -> None:
    pair = {"user_id": {"previous": BSUID, "current": "KW.9"}, "wa_id": PHONE, "timestamp": "1760000000"}
    (got,) = split(webhook({field: [pair, {"user_id": "KW.8"}]}, field=field))
    number, anew = Address("phone", "+96550000001"), Address("bsuid", "KW.9")
    assert (got.events[0].kind, got.events[0].also_known_as) == ("renamed", (number, anew))
    assert got.events[0].address == Address("bsuid", BSUID)  # surer than the number, which may have been another's
    assert json.loads(got.events[0].told) == {"formerly": [["phone", "+96550000001"]]}
    assert got.unreadable[0].reason == "no previous and current user id"


def test_a_new_telephone_behind_the_same_number_is_told_to_staff_without_the_number() -> None:
    got = event(message("system", {"type": "customer_identity_changed", "identity": "x", "wa_id": PHONE}))
    assert got.kind == "notice"
    assert PHONE not in got.told


# ---- people without a phone


def test_a_hidden_phone_leaves_the_user_id_as_the_address() -> None:
    contact = {"profile": {"username": "umm.sample"}, "user_id": BSUID}
    piece = {"from_user_id": BSUID, "id": "wamid.1", "type": "text", "text": {"body": "مرحبا"}}
    got = event(piece, (contact,))
    assert (got.address, got.also_known_as, got.profile_name) == (Address("bsuid", BSUID), (), "umm.sample")


def test_a_phone_and_a_user_id_are_known_as_one_person() -> None:
    got = event(message("text", {"body": "مرحبا"}, from_user_id=BSUID), ({**CONTACT, "user_id": BSUID},))
    assert (got.address, got.also_known_as) == (Address("phone", "+96550000001"), (Address("bsuid", BSUID),))


@pytest.mark.parametrize(
    "other",
    [
        {"wa_id": "96550000009", "profile": {"name": "س"}},
        {"wa_id": PHONE, "user_id": "KW.9", "profile": {"name": "س"}},
        {"user_id": "KW.9", "profile": {"name": "س"}},
    ],
)
def test_a_contact_that_names_somebody_else_is_not_the_sender(other: dict[str, Any]) -> None:
    got = event(message("text", {"body": "مرحبا"}, from_user_id=BSUID), (other,))
    assert (got.address, got.also_known_as, got.profile_name) == (
        Address("phone", "+96550000001"),
        (Address("bsuid", BSUID),),
        "",
    )


def test_in_a_batch_the_only_contact_is_nobodys_who_does_not_name_it() -> None:
    hidden = {"user_id": "KW.9", "profile": {"name": "س"}}
    words = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "٤"}}}
    theirs = {"id": "wamid.2", "from_user_id": "KW.9", "type": "text", "text": {"body": "مرحبا"}}
    for piece in (message("edit", words), message("revoke", words), message("text", {"body": "سلام"})):
        got = received(piece, theirs, contacts=(hidden,))
        assert [one.also_known_as for one in got.events] == [(), ()]
        status = {"id": "wamid.ours", "status": "sent", "recipient_user_id": "KW.9"}
        (beside,) = split(webhook({"messages": [piece], "statuses": [status], "contacts": [hidden]}))
        assert beside.events[0].also_known_as == ()


def test_a_user_id_where_the_phone_used_to_be_is_understood() -> None:
    piece = {**message("text", {"body": "مرحبا"}), "from": BSUID}
    assert event(piece, ()).address == Address("bsuid", BSUID)


def test_a_short_number_made_up_by_a_test_console_is_a_sender_too() -> None:
    piece = {**message("text", {"body": "مرحبا"}), "from": "5678"}
    assert event(piece, ()).address == Address("phone", "+5678")


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
    assert (told.status_reason, told.reply_to) == ("window_closed", "reminder:17:48h")


def test_a_status_of_a_person_without_phone_and_of_contacts_without_profile() -> None:
    (told,) = statuses({"id": "w", "status": "sent", "recipient_user_id": BSUID}, contacts=({"user_id": BSUID},)).events
    assert told.address == Address("bsuid", BSUID)
    (told,) = statuses({"id": "w", "status": "read"}, contacts=({"wa_id": PHONE},)).events
    assert told.address == Address("phone", "+96550000001")


def test_a_status_that_names_nobody_still_names_our_message() -> None:
    (told,) = statuses({"id": "wamid.ours", "status": "sent", "recipient_type": "group", "recipient_id": "G1"}).events
    assert (told.kind, told.external_id, told.address) == ("status", "wamid.ours", NOBODY)


def test_a_status_is_read_beside_what_it_cost_and_with_several_errors() -> None:
    beside = {"conversation": {"id": "c", "origin": {"type": "utility"}}, "pricing": {"billable": True, "type": "x"}}
    errors = [{"title": "without a code"}, {"code": 131026, "title": "Undeliverable"}, {"code": 131000}]
    piece = {"id": "wamid.ours", "status": "failed", "recipient_id": PHONE, "errors": errors, **beside}
    (told,) = statuses(piece).events
    assert (told.status, told.status_reason) == ("failed", "undeliverable: 131026")


def test_a_status_that_changes_nothing_leaves_a_trace() -> None:
    (trace,) = statuses({"id": "wamid.ours", "status": "warning", "recipient_id": PHONE}).events
    assert (trace.kind, trace.status_reason) == ("ignored", "status: warning")


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
    message("edit"),
    message("revoke", {}),
    message("system"),
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


# ---- what is told of the account


def account(field: str, value: Any, time: int = 1_760_000_000) -> bytes:
    entry = {"id": "2002", "time": time, "changes": [{"field": field, "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def told(field: str, value: Any) -> Told:
    (got,) = split(account(field, value))
    (notice,) = got.events
    assert (got.phone_number_id, got.waba_id, notice.kind, notice.address) == ("", "2002", "notice", NOBODY)
    assert notice.sent_at == 1_760_000_000.0
    return told_from_json(notice.told)


TEMPLATE = {
    "message_template_id": 8063,
    "message_template_name": "reminder",
    "message_template_language": "ar",
}


@pytest.mark.parametrize(
    ("field", "value", "about", "event", "asks"),
    [
        (
            "message_template_status_update",
            {**TEMPLATE, "event": "APPROVED", "reason": "NONE"},
            "template",
            "APPROVED",
            False,
        ),
        ("message_template_status_update", {**TEMPLATE, "event": "PAUSED"}, "template", "PAUSED", True),
        ("message_template_quality_update", {**TEMPLATE, "new_quality_score": "RED"}, "template", "RED", True),
        ("message_template_quality_update", {**TEMPLATE, "new_quality_score": "GREEN"}, "template", "GREEN", False),
        ("template_category_update", {**TEMPLATE, "new_category": "MARKETING"}, "template", "MARKETING", True),
        ("message_template_components_update", {**TEMPLATE, "message_template_element": "x"}, "template", "", False),
        (
            "phone_number_quality_update",
            {"display_phone_number": "1555", "event": "FLAGGED"},
            "number",
            "FLAGGED",
            True,
        ),
        (
            "phone_number_quality_update",
            {"display_phone_number": "1555", "event": "UPGRADE"},
            "number",
            "UPGRADE",
            False,
        ),
        ("phone_number_name_update", {"decision": "REJECTED"}, "number", "REJECTED", True),
        (
            "account_update",
            {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"x": "y"}]},
            "account",
            "ACCOUNT_RESTRICTION",
            True,
        ),
        ("account_alerts", {"alert_severity": "CRITICAL", "alert_type": "LIMIT"}, "account", "LIMIT", True),
        (
            "account_alerts",
            {"alert_severity": "INFORMATIONAL", "alert_type": "OBA_APPROVED"},
            "account",
            "OBA_APPROVED",
            False,
        ),
        ("account_review_update", {"decision": "APPROVED"}, "account", "APPROVED", False),
        ("business_capability_update", {"max_daily_conversations_per_business": 2000}, "limit", "", False),
        ("security", {"event": "PIN_CHANGED", "requester": "1"}, "security", "PIN_CHANGED", True),
        (
            "flows",
            {"event": "ENDPOINT_ERROR_RATE", "flow_id": "7", "alert_state": "ACTIVATED"},
            "flow",
            "ENDPOINT_ERROR_RATE",
            True,
        ),
        (
            "flows",
            {"event": "FLOW_STATUS_CHANGE", "flow_id": "7", "new_status": "PUBLISHED"},
            "flow",
            "FLOW_STATUS_CHANGE",
            False,
        ),
        ("field_of_next_year", {"event": "X", "secret": "كلام أسرة"}, "other", "X", False),
    ],
)
def test_news_of_the_account_are_for_staff(field: str, value: Any, about: str, event: str, asks: bool) -> None:
    got = told(field, value)
    assert (got.about, got.event, got.asks) == (about, event, asks)
    assert "كلام أسرة" not in json.dumps(dict(got.facts), ensure_ascii=False)


def test_news_of_a_template_say_what_changed() -> None:
    got = told("message_template_status_update", {**TEMPLATE, "event": "REJECTED", "reason": "INVALID_FORMAT"})
    assert got.subject == "reminder ar"
    expected = {"name": "reminder", "language": "ar", "status": "REJECTED", "reason": "INVALID_FORMAT"}
    assert expected.items() <= got.facts.items()
    moved = {
        **TEMPLATE,
        "message_template_language": "en-US",
        "previous_category": "UTILITY",
        "new_category": "MARKETING",
    }
    assert {"language": "en_US", "category": "MARKETING"}.items() <= told(
        "template_category_update", moved
    ).facts.items()


def test_the_same_news_again_are_the_same_event_and_later_ones_are_not() -> None:
    value = {**TEMPLATE, "event": "PAUSED"}
    bodies = [account("message_template_status_update", value, time) for time in (1, 1, 2)]
    names = [split(body)[0].events[0].external_id for body in bodies]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize("field", sorted(PASSED_OVER))
def test_what_was_said_to_others_leaves_a_trace_and_nothing_of_it(field: str) -> None:
    (got,) = split(webhook({"message_echoes": [{"text": {"body": "كلام"}}], "calls": [{"id": "c"}]}, field=field))
    (trace,) = got.events
    assert (trace.kind, trace.status_reason, trace.told, got.phone_number_id) == ("ignored", field, "", "1001")


def test_an_error_of_no_message_is_a_notice_beside_the_rest() -> None:
    body = webhook(
        {"errors": [{"code": 130429, "title": "Rate limit hit"}], "messages": [message("text", {"body": "أ"})]}
    )
    (got,) = split(body)
    assert [one.kind for one in got.events] == ["message", "notice"]
    assert told_from_json(got.events[1].told).subject == "error 130429"


def test_a_change_with_nothing_in_it_leaves_a_trace() -> None:
    (got,) = split(webhook({}))
    assert [one.kind for one in got.events] == ["ignored"]


def test_stopping_campaigns_is_a_preference() -> None:
    about = {"wa_id": PHONE, "category": "marketing_messages", "timestamp": 1_760_000_000}
    pieces = [
        {**about, "value": "stop"},
        {**about, "value": "resume"},
        {"value": "stop"},
        {"user_id": BSUID, "value": "stop"},
        {"user_id": BSUID, "value": "signup", "signup_id": "1"},
    ]
    (got,) = split(webhook({"user_preferences": pieces}, field="user_preferences"))
    assert [(one.kind, one.address.value, one.status) for one in got.events] == [
        ("preference", "+96550000001", "stop"),
        ("preference", "+96550000001", "resume"),
        ("preference", BSUID, "stop"),
        ("preference", BSUID, "resume"),
    ]
    assert len({one.external_id for one in got.events}) == 4
    assert got.unreadable[0].reason == "no sender"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


KNOWN = (
    "text interactive location contacts image button edit revoke system reaction order nfm_reply type id body".split()
)


@given(
    st.dictionaries(
        st.sampled_from("from from_user_id id type timestamp group_id context referral errors".split() + KNOWN),
        JSON | st.sampled_from([*KNOWN, PHONE, BSUID, {"type": "nfm_reply"}, {"original_message_id": "wamid.0"}]),
    )
)
def test_no_message_whatever_takes_the_rest_with_it(piece: dict[str, Any]) -> None:
    good = message("text", {"body": "سليمة"})
    (got,) = split(webhook({"messages": [piece, good], "contacts": [CONTACT]}))
    assert got.events[-1].content == Content(text="سليمة")
    assert len(got.events) + len(got.unreadable) == 2
    for each in got.events:
        assert from_json(to_json(each)) == each


@given(JSON, JSON, st.sampled_from(["contacts", "statuses", "errors", "metadata_of_next_year", "user_preferences"]))
def test_no_neighbour_whatever_hides_a_message(value: Any, other: Any, name: str) -> None:
    payload = json.loads(webhook({"messages": [message("text", {"body": "سليمة"})], name: value}))
    payload["entry"] += [other]
    payload["entry"][0]["changes"] += [other]
    kept = [one for got in split(json.dumps(payload).encode()) for one in got.events if one.content.text == "سليمة"]
    assert len(kept) == 1


@given(
    st.sampled_from(["account_update", "flows", "user_id_update", "user_preferences", "calls", "security"]) | st.text(),
    JSON,
)
def test_every_change_whatever_is_an_event_or_is_kept_with_its_reason(field: str, value: Any) -> None:
    (got,) = split(account(field, value))
    assert len(got.events) + len(got.unreadable) >= 1
    for each in got.events:
        assert from_json(to_json(each)) == each
