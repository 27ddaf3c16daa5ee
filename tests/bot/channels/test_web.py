"""The web chat: what a family sees and may do, and that it is nobody else's."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient
from httpx2 import Response
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from bot.channels.web import make_chat
from bot.clock import Clock
from bot.intake.inbox import Inbox
from referrals.conversations.records import InboxMessage
from referrals.conversations.turns import take_turns
from referrals.definitions.in_force import definition_id
from referrals.documents.card_facts import CardFacts, CardWords
from referrals.families.records import Identity, Person
from referrals.media.keeping import content_of
from referrals.media.records import Media
from referrals.messages import Choice, MediaIntent, Message
from referrals.outbox.owe import owe
from referrals.outbox.records import OutboxMessage
from referrals.protection.vault import MasterKeys
from referrals.senders.ensuring import ensure_sender
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.browser import OpenPage, accessibility_problems, sideways_overflow_px, standing_px
from tests.conftest import FrozenClock
from tests.transcript_forms import put_in_force

ROOT = Path(__file__).parents[3]
PROGRAMMES = [ROOT / "programmes" / "kuwait", ROOT / "programmes" / "qena"]
PHOTO = b"\x89PNG\r\n\x1a\n" + b"a sample photograph" * 10


@dataclass
class Service:
    """A store with both programmes, and the chat on it; every message has its turn in a thread of its own."""

    store: Store
    time: FrozenClock
    movable: bool = True
    app: FastAPI = field(default_factory=FastAPI)

    def __post_init__(self) -> None:
        # A clock that stood still would not tell what was said first.
        self.clock = Clock(self.store, movable=self.movable, real=lambda: self.time.forward(seconds=0.001))
        at = self.clock()
        self.sender_id = self.store.transact(
            lambda uow: ensure_sender(uow, "web", "web", at, programmes=["kuwait", "qena"]).id
        )
        inbox = Inbox(self.store, self.clock, self.wake)
        chat = make_chat(self.store, inbox, self.clock, sender_id=self.sender_id, secure_cookies=False)
        self.app.include_router(chat)
        self.app.mount("/assets", StaticFiles(directory=ROOT / "web_assets"))

    def wake(self) -> None:
        threading.Thread(target=take_turns, args=(self.store, self.clock())).start()

    def count(self, record: type) -> int:
        with self.store.reading() as uow:
            return uow.session.scalar(select(func.count()).select_from(record)) or 0

    def states(self) -> set[str]:
        """What became of the messages owed so far."""
        with self.store.reading() as uow:
            return set(uow.session.scalars(select(OutboxMessage.state)))

    def tell(self, message: Message, key: str, after: timedelta = timedelta()) -> int:
        """Something owed to the only family there is; returns the row."""
        at = self.clock()

        def work(uow: UnitOfWork) -> int | None:
            identity, person = uow.session.execute(select(Identity, Person).join(Person)).one()
            return owe(
                uow,
                message,
                key=key,
                sender_id=self.sender_id,
                identity_id=identity.id,
                data_key_id=person.data_key_id,
                at=at,
                due_at=at + after,
            )

        row = self.store.transact(work)
        assert row is not None
        return row


@dataclass
class Family:
    """A browser without our script: forms are posted as they stand on the page."""

    client: TestClient
    seen: str = ""

    def look(self, address: str = "/chat") -> str:
        self.seen = self.client.get(address).text
        return self.seen

    def form(self) -> dict[str, str]:
        """The hidden fields of the page last seen."""
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.seen))

    def post(self, **fields: str) -> Response:
        response = self.client.post("/chat/say", data=self.form() | fields)
        self.seen = response.text if response.status_code == 200 else self.seen
        return response

    def say(self, text: str) -> str:
        return self.post(text=text).text

    def tap(self, label: str) -> str:
        found = re.findall(rf'name="choice" value="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{re.escape(label)}<', self.seen)
        return self.post(choice=found[-1]).text

    def begin(self) -> str:
        """From the greeting to the interview's first question."""
        self.look("/chat/kuwait")
        self.say("السلام عليكم")
        for label in ("تقديم طلب", "العربية", "أوافق", "أنا وحدي"):
            self.tap(label)
        return self.tap("نعم")


