"""Consents as records: to whom, for which fields, how, until when; and what ends when one is taken back or runs out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from referrals.clockwork import tick
from referrals.families.consents import (
    NobodyToSay,
    guardian_agreed,
    has_consent,
    record_consent,
    stands,
    who_agrees,
)
from referrals.families.records import Consent
from referrals.protection.records import AuditEvent
from referrals.referral.consent_withdrawn import withdraw_one
from referrals.referral.records import Referral, ReferralEvent
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families


def one(families: Families, record: Any, **having: Any) -> Any:
    with families.store.reading() as uow:
        return uow.session.scalars(select(record).filter_by(**having).order_by(record.id.desc())).first()


def steps(families: Families, referral_id: int) -> list[str]:
    with families.store.reading() as uow:
        query = select(ReferralEvent.event).filter_by(referral_id=referral_id).order_by(ReferralEvent.id)
        return list(uow.session.scalars(query))


def expire(families: Families, purpose: str) -> Consent:
    """The consent to this purpose ended an hour ago."""
    ended = families.clock() - timedelta(hours=1)
    families.store.transact(
        lambda uow: uow.connection.execute(update(Consent).where(Consent.purpose == purpose).values(expires_at=ended))
    )
    found = one(families, Consent, purpose=purpose)
    assert isinstance(found, Consent)
    return found


def test_the_tap_for_a_centre_says_to_whom_which_fields_and_until_when(families: Families) -> None:
    referral = one(families, Referral, id=families.refer("501"))
    consent = one(families, Consent, purpose="referral")
    assert consent.id == referral.consent_id
    assert consent.recipient_location_id == referral.to_location_id
    assert consent.recipient_organization_id == referral.to_organization_id
    assert {"applicant_name", "phone"} <= set(consent.data_categories.split(","))
    assert (consent.given_by, consent.method, consent.refused) == ("self", "tap", False)
    assert consent.text_definition_id is not None
    assert consent.evidence_inbox_id is not None
    assert consent.expires_at == consent.given_at + timedelta(days=365)


def test_words_that_mean_yes_are_kept_as_words(families: Families) -> None:
    families.apply("501", until="هل توافقون")
    families.say("501", "اه موافقة")
    assert one(families, Consent, purpose="intake").method == "words"


def test_a_consent_stands_until_it_is_taken_back_or_runs_out(families: Families) -> None:
    families.refer("501")
    consent, clock = one(families, Consent, purpose="referral"), families.clock

    def asked(at: Any) -> bool:
        with families.store.reading() as uow:
            return stands(uow, consent.id, at)

    assert asked(clock())
    assert asked(consent.expires_at - timedelta(seconds=1))
    assert not asked(consent.expires_at)
    assert families.store.transact(lambda uow: withdraw_one(uow, consent.id, clock()))
    assert not asked(clock())
    assert not families.store.transact(lambda uow: withdraw_one(uow, consent.id, clock()))


def test_one_centre_is_taken_back_in_the_chat_and_the_rest_stays(families: Families) -> None:
    referral_id = families.refer("501")
    families.read("501")
    got = families.say("501", "لا أريد أن يرى هذا المركز بياناتي")
    assert "موظفو مكان واحد" in got[-1].text
    sure = families.say("501", choice=got[-1].choices[0].id)
    assert "هل نفعل ذلك؟" in sure[-1].text
    done = families.tap("501", "نعم")
    assert any("لن يرى" in message.text and "بعد الآن" in message.text for message in done)
    referral, consent = one(families, Referral, id=referral_id), one(families, Consent, purpose="referral")
    assert referral.state == "cancelled"
    assert consent.withdrawn_by == f"person:{referral.person_id}"
    assert steps(families, referral_id)[-1] == "cancel"
    with families.store.reading() as uow:
        assert has_consent(uow, referral.person_id, "kuwait", "intake", families.clock())
    assert "لا يرى أي مركز" in families.say("501", choice="d:menu:recipients")[-1].text


def test_nothing_is_taken_back_when_they_think_again(families: Families) -> None:
    referral_id = families.refer("501")
    families.read("501")
    got = families.say("501", choice="d:menu:recipients")
    families.say("501", choice=got[-1].choices[0].id)
    assert "لم نغيّر شيئاً" in families.tap("501", "لا")[0].text
    assert one(families, Referral, id=referral_id).state == "requested"


def test_the_button_of_another_family_takes_nothing_back(families: Families) -> None:
    referral_id = families.refer("501")
    families.read("501")
    families.say("501", choice="d:menu:recipients")
    consent = one(families, Consent, purpose="referral")
    families.apply("502", until="بماذا نبدأ")
    families.say("502", choice=f"d:recipient:{consent.id}")
    families.say("502", choice=f"d:takeback:yes:{consent.id}")
    assert one(families, Referral, id=referral_id).state == "requested"


def test_a_centre_of_a_referral_that_had_ended_learns_that_it_may_not_see_it_any_more(families: Families) -> None:
    referral_id = families.refer("501")

    def end(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, referral_id)
        referral.state, referral.closed_at = "completed", families.clock()
        uow.flush()
        withdraw_one(uow, referral.consent_id, families.clock())

    families.store.transact(end)
    assert one(families, Referral, id=referral_id).state == "completed"
    assert steps(families, referral_id)[-1] == "consent-withdrawn"


def test_a_consent_that_runs_out_is_asked_for_again_without_naming_anything(families: Families) -> None:
    referral_id = families.refer("501")
    families.read("501")
    before = expire(families, "referral")
    assert tick(families.store, families.clock()) >= 1
    asked = families.read("501")
    assert len(asked) == 1
    assert "هل توافقون أن نكمل؟" in asked[0].text
    assert "مركز" not in asked[0].text
    tick(families.store, families.clock())
    assert families.read("501") == []
    assert steps(families, referral_id)[-1] == "consent-expired"
    families.say("501", choice=asked[0].choices[0].id)
    after = one(families, Referral, id=referral_id)
    renewed = one(families, Consent, id=after.consent_id)
    assert renewed.id != before.id
    assert (renewed.data_categories, renewed.recipient_location_id) == (
        before.data_categories,
        before.recipient_location_id,
    )
    with families.store.reading() as uow:
        assert stands(uow, renewed.id, families.clock())
        assert not stands(uow, before.id, families.clock())


def test_who_does_not_agree_again_is_seen_by_nobody_any_more(families: Families) -> None:
    referral_id = families.refer("501")
    families.read("501")
    expire(families, "referral")
    tick(families.store, families.clock())
    asked = families.read("501")
    families.say("501", choice=asked[0].choices[1].id)
    assert one(families, Referral, id=referral_id).state == "cancelled"


def test_who_may_be_in_danger_is_asked_nothing_by_a_clock(families: Families) -> None:
    families.refer("501")
    families.read("501")
    families.say("501", choice="d:menu:urgent")
    expire(families, "referral")
    tick(families.store, families.clock())
    assert families.read("501") == []
    assert one(families, Consent, purpose="referral").expiry_noted_at is not None


def test_a_consent_on_which_nothing_stands_ends_in_silence(families: Families) -> None:
    referral_id = families.refer("501")
    families.read("501")
    done = update(Referral).where(Referral.id == referral_id).values(state="completed", closed_at=families.clock())
    families.store.transact(lambda uow: uow.connection.execute(done))
    expire(families, "referral")
    tick(families.store, families.clock())
    assert families.read("501") == []
    with families.store.reading() as uow:
        assert uow.session.scalar(select(AuditEvent).filter_by(action="consent.expired")) is not None


def test_a_guardian_says_whose_they_are(families: Families) -> None:
    families.refer("501")
    person_id = one(families, Referral).person_id

    with pytest.raises(NobodyToSay):
        families.store.transact(lambda uow: keep(uow, person_id, "", families.clock()))
    families.store.transact(lambda uow: keep(uow, person_id, "mother", families.clock()))
    assert one(families, Consent, given_by="guardian").on_behalf_relation == "mother"


def test_a_childs_application_stands_on_its_guardians_word_and_never_on_the_childs(families: Families) -> None:
    families.refer("501")
    person_id, at = one(families, Referral).person_id, families.clock()

    def asked(uow: UnitOfWork) -> list[tuple[str, str]]:
        child, helper = {"minor": "yes"}, {"on_behalf": "yes", "for_whom": "neighbour"}
        before = who_agrees(uow, child, person_id, "kuwait", at)
        assert guardian_agreed(uow, person_id, "kuwait", at) is None
        keep(uow, person_id, "father", at)
        others = [who_agrees(uow, facts, person_id, "kuwait", at) for facts in (child, helper, {})]
        return [before, *others]

    assert families.store.transact(asked) == [
        ("self", ""),
        ("guardian", "father"),
        ("helper", "neighbour"),
        ("self", ""),
    ]


def keep(uow: UnitOfWork, person_id: int, relation: str, at: Any) -> int:
    """What a guardian signed."""
    return record_consent(
        uow,
        person_id=person_id,
        programme_id="kuwait",
        purpose="intake",
        text_id=None,
        language="ar",
        at=at,
        method="paper",
        given_by="guardian",
        on_behalf_relation=relation,
        actor="staff:1",
    )
