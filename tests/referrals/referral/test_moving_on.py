"""Another place: after a refusal, without an answer, by a transfer, when one is full; each with its own consent."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from referrals.applications.records import ApplicationNeed
from referrals.families.records import Consent
from referrals.referral.handling import Actor, accept, cancel_by_sender, reject, start
from referrals.referral.ladder import ask_about
from referrals.referral.records import Referral, ReferralTransfer
from referrals.referral.stepping import GuardFailed
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transferring import accept_transfer, agree, ask_transfer, decline_transfer
from referrals.referral.transfers_asked import open_transfer
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.referral.at_the_centre import (
    DESK,
    all_referrals,
    at_moment,
    changes,
    does,
    events,
    help_kinds,
    holding,
    referral,
    room,
    rungs,
    said,
    used,
)
from tests.referrals.referral.sent_on import goes_on
from tests.referrals.referral.test_closing_loop import in_decent_hours


def consents(families: Families) -> list[int | None]:
    """The recipients of every referral consent that was given."""
    with families.store.reading() as uow:
        mine = select(Consent).filter_by(purpose="referral", refused=False, withdrawn_at=None).order_by(Consent.id)
        return [each.recipient_location_id for each in uow.session.scalars(mine)]


def goes_elsewhere(families: Families) -> None:
    """They read the refusal, ask for other places, take the first and agree."""
    families.read("501")
    families.tap("501", "أعرض الرد")
    got = families.tap("501", "أماكن أخرى")
    families.say("501", choice=got[-1].choices[0].id)
    families.tap("501", "أوافق")


def test_a_refusal_leads_to_a_new_referral_with_its_parent(families: Families) -> None:
    first = families.refer("501")
    does(families, first, reject, "outside-area")
    goes_elsewhere(families)
    old, new = all_referrals(families)
    assert (new.parent_id, new.attempt, new.state) == (first, 2, "requested")
    assert new.to_organization_id != old.to_organization_id
    assert consents(families) == [old.to_location_id, new.to_location_id]
    assert "reroute" in events(families, first)
    assert old.business_status == "rerouted"


def test_after_three_proposals_a_supervisor_looks(families: Families) -> None:
    referral_id = families.refer("501")
    changes(families, referral_id, attempt=4)
    does(families, referral_id, reject, "outside-area")
    families.read("501")
    families.tap("501", "أعرض الرد")
    assert "يقرأ الموظفون طلبكم من جديد" in families.tap("501", "أماكن أخرى")[-1].text
    assert "asked_three" in help_kinds(families)


def unanswered(families: Families) -> tuple[int, int]:
    """A referral that nobody answers, and the one that the family agreed to instead."""
    first = families.refer("501")
    at_moment(families, in_decent_hours(referral(families, first).respond_due + timedelta(days=40)))
    assert referral(families, first).business_status == "escalated-2"
    told = said(families, "501")
    assert any("مكاناً آخر" in text for text in told)
    families.tap("501", "نعم، اعرضوه")
    families.tap("501", "أوافق")
    return first, all_referrals(families)[-1].id


def test_nobody_answers_the_family_agrees_by_a_tap_and_whoever_accepts_first_has_it(families: Families) -> None:
    first, second = unanswered(families)
    assert first != second
    assert referral(families, second).parent_id == first
    assert referral(families, first).business_status == "rerouted", "now that another one is asked as well"
    assert rungs(families, first)[-1] == "sent_elsewhere"
    does(families, second, accept)
    assert referral(families, first).state == "cancelled"
    assert referral(families, first).status_reason == "accepted-elsewhere"
    assert not referral(families, first).holds_place


def test_the_late_one_may_still_be_first(families: Families) -> None:
    first, second = unanswered(families)
    does(families, first, accept)
    assert (referral(families, first).state, referral(families, second).state) == ("accepted", "cancelled")


def test_of_a_whole_line_of_places_the_first_to_accept_has_it(families: Families) -> None:
    first = families.refer("501")
    second = goes_on(families, first)
    third = goes_on(families, second)
    does(families, third, accept)
    states = [referral(families, each).state for each in (first, second, third)]
    assert states == ["cancelled", "cancelled", "accepted"]


def test_no_transfer_to_who_is_asked_already_or_takes_nobody_in(families: Families) -> None:
    first = families.refer("501")
    second = referral(families, goes_on(families, first))

    def places() -> dict[int, int]:
        with families.store.reading() as uow:
            found = places_for_transfer(uow, uow.session.get_one(Referral, first))
            return {given.id: place.organization_id for given, place in found}

    assert second.to_organization_id not in places().values()
    closed, gone, *_ = places()
    room(families, closed, paused=True)
    room(families, gone, gone_at=families.clock())
    assert not {closed, gone} & places().keys()


def test_a_transfer_never_makes_a_second_one_at_an_organization(families: Families) -> None:
    first = families.refer("501")
    with families.store.reading() as uow:
        stands = uow.session.get_one(Referral, first)
        target = next(
            (given.id, place)
            for given, place in places_for_transfer(uow, stands)
            if place.organization_id != stands.to_organization_id
        )
    families.store.transact(
        lambda uow: ask_transfer(uow, uow.session.get_one(Referral, first), DESK, target[0], "other", families.clock())
    )
    second = referral(families, goes_on(families, first))
    changes(families, second.id, to_organization_id=target[1].organization_id)

    def decide(uow: UnitOfWork) -> None:
        transfer = open_transfer(uow, first)
        assert transfer is not None
        agree(uow, transfer, families.clock(), agreed=True, text_id=None, language="ar")
        accept_transfer(uow, transfer, DESK, families.clock())

    with pytest.raises(GuardFailed, match="already"):
        families.store.transact(decide)


def test_two_centres_accept_at_the_same_moment_and_one_has_it(families: Families) -> None:
    first, second = unanswered(families)
    failures: list[Exception] = []

    def take(referral_id: int) -> None:
        try:
            does(families, referral_id, accept)
        except Exception as failure:  # what came second is refused: which error it was is not the point
            failures.append(failure)

    threads = [threading.Thread(target=take, args=(each,)) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted((referral(families, first).state, referral(families, second).state))
    assert states == ["accepted", "cancelled"]
    assert len(failures) <= 1


def test_who_would_rather_wait_is_left_in_peace(families: Families) -> None:
    first = families.refer("501")
    at_moment(families, in_decent_hours(referral(families, first).respond_due + timedelta(days=40)))
    families.read("501")
    assert "نسأل عن طلبكم" in families.tap("501", "أفضّل الانتظار")[-1].text
    assert referral(families, first).business_status == "escalated-2"
    assert len(all_referrals(families)) == 1


# ------------------------------------------------------------------------------------------------------------ places


def offered(families: Families, who: str) -> int:
    """A family that is about to agree; the id of the service at a location that it chose."""
    got = families.apply(who)
    families.say(who, choice=got[-1].choices[0].id)
    with families.store.reading() as uow:
        from referrals.conversations.records import Conversation
        from referrals.conversations.threads import STATE

        thread = uow.session.scalars(select(Conversation).order_by(Conversation.id.desc())).first()
        assert thread is not None
        state: dict[str, Any] = uow.vault.open_json(thread.state_sealed, STATE)
    return int(state["matches"][state["picked"]]["given"])


def test_a_place_that_is_gone_when_they_agree_shows_other_places_at_once(families: Families) -> None:
    given = offered(families, "501")
    room(families, given, capacity=0, waitlist=False)
    got = families.tap("501", "أوافق")
    assert "امتلأ" in got[0].text
    assert all_referrals(families) == []
    assert consents(families) == []
    assert len(got) > 1


def test_a_full_place_with_a_list_keeps_them_and_gives_the_place_that_comes_free(families: Families) -> None:
    given = offered(families, "501")
    room(families, given, capacity=0, waitlist=True)
    assert "قائمة الانتظار" in families.tap("501", "أوافق")[0].text
    waits = all_referrals(families)[0]
    assert (waits.business_status, waits.holds_place, waits.next_rung_at) == ("waitlisted", False, None)
    room(families, given, capacity=1)
    at_moment(families, families.clock() + timedelta(minutes=10))
    found = referral(families, waits.id)
    assert (found.business_status, found.holds_place) == ("awaiting-ack", True)
    assert found.next_rung_at is not None
    assert any("فرغ مكان" in text for text in said(families, "501"))
    assert used(families, given) == holding(families, given) == 1


def test_a_place_given_back_goes_to_who_waits_longest(families: Families) -> None:
    given = offered(families, "501")
    families.tap("501", "أوافق")
    (first,) = all_referrals(families)
    room(families, given, capacity=used(families, given), waitlist=True)
    ids = []
    for _ in range(2):  # two more families wait for it

        def wait(uow: UnitOfWork) -> int:
            row = uow.session.get_one(Referral, first.id)
            values = {c.key: getattr(row, c.key) for c in Referral.__table__.columns if c.key not in ("id", "version")}
            values |= {"holds_place": False, "business_status": "waitlisted", "requested_at": families.clock()}
            copy = Referral(**values)
            uow.session.add(copy)
            uow.flush()
            return copy.id

        families.clock.forward(minutes=1)
        ids.append(families.store.transact(wait))
    does(families, first.id, reject, "outside-area")
    assert [referral(families, each).holds_place for each in ids] == [True, False]
    assert used(families, given) == holding(families, given)


# --------------------------------------------------------------------------------------------------------- transfers


def asked(families: Families) -> tuple[int, int]:
    """A referral at work, of which the desk asks another centre; the ids of both."""
    referral_id = families.refer("501")
    does(families, referral_id, accept)

    def work(uow: UnitOfWork) -> int:
        found = uow.session.get_one(Referral, referral_id)
        given, _ = places_for_transfer(uow, found)[0]
        return ask_transfer(uow, found, DESK, given.id, "nearer-to-family", families.clock()).id

    transfer_id = families.store.transact(work)
    families.read("501")
    return referral_id, transfer_id


def decides(families: Families, transfer_id: int, decide: Any) -> None:
    families.store.transact(
        lambda uow: decide(uow, uow.session.get_one(ReferralTransfer, transfer_id), DESK, families.clock())
    )


def test_nothing_moves_before_the_family_and_the_other_desk_agree(families: Families) -> None:
    referral_id, transfer_id = asked(families)
    before = referral(families, referral_id)
    with pytest.raises(GuardFailed):
        decides(families, transfer_id, accept_transfer)
    assert "هل توافقون" in families.tap("501", "أعرض السؤال")[-1].text
    families.tap("501", "أوافق")
    assert referral(families, referral_id).to_location_id == before.to_location_id
    decides(families, transfer_id, accept_transfer)
    after = referral(families, referral_id)
    assert after.to_location_id != before.to_location_id
    assert after.state == before.state
    assert after.consent_id != before.consent_id
    assert used(families, before.to_service_at_location_id) == holding(families, before.to_service_at_location_id)
    assert used(families, after.to_service_at_location_id) == holding(families, after.to_service_at_location_id) == 1
    assert after.ack_due > before.ack_due
    assert "الآن عند" in said(families, "501")[-1]


def test_a_family_that_says_no_stays_where_it_is(families: Families) -> None:
    referral_id, transfer_id = asked(families)
    before = referral(families, referral_id)
    families.tap("501", "أعرض السؤال")
    assert "باقٍ عند" in families.tap("501", "لا أوافق")[-1].text
    with pytest.raises(GuardFailed):
        decides(families, transfer_id, accept_transfer)
    assert referral(families, referral_id).to_location_id == before.to_location_id


@pytest.mark.parametrize("how", ["declined", "nobody answered"])
def test_a_refusal_or_silence_of_the_other_desk_leaves_it(families: Families, how: str) -> None:
    referral_id, transfer_id = asked(families)
    before = referral(families, referral_id)
    families.tap("501", "أعرض السؤال")
    families.tap("501", "أوافق")
    if how == "declined":
        decides(families, transfer_id, decline_transfer)
    else:
        at_moment(families, in_decent_hours(families.clock() + timedelta(days=14)))
    with families.store.reading() as uow:
        assert open_transfer(uow, referral_id) is None
    assert referral(families, referral_id).to_location_id == before.to_location_id
    assert any("باقٍ عند" in text for text in said(families, "501"))


def test_a_transfer_ends_with_the_referral(families: Families) -> None:
    referral_id, _ = asked(families)
    does(families, referral_id, start, "phone")
    does(families, referral_id, _fails)
    with families.store.reading() as uow:
        assert open_transfer(uow, referral_id) is None


def _fails(uow: UnitOfWork, found: Referral, actor: Any, at: datetime) -> None:
    from referrals.referral.handling import fail

    fail(uow, found, actor, at, "other")


def test_a_line_about_a_referral_names_no_need(families: Families) -> None:
    from referrals.conversations.records import HelpRequest
    from referrals.conversations.stages.helping import TEXT

    referral_id = families.refer("501")

    def work(uow: UnitOfWork) -> str:
        ask_about(uow, uow.session.get_one(Referral, referral_id), "late_centre", families.clock())
        row = uow.session.scalars(select(HelpRequest).filter_by(kind="late_centre")).one()
        return uow.vault.open_text(row.text_sealed, TEXT)

    assert families.store.transact(work).splitlines()[0].isdigit()


# ------------------------------------------------------------------------------------------------- what else they need


def needs_too(families: Families, code: str, term: str = "", keep: int = 1) -> None:
    """Of what they ticked the most pressing stay, and this beside them; the same service where none is named."""

    def work(uow: UnitOfWork) -> None:
        needs = uow.session.scalars(select(ApplicationNeed).order_by(ApplicationNeed.rank)).all()
        for other in needs[keep:]:
            uow.session.delete(other)
        more = {"code": code, "domain": "financial", "service_term": term or needs[0].service_term, "rank": 9 + keep}
        uow.session.add(ApplicationNeed(application_id=needs[0].application_id, **more))

    families.store.transact(work)


def test_each_need_and_service_has_a_referral_and_a_consent_of_its_own(families: Families) -> None:
    offered(families, "501")
    needs_too(families, "food", "food")
    got = families.tap("501", "أوافق")
    assert "تحتاجونه أيضاً" in got[-1].text
    assert "طعام" not in got[-1].text
    got = families.tap("501", "نعم، ابحثوا")
    families.say("501", choice=got[-1].choices[0].id)
    got = families.tap("501", "أوافق")
    one, two = all_referrals(families)
    assert one.need_code != two.need_code == "food"
    assert one.consent_id != two.consent_id
    assert (two.parent_id, two.attempt) == (None, 1)
    assert not any("تحتاجونه أيضاً" in message.text for message in got)


def test_who_does_not_want_to_go_on_is_not_asked_twice_and_may_come_back(families: Families) -> None:
    offered(families, "501")
    needs_too(families, "food", "food")
    families.tap("501", "أوافق")
    assert "متى أردتم" in families.tap("501", "ليس الآن")[-1].text
    assert len(all_referrals(families)) == 1
    for _ in range(2):  # asked once; from then on they press a button when they like
        (told,) = families.say("501", "أين وصل طلبي؟")
        assert "تحتاجونه أيضاً" not in told.text
        assert [choice.label for choice in told.choices] == ["أريد الباقي الآن"]
    got = families.tap("501", "أريد الباقي الآن")
    families.say("501", choice=got[-1].choices[0].id)
    families.tap("501", "أوافق")
    assert [each.need_code == "food" for each in all_referrals(families)] == [False, True]
    (*_, told) = families.say("501", "أين وصل طلبي؟")
    assert not told.choices


def test_a_third_need_is_asked_about_by_itself_and_once(families: Families) -> None:
    offered(families, "501")
    needs_too(families, "food", "food")
    needs_too(families, "clothes", "clothes", keep=2)
    assert "تحتاجونه أيضاً" in families.tap("501", "أوافق")[-1].text
    got = families.tap("501", "نعم، ابحثوا")
    families.say("501", choice=got[-1].choices[0].id)
    assert "تحتاجونه أيضاً" in families.tap("501", "أوافق")[-1].text
    families.tap("501", "ليس الآن")
    assert not any("تحتاجونه أيضاً" in each.text for each in families.say("501", "أين وصل طلبي؟"))
    assert [each.need_code for each in all_referrals(families)][1:] == ["food"]


def test_who_was_cancelled_everywhere_reads_that_nobody_sees_it(families: Families) -> None:
    referral_id = families.refer("501")
    does(families, referral_id, cancel_by_sender, "no-longer-needed", actor=Actor(1, "clerk"))
    said(families, "501")
    assert "لا يراه أي مركز" in families.say("501", "أين وصل طلبي؟")[0].text


def test_needs_of_one_service_go_through_one_door(families: Families) -> None:
    offered(families, "501")
    needs_too(families, "another")
    got = families.tap("501", "أوافق")
    assert not any("تحتاجونه أيضاً" in message.text for message in got)