def said_by_us(page: str) -> list[str]:
    return re.findall(r'bubble-in.*?<p class="bubble-text" dir="[a-z]+">(.*?)</p>', page, re.S)


def said_by_them(page: str) -> list[str]:
    return re.findall(r'bubble-out.*?<p class="bubble-text" dir="[a-z]+">(.*?)</p>', page, re.S)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MasterKeys]:
    """A database with both programmes, copied for each test."""
    path = tmp_path_factory.mktemp("chat") / "prepared.db"
    keys = MasterKeys.parse(MasterKeys.new())
    store = open_store(f"sqlite:///{path}", keys)
    load_programmes(store, PROGRAMMES, FrozenClock()())
    store.engine.dispose()
    return path, keys


@pytest.fixture
def service(
    prepared: tuple[Path, MasterKeys], tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> Service:
    monkeypatch.setattr("bot.channels.web.routes.ANSWER_WITHIN", 60.0)  # a page without a script cannot poll
    path, keys = prepared
    copy = tmp_path / "chat.db"
    copy.write_bytes(path.read_bytes())
    return Service(open_store(f"sqlite:///{copy}", keys), clock)


@pytest.fixture
def family(service: Service) -> Iterator[Family]:
    with TestClient(service.app) as client:
        yield Family(client)


@pytest.fixture
def stranger(service: Service) -> Iterator[Family]:
    with TestClient(service.app) as client:
        yield Family(client)


# ---- the first visit


def test_a_first_visit_shows_a_hint_and_stores_nothing(family: Family, service: Service) -> None:
    page = family.look()
    assert "السلام عليكم" in page and "مساعدة عاجلة" in page
    assert service.count(Person) == service.count(InboxMessage) == 0


def test_the_page_lets_in_nothing_from_elsewhere(family: Family) -> None:
    response = family.client.get("/chat")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'") and "unsafe" not in policy
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"\sstyle=|\son\w+=|<script>", response.text)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(family: Family) -> None:
    cookie = family.client.get("/chat").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


def test_over_https_the_cookie_belongs_to_this_host_alone(service: Service) -> None:
    app = FastAPI()
    inbox = Inbox(service.store, service.clock)
    app.include_router(make_chat(service.store, inbox, service.clock, sender_id=service.sender_id, secure_cookies=True))
    with TestClient(app, base_url="https://testserver") as client:
        cookie = client.get("/chat").headers["set-cookie"]
    assert cookie.startswith("__Host-") and "Secure" in cookie


def test_the_token_itself_is_never_stored(family: Family, service: Service, tmp_path: Path) -> None:
    family.look()
    family.say("السلام عليكم")
    token = next(iter(family.client.cookies.jar)).value
    assert token and token.encode() not in b"".join(file.read_bytes() for file in tmp_path.glob("chat.db*"))


# ---- talking


def test_a_greeting_is_answered_on_the_next_page(family: Family) -> None:
    family.look()
    response = family.post(text="السلام عليكم")
    assert [step.status_code for step in response.history] == [303]
    assert response.url.fragment.startswith("m")
    assert said_by_them(response.text) == ["السلام عليكم"]
    assert said_by_us(response.text)[0].startswith("وعليكم السلام")


def test_a_deep_link_names_the_programme(family: Family) -> None:
    family.look("/chat/qena")
    assert "برنامج خدمات الأسرة في قنا" in family.say("السلام عليكم")


def test_a_link_to_no_programme_leads_to_the_chat(family: Family) -> None:
    assert family.client.get("/chat/atlantis").url.path == "/chat"


def test_the_page_speaks_english_when_asked(family: Family) -> None:
    page = family.look("/chat?lang=en")
    assert '<html lang="en" dir="ltr">' in page and "Urgent help" in page


