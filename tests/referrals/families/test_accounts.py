"""One account with a telephone and a user id: whichever came first, later together, and parted where a number is given
to somebody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from referrals.conversations.inbox.waiting import receive
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import Conversation, HelpRequest, InterviewSession
from referrals.families.accounts import addresses_of
from referrals.families.identities import identities_at
from referrals.families.records import Claim, ContactPoint, Identity, Person
from referrals.families.renaming import rename_identity
from referrals.families.standing import note_presence, ways_to
from referrals.inbound import Address, Content, Inbound
from referrals.messages import Message
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families, answer_to

PHONE, ID, OTHER_ID = Address("phone", "+96550000001"), Address("bsuid", "KW.1001"), Address("bsuid", "KW.2002")
NEW_PHONE = Address("phone", "+96550000009")


@pytest.fixture
def whatsapp(families: Families) -> Families:
    """The same store with a WhatsApp number."""
    return Families(families.store, families.clock, "whatsapp", "w1")


_count = iter(range(1, 10_000))


def writes(families: Families, text: str, *addresses: Address, choice: str = "") -> list[Message]:
    """An event of an account with these addresses; what it is answered."""
    families.clock.forward(seconds=5)
    event = Inbound(
        "tap" if choice else "message",
        f"w-{next(_count)}",
        addresses[0],
        Content(text=text, choice=choice),
        also_known_as=addresses[1:],
    )
    families.store.transact(lambda uow: receive(uow, families.sender_id, [event], families.clock()))
    families.turns()
    before = {who: len(heard) for who, heard in families.heard.items()}
    families.read()
    return [message for who, heard in families.heard.items() for message in heard[before.get(who, 0) :]]


def applies(families: Families, until: str, *addresses: Address) -> list[Message]:
    """The way to a question, from one address or another."""
    got = writes(families, "السلام عليكم", *addresses)
    for _ in range(40):
        if until in got[-1].text:
            return got
        said = answer_to(got[-1].text)
        if said.startswith("["):
            choice = next(c.id for m in reversed(got) for c in m.choices if said.strip("[]") in c.label)
            got = writes(families, "", *addresses, choice=choice)
        else:
            got = writes(families, said, *addresses)
    raise AssertionError(got[-1].text)


def how_many(families: Families, record: Any) -> int:
    with families.store.reading() as uow:
        return uow.session.scalar(select(func.count()).select_from(record)) or 0


@pytest.mark.parametrize("first", [PHONE, ID])
def test_whichever_came_first_the_other_leads_to_the_same_person(whatsapp: Families, first: Address) -> None:
    second = ID if first is PHONE else PHONE
    applies(whatsapp, "كم العمر", first)
    both = writes(whatsapp, "السلام عليكم", PHONE, ID)
    assert "كم العمر" in both[-1].text
    assert "ما أهم شيء" in writes(whatsapp, "٤٢", second)[-1].text
    assert how_many(whatsapp, Identity) == how_many(whatsapp, Conversation) == 1
    whatsapp.all_handled()


@pytest.mark.parametrize("busy", [PHONE, ID])
def test_two_that_were_met_apart_become_one_with_the_interview_and_what_is_owed(
    whatsapp: Families, busy: Address
) -> None:
    other = ID if busy is PHONE else PHONE
    applies(whatsapp, "كم العمر", busy)
    writes(whatsapp, "السلام عليكم", other)
    assert how_many(whatsapp, Identity) == 2
    assert "كم العمر" in writes(whatsapp, "السلام عليكم", PHONE, ID)[-1].text
    assert "ما أهم شيء" in writes(whatsapp, "٤٢", other)[-1].text
    assert how_many(whatsapp, Identity) == how_many(whatsapp, Conversation) == 1
    assert how_many(whatsapp, InterviewSession) == 1
    whatsapp.all_handled()


def test_two_interviews_under_way_both_stay(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    applies(whatsapp, "ما أهم شيء", ID)
    writes(whatsapp, "القائمة", PHONE, ID)
    assert (how_many(whatsapp, Identity), how_many(whatsapp, Conversation)) == (1, 2)
    got = writes(whatsapp, "أنا شخص آخر", PHONE)
    assert any("طلب بدأ" in choice.label for message in got for choice in message.choices)
    whatsapp.all_handled()


def test_a_known_number_with_another_user_id_is_a_new_owner(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE, ID)
    got = writes(whatsapp, "السلام عليكم", PHONE, OTHER_ID)
    assert "كم العمر" not in got[-1].text
    assert "كم العمر" in writes(whatsapp, "السلام عليكم", ID)[-1].text
    assert "كم العمر" not in writes(whatsapp, "مرحبا", PHONE)[-1].text


def rename(families: Families, old: Address, new: Address) -> str:
    def work(uow: UnitOfWork) -> str:
        (identity,) = identities_at(uow, old.kind, old.value)
        return rename_identity(uow, identity, new, families.clock())

    return families.store.transact(work)


def test_a_changed_number_keeps_the_person_and_lets_the_old_one_go(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    assert rename(whatsapp, PHONE, NEW_PHONE) == "renamed"
    assert rename(whatsapp, NEW_PHONE, NEW_PHONE) == "same"
    assert "كم العمر" in writes(whatsapp, "السلام عليكم", NEW_PHONE)[-1].text
    assert "كم العمر" not in writes(whatsapp, "السلام عليكم", PHONE)[-1].text


def test_a_new_user_id_beside_a_number_is_told_apart_from_a_changed_number(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE, ID)
    assert rename(whatsapp, ID, OTHER_ID) == "renamed"
    with whatsapp.store.reading() as uow:
        (identity,) = identities_at(uow, "phone", PHONE.value)
        assert set(addresses_of(uow, identity)) == {PHONE, OTHER_ID}


def test_who_wrote_from_the_new_number_before_the_news_came_is_the_same_person(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    writes(whatsapp, "السلام عليكم", NEW_PHONE)
    assert rename(whatsapp, PHONE, NEW_PHONE) == "absorbed"
    assert "كم العمر" in writes(whatsapp, "السلام عليكم", NEW_PHONE)[-1].text
    assert how_many(whatsapp, Identity) == 1


def test_a_number_of_somebody_with_a_past_is_never_merged_but_claimed(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    applies(whatsapp, "ما أهم شيء", NEW_PHONE)
    assert rename(whatsapp, PHONE, NEW_PHONE) == rename(whatsapp, PHONE, NEW_PHONE) == "claimed"
    assert how_many(whatsapp, Claim) == 1 and how_many(whatsapp, Identity) == 2
    assert "ما أهم شيء" in writes(whatsapp, "السلام عليكم", NEW_PHONE)[-1].text


PARENT_ID, NEW_ID, NEW_PARENT_ID = (Address("bsuid", f"KW.{each}") for each in ("ENT.1", "3003", "ENT.3"))


def told_of(families: Families, old: Address, *new: Address, formerly: tuple[Address, ...] = ()) -> None:
    """WhatsApp tells that an account is known by these addresses now."""
    further = json.dumps({"formerly": [[each.kind, each.value] for each in formerly]})
    event = Inbound("renamed", f"r-{next(_count)}", old, also_known_as=new, told=further)
    families.store.transact(lambda uow: receive(uow, families.sender_id, [event], families.clock()))
    families.turns()


def test_a_new_user_id_and_its_parent_lead_both_to_the_person(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", ID, PARENT_ID)
    told_of(whatsapp, ID, NEW_PHONE, NEW_ID, NEW_PARENT_ID)
    for each in (NEW_ID, NEW_PARENT_ID, NEW_PHONE):
        assert "كم العمر" in writes(whatsapp, "السلام عليكم", each)[-1].text
    assert how_many(whatsapp, Person) == 1


def test_a_number_given_to_somebody_else_brings_them_nothing_of_who_had_it(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE, ID)
    applies(whatsapp, "ما أهم شيء", NEW_PHONE, OTHER_ID)
    told_of(whatsapp, ID, NEW_PHONE, NEW_ID, formerly=(NEW_PHONE,))
    assert "كم العمر" in writes(whatsapp, "السلام عليكم", NEW_PHONE, NEW_ID)[-1].text
    assert "ما أهم شيء" in writes(whatsapp, "السلام عليكم", OTHER_ID)[-1].text
    assert how_many(whatsapp, Claim) == 0


def test_news_of_a_stranger_who_has_the_number_now_leave_its_last_owner_alone(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", NEW_PHONE, OTHER_ID)
    told_of(whatsapp, ID, NEW_PHONE, NEW_ID, formerly=(NEW_PHONE,))
    assert "كم العمر" not in writes(whatsapp, "السلام عليكم", NEW_PHONE, NEW_ID)[-1].text
    assert "كم العمر" in writes(whatsapp, "السلام عليكم", OTHER_ID)[-1].text


def test_a_new_user_id_finds_who_was_known_by_the_number_alone(whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    told_of(whatsapp, ID, PHONE, NEW_ID, formerly=(PHONE,))
    assert "كم العمر" in writes(whatsapp, "السلام عليكم", NEW_ID)[-1].text


def test_a_contact_of_their_own_joins_the_whatsapp_of_the_same_number(families: Families, whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    families.say("501", "السلام عليكم")
    families.say("501", contact_phone="96550000001")
    with families.store.reading() as uow:
        people = set(uow.session.scalars(select(Identity.person_id)))
        assert len(people) == 1
        assert uow.session.scalars(select(ContactPoint.verified_at)).one() is not None


def test_a_number_that_was_typed_proves_nothing(families: Families, whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    families.say("501", "السلام عليكم")
    families.say("501", "+96550000001")
    families.say("501", card_phone="96550000001")
    with families.store.reading() as uow:
        assert len(set(uow.session.scalars(select(Identity.person_id)))) == 2


def test_two_with_a_past_on_one_number_are_for_staff_to_look_at(families: Families, whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    families.apply("501", until="كم العمر")
    families.say("501", contact_phone="+965 5000 0001")
    with families.store.reading() as uow:
        assert len(set(uow.session.scalars(select(Identity.person_id)))) == 2
        assert "possible_duplicate" in uow.session.scalars(select(HelpRequest.kind)).all()


def test_one_place_says_whether_somebody_may_be_written_to_and_how(families: Families, whatsapp: Families) -> None:
    applies(whatsapp, "كم العمر", PHONE)
    with families.store.reading() as uow:
        person = uow.session.scalars(select(Person.id)).one()
        (way,) = ways_to(uow, person)
        identity = way.identity_id
        assert (way.why_not, way.how(families.clock())) == ("", "free")
        assert way.how(families.clock.forward(hours=25)) == "template"
    families.store.transact(lambda uow: note_presence(uow, identity, blocked=True, at=families.clock()))
    with families.store.reading() as uow:
        (way,) = ways_to(uow, person)
        assert (way.why_not, way.how(families.clock())) == ("blocked", "")
    assert not families.store.transact(
        lambda uow: reach(uow, person, "kuwait", families.clock(), reason="x", compose=lambda desk: desk.tell("عيّنة"))
    )
    families.store.transact(lambda uow: note_presence(uow, identity, blocked=False, at=families.clock()))
    with families.store.reading() as uow:
        assert ways_to(uow, person)[0].open
