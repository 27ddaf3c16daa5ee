"""Messages reach a Bot API over real HTTP, and each way of failing is told apart."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

from bot.channels.failures import DeliveryFailed, FetchFailed
from bot.channels.fitting import Fitted, fit
from bot.channels.telegram_out import TelegramSender, rows_of
from referrals.inbound import Address
from referrals.messages import TELEGRAM, Choice, MediaIntent, Message
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
    assert api.webhook["allowed_updates"] == ["message", "callback_query"]
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
    assert (failure.permanent, failure.reason) == (False, "token refused")
    assert failure.retry_after


def test_too_long_a_text_is_refused_for_good(api: BotApi, family: TelegramFamily) -> None:
    async def work(sender: TelegramSender) -> None:
        await sender.send(Address("telegram", str(family.user_id)), Fitted("أ" * 5000))

    with pytest.raises(DeliveryFailed, match="too long") as failed:
        sending(api.url, work)
    assert failed.value.permanent
