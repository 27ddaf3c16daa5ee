"""A person is not a phone number: one person on several channels, several people on one telephone."""

from __future__ import annotations

from sqlalchemy import func, select

from referrals.families.accounts import addresses_of
from referrals.families.consents import has_consent, record_consent
from referrals.families.identities import identity_of, join_person
from referrals.families.records import Identity, Person
from referrals.inbound import Address
from referrals.referral.consent_withdrawn import withdraw_consents
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families


def test_one_address_on_two_senders_is_two_identities(families: Families) -> None:
    other = Families(families.store, families.clock, account="2")
    families.say("501", "السلام عليكم")
    other.say("501", "السلام عليكم")
    with families.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Person)) == 2


def test_the_address_is_sealed_and_comes_back(families: Families) -> None:
    families.say("501777", "السلام عليكم")
    with families.store.reading() as uow:
        identity = uow.session.scalars(select(Identity)).one()
        assert addresses_of(uow, identity.id) == [Address("telegram", "501777")]
        assert b"501777" not in identity.value_sealed


def test_who_proves_to_be_somebody_is_that_person_from_then_on(families: Families) -> None:
    for who in ("501", "502"):
        families.say(who, "السلام عليكم")

    def join(uow: UnitOfWork) -> tuple[int, int]:
        first, second = uow.session.scalars(select(Identity).order_by(Identity.id)).all()
        join_person(uow, second.id, first.person_id, families.clock())
        return first.person_id, second.id

    person_id, identity_id = families.store.transact(join)
    with families.store.reading() as uow:
        found = identity_of(uow, families.sender_id, Address("telegram", "502"), families.clock())
        assert found[:2] == (identity_id, person_id)
        assert uow.session.scalars(select(Person.merged_into_id).order_by(Person.id)).all() == [None, person_id]
        assert addresses_of(uow, identity_id) == [Address("telegram", "502")]


def test_a_conversation_goes_on_elsewhere_with_a_code_once(families: Families) -> None:
    families.apply("501", until="كم العمر")
    code = families.move_code("501")
    got = families.say("502", code)
    assert "كم العمر" in got[-1].text
    assert "كم العمر" not in families.say("503", code)[-1].text
    families.say("502", "٤٢")
    families.all_handled()


def test_a_code_that_is_too_old_opens_nothing(families: Families) -> None:
    families.apply("501", until="كم العمر")
    code = families.move_code("501")
    families.clock.forward(minutes=16)
    assert "كم العمر" not in families.say("502", code)[-1].text


def test_nobody_can_try_all_the_codes(families: Families) -> None:
    families.apply("501", until="كم العمر")
    code = families.move_code("501")
    for n in range(6):
        families.say("502", f"{(int(code) + n + 1) % 1_000_000:06}")
    assert all("كم العمر" not in message.text for message in families.say("502", code))
    families.all_handled()


def test_a_refusal_is_kept_and_a_consent_ends_when_it_is_withdrawn(families: Families) -> None:
    families.say("501", "السلام عليكم")

    def work(uow: UnitOfWork) -> list[bool]:
        person_id = uow.session.scalars(select(Person.id)).one()
        stands = []
        for agreed in (False, True):
            record_consent(
                uow,
                person_id=person_id,
                programme_id="kuwait",
                purpose="intake",
                text_id=None,
                language="ar",
                at=families.clock(),
                agreed=agreed,
            )
            stands.append(has_consent(uow, person_id, "kuwait", "intake"))
        withdraw_consents(uow, person_id, "kuwait", families.clock())
        return [*stands, has_consent(uow, person_id, "kuwait", "intake")]

    assert families.store.transact(work) == [False, True, False]
