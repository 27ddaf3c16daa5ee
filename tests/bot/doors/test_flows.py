"""A household filled on WhatsApp's screens: the same interview, the same journal, and the chat goes on from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.whatsapp_flows import flow_json
from bot.doors.flow_secrets import public_key, with_new_key
from bot.doors.flows import PATH, make_flow_door
from bot.intake.doorway import DoorsFirst
from dialogs.interview import Session, answers
from dialogs.interview.screens import groups_for_screens, screens_of
from referrals.conversations.interviews.sessions import load_session
from referrals.conversations.records import HelpRequest, InterviewSession
from referrals.conversations.threads import TwoTurnsAtOnce, open_desk
from referrals.definitions.in_force import definition_id, form_by_id
from referrals.families.records import Identity, Person
from referrals.flows.published import note_flow
from referrals.flows.records import FlowOffer, PublishedFlow
from referrals.flows.taking import exchange
from referrals.messages import Message
from referrals.senders.ensuring import SECRETS, active_senders, secrets_of
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import SUNDAY_MORNING, FrozenClock
from tests.families import GREETING, Families, answer_to
from tests.platforms.flow_client import FlowClient, sealed, signed

SECRET = "sample-app-secret"
WHO = "+96550000001"
FIRST = "كم عددكم"  # the first question of the household


@dataclass
class Home:
    """Families on WhatsApp whose sender has a key and has published Kuwait's household, and the way to the endpoint."""

    store: Store
    clock: FrozenClock

    def __post_init__(self) -> None:
        self.families = Families(self.store, self.clock, channel="whatsapp")
        self.public = self.store.transact(self._new_key)
        app = Starlette()
        app.add_middleware(DoorsFirst, doorways=make_flow_door(self.store, self.clock, (SECRET,)))
        self.http = TestClient(app)
        with self.store.reading() as uow:
            self.form_id = definition_id(uow, "kuwait", "form", "intake") or 0
            self.form = form_by_id(uow, self.form_id)
        (self.group,) = groups_for_screens(self.form)
        self.flow = flow_json(self.form, screens_of(self.form, self.group))

    def publish(self) -> None:
        """The household's Flow stands at the platform."""
        about = {"form_id": self.form_id, "container": self.group, "language": "ar", "flow_id": "7001"}
        sender, at = self.families.sender_id, self.clock()
        self.store.transact(
            lambda uow: uow.session.add(PublishedFlow(sender_id=sender, **about, state="published", created_at=at))
        )

    def _new_key(self, uow: UnitOfWork) -> str:
        sender = next(each for each in active_senders(uow) if each.channel == "whatsapp")
        before = secrets_of(uow, sender)
        secrets = with_new_key(before, self.clock()) if before else dict(first_key())
        sender.secrets_sealed = uow.vault.seal_json(sender.data_key_id, secrets, SECRETS)
        return public_key(secrets)

    def rotate(self) -> str:
        """A new key pair, whose public half is returned and not used yet."""
        return self.store.transact(self._new_key)

    def until(self, question: str) -> Message:
        """The family answers until that question is asked; the message that asks it."""
        got = self.families.say(WHO, GREETING)
        for _ in range(40):
            if question in got[-1].text:
                return got[-1]
            said = answer_to(got[-1].text)
            label = said.removeprefix("[").removesuffix("]")
            got = self.families.tap(WHO, label) if said.startswith("[") else self.families.say(WHO, said)
        raise LookupError(f"«{question}» was never asked")

    def client(self, message: Message) -> FlowClient:
        """The telephone on which that message's button is tapped."""
        assert message.screens is not None
        return FlowClient(self.post, self.public, SECRET, self.flow, message.screens.token)

    def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answered = self.http.post(PATH, content=body, headers=dict(headers))
        return answered.status_code, answered.content

    def session(self) -> Session:
        """The interview as it is stored."""
        with self.store.reading() as uow:
            identity = uow.session.scalars(select(Identity.id)).one()
            stored = load_session(open_desk(uow, identity, self.clock(), reason="test"))
            assert stored is not None
            return stored.session

    def answered(self) -> dict[str, str]:
        """What the interview holds, by the last name of each ref."""
        lines = answers(self.form, self.session(), now=self.clock()).shown
        return {line.ref.rpartition("/home/")[2]: line.shown for line in lines if "/home/" in line.ref}


@pytest.fixture
def home(store: Store, clock: FrozenClock) -> Home:
    return Home(store, clock)


@cache
def first_key() -> dict[str, str]:
    """A key pair takes a while to make; one is enough."""
    return with_new_key({}, SUNDAY_MORNING)


def opened(home: Home) -> FlowClient:
    """A family at the household, with the screen open."""
    home.publish()
    client = home.client(home.until(FIRST))
    client.open()
    assert client.status == 200
    return client


def fill_home(client: FlowClient) -> None:
    client.answer(FIRST, "ثلاثة")
    client.answer("هل يكفي دخل", "لا")
    client.answer("من ينفق", "لا أحد")
    client.answer("ديون يصعب", "نعم")
    client.answer("رعاية خاصة", "لا")
    client.send()