def test_a_form_posted_twice_is_one_message(family: Family, service: Service) -> None:
    family.look()
    form = family.form()
    for _ in range(2):
        family.client.post("/chat/say", data=form | {"text": "السلام عليكم"})
    assert service.count(InboxMessage) == 1
    assert len(said_by_them(family.look())) == 1


def test_a_blank_message_is_no_message(family: Family, service: Service) -> None:
    family.look()
    family.say("   ")
    assert service.count(InboxMessage) == 0


def test_buttons_and_words_lead_to_the_first_question_with_progress(family: Family) -> None:
    page = family.begin()
    assert 'id="progress"' in page and "السؤال ١ من" in page
    assert "لمن هذا الطلب؟" in said_by_us(page)[-1]


def test_the_tapped_button_stays_marked_and_the_others_can_still_be_pressed(family: Family) -> None:
    family.begin()
    page = family.tap("لي ولأهل بيتي")
    assert re.search(r'choice choice-chosen"[^>]*>لي ولأهل بيتي', page)
    assert "لي ولأهل بيتي" in said_by_them(page)
    again = family.tap("لأحد أقاربي")
    assert "سألنا من قبل" in said_by_us(again)[-1] or "تغيير" in again


def test_urgent_help_is_heard_before_anything_else_was_said(family: Family) -> None:
    family.look()
    page = family.tap("مساعدة عاجلة")
    assert said_by_them(page) == ["مساعدة عاجلة"]
    assert "هل نتصل بكم؟" in page


def test_a_hotline_can_be_dialled_with_one_tap(family: Family, service: Service) -> None:
    family.look()
    family.say("السلام عليكم")
    service.tell(Message("للنجدة: 112.", purpose="safety"), "danger")
    assert '<a href="tel:112" dir="ltr">112</a>.' in family.look()


def test_what_was_ticked_of_several_is_a_pressed_button(family: Family, service: Service) -> None:
    family.look()
    family.say("السلام عليكم")
    options = (Choice("q1.1:a", "✓ الطعام"), Choice("q1.1:b", "الإيجار"), Choice("q1.1:!done", "هذا كل شيء"))
    service.tell(Message("ماذا تحتاجون؟", options), "several")
    page = family.look()
    assert re.search(r'value="q1.1:a" aria-pressed="true"><svg.*?</svg>الطعام<', page)
    assert 'value="q1.1:b">الإيجار<' in page
    assert 'class="choice choice-main" name="choice" value="q1.1:!done"' in page


def test_a_point_on_the_map_is_said(family: Family, service: Service) -> None:
    family.begin()
    assert "مكان على الخريطة" in family.post(lat="29.3", lon="47.9", accuracy="25").text
    count = service.count(InboxMessage)
    family.post(lat="nan", lon="47.9")
    assert service.count(InboxMessage) == count


# ---- what is refused


def test_a_post_without_the_pages_token_is_refused(family: Family, service: Service) -> None:
    family.look()
    assert family.post(text="مرحبا", csrf="0" * 64).status_code == 403
    assert service.count(InboxMessage) == 0


def test_a_post_with_another_visitors_token_is_refused(family: Family, stranger: Family, service: Service) -> None:
    family.look()
    stranger.look()
    assert family.post(text="مرحبا", csrf=stranger.form()["csrf"]).status_code == 403
    assert service.count(InboxMessage) == 0


