"""What is told beside a conversation: stored like everything else, handled once, and answered only where it helps."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from referrals.conversations.interviews.sessions import load_session
from referrals.conversations.records import Conversation
from referrals.conversations.threads import open_desk
from referrals.families.identities import identities_at
from referrals.families.records import Consent, Identity
from referrals.families.sources import source_of
from referrals.inbound import NOBODY, Address, Content, Inbound, Kind
from referrals.messages import Message
from referrals.outbox.owe import owe
from referrals.senders.notices import Told, close_notice, facts_of, open_notices, told_to_json
from referrals.senders.records import ContactSource
from referrals.senders.templates import SENDABLE, template_of
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import GREETING, Families, answer_to

WHO = "501"


def told(families: Families, kind: Kind, name: str, who: str = WHO, **values: Any) -> Inbound:
    address = NOBODY if not who else families.event(who).address
    return Inbound(kind, name, address, **values)


def take(families: Families, *events: Inbound) -> list[Message]:
    """Stores events, takes their turns and reads what was owed."""
    families.clock.forward(seconds=5)
    families.write(*events)
    families.turns()
    families.all_handled()
    assert families.books().balance
    return families.read(WHO)


def said(families: Families, words: str, who: str = WHO) -> Inbound:
    """Somebody types words; the event, which an edit refers to."""
    families.clock.forward(seconds=5)
    event = replace(families.event(who, words), said_as=f"m-{words}", sent_at=families.clock().timestamp())
    families.write(event)
    families.turns()
    families.read(who)
    return event


def edit(families: Families, of: Inbound, words: str, name: str = "") -> Inbound:
    families.clock.forward(seconds=1)
    named = f"{of.said_as}:{name or words}"
    return replace(
        of,
        kind="edit",
        external_id=named,
        content=Content(text=words),
        revises=of.said_as,
        said_as="",
        sent_at=families.clock().timestamp(),
    )


def answers(families: Families) -> dict[str, str]:
    """What stands in the interview, by the question's name."""

    def look(uow: UnitOfWork) -> dict[str, str]:
        desk = open_desk(uow, identity(uow).id, families.clock(), reason="test")
        stored = load_session(desk)
        assert stored is not None
        return {entry.ref.rpartition("/")[2]: entry.value for entry in stored.session.journal}

    return families.store.transact(look)


def identity(uow: UnitOfWork) -> Identity:
    (found,) = identities_at(uow, "telegram", WHO)
    return uow.session.get_one(Identity, found)


def identity_now(families: Families) -> Identity:
    with families.store.reading() as uow:
        found = identity(uow)
        uow.session.expunge(found)
        return found


def reasons(families: Families) -> list[str]:
    return [row.reason for row in families.inbox() if row.reason]


# ---- edits


def test_an_edited_message_changes_the_answer_it_gave_and_the_question_stays(families: Families) -> None:
    families.apply(WHO, until="ما اسمكم")
    name = said(families, "فاطمه عيّنه")
    asked = families.heard[WHO][-1].text
    got = take(families, edit(families, name, "فاطمة عيّنة"))
    assert answers(families)["own_name"] == "فاطمة عيّنة"
    assert "فاطمة عيّنة" in got[-1].text
    assert asked.splitlines()[-1] in got[-1].text
    assert reasons(families) == ["edit: replaced"]


def test_an_edit_of_an_edit_counts_once_and_a_redelivered_or_older_one_changes_nothing(families: Families) -> None:
    families.apply(WHO, until="ما اسمكم")
    name = said(families, "فاطمه")
    first, second = edit(families, name, "فاطمة عيّنة"), edit(families, name, "فاطمة علي عيّنة")
    take(families, first)
    take(families, second)
    assert answers(families)["own_name"] == "فاطمة علي عيّنة"
    assert take(families, first, second) == []
    late = replace(edit(families, name, "فاطمة"), sent_at=first.sent_at)
    assert take(families, late) == []
    assert answers(families)["own_name"] == "فاطمة علي عيّنة"
    assert reasons(families) == ["edit: replaced", "edit: replaced", "edit: an older wording"]


