"""Two of one house apply: whatever the second asks the chat, it hears what the first heard when there was no second."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.conversations.records import Conversation, HelpRequest
from referrals.families.records import DuplicatePair, Person
from referrals.spoken_numbers import read_back
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

ASKS = ("أين وصل طلبي؟", "مواعيدي", "معلوماتي عندكم", "القائمة")
FIRST_NAME = "سعاد"


def heard(families: Families, who: str) -> list[tuple[str, tuple[str, ...]]]:
    """Everything from the first greeting to the answers of `ASKS`, with buttons, without numbers, days and hours."""
    families.apply(who)
    for asked in ASKS:
        families.say(who, asked)
    families.all_handled()
    return [
        (_plain(message.text), tuple(_plain(choice.label) for choice in message.choices))
        for message in families.heard[who]
    ]


def _plain(text: str) -> str:
    return re.sub(r"يوم \S+ \S+ \S+|[\d٠-٩]+", "#", text)


def nobodys(number: str) -> str:
    """A number with the right check digit that stands for nothing."""
    return next(str(each) for each in range(10_000, 99_999) if read_back(str(each)) == str(each) != number)


def test_the_second_of_a_house_hears_what_the_first_heard(families: Families) -> None:
    first = heard(families, "501")
    families.store.transact(lambda uow: _renamed(uow, "501"))
    second = heard(families, "502")  # the very same id and telephone
    with families.store.reading() as uow:
        assert uow.session.scalars(select(DuplicatePair.state)).all() == ["open"], "staff are asked"
    assert second == first
    assert FIRST_NAME not in str(second)


def test_a_strangers_number_is_answered_as_one_that_never_was(families: Families) -> None:
    """«أين وصل طلبي؟» with somebody else's number, with their id, and with a number that nobody has."""
    families.apply("501")
    with families.store.reading() as uow:
        number = uow.session.scalars(select(Application.number)).one()
    said = {}
    for who, typed in (("601", number), ("602", nobodys(number)), ("603", "284010112345")):
        families.say(who, "السلام عليكم")
        families.say(who, "أين وصل طلبي؟")
        families.say(who, typed)
        families.say(who, "معلوماتي")
        families.say(who, "مواعيدي")
        said[who] = [(_plain(each.text), len(each.choices)) for each in families.heard[who][1:]]
    assert said["601"] == said["602"] == said["603"]
    assert "فاطمة" not in str(said)


def test_nor_is_who_may_be_in_danger_told_that_somebody_asks_for_them(families: Families) -> None:
    """A code goes to nobody's telephone that somebody else may be reading over a shoulder; a person decides."""
    families.apply("501")
    families.store.transact(_in_danger)
    with families.store.reading() as uow:
        number = uow.session.scalars(select(Application.number)).one()
    before = len(families.heard["501"])
    families.say("601", "السلام عليكم")
    families.say("601", "أين وصل طلبي؟")
    asked = families.say("601", number)
    families.read("501")
    assert len(families.heard["501"]) == before
    families.say("602", "السلام عليكم")
    families.say("602", "أين وصل طلبي؟")
    assert [each.text for each in asked] == [each.text for each in families.say("602", nobodys(number))]


def _in_danger(uow: UnitOfWork) -> None:
    thread = uow.session.scalars(select(Conversation)).one()
    about = {"programme_id": "kuwait", "person_id": thread.person_id, "kind": "danger", "state": "open"}
    uow.session.add(HelpRequest(**about, restricted=True, created_at=thread.updated_at, due_at=thread.updated_at))
    uow.flush()


def _renamed(uow: UnitOfWork, who: str) -> None:
    """The first is called otherwise, so that a name of theirs would be seen."""
    from referrals.families.identities import data_key_of
    from referrals.families.records import Identity

    index = uow.vault.index("identity:telegram", who)
    person = uow.session.scalars(select(Identity.person_id).filter_by(value_index=index)).one()
    sealed = uow.vault.seal_text(data_key_of(uow, person), FIRST_NAME, "person.name")
    uow.connection.execute(update(Person).where(Person.id == person).values(name_sealed=sealed))
