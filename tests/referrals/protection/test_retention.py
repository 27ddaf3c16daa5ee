"""The clock takes away what has had its time, tells what it did, and leaves the books and the chain whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from referrals.applications.records import Application, DraftPurged
from referrals.clockwork import tick
from referrals.conversations.records import Conversation, HelpRequest
from referrals.families.records import Consent, Identity, Person
from referrals.media.records import Media
from referrals.outbox.records import OutboxMessage
from referrals.protection.audit_trail.verifying import check
from referrals.protection.incidents.keeping import WORDS, close, open_incident, tell_authority
from referrals.protection.incidents.records import IncidentEntry
from referrals.protection.incidents.telling import decide
from referrals.protection.records import AuditEvent
from referrals.protection.retention.carrying_out import _to_look_at, planned, retain
from referrals.protection.retention.nobodys import rules_in_force
from referrals.protection.retention.rules import AUDIT, CASE, DRAFT, INCIDENT, TRANSCRIPT, UNFILED
from referrals.protection.rights_records import LegalHold, RetentionRun
from referrals.protection.vault import Erased
from referrals.referral.handling import cancel_by_family
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import GREETING, Families


def run(families: Families, **on: float) -> int:
    families.clock.forward(**on)
    return retain(families.store, families.clock())


def lines(families: Families) -> dict[str, int]:
    return {line.rule: line.rows for line in planned(families.store, families.clock()) if line.rows}


def count(families: Families, table: Any, *where: Any) -> int:
    with families.store.reading() as uow:
        return int(uow.connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def words(families: Families) -> int:
    """How many messages still hold what was said."""
    rows = [*families.inbox(), *families.outbox()]
    return sum(bool(row.payload_sealed if hasattr(row, "payload_sealed") else row.body_sealed) for row in rows)


def withdraw(families: Families) -> None:
    def work(uow: UnitOfWork) -> None:
        for referral in uow.session.scalars(select(Referral)):
            cancel_by_family(uow, referral, families.clock())

    families.store.transact(work)


def test_a_draft_without_consent_leaves_an_anonymous_row_after_fourteen_days(families: Families) -> None:
    families.apply("501", until="هل توافقون")
    began = families.clock()
    assert run(families, days=13) == 0
    assert lines(families) == {}
    families.clock.forward(days=2)
    assert lines(families) == {DRAFT: 1}
    tick(families.store, families.clock())
    with families.store.reading() as uow:
        (purged,) = uow.session.scalars(select(DraftPurged)).all()
        assert (purged.programme_id, purged.channel, purged.questions_answered) == ("kuwait", "telegram", 0)
        assert abs(purged.begun_at - began) < timedelta(minutes=5)
        assert purged.purged_at is not None and purged.rule == DRAFT
    assert count(families, Person, Person.erased_at.is_not(None)) >= 1
    assert families.books().balance


def test_then_they_are_new_when_they_write_again(families: Families) -> None:
    families.apply("501", until="هل توافقون")
    run(families, days=15)
    run(families, hours=1)  # the address goes once nothing is owed there
    assert "بماذا نبدأ" in families.say("501", GREETING)[-1].text
    families.all_handled()


def test_a_draft_with_consent_that_was_never_sent_goes_after_its_own_time(families: Families) -> None:
    families.apply("501", until="كم العمر")
    run(families, days=100)
    assert count(families, DraftPurged) == 0
    run(families, days=100)
    with families.store.reading() as uow:
        (purged,) = uow.session.scalars(select(DraftPurged)).all()
        assert purged.rule == UNFILED
        assert purged.questions_answered >= 2


def test_ninety_days_after_filing_the_words_are_gone_and_the_books_balance(families: Families) -> None:
    families.apply("501")
    families.say("501", "شكراً")
    before = len(families.inbox()), len(families.outbox())
    said = words(families)
    assert said > 50
    run(families, days=89)
    assert words(families) == said
    run(families, days=2)
    assert words(families) == 0
    assert (len(families.inbox()), len(families.outbox())) == before, "a row is emptied, not deleted"
    assert families.books().balance
    with families.store.reading() as uow:
        application = uow.session.scalars(select(Application)).one()
        assert uow.vault.open(application.submission_sealed, "application.submission")
    assert families.say("501", "أين وصل طلبي؟")[-1].text
    families.all_handled()


def test_while_a_centre_has_it_the_papers_stay_and_the_old_chat_goes(families: Families) -> None:
    families.refer("501")

    def photo(uow: UnitOfWork) -> None:
        person = uow.session.scalars(select(Application.person_id)).one()
        sealed = uow.vault.seal(uow.session.get_one(Person, person).data_key_id, b"photo", "media.content")
        at = families.clock()
        uow.session.add(
            Media(
                person_id=person,
                kind="image",
                content_type="image/png",
                content_sealed=sealed,
                state="stored",
                due_at=at,
                created_at=at,
            )
        )

    families.store.transact(photo)
    run(families, days=91)
    assert words(families) == 0
    assert count(families, Media, Media.content_sealed.is_not(None)) == 1
    with families.store.reading() as uow:
        referral = uow.session.scalars(select(Referral)).one()
        assert uow.vault.open_json(referral.disclosed_sealed, "referral.disclosed")
    withdraw(families)
    run(families, days=31)
    assert count(families, Media, Media.content_sealed.is_not(None)) == 0


def test_a_closed_case_is_nobodys_after_five_years_and_still_counts(families: Families) -> None:
    families.refer("501")
    withdraw(families)
    families.clock.forward(days=5 * 366)
    assert lines(families)[CASE] == 1
    retain(families.store, families.clock(), everybody=True)
    with families.store.reading() as uow:
        application = uow.session.scalars(select(Application)).one()
        assert application.anonymised_at is not None
        with pytest.raises(Erased):
            uow.vault.open(application.facts_sealed, "application.facts")
        referral = uow.session.scalars(select(Referral)).one()
        assert (referral.need_code, referral.state) != ("", "")
        assert application.area_code
        assert uow.session.get_one(Person, application.person_id).erased_at is not None
        assert check(uow).broken is None
    assert families.books().balance


def test_who_is_in_danger_or_held_or_asks_keeps_everything(families: Families) -> None:
    families.refer("501")
    withdraw(families)
    at = families.clock()

    def hold(uow: UnitOfWork) -> None:
        person = uow.session.scalars(select(Application.person_id)).one()
        uow.session.add(LegalHold(person_id=person, reason="court", set_at=at))

    families.store.transact(hold)
    run(families, days=6 * 366)
    assert count(families, Person, Person.erased_at.is_not(None)) == 0
    families.store.transact(lambda uow: uow.connection.execute(update(LegalHold).values(ended_at=at)))
    thread = families.store.transact(
        lambda uow: uow.connection.execute(select(Conversation.person_id, Conversation.id)).one()
    )
    families.store.transact(
        lambda uow: uow.session.add(
            HelpRequest(
                person_id=thread[0],
                conversation_id=thread[1],
                programme_id="kuwait",
                kind="danger",
                restricted=True,
                state="open",
                created_at=at,
                due_at=at,
            )
        )
    )
    run(families, days=8)
    assert count(families, Person, Person.erased_at.is_not(None)) == 0
    assert words(families) > 0
    families.store.transact(lambda uow: uow.connection.execute(update(HelpRequest).values(state="closed")))
    run(families, days=8)
    assert count(families, Person, Person.erased_at.is_not(None)) == 1


def test_what_it_did_is_written_down_for_good(families: Families) -> None:
    families.apply("501")
    run(families, days=91)
    with families.store.reading() as uow:
        (row,) = uow.session.scalars(select(RetentionRun)).all()
        assert (row.rule, row.programme_id, row.by) == (TRANSCRIPT, "kuwait", "clock")
        assert row.rows > 50 and row.oldest_at is not None
        assert "retention.run" in uow.session.scalars(select(AuditEvent.action)).all()
    for change in ("update retention_run set rows = 0", "delete from retention_run"):
        with pytest.raises(DBAPIError, match="only ever added"):
            families.store.transact(lambda uow, change=change: uow.connection.execute(text(change)))  # type: ignore[misc]  # bound at once


def test_a_dry_run_changes_nothing_and_says_the_same_number(families: Families) -> None:
    families.apply("501")
    families.clock.forward(days=91)
    said = words(families)
    told = lines(families)
    assert words(families) == said
    assert told == {TRANSCRIPT: said}
    assert retain(families.store, families.clock(), everybody=True) == said
    assert lines(families) == {}


def test_several_workers_take_everything_away_once(families: Families) -> None:
    for who in range(601, 609):
        families.apply(str(who), until="هل توافقون")
    families.clock.forward(days=15)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: retain(families.store, families.clock()), range(3)))
    assert count(families, DraftPurged) == 8


def test_who_shares_the_telephone_keeps_their_own_words(families: Families) -> None:
    families.apply("501")
    families.say("501", choice="d:menu:other")
    families.clock.forward(days=91)
    retain(families.store, families.clock())
    assert families.say("501", "القائمة")[-1].text
    families.all_handled()


def test_the_audit_is_cut_after_six_years_and_stays_verifiable(families: Families) -> None:
    families.apply("501")
    families.clock.forward(days=6 * 366)
    assert lines(families)[AUDIT] > 0
    retain(families.store, families.clock())
    assert AUDIT not in lines(families)
    with families.store.reading() as uow:
        assert check(uow).broken is None


def test_nothing_is_looked_at_that_is_not_due(families: Families) -> None:
    families.apply("501")
    run(families, days=20)
    with families.store.reading() as uow:
        look = uow.session.scalars(select(Person.retention_look_at).where(Person.retention_look_at.is_not(None))).all()
    assert look
    assert all(each is not None and each > families.clock() for each in look)
    assert run(families, hours=1) == 0


def test_a_consent_to_campaigns_is_forgotten_three_years_after_the_last_message(families: Families) -> None:
    families.apply("501")
    families.store.transact(
        lambda uow: uow.session.add(
            Consent(
                person_id=uow.session.scalars(select(Identity.person_id)).one(),
                programme_id="kuwait",
                purpose="campaign",
                language="ar",
                given_by="self",
                method="tap",
                given_at=families.clock(),
            )
        )
    )
    run(families, days=3 * 365)
    assert count(families, Consent, Consent.purpose == "campaign") == 1
    run(families, days=40)
    assert count(families, Consent, Consent.purpose == "campaign") == 0
    assert count(families, OutboxMessage, func.length(OutboxMessage.body_sealed) > 0) == 0


def test_the_dry_run_and_the_run_agree_rule_by_rule_whoever_there_is(families: Families) -> None:
    families.apply("501")
    families.say("501", choice="d:menu:other")  # somebody else of the house, on the same telephone
    families.refer("502")
    families.apply("503", until="هل توافقون")
    families.apply("504", until="كم العمر")
    told = dict[str, int]()
    for days in (1, 20, 100, 100, 6 * 366):
        families.clock.forward(days=days)
        if days == 6 * 366:
            withdraw(families)
            families.clock.forward(days=6 * 366)
        before = ran(families)
        told = lines(families)
        retain(families.store, families.clock(), everybody=True)
        now = ran(families)
        assert {rule: now[rule] - before.get(rule, 0) for rule in now if now[rule] != before.get(rule, 0)} == told, days
        assert lines(families) == {}
        assert retain(families.store, families.clock(), everybody=True) == 0, "nothing a second time"
        families.clock.forward(days=-1)
        assert retain(families.store, families.clock()) == 0, "nor by a clock that was set back"
        families.clock.forward(days=1)
        assert families.books().balance
    assert told[CASE] == 1, "the other one waits for staff: a possible duplicate"


def ran(families: Families) -> dict[str, int]:
    with families.store.reading() as uow:
        rows = select(RetentionRun.rule, func.sum(RetentionRun.rows)).group_by(RetentionRun.rule)
        return {rule: int(count) for rule, count in uow.connection.execute(rows)}


def test_the_clock_finds_whom_to_look_at_without_sorting(families: Families) -> None:
    with families.store.reading() as uow:
        sqlite = uow.connection.dialect.name == "sqlite"
        for setting in () if sqlite else ("enable_seqscan", "enable_bitmapscan"):
            uow.connection.execute(text(f"set local {setting} = off"))
        for query in _to_look_at(families.clock(), rules_in_force(uow)):
            asked = str(query.limit(20).compile(uow.connection, compile_kwargs={"literal_binds": True}))
            explain = "explain query plan " if sqlite else "explain "
            plan = "\n".join(str(row[-1]) for row in uow.connection.exec_driver_sql(explain + asked))
            assert "ix_person_retention" in plan, plan
            assert "Sort" not in plan and "B-TREE" not in plan, plan


def test_the_words_of_an_incident_go_years_after_it_was_closed_and_that_it_was_stays(families: Families) -> None:
    at = families.clock()

    def opened(uow: UnitOfWork) -> None:
        incident = open_incident(uow, "kuwait", "paper", "ضاعت ورقة (عيّنة)", ["names"], known_at=at, at=at, staff_id=1)
        tell_authority(uow, incident, "لا يلزم لأنها وُجدت (عيّنة)", at, at, 1, needed=False)
        decide(uow, incident, "not_needed", "وُجدت في المكتب (عيّنة)", at, 1)
        close(uow, incident, "وُجدت ولم يقرأها أحد (عيّنة)", at, 1)

    families.store.transact(opened)
    families.clock.forward(days=5 * 366)
    assert INCIDENT not in lines(families)
    families.clock.forward(days=366)
    assert lines(families)[INCIDENT] == 1
    before = ran(families).get(INCIDENT, 0)
    retain(families.store, families.clock())
    assert ran(families)[INCIDENT] - before == 1
    assert INCIDENT not in lines(families)
    with families.store.reading() as uow:
        entries = uow.session.scalars(select(IncidentEntry)).all()
        assert len(entries) == 5
        for entry in entries:
            if entry.words_sealed:
                with pytest.raises(Erased):
                    uow.vault.open_text(entry.words_sealed, WORDS)