def test_an_answer_further_back_is_changed_while_the_interview_goes_on_where_it_was(families: Families) -> None:
    families.apply(WHO, until="ما اسمكم")
    name = said(families, "فاطمه")
    age = said(families, "٤٢")
    asked = families.heard[WHO][-1]
    got = take(families, edit(families, name, "فاطمة عيّنة"), edit(families, age, "٤٣"))
    assert (answers(families)["own_name"], answers(families)["applicant_age"]) == ("فاطمة عيّنة", "43")
    assert [choice.id for choice in got[-1].choices] == [choice.id for choice in asked.choices]


def test_messages_that_were_handled_at_the_same_moment_are_told_apart_by_what_they_say(families: Families) -> None:
    families.apply(WHO, until="ما اسمكم")
    name = replace(families.event(WHO, "فاطمه"), said_as="m1")
    age = replace(families.event(WHO, "٤٢"), said_as="m2")
    families.write(name, age)
    families.turns()
    families.read(WHO)
    take(families, edit(families, age, "٤٣"))
    assert (answers(families)["own_name"], answers(families)["applicant_age"]) == ("فاطمه", "43")


def test_an_edit_that_answers_nothing_leaves_the_answer_and_says_so(families: Families) -> None:
    families.apply(WHO, until="كم العمر")
    age = said(families, "٤٢")
    got = take(families, edit(families, age, "كما في البطاقة"))
    assert answers(families)["applicant_age"] == "42"
    assert "إجابتكم الأولى باقية" in " ".join(message.text for message in got)
    assert reasons(families) == ["edit: not understood"]


def test_a_slip_that_was_not_understood_is_mended_by_editing_it(families: Families) -> None:
    families.apply(WHO, until="كم العمر")
    slip = said(families, "مم")
    assert "applicant_age" not in answers(families)
    take(families, edit(families, slip, "٤٢"))
    assert answers(families)["applicant_age"] == "42"
    assert reasons(families) == ["edit: heard as said"]


def test_the_same_words_again_are_answered_by_nothing(families: Families) -> None:
    families.apply(WHO, until="كم العمر")
    age = said(families, "٤٢")
    assert take(families, edit(families, age, "٤٢")) == []
    assert reasons(families) == ["edit: the same words"]


def test_an_edit_that_tells_of_danger_is_danger(families: Families) -> None:
    families.apply(WHO, until="ما اسمكم")
    name = said(families, "فاطمة")
    got = take(families, edit(families, name, "زوجي يضربني الحقوني"))
    assert "نحن معكم" in got[-1].text
    assert reasons(families) == ["edit: danger"]


@pytest.mark.parametrize(("later", "reason"), [(False, "edit: heard as said"), (True, "edit: too late")])
def test_a_wish_in_an_edit_is_granted_only_where_it_is_the_last_word(
    families: Families, later: bool, reason: str
) -> None:
    families.apply(WHO, until="ما اسمكم")
    name = said(families, "فاطمة")
    if later:
        said(families, "٤٢")
    got = take(families, edit(families, name, "رجوع"))
    assert answers(families)["own_name"] == "فاطمة"
    assert ("ما اسمكم" in got[-1].text) is not later
    assert reasons(families) == [reason]


def test_after_the_application_was_sent_an_edit_changes_nothing_and_says_whom_to_ask(families: Families) -> None:
    families.apply(WHO, until="ما اسمكم")
    name = said(families, "فاطمه")
    while not any("وصل طلبكم إلينا" in message.text for message in families.heard[WHO]):
        _answer(families)
    got = take(families, edit(families, name, "سعاد"))
    assert "موظف" in " ".join(message.text for message in got)
    assert reasons(families) == ["edit: too late"]