def test_without_a_published_flow_nothing_changes(home: Home) -> None:
    assert home.until(FIRST).screens is None


def test_the_group_is_offered_beside_its_first_question_and_once(home: Home) -> None:
    home.publish()
    message = home.until(FIRST)
    assert message.screens is not None
    assert message.screens.id == "7001" and message.screens.label == "نملؤها معاً"
    assert "أهل البيت" in message.screens.lead and "أجيبوا هنا" in message.screens.lead
    following = home.families.say(WHO, "خمسة")[-1]
    assert following.screens is None and "هل يكفي دخل" in following.text


def test_a_household_is_filled_on_screens_and_the_chat_goes_on(home: Home) -> None:
    client = opened(home)
    fill_home(client)
    assert client.seen == ["PAGE_C", "PAGE_C"]  # what follows from the answers is asked on the same screen
    client.answer("هل فقدتم", "نعم، بعد وفاة")
    client.answer("نكتب أهل البيت", "نعم، الآن")
    client.send()
    assert client.screen == "PAGE_D_A" and "فرد من البيت ١" in client.texts[0]
    client.answer("ما القرابة", "زوج أو زوجة")
    client.answer("كم العمر", "٤٠")
    client.send()
    assert "فرد من البيت ٢" in client.texts[0]
    client.answer("ما القرابة", "ابن أو ابنة")
    client.answer("كم العمر", "سبعة")
    client.send()
    assert client.screen == "DONE" and "حفظنا" in client.texts[1]
    told = home.families.say(WHO, form_reply=client.complete(), form_name="flow")[-1]
    assert told.text.startswith("حفظنا") and "في أي محافظة" in told.text
    found = home.answered()
    assert found["household_size"] == "3" and found["member[2]/member_age"] == "7"
    again = home.client(told) if told.screens else client
    again.open()
    assert again.status == 427  # it is closed: nobody reads on it later


def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(home: Home) -> None:
    client = opened(home)
    client.answer(FIRST, "مئة")
    client.answer("هل يكفي دخل", "لا")
    client.answer("من ينفق", "لا أحد")
    client.answer("ديون يصعب", "لا")
    client.answer("رعاية خاصة", "لا")
    client.send()
    assert client.screen == "PAGE_C" and client.error_at(FIRST) and client.data["error_message"]
    assert "لم نفهم العدد. أجيبوا برقم، مثل: ٥." in client.texts[1]
    assert client.value_at(FIRST) == "مئة"
    assert home.answered()["income_enough"]


def test_a_private_answer_is_not_shown_to_who_opens_the_screen_later(home: Home) -> None:
    client = opened(home)
    fill_home(client)
    client.open()
    assert client.value_at(FIRST) == "3"
    assert client.value_at("هل يكفي دخل") is None
    assert any("اتركوها فارغة" in text for text in client.texts)
    before = home.answered()["income_enough"]
    client.answer("هل فقدتم", "نعم، بعد وفاة")
    client.answer("نكتب أهل البيت", "لاحقاً")
    client.send()
    assert client.screen == "DONE", (client.data["errors"], client.texts)
    assert home.answered()["income_enough"] == before


def test_the_same_screen_sent_twice_changes_nothing_twice(home: Home) -> None:
    client = opened(home)
    fill_home(client)
    client.answer("هل فقدتم", "نعم، بعد وفاة")
    client.answer("نكتب أهل البيت", "لاحقاً")
    request = client.request()
    first = client.ask(**request)
    journal = home.session().journal
    second = client.ask(**request)
    assert (first["screen"], home.session().journal) == (second["screen"], journal)


def test_an_answer_given_in_the_chat_meanwhile_is_not_undone_by_the_screen(home: Home) -> None:
    client = opened(home)
    home.families.say(WHO, "٤")
    client.form = {}
    client.answer("من ينفق", "لا أحد")
    client.answer("هل يكفي دخل", "لا")
    client.answer("ديون يصعب", "نعم")
    client.answer("رعاية خاصة", "لا")
    client.send()
    assert home.answered()["household_size"] == "4"


def test_words_after_a_screen_are_not_taken_for_another_question(home: Home) -> None:
    client = opened(home)
    fill_home(client)
    told = home.families.say(WHO, "٥")[-1]  # to the question that the chat asked before the screen was filled
    assert told.text.startswith("حفظنا") and "هل فقدتم" in told.text
    assert home.answered()["household_size"] == "3"
    following = home.families.say(WHO, "نعم بعد وفاة")[-1]
    assert "هل نكتب أهل البيت" in following.text


def test_back_leads_to_the_screen_before(home: Home) -> None:
    client = opened(home)
    fill_home(client)
    client.answer("هل فقدتم", "نعم، بعد وفاة")
    client.answer("نكتب أهل البيت", "نعم، الآن")
    client.send()
    client.back()
    assert client.screen == "PAGE_C" and client.value_at(FIRST) == "3"


