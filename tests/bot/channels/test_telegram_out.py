"""Messages reach a Bot API over real HTTP, and each way of failing is told apart."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest
from telegram.error import RetryAfter, TimedOut

from bot.channels.failures import DeliveryFailed, FetchFailed
from bot.channels.fitting import Fitted, fit, grouped
from bot.channels.telegram_errors import delivery_failure
from bot.channels.telegram_keyboards import rows_of
from bot.channels.telegram_out import COMMANDS, TelegramSender
from dialogs.understanding import read_intent
from referrals.inbound import Address
from referrals.messages import TELEGRAM, WHATSAPP, Choice, MediaIntent, Message
from tests.platforms.bot_api import TOKEN, BotApi
from tests.platforms.local_server import Fault
from tests.platforms.telegram_family import TelegramFamily

T = TypeVar("T")
PNG = b"\x89PNG sample"


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def family(api: BotApi) -> TelegramFamily:
    return api.family("أم عيّنة")


def sending(base: str, work: Callable[[TelegramSender], Awaitable[T]], token: str = TOKEN) -> T:
    async def run() -> T:
        sender = TelegramSender(token, base)
        try:
            return await work(sender)
        finally:
            await sender.close()

    return asyncio.run(run())


def send(api: BotApi, family: TelegramFamily, message: Message) -> list[str]:
    async def work(sender: TelegramSender) -> list[str]:
        address = Address("telegram", str(family.user_id))
        sent = [await sender.send(address, piece) for piece in fit(message, TELEGRAM)]
        return [external_id for one in sent for external_id in one.external_ids]

    return sending(api.url, work)


def failing(base: str, family: TelegramFamily, token: str = TOKEN) -> DeliveryFailed:
    async def work(sender: TelegramSender) -> None:
        await sender.send(Address("telegram", str(family.user_id)), Fitted("مرحبا"))

    with pytest.raises(DeliveryFailed) as failed:
        sending(base, work, token)
    assert TOKEN not in failed.value.reason
    return failed.value


def test_a_text_arrives_and_its_id_comes_back(api: BotApi, family: TelegramFamily) -> None:
    (external_id,) = send(api, family, Message("أهلاً بكم"))
    assert family.heard == ["أهلاً بكم"]
    assert external_id == str(family.shown[0].message_id)


def test_choices_are_buttons_one_a_row_and_a_pair_starts_at_the_right(api: BotApi, family: TelegramFamily) -> None:
    send(api, family, Message("ما احتياجكم؟", (Choice("a", "غذاء"), Choice("b", "دواء"), Choice("c", "إيجار"))))
    assert [[b["text"] for b in row] for row in family.shown[0].buttons] == [["غذاء"], ["دواء"], ["إيجار"]]
    send(api, family, Message("موافقون؟", (Choice("y", "نعم"), Choice("n", "لا"))))
    assert [[b["text"] for b in row] for row in family.shown[1].buttons] == [["لا", "نعم"]]


def test_a_pair_starts_at_the_left_in_english() -> None:
    pair = (Choice("y", "Yes"), Choice("n", "No"))
    assert rows_of(pair, right_to_left=False) == [list(pair)]
    assert rows_of((Choice("a", "a" * 30), Choice("b", "b")), right_to_left=True) == [
        [Choice("a", "a" * 30)],
        [Choice("b", "b")],
    ]


def test_a_place_and_a_phone_are_asked_for_with_their_own_buttons(api: BotApi, family: TelegramFamily) -> None:
    send(api, family, Message("أين تسكنون؟", ask="location"))
    send(api, family, Message("ما رقمكم؟", ask="contact"))
    place, phone = (shown.buttons[0][0] for shown in family.shown)
    assert place["request_location"] is True and phone["request_contact"] is True
    send(api, family, Message("شكراً لكم"))
    assert family.shown[2].markup == {"remove_keyboard": True}


def test_a_card_is_uploaded_with_its_caption(api: BotApi, family: TelegramFamily) -> None:
    (piece,) = fit(Message("موعدكم", media=(MediaIntent("stored"),)), TELEGRAM)
    address = Address("telegram", str(family.user_id))
    sending(api.url, lambda sender: sender.send(address, piece.with_file(PNG)))
    assert (family.shown[0].photo, family.heard) == (PNG, ["موعدكم"])
    sending(api.url, lambda sender: sender.send(address, piece.with_file(b"%PDF", "application/pdf", "a.pdf")))
    assert family.shown[1].method == "sendDocument"


def test_a_toggle_changes_the_message_and_the_same_again_is_fine(api: BotApi, family: TelegramFamily) -> None:
    (external_id,) = send(
        api, family, Message("اختاروا", (Choice("a", "غذاء"), Choice("b", "دواء"), Choice("c", "تم")))
    )
    (ticked,) = fit(Message("اختاروا", (Choice("a", "✓ غذاء"), Choice("b", "دواء"), Choice("c", "تم"))), TELEGRAM)

    async def twice(sender: TelegramSender) -> None:
        for _ in range(2):
            await sender.edit(Address("telegram", str(family.user_id)), external_id, ticked)

    sending(api.url, twice)
    assert family.shown[0].labels[0] == "✓ غذاء"


@pytest.mark.parametrize(
    ("content_type", "method"),
    [("audio/ogg", "sendVoice"), ("audio/mpeg", "sendAudio"), ("video/mp4", "sendVideo"), ("image/jpeg", "sendPhoto")],
)
def test_an_authors_file_is_played_in_the_chat(
    api: BotApi, family: TelegramFamily, content_type: str, method: str
) -> None:
    piece = Fitted(media=MediaIntent("attachment")).with_file(b"bytes", content_type, "question.bin")
    sending(api.url, lambda sender: sender.send(Address("telegram", str(family.user_id)), piece))
    assert (family.shown[0].method, family.shown[0].photo) == (method, b"bytes")


def test_what_takes_the_place_of_a_message_does_so(api: BotApi, family: TelegramFamily) -> None:
    (first,) = send(api, family, Message("اختاروا", (Choice("a", "غذاء"), Choice("b", "دواء"))))
    (second,) = send(api, family, Message("اختاروا", (Choice("a", "✓ غذاء"), Choice("b", "دواء")), edits=first))
    assert (second, len(family.shown)) == (first, 1)
    assert "✓ غذاء" in family.shown[0].labels


def test_what_can_no_longer_be_changed_is_sent_anew(api: BotApi, family: TelegramFamily) -> None:
    (sent,) = send(api, family, Message("اختاروا", (Choice("a", "✓ غذاء"),), edits="987654"))
    assert sent == str(family.shown[0].message_id)
    (again,) = send(api, family, Message("اختاروا", (Choice("a", "غذاء"),), edits="no number"))
    assert again == str(family.shown[1].message_id)


def test_an_edit_that_is_refused_for_now_is_tried_again(api: BotApi, family: TelegramFamily) -> None:
    (first,) = send(api, family, Message("اختاروا", (Choice("a", "غذاء"),)))
    api.fail_next("editMessageText", Fault("status", 500))
    with pytest.raises(DeliveryFailed) as failed:
        send(api, family, Message("اختاروا", (Choice("a", "✓ غذاء"),), edits=first))
    assert not failed.value.permanent
    assert len(family.shown) == 1


def test_numbers_stand_five_in_a_row_and_the_ways_between_pages_side_by_side() -> None:
    numbers = [Choice(f"q:{n}", n) for n in ("١", "✓ ٢", "٣", "٤", "٥", "٦")]
    turning = [Choice("d:interview:page:0", "الإجابات السابقة"), Choice("d:interview:page:2", "إجابات أخرى")]
    rows = rows_of((*numbers, Choice("q:done", "هذا كل شيء"), *turning), right_to_left=True)
    assert [[choice.label for choice in row] for row in rows] == [
        ["٥", "٤", "٣", "✓ ٢", "١"],
        ["٦"],
        ["هذا كل شيء"],
        ["إجابات أخرى", "الإجابات السابقة"],
    ]


def test_a_tap_is_answered_and_an_old_one_harms_nobody(api: BotApi, family: TelegramFamily) -> None:
    send(api, family, Message("موافقون؟", (Choice("y", "نعم"), Choice("n", "لا"))))
    family.tap("نعم")
    callback_id = api.updates[-1]["callback_query"]["id"]
    assert sending(api.url, lambda sender: sender.answer_callback(callback_id, "وصل"))
    assert not sending(api.url, lambda sender: sender.answer_callback("older-than-this-server"))


def test_the_webhook_is_registered_with_its_secret_and_can_be_removed(api: BotApi) -> None:
    sending(api.url, lambda sender: sender.set_webhook("https://sanad.example/webhooks/telegram", "s3cret"))
    assert api.webhook["secret_token"] == "s3cret"
    assert api.webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    sending(api.url, lambda sender: sender.delete_webhook())
    assert api.webhook == {}


def test_a_file_of_a_family_is_fetched(api: BotApi, family: TelegramFamily) -> None:
    family.send_photo(b"jpeg bytes")
    file_id = api.updates[-1]["message"]["photo"][-1]["file_id"]
    assert sending(api.url, lambda sender: sender.fetch_file(file_id)) == b"jpeg bytes"
    with pytest.raises(FetchFailed) as failed:
        sending(api.url, lambda sender: sender.fetch_file("nobody-sent-this"))
    assert failed.value.permanent


# ---- failures


def test_a_blocked_bot_and_an_unknown_chat_fail_for_good(api: BotApi, family: TelegramFamily) -> None:
    family.block()
    assert failing(api.url, family).permanent
    api.fail_next("sendMessage", Fault("status", 400, {"ok": False, "description": "Bad Request: chat not found"}))
    assert failing(api.url, api.family()).permanent


def test_a_flood_says_how_long_to_wait(api: BotApi, family: TelegramFamily) -> None:
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 7}}
    api.fail_next("sendMessage", Fault("status", 429, body))
    failure = failing(api.url, family)
    assert (failure.retry_after, failure.permanent, failure.uncertain) == (7.0, False, False)


def test_a_server_error_is_tried_again(api: BotApi, family: TelegramFamily) -> None:
    api.fail_next("sendMessage", Fault("status", 500))
    failure = failing(api.url, family)
    assert (failure.permanent, failure.uncertain) == (False, False)


@pytest.mark.parametrize("kind", ["reset_after_commit", "garbage_after_commit"])
def test_a_lost_answer_is_uncertain_though_the_message_arrived(api: BotApi, family: TelegramFamily, kind: str) -> None:
    api.fail_next(
        "sendMessage", Fault("reset_after_commit" if kind == "reset_after_commit" else "garbage_after_commit")
    )
    failure = failing(api.url, family)
    assert (failure.permanent, failure.uncertain, family.heard) == (False, True, ["مرحبا"])


def test_an_unreachable_platform_is_tried_again_and_is_certain(family: TelegramFamily) -> None:
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        failure = failing(f"http://127.0.0.1:{taken.getsockname()[1]}", family)
    assert (failure.permanent, failure.uncertain) == (False, False)


def test_a_wrong_token_is_the_operators_to_mend(api: BotApi, family: TelegramFamily) -> None:
    failure = failing(api.url, family, token="7654321:wrong")
    assert (failure.permanent, failure.reason) == (False, "token_refused")
    assert failure.retry_after


def test_too_long_a_text_is_refused_for_good(api: BotApi, family: TelegramFamily) -> None:
    async def work(sender: TelegramSender) -> None:
        await sender.send(Address("telegram", str(family.user_id)), Fitted("أ" * 5000))

    with pytest.raises(DeliveryFailed, match="too long") as failed:
        sending(api.url, work)
    assert failed.value.permanent


# ---- what else is shown


def at(family: TelegramFamily) -> Address:
    return Address("telegram", str(family.user_id))


def test_pictures_that_belong_together_are_one_album(api: BotApi, family: TelegramFamily) -> None:
    pictures = tuple(MediaIntent("stored", {"media_id": number}) for number in range(3))
    pieces = fit(Message("هذه صوركم", media=pictures), TELEGRAM)
    drawn = [piece.with_file(PNG, "image/png", "a.png") if piece.media else piece for piece in pieces]
    (album,) = grouped(drawn, TELEGRAM)
    sent = sending(api.url, lambda sender: sender.send(at(family), album))
    assert [name for name, _ in api.calls] == ["sendMediaGroup"]
    assert family.heard == ["", "", "هذه صوركم"]
    assert sent.external_ids == tuple(str(shown.message_id) for shown in family.shown)


def test_an_album_holds_ten_and_a_voice_or_a_paper_stands_alone() -> None:
    picture = Fitted(media=MediaIntent("stored")).with_file(PNG)
    voice = Fitted(media=MediaIntent("stored")).with_file(b"ogg", "audio/ogg", "a.ogg")
    shown = grouped([picture] * 12 + [voice, picture], TELEGRAM)
    assert [len(piece.album) or 1 for piece in shown] == [10, 2, 1, 1]
    assert grouped([picture, picture], WHATSAPP) == (picture, picture)


def test_a_link_is_a_button_and_a_point_is_a_pin(api: BotApi, family: TelegramFamily) -> None:
    message = Message("مركز عيّنة", (Choice("d:slot:ok", "حسناً"),), link="https://example.org/a", link_label="الخريطة")
    send(api, family, message)
    (opens,), (answers,) = family.shown[0].buttons
    assert (opens["url"], answers["callback_data"]) == ("https://example.org/a", "d:slot:ok")
    point = {"latitude": 26.16, "longitude": 32.72, "name": "مركز عيّنة", "address": "قنا"}
    send(api, family, Message("هنا المركز", media=(MediaIntent("point", point),)))
    assert [shown.method for shown in family.shown[1:]] == ["sendVenue", "sendMessage"]


def test_a_picture_that_telegram_does_not_show_is_sent_to_be_opened(api: BotApi, family: TelegramFamily) -> None:
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: PHOTO_INVALID_DIMENSIONS"}
    api.fail_next("sendPhoto", Fault("status", 400, refusal))
    piece = Fitted("موعدكم", media=MediaIntent("stored")).with_file(PNG)
    sending(api.url, lambda sender: sender.send(at(family), piece))
    assert (family.shown[0].method, family.heard) == ("sendDocument", ["موعدكم"])


def test_the_menu_of_the_chat_is_in_arabic(api: BotApi) -> None:
    sending(api.url, lambda sender: sender.show_commands())
    arabic, english = (given for name, given in api.calls if name == "setMyCommands")
    assert [command["command"] for command in _loaded(arabic["commands"])] == ["menu", "help", "human", "stop"]
    assert "القائمة" in str(_loaded(arabic["commands"])) and "language_code" not in arabic
    assert english["language_code"] == "en"


def test_words_of_the_menu_are_understood() -> None:
    for name in COMMANDS:
        assert read_intent(f"/{name}").value == name


def test_a_chat_that_moved_gets_its_message_and_its_new_address_is_told(api: BotApi, family: TelegramFamily) -> None:
    new = api.family()
    api.moved[family.user_id] = new.user_id
    sent = sending(api.url, lambda sender: sender.send(at(family), Fitted("مرحبا")))
    assert (new.heard, family.heard) == (["مرحبا"], [])
    assert sent.moved_to == at(new)


# ---- taps


def test_a_tap_is_answered_though_the_connection_breaks_once(api: BotApi) -> None:
    api.callback_ids.add("cb1")
    api.fail_next("answerCallbackQuery", Fault("reset"))
    assert sending(api.url, lambda sender: sender.answer_callback("cb1"))


def test_taps_are_answered_in_order_and_never_during_a_ban(api: BotApi, family: TelegramFamily) -> None:
    taps = [f"cb{number}" for number in range(12)]
    api.callback_ids |= set(taps)
    ban = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
    api.fail_next("sendMessage", Fault("status", 429, ban))

    async def work(sender: TelegramSender) -> float:
        began = time.monotonic()
        with pytest.raises(DeliveryFailed, match="rate_limit"):
            await sender.send(at(family), Fitted("مرحبا"))
        await asyncio.gather(*(sender.answer_callback(tap) for tap in taps))
        return time.monotonic() - began

    assert sending(api.url, work) >= 1.0
    answered = [answer["callback_query_id"] for answer in api.answered_callbacks]
    assert answered == taps


def test_a_ban_that_a_tap_was_told_of_holds_for_messages_too(api: BotApi, family: TelegramFamily) -> None:
    api.callback_ids.add("cb1")
    ban = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 30}}
    api.fail_next("answerCallbackQuery", Fault("status", 429, ban))

    async def work(sender: TelegramSender) -> None:
        await sender.answer_callback("cb1")
        with pytest.raises(DeliveryFailed, match="rate_limit") as refused:
            await sender.send(at(family), Fitted("مرحبا"))
        assert refused.value.whole_account
        assert 25 < (refused.value.retry_after or 0) <= 30

    sending(api.url, work)
    assert family.heard == []


def test_nothing_is_asked_during_a_ban_that_another_process_was_told_of(api: BotApi) -> None:
    async def work() -> None:
        async def told() -> float:
            return 300.0

        sender = TelegramSender(api.token, api.url, told_ban=told)
        try:
            assert not await sender.answer_callback("cb1")
            for ask in (sender.show_commands, sender.delete_webhook, lambda: sender.set_webhook(api.url, "s")):
                with pytest.raises(DeliveryFailed, match="rate_limit"):
                    await ask()
            with pytest.raises(FetchFailed, match="rate_limit"):
                await sender.fetch_file("f")
        finally:
            await sender.close()

    asyncio.run(work())
    assert api.calls == []


def test_a_tap_is_not_kept_waiting_for_the_end_of_a_long_ban(api: BotApi, family: TelegramFamily) -> None:
    ban = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 300}}
    api.fail_next("sendMessage", Fault("status", 429, ban))

    async def work(sender: TelegramSender) -> bool:
        with pytest.raises(DeliveryFailed):
            await sender.send(at(family), Fitted("مرحبا"))
        return await sender.answer_callback("cb1")

    assert not sending(api.url, work)
    assert [name for name, _ in api.calls] == []


# ---- each way of failing


@pytest.mark.parametrize(
    ("status", "description", "name", "then"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked", "elsewhere"),
        (403, "Forbidden: user is deactivated", "deactivated", "elsewhere"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "chat_gone", "elsewhere"),
        (403, "Forbidden: bot can't initiate conversation with a user", "never_started", "elsewhere"),
        (400, "Bad Request: chat not found", "chat_gone", "elsewhere"),
        (400, "Bad Request: message is too long", "too_long", "staff"),
        (400, "Bad Request: message caption is too long", "too_long", "staff"),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", "media_refused", "staff"),
        (400, "Bad Request: BUTTON_DATA_INVALID", "buttons_invalid", "staff"),
        (400, "Bad Request: object expected as reply markup", "buttons_invalid", "staff"),
        (400, "Bad Request: something new", "refused", "staff"),
        (401, "Unauthorized", "token_refused", "staff"),
        (404, "Not Found", "token_refused", "staff"),
        (409, "Conflict: terminated by other getUpdates request", "conflict", "retry"),
        (500, "Internal Server Error", "platform_error", "retry"),
        (502, "Bad Gateway", "platform_error", "retry"),
    ],
)
def test_each_refusal_has_its_name_and_what_is_done_then(
    api: BotApi, family: TelegramFamily, status: int, description: str, name: str, then: str
) -> None:
    refusal = {"ok": False, "error_code": status, "description": description}
    api.fail_next("sendMessage", Fault("status", status, refusal))
    failure = failing(api.url, family)
    assert (failure.reason.partition(":")[0], failure.then, failure.uncertain) == (name, then, False)


@pytest.mark.parametrize(
    ("status", "uncertain"), [(403, False), (400, False), (404, False), (429, False), (502, True), (504, True)]
)
def test_a_page_in_the_place_of_an_answer_says_nothing_of_the_person(
    api: BotApi, family: TelegramFamily, status: int, uncertain: bool
) -> None:
    api.fail_next("sendMessage", Fault("status", status, html="<html>عيّنة</html>"))
    failure = failing(api.url, family)
    assert (failure.then, failure.permanent, failure.uncertain) == ("retry", False, uncertain)
    assert "html" not in failure.reason


def test_a_timeout_before_and_after_it_was_sent_are_told_apart() -> None:
    causes = [httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError]
    failures = [delivery_failure(_caused(TimedOut("late"), cause("عيّنة"))) for cause in causes]
    assert [failure.uncertain for failure in failures] == [False, False, False, True, True]


def _caused(error: TimedOut, cause: Exception) -> TimedOut:
    error.__cause__ = cause
    return error


def test_a_wait_is_understood_however_the_library_says_it() -> None:
    for given in (7, timedelta(seconds=7)):
        failure = delivery_failure(RetryAfter(given))
        assert (failure.retry_after, failure.whole_account, failure.then) == (7.0, True, "retry")


def test_an_edit_whose_answer_was_lost_is_no_uncertain_message(api: BotApi, family: TelegramFamily) -> None:
    (first,) = send(api, family, Message("اختاروا", (Choice("a", "غذاء"),)))
    api.fail_next("editMessageText", Fault("reset_after_commit"))
    with pytest.raises(DeliveryFailed) as failed:
        send(api, family, Message("اختاروا", (Choice("a", "✓ غذاء"),), edits=first))
    assert (failed.value.uncertain, failed.value.permanent) == (False, False)


def _loaded(commands: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(commands) if isinstance(commands, str) else commands
    return found