def _answer(families: Families) -> None:
    said_now = answer_to(families.heard[WHO][-1].text)
    if said_now.startswith("["):
        families.tap(WHO, said_now.strip("[]"))
    else:
        families.say(WHO, said_now)


def test_an_edit_outside_an_interview_is_heard_where_it_was_the_last_word(families: Families) -> None:
    greeting = said(families, "السلاام")
    got = take(families, edit(families, greeting, "القائمة"))
    assert got
    assert reasons(families) == ["edit: heard as said"]


def test_an_edit_that_overtook_its_message_is_heard_in_its_place(families: Families) -> None:
    families.apply(WHO, until="كم العمر")
    age = replace(families.event(WHO, "٤٢"), said_as="m-age")
    take(families, edit(families, age, "٤٣"))
    assert answers(families)["applicant_age"] == "43"
    assert take(families, age) == []
    assert answers(families)["applicant_age"] == "43"
    assert reasons(families) == ["edit: heard as said"]


def test_an_edit_of_what_was_said_long_before_is_past(families: Families) -> None:
    families.apply(WHO, until="كم العمر")
    known = replace(families.event(WHO, "مم"), said_as="700")
    take(families, known)
    old = replace(known, said_as="12")
    take(families, edit(families, old, "٤٣"))
    assert "applicant_age" not in answers(families)
    assert reasons(families) == ["edit: too late"]


def test_an_edit_from_somebody_we_never_heard_of_begins_a_conversation(families: Families) -> None:
    first = Inbound("edit", "9:1", families.event(WHO).address, Content(text=GREETING), revises="9")
    got = take(families, first)
    assert "خدمة سند" in got[-1].text


def test_a_deleted_message_is_answered_by_silence_and_its_answer_stays(families: Families) -> None:
    families.apply(WHO, until="ما اسمكم")
    name = said(families, "فاطمة")
    assert take(families, replace(name, kind="revoke", external_id="r1", content=Content(), revises=name.said_as)) == []
    assert answers(families)["own_name"] == "فاطمة"
    assert reasons(families) == ["revoke: kept quiet"]


# ---- who is there


def test_a_block_and_its_end_are_the_identitys_state(families: Families) -> None:
    families.say(WHO, GREETING)
    take(families, told(families, "presence", "p1", status="blocked"))
    assert identity_now(families).blocked_at is not None
    take(families, told(families, "presence", "p2", status="unblocked"))
    assert identity_now(families).blocked_at is None
    assert reasons(families) == ["presence: blocked", "presence: unblocked"]


def test_a_block_that_comes_after_what_they_said_since_changes_nothing(families: Families) -> None:
    before = families.clock().timestamp()
    said(families, GREETING)
    take(families, told(families, "presence", "p1", status="blocked", sent_at=before - 60))
    assert identity_now(families).blocked_at is None


def test_unblocking_and_start_go_on_where_they_were(families: Families) -> None:
    families.apply(WHO, until="كم العمر")
    take(families, told(families, "presence", "p1", status="blocked"))
    take(families, told(families, "presence", "p2", status="unblocked"))
    got = families.say(WHO, "/start")
    assert "كم العمر" in " ".join(message.text for message in got)


def test_somebody_unknown_who_blocks_us_or_is_renamed_is_not_made_known(families: Families) -> None:
    take(families, told(families, "presence", "p1", "999", status="blocked"))
    take(families, told(families, "renamed", "r1", "999", also_known_as=(Address("telegram", "-100999"),)))
    take(families, told(families, "revoke", "v1", "999", revises="m1"))
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Identity)).all() == []
    assert reasons(families) == ["presence: nobody we know", "renamed: nobody we know", "revoke: kept quiet"]


