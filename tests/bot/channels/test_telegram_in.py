"""Every kind of Telegram update is read, ignored or refused; none of them stops anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.failures import UnreadablePayload
from bot.channels.telegram_in import UPDATES, check_secret, read_update, warm_up
from referrals.conversations.inbox.stored_events import from_json, to_json
from referrals.inbound import NOBODY, Address, Content, Inbound, MediaRef

PERSON = {"id": 70001, "is_bot": False, "first_name": "أم عيّنة", "last_name": "س"}
CHAT = {"id": 70001, "type": "private", "first_name": "أم عيّنة"}
FILE = {"file_id": "F1", "file_unique_id": "u1"}


def message(**content: Any) -> dict[str, Any]:
    return {
        "update_id": 501,
        "message": {"message_id": 9, "date": 1_760_000_000, "from": PERSON, "chat": CHAT, **content},
    }


def one(payload: dict[str, Any]) -> Inbound:
    (event,) = read_update(payload)
    return event


def said(**content: Any) -> Content:
    return one(message(**content)).content


def test_a_typed_message_is_named_by_its_update() -> None:
    event = one(message(text="السلام عليكم"))
    assert event == Inbound(
        "message",
        "501",
        Address("telegram", "70001"),
        Content(text="السلام عليكم"),
        profile_name="أم عيّنة س",
        sent_at=1_760_000_000.0,
        said_as="9",
    )


@pytest.mark.parametrize(
    ("text", "start"), [("/start", ""), ("/start kuwait", "kuwait"), ("/start@sanad_bot qena-7", "qena-7")]
)
def test_a_deep_link_is_read_with_its_parameter(text: str, start: str) -> None:
    assert said(text=text) == Content(text="/start", start=start)


def test_a_word_that_only_begins_like_start_is_text() -> None:
    assert said(text="/starter x") == Content(text="/starter x")


def test_an_answer_to_a_message_names_it() -> None:
    answered = {"message_id": 4, "date": 1, "chat": CHAT, "text": "سؤال"}
    assert one(message(text="نعم", reply_to_message=answered)).reply_to == "4"


def test_a_tap_carries_the_choice_and_the_message_it_stood_under() -> None:
    query = {"id": "cb1", "from": PERSON, "chat_instance": "1", "data": "q3:yes"}
    under = {"message_id": 7, "date": 1, "chat": CHAT, "text": "س"}
    event = one({"update_id": 502, "callback_query": {**query, "message": under}})
    assert (event.kind, event.external_id, event.content.choice, event.reply_to) == ("tap", "cb1", "q3:yes", "7")


def test_a_tap_under_a_message_that_telegram_no_longer_shows_is_read_too() -> None:
    query = {"id": "cb1", "from": PERSON, "chat_instance": "1", "data": "q3:yes"}
    gone = {"message_id": 7, "date": 0, "chat": CHAT}
    assert one({"update_id": 502, "callback_query": {**query, "message": gone}}).reply_to == "7"
    assert one({"update_id": 502, "callback_query": query}).reply_to == ""


def test_a_place_carries_its_accuracy() -> None:
    assert said(location={"latitude": 26.16, "longitude": 32.71}).point == (26.16, 32.71, 0.0)
    place = {"latitude": 26.16, "longitude": 32.71, "horizontal_accuracy": 35.5}
    venue = {"location": place, "title": "مركز", "address": "قنا"}
    assert said(location=place, venue=venue).point == (26.16, 32.71, 35.5)


def test_only_the_persons_own_contact_is_their_phone() -> None:
    card = {"phone_number": "+96550000001", "first_name": "عيّنة"}
    assert said(contact={**card, "user_id": 70001}) == Content(contact_phone="+96550000001")
    another = Content(card_phone="+96550000001", card_name="عيّنة")
    assert said(contact={**card, "user_id": 70002}) == another
    assert said(contact=card) == another


def test_a_sticker_carries_its_emoji_and_the_pieces_of_an_album_know_each_other() -> None:
    sticker = {**FILE, "file_id": "s", "width": 9, "height": 9, "type": "regular", "emoji": "👍"}
    sticker |= {"is_animated": False, "is_video": False}
    assert said(sticker=sticker) == Content(text="👍", media=MediaRef("sticker", "s"))
    photo = [{**FILE, "file_id": "p", "width": 90, "height": 90}]
    assert said(photo=photo, media_group_id="77").media == MediaRef("image", "p", "image/jpeg", album="77")


def test_the_largest_size_of_a_photo_is_kept_with_its_caption() -> None:
    sizes = [
        {**FILE, "file_id": name, "width": side, "height": side} for name, side in [("s", 90), ("l", 900), ("m", 320)]
    ]
    assert said(photo=sizes, caption="البطاقة") == Content(text="البطاقة", media=MediaRef("image", "l", "image/jpeg"))


@pytest.mark.parametrize(
    ("content", "media"),
    [
        ({"voice": {**FILE, "duration": 3}}, MediaRef("audio", "F1", "audio/ogg")),
        ({"audio": {**FILE, "duration": 3, "mime_type": "audio/mpeg"}}, MediaRef("audio", "F1", "audio/mpeg")),
        ({"video": {**FILE, "width": 1, "height": 1, "duration": 1}}, MediaRef("video", "F1")),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, MediaRef("video", "F1", "video/mp4")),
        (
            {"document": {**FILE, "mime_type": "application/pdf", "file_name": "ورقة.pdf", "file_size": 7}},
            MediaRef("file", "F1", "application/pdf", "ورقة.pdf", 7),
        ),
        (
            {"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
            MediaRef("sticker", "F1"),
        ),
        (
            {"animation": {**FILE, "width": 1, "height": 1, "duration": 1}, "document": FILE},
            MediaRef("video", "F1"),
        ),
    ],
)
def test_every_kind_of_file_is_read(content: dict[str, Any], media: MediaRef) -> None:
    assert said(**content) == Content(media=media)


@pytest.mark.parametrize("content", [{"dice": {"emoji": "🎲", "value": 3}}, {"kind_of_next_year": {"a": 1}}])
def test_something_said_that_nobody_can_read_comes_as_blank(content: dict[str, Any]) -> None:
    assert said(**content) == Content()


# ---- what is not said by a person in private: a trace of it, and nothing of its content


MEMBER = {"status": "member", "user": PERSON}
CHANGED = {"chat": CHAT, "from": PERSON, "date": 1_760_000_000, "old_chat_member": MEMBER}
GROUP = {"id": -100, "type": "supergroup", "title": "مجموعة"}
QUERY = {"id": "c", "from": PERSON, "chat_instance": "1"}


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ({"update_id": 501}, "nothing"),
        ({"update_id": 501, "update_type_of_next_year": {"x": 1}}, "update_type_of_next_year"),
        ({"update_id": 501, "channel_post": message(text="منشور")["message"]}, "channel_post"),
        (message(text="في مجموعة", chat=GROUP), "message: supergroup"),
        (message(text="روبوت", **{"from": {**PERSON, "is_bot": True}}), "message: bot"),
        (
            message(message_auto_delete_timer_changed={"message_auto_delete_time": 60}),
            "message: message_auto_delete_timer_changed",
        ),
        (
            message(pinned_message={"message_id": 3, "date": 1, "chat": CHAT, "text": "س"}),
            "message: pinned_message",
        ),
        (message(successful_payment={"currency": "XTR"}), "message: successful_payment"),
        (message(new_chat_members=[PERSON], chat=GROUP), "message: supergroup"),
        (
            {"update_id": 501, "my_chat_member": {**CHANGED, "chat": GROUP, "new_chat_member": MEMBER}},
            "my_chat_member: supergroup",
        ),
        (
            {"update_id": 501, "edited_message": message(location={"latitude": 26.1, "longitude": 32.7})["message"]},
            "edited_message: location",
        ),
    ],
)
def test_what_nobody_said_to_us_leaves_a_trace(payload: dict[str, Any], name: str) -> None:
    assert one(payload) == Inbound("ignored", "501", NOBODY, status_reason=name)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"game_short_name": "g"}, "callback_query: no data"),
        ({"data": "x", "message": {"message_id": 1, "date": 1, "chat": GROUP}}, "callback_query: supergroup"),
    ],
)
def test_a_tap_that_is_not_for_us_is_named_by_its_query_so_that_it_is_acknowledged(
    query: dict[str, Any], name: str
) -> None:
    assert one({"update_id": 1, "callback_query": {**QUERY, **query}}) == Inbound(
        "ignored", "c", NOBODY, status_reason=name
    )


def test_every_field_of_an_update_is_read_or_leaves_a_trace() -> None:
    from aiogram.types import Update

    unused = sorted(set(Update.model_fields) - {"update_id", *UPDATES})
    assert len(unused) > 20
    for name in unused:
        pieces: list[Any] = [{"id": "1", "سر": "لا يبقى"}, [], "text", 5]
        for piece in pieces:
            assert one({"update_id": 7, name: piece}) == Inbound("ignored", "7", NOBODY, status_reason=name)


def test_a_message_is_read_beside_fields_that_nobody_knows() -> None:
    assert one({**message(text="نعم"), "field_of_next_year": {"x": 1}}).content == Content(text="نعم")
    strange = {"forward_origin": {"type": "of_next_year"}, "reply_markup": 5, "external_reply": "x", "via_bot": []}
    assert said(text="نعم", **strange) == Content(text="نعم")
    assert said(photo=[{**FILE, "width": 9, "height": 9}], reply_to_message="x").media is not None


# ---- edits, blocks, groups that move


def test_an_edit_names_the_message_and_each_edit_counts_once() -> None:
    edit = message(text="٤", edit_date=1_760_000_050)["message"]
    first, second = one({"update_id": 601, "edited_message": edit}), one({"update_id": 602, "edited_message": edit})
    assert (first.kind, first.content, first.revises, first.sent_at) == (
        "edit",
        Content(text="٤"),
        "9",
        1_760_000_050.0,
    )
    assert first.revises == one(message(text="٣")).said_as
    assert first.address == Address("telegram", "70001")
    assert first.external_id != second.external_id


@pytest.mark.parametrize(
    ("now", "status"),
    [("kicked", "blocked"), ("left", "blocked"), ("member", "unblocked"), ("status_of_next_year", "unblocked")],
)
def test_who_blocks_or_takes_us_back_is_known(now: str, status: str) -> None:
    changed = {**CHANGED, "new_chat_member": {"status": now, "user": PERSON}}
    event = one({"update_id": 603, "my_chat_member": changed})
    assert (event.kind, event.external_id, event.status, event.address, event.sent_at) == (
        "presence",
        "603",
        status,
        Address("telegram", "70001"),
        1_760_000_000.0,
    )


def test_a_group_that_became_a_supergroup_is_known_by_both_ids() -> None:
    small = {"id": -4001, "type": "group", "title": "مجموعة"}
    old = one(message(migrate_to_chat_id=-1002003004005, chat=small))
    new = one(message(migrate_from_chat_id=-4001, chat={**GROUP, "id": -1002003004005}))
    assert old.kind == new.kind == "renamed"
    assert old.address == new.address == Address("telegram", "-4001")
    assert old.also_known_as == new.also_known_as == (Address("telegram", "-1002003004005"),)


def test_ids_beyond_thirty_two_and_fifty_two_bits_are_kept_whole() -> None:
    person = {**PERSON, "id": 2**52 + 1}
    payload = {"update_id": 2**40, "message": {**message(text="نعم")["message"], "from": person, "message_id": 2**33}}
    event = one(payload)
    assert (event.external_id, event.address.value, event.said_as) == (str(2**40), str(2**52 + 1), str(2**33))


def test_what_a_web_app_sends_is_a_form_where_it_is_an_object() -> None:
    sent = {"data": '{"children": 3}', "button_text": "النموذج"}
    assert said(web_app_data=sent) == Content(form_reply='{"children":3}', form_name="النموذج")
    for data in ("كلام", "[1]", "{" * 5000):
        assert said(web_app_data={**sent, "data": data}) == Content(text=data)


def test_a_message_whose_sender_is_not_named_is_of_the_person_of_the_chat() -> None:
    payload = message(text="نعم")
    del payload["message"]["from"]
    assert one(payload).address == Address("telegram", "70001")
    photo = {**payload["message"], "photo": [{**FILE, "width": 9, "height": 9}]}
    assert one({"update_id": 1, "message": photo}).address == Address("telegram", "70001")


@pytest.mark.parametrize(
    "content",
    [
        {"location": {"latitude": "north", "longitude": 1}},
        {"photo": [{"width": 1}]},
        {"voice": {"file_id": 5}},
        {"text": 5},
        {"contact": {}},
    ],
)
def test_a_person_who_said_what_nobody_documents_hears_that_it_was_not_understood(content: dict[str, Any]) -> None:
    event = one(message(**content))
    assert (event.kind, event.address, event.content) == ("message", Address("telegram", "70001"), Content())
    in_a_group = {**content, "chat": {"id": -5, "type": "group", "title": "س"}}
    assert one(message(**in_a_group)).kind == "ignored"


def test_a_named_place_is_where_it_lies() -> None:
    place = {"title": "ت", "address": "ع", "location": {"latitude": 29.3, "longitude": 47.9}}
    assert said(venue=place).point == (29.3, 47.9, 0.0)


def test_updates_as_they_once_were_are_read() -> None:
    person = {"id": 70001, "last_name": "س", "username": "sample"}
    assert one(message(**{"from": person}, text="/start")).content.text == "/start"
    tapped = {"id": "c1", "from": person, "inline_message_id": "i1", "data": "d:menu"}
    assert one({"update_id": 1, "callback_query": tapped}).content == Content(choice="d:menu")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"message": {}},
        {"update_id": "x"},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"message_id": 1}},
        message(date=10**30),
        message(date=10**30, location={"latitude": "north", "longitude": 1}),
        message(photo=[{"width": 1}], chat={"type": "private"}),
        {"update_id": 1, "callback_query": {"id": 1}},
    ],
)
def test_a_malformed_update_is_refused_with_its_reason_and_without_its_content(payload: dict[str, Any]) -> None:
    with pytest.raises(UnreadablePayload) as refused:
        read_update(payload)
    assert refused.value.reason.startswith("not an update")
    assert "north" not in refused.value.reason


def test_what_no_database_can_store_is_replaced() -> None:
    assert said(text="أ\x00ب\ud83d") == Content(text="أ\ufffdب\ufffd")


def test_the_webhook_secret_is_compared_and_never_blank() -> None:
    assert check_secret("s3cret", "s3cret")
    assert not check_secret("s3cret", "other")
    assert not check_secret("s3cret", None)
    assert not check_secret("", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = """text chat from date location contact photo voice document reply_to_message caption message_id edit_date
