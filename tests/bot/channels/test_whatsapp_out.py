"""Messages reach a Graph API over real HTTP within its limits, and each way of failing is told apart."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

from bot.channels.failures import DeliveryFailed, FetchFailed
from bot.channels.fitting import Fitted, fit, fit_template
from bot.channels.whatsapp_errors import failure_of
from bot.channels.whatsapp_out import WhatsAppSender
from referrals.inbound import Address
from referrals.messages import WHATSAPP, Choice, MediaIntent, Message
from tests.platforms.graph_api import PHONE_ID, TOKEN, WABA_ID, GraphApi
from tests.platforms.local_server import Fault
from tests.platforms.whatsapp_family import WhatsAppFamily

T = TypeVar("T")
HELLO = Fitted("مرحبا")


@pytest.fixture
def api() -> Iterator[GraphApi]:
    with GraphApi() as server:
        yield server


@pytest.fixture
def family(api: GraphApi) -> WhatsAppFamily:
    return api.family("أم عيّنة")


def sending(base: str, work: Callable[[WhatsAppSender], Awaitable[T]], token: str = TOKEN) -> T:
    async def run() -> T:
        sender = WhatsAppSender(token, PHONE_ID, base)
        try:
            return await work(sender)
        finally:
            await sender.close()

    return asyncio.run(run())


def of(family: WhatsAppFamily) -> Address:
    return Address("phone", f"+{family.phone}")


def send(api: GraphApi, family: WhatsAppFamily, message: Message) -> None:
    async def work(sender: WhatsAppSender) -> None:
        for piece in fit(message, WHATSAPP):
            await sender.send(of(family), piece)

    sending(api.url, work)


def failing(base: str, address: Address, fitted: Fitted = HELLO, token: str = TOKEN) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        sending(base, lambda sender: sender.send(address, fitted), token)
    return failed.value


def test_a_text_arrives_and_its_id_comes_back_with_our_tracker(api: GraphApi, family: WhatsAppFamily) -> None:
    sent = sending(api.url, lambda sender: sender.send(of(family), HELLO, tracker="reply:1"))
    assert sent.external_ids == (family.taken[0].wamid,)
    assert family.heard == ["مرحبا"]
    assert family.taken[0].body["biz_opaque_callback_data"] == "reply:1"


def test_choices_are_buttons_or_a_list_within_the_platforms_limits(api: GraphApi, family: WhatsAppFamily) -> None:
    send(api, family, Message("موافقون؟", (Choice("y", "نعم"), Choice("n", "لا"))))
    assert family.taken[0].options == [{"id": "y", "title": "نعم"}, {"id": "n", "title": "لا"}]
    long = tuple(Choice(f"c{i}", f"مركز الخدمة الاجتماعية رقم {i} بقنا", "يبعد ٢٠ دقيقة عنكم") for i in range(10))
    send(api, family, Message("اختاروا المركز", long))
    assert len(family.taken[1].options) == 10
    send(api, family, Message("كلام " * 600, long))
    assert api.refused == []


def test_a_place_is_asked_for(api: GraphApi, family: WhatsAppFamily) -> None:
    send(api, family, Message("أين تسكنون؟", ask="location"))
    assert family.taken[0].body["interactive"]["type"] == "location_request_message"


def test_a_card_is_uploaded_and_shown_with_its_caption(api: GraphApi, family: WhatsAppFamily) -> None:
    (piece,) = fit(Message("موعدكم", media=(MediaIntent("stored"),)), WHATSAPP)
    sending(api.url, lambda sender: sender.send(of(family), piece.with_file(b"png")))
    image = family.taken[0].body["image"]
    assert (api.media[image["id"]], api.media_types[image["id"]], image["caption"]) == (b"png", "image/png", "موعدكم")
    sending(api.url, lambda sender: sender.send(of(family), piece.with_file(b"%PDF", "application/pdf", "a.pdf")))
    assert family.taken[1].body["document"]["filename"] == "a.pdf"


def test_a_closed_window_is_told_and_a_template_passes(api: GraphApi, family: WhatsAppFamily) -> None:
    api.register_template("reminder", parameters=2, quick_replies=1)
    family.let_window_close()
    failure = failing(api.url, of(family))
    assert (failure.reason, failure.permanent) == ("window_closed", True)
    message = Message(
        "…", (Choice("ok:17", "تأكيد"),), template="reminder", parameters=("قنا\nالغربي", "+965 2200 0000")
    )
    sending(api.url, lambda sender: sender.send(of(family), fit_template(message, quick_replies=1)))
    components = family.taken[0].body["template"]["components"]
    assert components[1]["parameters"] == [{"type": "payload", "payload": "ok:17"}]


def test_a_person_without_a_phone_is_reached_by_user_id(api: GraphApi) -> None:
    hidden = api.family(hides_phone=True)
    sending(api.url, lambda sender: sender.send(Address("bsuid", hidden.user_id), HELLO))
    assert hidden.heard == ["مرحبا"]
    assert api.dropped == []


def test_a_file_of_a_family_is_fetched(api: GraphApi) -> None:
    media_id = api.keep_file(b"jpeg bytes", "image/jpeg")
    assert sending(api.url, lambda sender: sender.fetch_media(media_id)) == b"jpeg bytes"
    with pytest.raises(FetchFailed) as failed:
        sending(api.url, lambda sender: sender.fetch_file("399"))
    assert failed.value.permanent


def test_a_file_larger_than_we_keep_is_refused(api: GraphApi) -> None:
    media_id = api.keep_file(b"0" * (20 * 1024 * 1024 + 1), "video/mp4")
    with pytest.raises(FetchFailed, match="too large") as failed:
        sending(api.url, lambda sender: sender.fetch_media(media_id))
    assert failed.value.permanent


def test_every_page_of_the_templates_is_read(api: GraphApi) -> None:
    for number in range(150):
        api.register_template(f"t{number:03d}")
    assert len(sending(api.url, lambda sender: sender.templates(WABA_ID))) == 150


# ---- failures


@pytest.mark.parametrize(
    ("code", "permanent", "retry_after"),
    [
        (131047, True, None),
        (131026, True, None),
        (131050, True, None),
        (131049, False, 86_400.0),
        (130429, False, 1.0),
        (131056, False, 6.0),
        (131016, False, None),
        (132001, True, None),
        (132015, False, 10_800.0),
        (190, False, 300.0),
        (999_999, True, None),
    ],
)
def test_each_code_says_whether_and_when_to_try_again(
    api: GraphApi, family: WhatsAppFamily, code: int, permanent: bool, retry_after: float | None
) -> None:
    api.fail_next("messages", Fault("status", 400, code))
    failure = failing(api.url, of(family))
    assert (failure.permanent, failure.retry_after, failure.uncertain) == (permanent, retry_after, False)


def test_an_unknown_code_is_the_platforms_fault_on_a_server_error() -> None:
    assert not failure_of(999_999, http_status=503).permanent
    assert failure_of(999_999, http_status=503, retry_after=9.0).retry_after == 9.0


@pytest.mark.parametrize("kind", ["reset_after_commit", "garbage_after_commit"])
def test_a_lost_answer_is_uncertain_though_the_message_arrived(
    api: GraphApi, family: WhatsAppFamily, kind: str
) -> None:
    api.fail_next("messages", Fault("reset_after_commit" if kind == "reset_after_commit" else "garbage_after_commit"))
    failure = failing(api.url, of(family))
    assert (failure.permanent, failure.uncertain, family.heard) == (False, True, ["مرحبا"])


def test_a_lost_upload_is_certain_for_nothing_was_shown(api: GraphApi, family: WhatsAppFamily) -> None:
    api.fail_next("media", Fault("reset_after_commit"))
    failure = failing(api.url, of(family), HELLO.with_file(b"png"))
    assert (failure.permanent, failure.uncertain, family.heard) == (False, False, [])


def test_an_unreachable_platform_is_tried_again_and_is_certain() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        failure = failing(f"http://127.0.0.1:{taken.getsockname()[1]}", Address("phone", "+96550000001"))
    assert (failure.permanent, failure.uncertain) == (False, False)


def test_a_wrong_token_is_the_operators_to_mend(api: GraphApi, family: WhatsAppFamily) -> None:
    failure = failing(api.url, of(family), token="wrong")
    assert (failure.permanent, failure.reason) == (False, "token_refused: 190")