def test_a_changed_address_leads_to_the_same_person_and_the_old_one_no_longer(families: Families) -> None:
    families.apply(WHO, until="كم العمر")
    take(families, told(families, "renamed", "r1", also_known_as=(Address("telegram", "-1002003"),)))
    got = families.say("-1002003", "٤٢")
    assert "كم العمر" not in got[-1].text
    with families.store.reading() as uow:
        assert identities_at(uow, "telegram", WHO) == []
        assert len(uow.session.scalars(select(Identity)).all()) == 1
    assert reasons(families)[0] == "renamed: renamed"


def test_a_person_known_by_another_of_their_old_addresses_is_found(families: Families) -> None:
    families.say(WHO, GREETING)
    formerly = json.dumps({"formerly": [["telegram", WHO]]})
    new = (Address("telegram", "-1002003"),)
    take(families, told(families, "renamed", "r1", "777", also_known_as=new, told=formerly))
    with families.store.reading() as uow:
        assert len(identities_at(uow, "telegram", "-1002003")) == 1


# ---- campaigns


def campaign(families: Families) -> None:
    """A campaign message that waits for them."""

    def work(uow: UnitOfWork) -> None:
        mine = identity(uow)
        desk = open_desk(uow, mine.id, families.clock(), reason="test")
        owe(
            uow,
            Message("دعوة (عيّنة)", purpose="campaign", language="ar"),
            key="campaign:1",
            lane="campaign",
            sender_id=families.sender_id,
            identity_id=mine.id,
            data_key_id=desk.data_key_id,
            programme_id="kuwait",
            at=families.clock(),
        )

    families.store.transact(work)


def test_stopping_campaigns_stops_campaigns_and_nothing_else(families: Families) -> None:
    families.apply(WHO, until="كم العمر")
    campaign(families)
    assert take(families, told(families, "preference", "c1", status="stop")) == []
    assert families.outbox()[-1].state == "cancelled"
    assert consents(families) == [("campaign", True)]
    assert wants_campaigns(families) is False
    assert identity_now(families).may_message
    got = families.say(WHO, "٤٢")
    assert got
    take(families, told(families, "preference", "c2", status="resume"))
    assert wants_campaigns(families) is True
    assert consents(families) == [("campaign", True), ("campaign", False)]


def consents(families: Families) -> list[tuple[str, bool]]:
    with families.store.reading() as uow:
        rows = uow.session.scalars(select(Consent).where(Consent.purpose == "campaign").order_by(Consent.id)).all()
        assert [row.method for row in rows] == ["platform"] * len(rows)
        return [(row.purpose, row.refused) for row in rows]


def wants_campaigns(families: Families) -> bool:
    def look(uow: UnitOfWork) -> bool:
        desk = open_desk(uow, identity(uow).id, families.clock(), reason="test")
        return not desk.state.get("no_campaigns")

    return families.store.transact(look)


def test_a_preference_of_somebody_new_is_remembered_until_they_write(families: Families) -> None:
    take(families, told(families, "preference", "c1", status="stop"))
    families.say(WHO, GREETING)
    assert wants_campaigns(families) is False


# ---- what staff are told


TEMPLATE = {"name": "reminder", "language": "ar", "reason": "NONE"}


def notice(name: str, about: Told, at: float) -> Inbound:
    return Inbound("notice", name, NOBODY, sent_at=at, told=told_to_json(about, {"whole": True}))


def template_told(status: str, **more: str) -> Told:
    asks = status not in ("APPROVED", "")
    return Told("template", "reminder ar", status, {**TEMPLATE, "status": status, **more}, asks)


def test_news_of_templates_are_kept_and_asked_of_staff_until_they_are_mended(families: Families) -> None:
    begun = families.clock().timestamp()
    take(families, notice("n1", template_told("APPROVED", category="UTILITY"), begun))
    take(families, notice("n2", template_told("PAUSED"), begun + 10))
    with families.store.reading() as uow:
        kept = template_of(uow, families.sender_id, "reminder", "ar")
        assert kept is not None
        assert (kept.status, kept.category, kept.status in SENDABLE) == ("PAUSED", "UTILITY", False)
        (waiting,) = open_notices(uow)
        assert (waiting.about, waiting.event, facts_of(waiting)["name"]) == ("template", "PAUSED", "reminder")
    take(families, notice("n3", template_told("APPROVED"), begun + 20))
    with families.store.reading() as uow:
        assert open_notices(uow) == []
    assert reasons(families) == ["notice: template APPROVED", "notice: template PAUSED", "notice: template APPROVED"]