def test_danger_in_a_field_is_danger(home: Home) -> None:
    client = opened(home)
    client.answer(FIRST, "زوجي يضربني وسيقتلني")
    client.answer("هل يكفي دخل", "لا")
    client.answer("من ينفق", "لا أحد")
    client.answer("ديون يصعب", "لا")
    client.answer("رعاية خاصة", "لا")
    client.send()
    assert client.screen == "DONE" and "يضرب" not in " ".join(client.texts)
    told = home.families.read(WHO)
    assert told[-1].purpose == "safety" and home.answered().get("household_size") is None
    with home.store.reading() as uow:
        request = uow.session.scalars(select(HelpRequest)).one()
        assert (request.kind, request.restricted) == ("danger", True)
    assert home.families.say(WHO, form_reply=client.complete()) == []
    client.open()
    assert client.status == 427


@pytest.mark.parametrize("spoilt", ["token", "signature", "key", "body", "time"])
def test_who_may_not_fill_it_is_told_so(home: Home, spoilt: str) -> None:
    client = opened(home)
    if spoilt == "token":
        client.token = "x" * 43
    elif spoilt == "signature":
        client.secret = "another"
    elif spoilt == "key":
        client.public_pem = public_key(with_new_key({}, home.clock()))
    elif spoilt == "time":
        home.clock.forward(hours=13)
    elif spoilt == "body":
        assert home.post(b"[]", signed(b"[]", SECRET))[0] == 421
        return
    client.open()
    assert client.status == {"token": 427, "time": 427, "signature": 432, "key": 421}[spoilt]


def test_a_token_of_another_number_opens_nothing(home: Home) -> None:
    client = opened(home)
    other = Families(home.store, home.clock, channel="whatsapp", account="2")

    def move(uow: UnitOfWork) -> None:
        uow.session.scalars(select(FlowOffer)).one().sender_id = other.sender_id

    home.store.transact(move)
    client.open()
    assert client.status == 427


def test_the_key_before_opens_for_a_while(home: Home) -> None:
    client = opened(home)
    home.rotate()
    client.open()
    assert client.status == 200
    home.clock.forward(days=8)
    client.open()
    assert client.status == 421


def test_the_platform_asks_whether_we_are_there_and_tells_of_errors(home: Home) -> None:
    client = opened(home)
    assert client.ask(action="ping") == {"data": {"status": "active"}}
    error = {"error": "INVALID_SCREEN", "error_message": "sample"}
    told = client.ask(action="data_exchange", flow_token=client.token, screen="PAGE_C", data=error)
    assert told == {"data": {"acknowledged": True}}


def test_an_answer_is_sealed_as_the_platform_opens_it(home: Home) -> None:
    body, key, vector = sealed({"version": "3.0", "action": "ping"}, home.public)
    assert (len(key), len(vector)) == (16, 16)
    answered = home.http.post(PATH, content=body, headers=signed(body, SECRET))
    assert answered.headers["content-type"].startswith("text/plain")


def test_screens_and_chat_at_the_same_moment_lose_nothing(home: Home) -> None:
    client = opened(home)
    fill_home(client)
    client.answer("هل فقدتم", "نعم، بعد وفاة")
    client.answer("نكتب أهل البيت", "لاحقاً")
    request = client.request()
    home.families.say(WHO, "السلام عليكم")  # told of what was kept: from here the chat asks what is open
    home.families.write(home.families.event(WHO, "نعم بعد وفاة"))
    sending = [Thread(target=client.ask, kwargs=request) for _ in range(3)]
    turns = Thread(target=home.families.turns)
    for thread in (*sending, turns):
        thread.start()
    for thread in (*sending, turns):
        thread.join()
    found = home.answered()
    assert found["lost_provider"] == "نعم، بعد وفاة" and found["members_now"] == "لاحقاً"
    assert found["household_size"] == "3"


def test_a_turn_that_was_faster_is_built_upon(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    client = opened(home)
    faster = [1, 2]

    def once_too_late(*told: Any) -> Any:
        if faster:
            faster.pop()
            raise TwoTurnsAtOnce
        return exchange(*told)

    monkeypatch.setattr("bot.doors.flows.exchange", once_too_late)
    client.open()
    assert client.status == 200 and not faster


def test_a_flow_that_the_platform_stopped_is_not_offered(home: Home) -> None:
    home.publish()
    blocked = {"flow_id": "7001", "new_status": "BLOCKED"}
    home.store.transact(lambda uow: note_flow(uow, blocked, home.clock()))
    earlier = {"flow_id": "7001", "new_status": "PUBLISHED"}
    home.store.transact(lambda uow: note_flow(uow, earlier, home.clock() - timedelta(hours=1)))
    assert home.until(FIRST).screens is None


def test_screens_of_who_was_forgotten_are_closed(home: Home) -> None:
    client = opened(home)
    with home.store.unit_of_work() as uow:
        for key in uow.session.scalars(select(Person.data_key_id)):
            uow.vault.destroy(key, home.clock())
    client.open()
    assert client.status == 427


def test_a_token_is_stored_as_a_keyed_hash_only(home: Home) -> None:
    client = opened(home)
    with home.store.reading() as uow:
        offer = uow.session.scalars(select(FlowOffer)).one()
        assert client.token not in offer.token_hash and len(offer.token_hash) == 64
        assert uow.session.get(InterviewSession, offer.session_id) is not None
