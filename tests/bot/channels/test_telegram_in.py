"""Every kind of Telegram update is read, ignored or refused; none of them stops anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.failures import UnreadablePayload
from bot.channels.telegram_in import check_secret, read_update, warm_up
from referrals.inbound import Address, Content, Inbound, MediaRef

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


@pytest.mark.parametrize(
    "payload",
    [
        {"update_id": 1},
        {"update_id": 1, "update_type_of_next_year": {"x": 1}},
        {"update_id": 1, "edited_message": message(text="تصحيح")["message"]},
        {"update_id": 1, "channel_post": message(text="منشور")["message"]},
        message(text="في مجموعة", chat={"id": -100, "type": "supergroup", "title": "مجموعة"}),
        message(text="روبوت", **{"from": {**PERSON, "is_bot": True}}),
        message(message_auto_delete_timer_changed={"message_auto_delete_time": 60}),
        message(pinned_message={"message_id": 3, "date": 1, "chat": CHAT, "text": "س"}),
        {"update_id": 1, "poll_answer": {"poll_id": "1", "user": PERSON, "option_ids": [0]}},
        {"update_id": 1, "callback_query": {"id": "c", "from": PERSON, "chat_instance": "1", "game_short_name": "g"}},
        {
            "update_id": 1,
            "my_chat_member": {
                "chat": CHAT,
                "from": PERSON,
                "date": 1,
                "old_chat_member": {"status": "member", "user": PERSON},
                "new_chat_member": {"status": "kicked", "user": PERSON, "until_date": 0},
            },
        },
    ],
)
def test_what_nobody_said_to_us_is_no_event(payload: dict[str, Any]) -> None:
    assert read_update(payload) == ()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"message": {}},
        {"update_id": "x"},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"message_id": 1}},
        message(location={"latitude": "north", "longitude": 1}),
        message(date=10**30),
        message(photo=[{"width": 1}]),
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
FIELDS = [
    "text",
    "chat",
    "from",
    "date",
    "location",
    "contact",
    "photo",
    "voice",
    "document",
    "reply_to_message",
    "caption",
]


@settings(deadline=None)  # the first example waits for aiogram to load
@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_update_whatever_does_more_than_be_refused(content: dict[str, Any]) -> None:
    warm_up()
    try:
        events = read_update(message(**content))
    except UnreadablePayload:
        return
    assert len(events) <= 1
