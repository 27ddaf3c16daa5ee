"""Who is erased beside others: whom staff took for the same person, whom the law has kept, what is under way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.families.people import merge_people
from referrals.families.records import Person
from referrals.outbox.noting import note_sent
from referrals.outbox.records import OutboxMessage
from referrals.protection.erasure.erasing import Held, ask, carry_out, refuse
from referrals.protection.keys.key_file import erased_in, write_key_file
from referrals.protection.keys.pruning import prune_key_file
from referrals.protection.records import DataKey
from referrals.protection.retention.carrying_out import retain
from referrals.protection.rights_records import ErasureRequest, LegalHold
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.families import Families

ONE, OTHER = "501777123", "501777124"


def erase(families: Families, who: str) -> str:
    families.say(who, "امسح بياناتي")
    return families.tap(who, "نعم، امسحوها")[-1].text


def persons(families: Families) -> list[int]:
    with families.store.reading() as uow:
        return list(uow.connection.execute(select(Application.person_id).order_by(Application.id)).scalars())


def test_who_staff_took_for_the_same_person_is_left_to_staff(families: Families) -> None:
    families.apply(ONE)
    families.apply(OTHER)
    one, other = persons(families)
    families.store.transact(
        lambda uow: uow.connection.execute(update(Person).where(Person.id == other).values(same_as_id=one))
    )
    erase(families, ONE)
    with families.store.reading() as uow:
        assert uow.session.get_one(Person, one).erased_at is not None
        assert uow.session.get_one(Person, other).erased_at is None, "a clerk may have been wrong"
        line = uow.session.scalars(select(ErasureRequest).filter_by(state="open")).one()
        assert (line.person_id, line.source, line.programme_id) == (other, "same_person", "kuwait")
    assert families.books().balance


def test_what_the_law_has_kept_waits_for_staff_and_everything_open_ends(families: Families) -> None:
    families.refer(ONE)
    (person,) = persons(families)
    families.store.transact(
        lambda uow: uow.session.add(LegalHold(person_id=person, reason="court", set_at=families.clock()))
    )
    assert "أوقفنا طلبكم" in erase(families, ONE)
    with families.store.reading() as uow:
        assert uow.session.get_one(Person, person).erased_at is None
        assert uow.session.scalars(select(ErasureRequest.state)).all() == ["open"]
        assert not set(uow.session.scalars(select(Referral.state))) & set(OPEN)
    families.all_handled()
    assert families.say(ONE, "القائمة")[-1].text


def test_who_had_to_wait_is_answered_in_the_chat(families: Families) -> None:
    families.refer(ONE)
    (person,) = persons(families)
    families.store.transact(
        lambda uow: uow.session.add(LegalHold(person_id=person, reason="court", set_at=families.clock()))
    )
    erase(families, ONE)

    def decide(work: Any) -> str:
        families.store.transact(lambda uow: work(uow, uow.session.scalars(select(ErasureRequest)).all()[-1]))
        return families.read(ONE)[-1].text

    assert "القانون" in decide(lambda uow, asked: refuse(uow, asked, "must_be_kept", families.clock(), 8))
    erase(families, ONE)
    with pytest.raises(Held):
        decide(lambda uow, asked: carry_out(uow, asked, families.clock(), 8))
    families.store.transact(
        lambda uow: uow.connection.execute(update(LegalHold).values(ended_at=families.clock(), ended_by_id=8))
    )
    assert "مسحنا معلوماتكم" in decide(lambda uow, asked: carry_out(uow, asked, families.clock(), 8))
    with families.store.reading() as uow:
        assert uow.session.get_one(Person, person).erased_at is not None
    families.all_handled()
    assert families.books().balance


def test_what_is_on_its_way_at_that_moment_goes_out_and_nothing_after_it(families: Families) -> None:
    families.refer(ONE)
    (person,) = persons(families)
    families.write(families.event(ONE, "القائمة"), families.event(ONE, "أين وصل طلبي؟"))
    families.turns()
    (leased, *_) = families.store.transact(families._lease)
    waiting = [row.id for row in families.outbox() if row.state == "waiting"]
    assert waiting

    def work(uow: UnitOfWork) -> None:
        carry_out(uow, ask(uow, person, "phone", families.clock(), staff_id=7), families.clock(), 8)

    families.store.transact(work)
    retain(families.store, families.clock.forward(minutes=31))
    with families.store.reading() as uow:
        row = uow.session.get_one(OutboxMessage, leased.id)
        assert row.state == "leased"
        assert uow.session.scalars(select(Person.id).filter_by(farewell=True, erased_at=None)).all(), "it waits for it"
        assert {uow.session.get_one(OutboxMessage, each).state for each in waiting} == {"cancelled"}
    families.store.transact(lambda uow: note_sent(uow, leased.id, "x1", families.clock()))
    retain(families.store, families.clock.forward(minutes=31))
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Person.id).filter_by(erased_at=None)).all() == []
    assert families.books().balance


def test_who_asked_comes_first_in_the_file_of_keys(families: Families, tmp_path: Path) -> None:
    """Or whoever turned out to be them is erased first, as one who did not ask, and no centre is told again."""
    from referrals.protection.keys.key_file import note_backup

    families.apply(ONE)
    families.apply(OTHER)
    one, other = persons(families)
    families.store.transact(lambda uow: merge_people(uow, one, other))
    erase(families, OTHER)
    keys = tmp_path / "sanad.keys"

    def write(uow: UnitOfWork) -> None:
        write_key_file(uow.connection, keys, note_backup(uow.connection, keys, families.clock()), families.clock())

    families.store.transact(write)
    assert erased_in(keys) == [(other, True), (one, False)]


def test_a_destroyed_key_does_not_stay_in_the_log_of_a_running_service(sqlite_store: Store, clock: Any) -> None:
    families = Families(sqlite_store, clock)
    families.refer(ONE)
    (person,) = persons(families)
    file = Path(sqlite_store.engine.url.database or "")
    with sqlite_store.reading() as uow:
        wrapped = uow.connection.execute(select(DataKey.wrapped).where(DataKey.person_id == person)).scalar_one()
    erase(families, ONE)
    prune_key_file(sqlite_store, clock.forward(minutes=5))
    content = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert wrapped is not None and wrapped not in content
    with closing(sqlite3.connect(file)) as still:
        assert still.execute("pragma quick_check").fetchone() == ("ok",)
