"""Messages reach a Graph API over real HTTP within its limits, and each way of failing is told apart."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest

from bot.channels.failures import DeliveryFailed, FetchFailed
from bot.channels.fitting import Fitted, fit, fit_template
from bot.channels.whatsapp_errors import NAMES, failure_of, name_of_code, reason_of_code
from bot.channels.whatsapp_out import Memory, WhatsAppSender
from bot.channels.whatsapp_templates import KnownTemplate, checked, listed
from referrals.inbound import Address
from referrals.messages import WHATSAPP, Choice, MediaIntent, Message
from referrals.outbox.outcomes import OUTCOMES, UNKNOWN, outcome_of
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


def sending(
    base: str, work: Callable[[WhatsAppSender], Awaitable[T]], token: str = TOKEN, memory: Memory | None = None
) -> T:
    async def run() -> T:
        sender = WhatsAppSender(token, PHONE_ID, base, memory=memory)
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


def failing(
    base: str, address: Address, fitted: Fitted = HELLO, token: str = TOKEN, memory: Memory | None = None
) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        sending(base, lambda sender: sender.send(address, fitted), token, memory)
    return failed.value


@dataclass
class Remembered:
    """What a number knows: the templates that its platform lists, and the files that stand there."""

    templates: dict[tuple[str, str], KnownTemplate] = field(default_factory=dict)
    uploads: dict[bytes, str] = field(default_factory=dict)

    async def template(self, name: str, language: str) -> KnownTemplate | None:
        return self.templates.get((name, language))

    async def uploaded(self, content: bytes) -> str:
        return self.uploads.get(content, "")

    async def note_upload(self, content: bytes, media_id: str) -> None:
        self.uploads[content] = media_id


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
        (132015, True, None),
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


def test_every_code_of_the_page_has_a_name_and_each_name_one_thing_to_do() -> None:
    assert set(NAMES.values()) <= set(OUTCOMES)
    assert {outcome.then for outcome in OUTCOMES.values()} == {"retry", "template", "elsewhere", "stop", "staff"}
    assert all(name == outcome.name for name, outcome in OUTCOMES.items())
    assert name_of_code(213) == "permission" and name_of_code(999_999) == UNKNOWN.name


@pytest.mark.parametrize("code", sorted({*NAMES, 200, 299}))
def test_a_failed_status_means_what_the_same_code_means_as_an_answer(code: int) -> None:
    told, answered = outcome_of(reason_of_code(code)), failure_of(code)
    assert (told.then, told.permanent, told.retry_after, told.whole_account) == (
        answered.then,
        answered.permanent,
        answered.retry_after,
        answered.whole_account,
    )


@pytest.mark.parametrize(
    ("code", "then"),
    [
        (131047, "template"),
        (131026, "elsewhere"),
        (130497, "elsewhere"),
        (132001, "elsewhere"),
        (132015, "elsewhere"),
        (132016, "elsewhere"),
        (131050, "stop"),
        (130472, "stop"),
        (130429, "retry"),
        (131056, "retry"),
        (131049, "retry"),
        (131057, "retry"),
        (2, "retry"),
        (190, "staff"),
        (131042, "staff"),
        (131031, "staff"),
        (368, "staff"),
        (132000, "staff"),
        (131053, "staff"),
        (100, "staff"),
    ],
)
def test_each_code_asks_for_one_thing(api: GraphApi, family: WhatsAppFamily, code: int, then: str) -> None:
    api.fail_next("messages", Fault("status", 400, code))
    assert failing(api.url, of(family)).then == then


def test_what_the_platform_calls_transient_is_tried_again() -> None:
    assert failure_of(131009, transient=True).then == "retry"
    assert failure_of(131047, transient=True).then == "template"


def test_a_wait_that_the_answer_names_wins(api: GraphApi, family: WhatsAppFamily) -> None:
    api.fail_next("messages", Fault("status", 429, 130429, seconds=17))
    failure = failing(api.url, of(family))
    assert (failure.retry_after, failure.whole_account) == (17.0, True)


@pytest.mark.parametrize(("status", "uncertain"), [(400, False), (403, False), (429, False), (502, True), (503, True)])
def test_a_page_in_the_place_of_an_answer_says_nothing_of_the_person(
    api: GraphApi, family: WhatsAppFamily, status: int, uncertain: bool
) -> None:
    api.fail_next("messages", Fault("status", status, html="<html>gateway</html>"))
    failure = failing(api.url, of(family))
    assert (failure.then, failure.permanent, failure.uncertain) == ("retry", False, uncertain)


def test_a_reset_before_any_answer_is_uncertain(api: GraphApi, family: WhatsAppFamily) -> None:
    api.fail_next("messages", Fault("reset"))
    assert failing(api.url, of(family)).uncertain


# ---- templates, before anything is sent


def reminder(*parameters: str, buttons: int = 0) -> Fitted:
    choices = tuple(Choice(f"d:reminder:b{number}:17", f"عيّنة {number}") for number in range(buttons))
    message = Message("…", choices, template="reminder", parameters=parameters)
    return fit_template(message, quick_replies=buttons)


@pytest.mark.parametrize(
    ("known", "fitted", "reason"),
    [
        (None, reminder("a"), "template_unknown"),
        (KnownTemplate("PAUSED", 1), reminder("a"), "template_paused"),
        (KnownTemplate("DISABLED", 1), reminder("a"), "template_disabled"),
        (KnownTemplate("REJECTED", 1), reminder("a"), "template_disabled"),
        (KnownTemplate("APPROVED", 2), reminder("a"), "template_parameters"),
        (KnownTemplate("APPROVED", 1), replace(reminder("a"), parameters=("",)), "template_parameters"),
        (KnownTemplate("APPROVED", 1), replace(reminder("a"), parameters=("a\nb",)), "template_parameters"),
        (KnownTemplate("APPROVED", 1), replace(reminder("a"), parameters=("a\tb",)), "template_parameters"),
        (KnownTemplate("APPROVED", 1), replace(reminder("a"), parameters=("a    b",)), "template_parameters"),
        (KnownTemplate("APPROVED", 2), replace(reminder("a"), parameters=("a" * 600,) * 2), "template_parameters"),
    ],
)
def test_a_template_that_would_be_refused_is_not_sent(
    api: GraphApi, family: WhatsAppFamily, known: KnownTemplate | None, fitted: Fitted, reason: str
) -> None:
    api.register_template("reminder", parameters=1)
    memory = Remembered({("reminder", "ar"): known} if known else {})
    failure = failing(api.url, of(family), fitted, memory=memory)
    assert (failure.reason.partition(":")[0], failure.permanent, failure.uncertain) == (reason, True, False)
    assert (family.taken, api.refused) == ([], [])


def test_a_template_has_the_buttons_that_were_approved(api: GraphApi, family: WhatsAppFamily) -> None:
    api.register_template("reminder", parameters=1, quick_replies=2)
    memory = Remembered({("reminder", "ar"): KnownTemplate("APPROVED", 1, 2)})
    sending(api.url, lambda sender: sender.send(of(family), reminder("a", buttons=3)), memory=memory)
    components = family.taken[0].body["template"]["components"]
    assert [part["index"] for part in components if part["type"] == "button"] == ["0", "1"]


def test_a_template_that_was_never_listed_is_the_platforms_to_judge() -> None:
    assert checked(reminder("a"), KnownTemplate()) == reminder("a")
    assert len(checked(reminder("a", buttons=5), KnownTemplate()).choices) == 3


def test_the_list_says_how_much_a_template_takes(api: GraphApi) -> None:
    api.register_template("reminder", parameters=3, quick_replies=2, status="PAUSED")
    (told,) = sending(api.url, lambda sender: sender.templates(WABA_ID))
    found = listed(told)
    assert found is not None
    assert (found.name, found.language, found.status) == ("reminder", "ar", "PAUSED")
    assert (found.parameters, found.quick_replies, found.category) == (3, 2, "UTILITY")


# ---- files, links, requests


def card(content: bytes = b"png") -> Fitted:
    return Fitted("موعدكم", media=MediaIntent("stored")).with_file(content)


def test_a_file_is_uploaded_once_and_shown_to_many(api: GraphApi, family: WhatsAppFamily) -> None:
    memory = Remembered()

    async def to_three(sender: WhatsAppSender) -> None:
        for other in (family, api.family(), api.family()):
            await sender.send(of(other), card())

    sending(api.url, to_three, memory=memory)
    assert len(api.media) == 1
    sending(api.url, lambda sender: sender.send(of(family), card(b"another")), memory=memory)
    assert len(api.media) == 2


def test_a_file_that_the_platform_forgot_is_uploaded_again(api: GraphApi, family: WhatsAppFamily) -> None:
    memory = Remembered(uploads={b"png": "forgotten"})
    sending(api.url, lambda sender: sender.send(of(family), card()), memory=memory)
    assert family.taken[0].body["image"]["id"] == memory.uploads[b"png"] != "forgotten"


def test_a_picture_too_large_to_be_shown_is_sent_to_be_opened(api: GraphApi, family: WhatsAppFamily) -> None:
    sending(api.url, lambda sender: sender.send(of(family), card(b"0" * (5 * 1024 * 1024 + 1))))
    assert family.taken[0].body["document"]["caption"] == "موعدكم"


def test_a_link_is_a_button_that_opens_it(api: GraphApi, family: WhatsAppFamily) -> None:
    linked = Message("هنا المركز", link="https://example.org/map", link_label="الخريطة")
    send(api, family, linked)
    shown = family.taken[0].body["interactive"]
    assert (shown["type"], shown["action"]["parameters"]["url"]) == ("cta_url", "https://example.org/map")
    send(api, family, replace(linked, choices=(Choice("y", "نعم"),)))
    assert "https://example.org/map" in family.heard[1] and family.taken[1].labels == ["نعم"]
    assert api.refused == []


def test_a_phone_is_asked_for_with_the_platforms_own_button(api: GraphApi) -> None:
    hidden = api.family(hides_phone=True)
    asked = Message("ما رقمكم؟", ask="contact")
    to = Address("bsuid", hidden.user_id)
    (piece,) = fit(asked, WHATSAPP)
    sending(api.url, lambda sender: sender.send(to, piece))
    assert hidden.taken[0].body["interactive"]["type"] == "request_contact_info"
    api.fail_next("messages", Fault("status", 400, 131051))
    sending(api.url, lambda sender: sender.send(to, piece))
    assert (hidden.taken[1].body["type"], hidden.heard[1]) == ("text", hidden.heard[0])


def test_a_point_on_the_map_is_shown_as_one(api: GraphApi, family: WhatsAppFamily) -> None:
    point = {"latitude": 26.16, "longitude": 32.72, "name": "مركز عيّنة", "address": ""}
    send(api, family, Message("هنا المركز", media=(MediaIntent("point", point),)))
    assert family.taken[0].body["location"] == {"latitude": 26.16, "longitude": 32.72, "name": "مركز عيّنة"}
    assert family.heard[1] == "هنا المركز"