def test_news_that_come_out_of_order_change_nothing_back(families: Families) -> None:
    begun = families.clock().timestamp()
    take(families, notice("n2", template_told("APPROVED"), begun + 10))
    take(families, notice("n1", template_told("PAUSED"), begun))
    take(families, notice("n1", template_told("PAUSED"), begun))
    with families.store.reading() as uow:
        kept = template_of(uow, families.sender_id, "reminder", "ar")
        assert kept is not None
        assert kept.status == "APPROVED"
        assert open_notices(uow) == []


def test_a_member_of_staff_closes_what_they_have_seen(families: Families) -> None:
    take(families, notice("n1", Told("account", event="ACCOUNT_RESTRICTION"), families.clock().timestamp()))
    with families.store.reading() as uow:
        (waiting,) = open_notices(uow)
    assert families.store.transact(lambda uow: close_notice(uow, waiting.id, 1, families.clock()))
    assert not families.store.transact(lambda uow: close_notice(uow, waiting.id, 1, families.clock()))
    with families.store.reading() as uow:
        assert open_notices(uow) == []


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"about": 5, "facts": 7}'])
def test_a_notice_that_says_nothing_readable_is_kept_all_the_same(families: Families, text: str) -> None:
    take(families, Inbound("notice", "n1", NOBODY, told=text))
    families.all_handled()


def test_a_trace_is_handled_and_makes_nobody_known(families: Families) -> None:
    take(families, Inbound("ignored", "7", NOBODY, status_reason="poll"))
    assert [(row.kind, row.state, row.reason, row.identity_id) for row in families.inbox()] == [
        ("ignored", "handled", "ignored: poll", None)
    ]
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Conversation)).all() == []


def test_everything_beside_is_handled_once_however_often_it_is_delivered(store: Store, clock: FrozenClock) -> None:
    families = Families(store, clock)
    families.say(WHO, GREETING)
    events = [
        told(families, "presence", "p1", status="blocked"),
        told(families, "renamed", "r1", also_known_as=(Address("telegram", "9"),)),
        told(families, "preference", "c1", status="stop"),
        notice("n1", Told("account"), 1.0),
        Inbound("ignored", "7", NOBODY, status_reason="poll"),
    ]
    families.write(*events)
    families.turns()
    before = families.inbox()
    for event in reversed(events):
        assert families.write(event) == []
    families.turns()
    assert families.inbox() == before
    assert families.books().balance


# ---- where they come from


def test_the_code_that_somebody_first_came_with_is_kept(families: Families) -> None:
    families.say("501", "/start", start="kuwait-poster7")
    families.say("501", "/start", start="kuwait-poster8")
    families.say("502", "/start", start="kuwait-poster7")
    families.say("503", GREETING)
    families.say("503", "/start", start="kuwait-poster7")
    families.say("504", "/start", start="482193")
    families.say("505", "/start", start="move-eicbjd")
    with families.store.reading() as uow:
        assert sorted(uow.session.scalars(select(ContactSource.code))) == ["kuwait-poster7"] * 2
        assert source_of(uow, identity(uow).id) == "kuwait-poster7"


def test_where_they_came_from_is_forgotten_with_the_rest(families: Families) -> None:
    families.say(WHO, "/start", start="kuwait-poster7")
    families.say(WHO, "امسحوا بياناتي")
    families.say(WHO, choice="d:erase:yes")
    with families.store.reading() as uow:
        assert uow.session.scalars(select(ContactSource.code)).all() == []