@pytest.mark.parametrize(
    "headers", [{"origin": "https://elsewhere.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_a_post_from_another_site_is_refused(family: Family, service: Service, headers: dict[str, str]) -> None:
    family.look()
    response = family.client.post("/chat/say", data=family.form() | {"text": "مرحبا"}, headers=headers)
    assert response.status_code == 403
    assert service.count(InboxMessage) == 0


def test_a_post_without_a_cookie_is_refused(family: Family, service: Service) -> None:
    family.look()
    form = family.form()
    family.client.cookies.clear()
    response = family.client.post("/chat/say", data=form | {"text": "مرحبا"})
    assert response.status_code == 403 and "/chat" in response.text
    assert service.count(InboxMessage) == 0


def test_a_file_over_twenty_megabytes_is_refused_with_a_reason(family: Family, service: Service) -> None:
    family.look()
    files = {"file": ("big.jpg", bytes(21 * 1024 * 1024), "image/jpeg")}
    response = family.client.post("/chat/say", data=family.form(), files=files)
    assert response.status_code == 413 and "الملف كبير" in response.text
    assert service.count(Media) == 0


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{}", "application/json"), (b"no parts", "multipart/form-data"), (b"--x", "multipart/form-data; boundary=x")],
)
def test_what_is_no_form_is_refused(family: Family, content: bytes, kind: str) -> None:
    family.look()
    response = family.client.post("/chat/say", content=content, headers={"content-type": kind})
    assert response.status_code in (400, 403)


# ---- files


def test_a_photo_is_sealed_at_once_and_becomes_the_answer(family: Family, service: Service) -> None:
    family.begin()
    response = family.client.post("/chat/say", data=family.form(), files={"file": ("bill.png", PHOTO, "image/png")})
    address = re.findall(r'<img src="(/chat/media/\d+)"', response.text)[-1]
    picture = family.client.get(address)
    assert picture.content == PHOTO and picture.headers["content-type"] == "image/png"
    with service.store.reading() as uow:
        media = uow.session.scalars(select(Media)).one()  # the interview kept that very file, no second one is owed
        assert media.state == "stored" and media.session_id is not None and media.remote_sealed is None
        assert content_of(uow, media.id) == (PHOTO, "image/png")
        assert set(uow.session.scalars(select(InboxMessage.state))) == {"handled"}


def test_a_file_posted_twice_is_kept_once(family: Family, service: Service) -> None:
    family.look()
    form = family.form()
    for _ in range(2):
        family.client.post("/chat/say", data=form, files={"file": ("bill.png", PHOTO, "image/png")})
    assert service.count(Media) == service.count(InboxMessage) == 1


def test_a_file_that_could_run_is_only_offered_to_be_saved(family: Family) -> None:
    family.look()
    family.say("السلام عليكم")
    drawing = ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/svg+xml")
    page = family.client.post("/chat/say", data=family.form(), files={"file": drawing}).text
    served = family.client.get(re.findall(r"/chat/media/\d+", page)[0])
    assert served.headers["content-disposition"] == "attachment"
    assert served.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in served.headers["content-security-policy"]


def test_another_visitor_finds_neither_file_nor_card(family: Family, stranger: Family, service: Service) -> None:
    family.look()
    page = family.client.post("/chat/say", data=family.form(), files={"file": ("bill.png", PHOTO, "image/png")}).text
    file = re.findall(r"/chat/media/\d+", page)[0]
    row = service.tell(Message("هذه بطاقة الموعد.", media=(CARD,)), "card")
    stranger.look()
    for address in (file, f"/chat/card/{row}/0.png"):
        assert stranger.client.get(address).status_code == 404
        assert family.client.get(address).status_code == 200
    stranger.say("السلام عليكم")
    assert stranger.client.get(f"/chat/card/{row}/0.png").status_code == 404


CARD = MediaIntent(
    "appointment_card",
    CardFacts(
        programme="",
        number="٤٨٢١",
        day="الأحد ٦ ديسمبر",
        time="١٠:٣٠ صباحاً",
        centre="مركز الخدمة (عيّنة)",
        address="شارع العيّنة",
        bring=("هذه البطاقة",),
        qr="SANAD:4821",
        footer="خدمة سند",
        words=CardWords("خدمة سند", "رقم الموعد", "أحضروا معكم"),
    ).to_json(),
)


def test_a_card_is_drawn_once_when_the_page_asks_and_says_itself_in_words(family: Family, service: Service) -> None:
    family.look()
    family.say("السلام عليكم")
    row = service.tell(Message("هذه بطاقة الموعد.", media=(CARD,)), "card")
    page = family.look()
    assert "بطاقة الموعد: ٤٨٢١، الأحد ٦ ديسمبر، ١٠:٣٠ صباحاً، مركز الخدمة (عيّنة)" in page
    first, second = (family.client.get(f"/chat/card/{row}/0.png") for _ in range(2))
    assert first.content == second.content and first.content.startswith(b"\x89PNG")
    assert service.count(Media) == 1
    assert family.client.get(f"/chat/card/{row}/1.png").status_code == 404


def test_a_recording_of_a_question_is_heard_on_the_page_and_a_picture_is_seen(family: Family, service: Service) -> None:
    service.store._parsed = {}  # this version's number means another form elsewhere
    service.store.transact(lambda uow: put_in_force(uow, "kuwait", "family", service.clock()))
    with service.store.reading() as uow:
        form = definition_id(uow, "kuwait", "form", "intake")
    family.look()
    family.say("السلام عليكم")
    sent = [("name.ogg", "audio"), ("things.png", "image"), ("gone.mp4", "video")]
    media = [MediaIntent("attachment", {"definition_id": form, "name": name, "shows": shows}) for name, shows in sent]
    row = service.tell(Message("ما اسمكم؟", media=tuple(media)), "asked")
    page = family.look()
    assert f'<audio controls preload="none" src="/chat/card/{row}/0.png"' in page
    assert f'<video controls preload="none" src="/chat/card/{row}/2.png"' in page
    assert "media-src 'self'" in family.client.get("/chat").headers["Content-Security-Policy"]
    heard, seen, gone = (family.client.get(f"/chat/card/{row}/{n}.png") for n in range(3))
    assert (heard.headers["content-type"], heard.content[:4]) == ("audio/ogg", b"OggS")
    assert (seen.headers["content-type"], gone.status_code) == ("image/png", 404)


def test_a_page_of_a_long_list_shows_the_numbers_that_may_be_typed(family: Family, service: Service) -> None:
    family.look()
    family.say("السلام عليكم")
    choices = (
        Choice("q1:a", "قوص", number=9),
        Choice("q1:b", "قفط", number=10),
        Choice("d:interview:page:0", "السابق"),
    )
    service.tell(Message("أين؟", choices, numbered=True), "page")
    page = family.look()
    assert "9. قوص" in page or "٩. قوص" in page
    assert ". السابق" not in page


# ---- what the page has is sent


def test_a_message_is_sent_when_the_page_has_it(family: Family, service: Service) -> None:
    family.look()
    family.client.post("/chat/say", data=family.form() | {"text": "السلام عليكم"}, headers={"x-requested-with": "chat"})
    assert service.states() == {"waiting"}
    rows = family.client.get("/chat/new", params={"after": "0"})
    got = rows.headers["x-chat-got"]
    assert service.states() == {"waiting"}  # the answer may have been lost on its way
    family.client.get("/chat/new", params={"after": rows.headers["x-chat-after"], "got": got})
    assert service.states() == {"sent"}


def test_where_nothing_is_new_the_page_hears_nothing(service: Service, clock: FrozenClock) -> None:
    real = Service(service.store, clock, movable=False)
    with TestClient(real.app) as client:
        family = Family(client)
        assert client.get("/chat/new").status_code == 204
        family.look()
        assert client.get("/chat/new").status_code == 204
        family.say("السلام عليكم")
        assert client.get("/chat/new", params={"after": family.form()["after"]}).status_code == 204
        service.tell(Message("نراكم يوم الأحد.", purpose="staff"), "staff:1")
        news = client.get("/chat/new", params={"after": family.form()["after"]})
        assert news.status_code == 200 and "نراكم يوم الأحد" in news.text


def test_nobody_can_confirm_what_another_was_told(family: Family, stranger: Family, service: Service) -> None:
    family.look()
    family.client.post("/chat/say", data=family.form() | {"text": "السلام عليكم"}, headers={"x-requested-with": "chat"})
    stranger.look()
    stranger.client.get("/chat/new", params={"after": "0", "got": "1,2,3"})
    assert service.states() == {"waiting"}


def test_a_reminder_held_back_over_night_still_reaches_a_page_that_went_on(
    family: Family, service: Service, clock: FrozenClock
) -> None:
    family.look()
    family.say("السلام عليكم")
    held = service.tell(Message("عندكم موعد.", purpose="reminder"), "reminder:1", timedelta(hours=10))
    later = service.tell(Message("رسالة أخرى."), "other")
    fresh = family.client.get("/chat/new", params={"after": str(held - 1)})
    assert fresh.headers["x-chat-got"] == str(later)
    clock.forward(hours=11)
    fresh = family.client.get("/chat/new", params={"after": str(later), "got": str(later)})
    assert fresh.headers["x-chat-got"] == str(held)


def test_what_staff_write_is_named_as_theirs(family: Family, service: Service) -> None:
    family.look()
    family.say("السلام عليكم")
    service.tell(Message("نراكم يوم الأحد.", purpose="staff"), "staff:1")
    assert "رسالة من الموظفين" in family.look()


def test_what_they_write_stays_text(family: Family) -> None:
    family.look()
    page = family.say("<b onclick=x>اسم</b>")
    assert "<b onclick" not in page and "&lt;b onclick" in page


# ---- the demonstration's clock


def test_the_demonstrations_clock_moves_from_the_page(family: Family) -> None:
    assert "ساعة التجربة: <time" in family.look() and "الأحد ١ نوفمبر، ١٠:٠٠ ص" in family.seen
    family.client.post("/chat/clock", data=family.form() | {"move": "+2d"})
    assert "الثلاثاء ٣ نوفمبر، ١٠:٠٠ ص" in family.look()


def test_another_site_cannot_move_the_clock(family: Family) -> None:
    family.look()
    assert family.client.post("/chat/clock", data={"move": "+2d", "csrf": "no"}).status_code == 403
    assert "الأحد ١ نوفمبر" in family.look()


def test_without_a_demonstration_there_is_no_clock(service: Service, clock: FrozenClock) -> None:
    real = Service(service.store, clock, movable=False)
    with TestClient(real.app) as client:
        family = Family(client)
        assert "ساعة التجربة" not in family.look()
        assert client.post("/chat/clock", data=family.form() | {"move": "+2d"}).status_code == 404


# ---- in a real browser


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", log_config=None, ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    with served(service.app) as base:
        yield base


def tap(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).last.click()


def walk_to_the_first_question(page: Page, address: str) -> None:
    page.goto(f"{address}/chat")
    for label in ("السلام عليكم", "الكويت", "تقديم طلب", "العربية", "أوافق", "أنا وحدي", "نعم"):
        tap(page, label)
    expect(page.locator("#progress")).to_contain_text("السؤال ١ من")
    expect(page.locator(".bubble-in").last).to_contain_text("لمن هذا الطلب؟")


def test_a_family_reaches_the_first_question_by_tapping(page: Page, address: str) -> None:
    visited = []
    page.on("framenavigated", lambda frame: visited.append(urlsplit(frame.url).path))
    walk_to_the_first_question(page, address)
    assert visited == ["/chat"]  # the page was loaded once
    assert accessibility_problems(page) == []
    assert sideways_overflow_px(page) == 0


def test_a_family_reaches_the_first_question_without_scripts(plain_page: Page, address: str) -> None:
    walk_to_the_first_question(plain_page, address)
    tap(plain_page, "لي ولأهل بيتي")
    tap(plain_page, "لا")
    plain_page.get_by_role("textbox").fill("فاطمة (عيّنة)")
    tap(plain_page, "إرسال")
    expect(plain_page.locator(".bubble-out").last).to_contain_text("فاطمة")
    assert sideways_overflow_px(plain_page) == 0


def test_typed_words_are_shown_at_once_and_the_cursor_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/chat/qena")
    box = page.get_by_role("textbox")
    box.fill("صباح الخير")
    box.press("Enter")
    expect(page.locator(".bubble-out")).to_have_text(re.compile("صباح الخير"))
    expect(page.locator(".bubble-in").last).to_contain_text("صباح النور")
    expect(box).to_be_focused()
    expect(box).to_have_value("")


def test_what_could_not_be_sent_is_kept_and_sent_again(page: Page, address: str, service: Service) -> None:
    page.goto(f"{address}/chat/qena")
    page.route("**/chat/say", lambda route: route.abort())
    page.get_by_role("textbox").fill("السلام عليكم")
    tap(page, "إرسال")
    expect(page.get_by_role("alert")).to_contain_text("لم تصل. أرسلوها من جديد")
    expect(page.locator(".bubble-out")).to_contain_text("السلام عليكم")
    page.unroute("**/chat/say")
    tap(page, "إعادة الإرسال")
    expect(page.locator(".bubble-in").last).to_contain_text("وعليكم السلام")
    assert service.count(InboxMessage) == 1


def test_what_we_write_later_appears_by_itself(page: Page, address: str, service: Service) -> None:
    page.goto(f"{address}/chat/qena")
    tap(page, "السلام عليكم")
    expect(page.locator(".bubble-in").last).to_contain_text("وعليكم السلام")
    service.tell(Message("نراكم يوم الأحد.", purpose="staff"), "staff:1")
    expect(page.locator(".bubble-in").last).to_contain_text("نراكم يوم الأحد")
    expect(page.locator(".chat-notice")).to_have_count(0)


def test_a_photo_is_sent_as_soon_as_it_was_chosen(page: Page, address: str, service: Service) -> None:
    page.goto(f"{address}/chat/qena")
    tap(page, "السلام عليكم")
    page.locator("input[type=file]").set_input_files({"name": "p.png", "mimeType": "image/png", "buffer": PHOTO})
    expect(page.locator(".bubble-out.bubble-image img")).to_have_attribute("alt", "صورة")
    assert service.count(Media) == 1


def test_the_place_is_sent_with_one_tap_where_the_phone_knows_it(page: Page, address: str, service: Service) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 25.9, "longitude": 32.75, "accuracy": 20})
    page.goto(f"{address}/chat/qena")
    tap(page, "السلام عليكم")
    expect(page.locator(".bubble-in").last).to_contain_text("وعليكم السلام")
    service.tell(Message("أين تسكنون؟", ask="location"), "where")
    tap(page, "أرسل مكاني على الخريطة")
    expect(page.locator(".bubble-out").last).to_contain_text("مكان على الخريطة")
    expect(page.get_by_role("button", name="أرسل مكاني على الخريطة")).to_have_count(0)
    assert service.count(InboxMessage) == 2


def test_without_scripts_no_button_asks_for_the_place(plain_page: Page, address: str, service: Service) -> None:
    plain_page.goto(f"{address}/chat/qena")
    tap(plain_page, "السلام عليكم")
    expect(plain_page.locator(".bubble-in").last).to_contain_text("وعليكم السلام")
    service.tell(Message("أين تسكنون؟", ask="location"), "where")
    plain_page.goto(f"{address}/chat")
    expect(plain_page.locator(".bubble-in").last).to_contain_text("أين تسكنون؟")
    expect(plain_page.locator('[data-ask="location"]')).to_be_hidden()


def test_choosing_english_turns_the_page_round(page: Page, address: str) -> None:
    page.goto(f"{address}/chat/qena")
    for label in ("السلام عليكم", "تقديم طلب", "English"):
        tap(page, label)
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.get_by_role("button", name="Urgent help")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_nobody_scrolls_sideways(open_page: OpenPage, address: str, width: int) -> None:
    page = open_page((width, 800))
    walk_to_the_first_question(page, address)
    assert sideways_overflow_px(page) == 0
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024, enlarged four times
    assert sideways_overflow_px(page) == 0
    assert standing_px(page) < 128, "the bars leave less than half of a low window to read in"