migrate_to_chat_id web_app_data live_photo sticker media_group_id kind_of_next_year""".split()
TELLING = st.sampled_from(
    ["private", "supergroup", "kicked", "member", 1_760_000_000, -1, 2**70, PERSON, CHAT, "/start x"]
)


@settings(deadline=None)  # the first example waits for aiogram to load
@given(st.sampled_from(["message", "edited_message"]), st.dictionaries(st.sampled_from(FIELDS), JSON | TELLING))
def test_no_message_whatever_does_more_than_be_refused(field: str, content: dict[str, Any]) -> None:
    warm_up()
    try:
        (event,) = read_update({"update_id": 1, field: message(**content)["message"]})
    except UnreadablePayload as refused:
        assert refused.reason.startswith("not an update") and len(refused.reason) < 200
        return
    assert event.kind in ("message", "edit", "renamed", "ignored")
    assert from_json(to_json(event)) == event


@settings(deadline=None)
@given(
    st.sampled_from(["callback_query", "my_chat_member"]),
    st.dictionaries(
        st.sampled_from("id from chat_instance data message chat date new_chat_member".split()), JSON | TELLING
    ),
)
def test_no_tap_and_no_membership_whatever_does_more_than_be_refused(field: str, content: dict[str, Any]) -> None:
    warm_up()
    try:
        (event,) = read_update({"update_id": 1, field: {**CHANGED, **QUERY, "new_chat_member": MEMBER, **content}})
    except UnreadablePayload:
        return
    assert event.kind in ("tap", "presence", "ignored")


@given(st.dictionaries(st.sampled_from(["update_id", *UPDATES, "poll", "x"]) | st.text(max_size=9), JSON))
def test_no_update_whatever_does_more_than_be_refused(payload: dict[str, Any]) -> None:
    try:
        (event,) = read_update(payload)
    except UnreadablePayload:
        return
    assert event.external_id
