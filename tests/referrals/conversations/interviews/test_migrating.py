"""A new version of the form: open interviews stay on theirs until they are moved, one at a time, with nothing lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.conversations.interviews import migrating
from referrals.conversations.interviews.migrating import Moved, migrate_interviews
from referrals.conversations.interviews.sessions import JOURNAL
from referrals.conversations.records import Conversation, InterviewSession
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.protection.audit_trail.verifying import check
from referrals.protection.records import AuditEvent
from referrals.store.unit_of_work import Store
from referrals.transcribing.records import Transcription
from tests.families import GREETING, Families
from tests.recordings import speak
from tests.transcript_forms import put_in_force

ANSWERS = ("فاطمة أحمد", "سارة", "٩", "خلاص", "٣", "نعم", "شارع النهر")


@pytest.fixture
def store(store: Store) -> Store:
    """With nothing parsed beforehand: definitions of a test have numbers that mean others in the next one."""
    store._parsed = {}
    return store


@pytest.fixture
def open_one(families: Families) -> Families:
    """A family in the middle of the first version of a sample form."""
    families.store.transact(lambda uow: put_in_force(uow, "kuwait", "family", families.clock()))
    begin(families, "501")
    for words in ANSWERS:
        families.say("501", words)
    families.all_handled()
    return families


def begin(families: Families, who: str) -> None:
    families.say(who, GREETING)
    for label in ("تقديم طلب", "العربية", "أوافق", "أنا وحدي", "نعم"):
        families.tap(who, label)


def new_version(families: Families) -> None:
    families.store.transact(lambda uow: put_in_force(uow, "kuwait", "family-2", families.clock()))


def sessions(families: Families) -> list[InterviewSession]:
    with families.store.reading() as uow:
        return list(uow.session.scalars(select(InterviewSession).order_by(InterviewSession.id)))


def move(families: Families, *, dry_run: bool = False) -> list[Moved]:
    return migrate_interviews(families.store, "kuwait", "intake", families.clock, dry_run=dry_run)


def test_an_open_interview_stays_on_its_version_when_another_comes_into_force(open_one: Families) -> None:
    before = sessions(open_one)[0].form_id
    new_version(open_one)
    said = open_one.tap("501", "سرير")
    assert "اخترتم: سرير" in said[-1].text
    assert sessions(open_one)[0].form_id == before
    begin(open_one, "502")
    assert sessions(open_one)[1].form_id != before


def test_what_no_longer_fits_is_asked_again_and_what_fell_away_is_said_once(open_one: Families) -> None:
    new_version(open_one)
    assert move(open_one) == [Moved(sessions(open_one)[0].id, "1", "2", again=1, dropped=1)]
    told = open_one.say("501", "مرحبا")[-1].text
    assert "تغيّرت بعض الأسئلة" in told
    assert told.index("عدد الغرف") < told.index("الشارع") < told.index("كم غرفة في البيت؟")
    assert "تغيّرت" not in open_one.say("501", "غرفتان")[-1].text
    assert open_one.books().balance


def test_a_recording_of_a_question_that_fell_away_waits_no_more(families: Families) -> None:
    families.store.transact(lambda uow: put_in_force(uow, "kuwait", "family", families.clock()))
    begin(families, "501")
    for words in ANSWERS[:-1]:
        families.say("501", words)
    speak(families, "501")
    families.all_handled()
    with families.store.reading() as uow:
        assert [row.state for row in uow.session.scalars(select(Transcription))] == ["waiting"]
    new_version(families)
    move(families)
    with families.store.reading() as uow:
        assert [row.state for row in uow.session.scalars(select(Transcription))] == ["answered"]


def test_nobody_is_written_to_because_of_it(open_one: Families) -> None:
    new_version(open_one)
    before = len(open_one.outbox())
    move(open_one)
    assert len(open_one.outbox()) == before


def test_a_dry_run_writes_nothing(open_one: Families) -> None:
    new_version(open_one)
    before = [(row.form_id, row.version, row.journal_sealed) for row in sessions(open_one)]
    assert len(move(open_one, dry_run=True)) == 1
    assert [(row.form_id, row.version, row.journal_sealed) for row in sessions(open_one)] == before
    with open_one.store.reading() as uow:
        assert uow.session.scalar(select(AuditEvent).filter_by(action="interview.migrated")) is None


def test_each_is_in_the_audit_and_a_second_run_finds_nothing(open_one: Families) -> None:
    begin(open_one, "502")
    new_version(open_one)
    assert len(move(open_one)) == 2
    assert move(open_one) == []
    with open_one.store.reading() as uow:
        assert len(uow.session.scalars(select(AuditEvent).filter_by(action="interview.migrated")).all()) == 2
        assert check(uow).broken is None


def test_the_time_they_were_last_here_stays(open_one: Families) -> None:
    new_version(open_one)
    before = sessions(open_one)[0].updated_at
    open_one.clock.forward(hours=2)
    move(open_one)
    assert sessions(open_one)[0].updated_at == before


def test_a_finished_and_an_erased_interview_are_left_alone(open_one: Families) -> None:
    begin(open_one, "502")
    open_one.say("502", "امسحوا معلوماتي")
    open_one.tap("502", "نعم، امسحوها")
    open_one.all_handled()
    for words in ("السؤال التالي", "السؤال التالي", "السؤال التالي", "نعم"):
        open_one.say("501", words)
    assert sessions(open_one)[0].status == "completed"
    new_version(open_one)
    assert move(open_one) == []


def test_one_that_fails_leaves_nothing_behind(open_one: Families, monkeypatch: pytest.MonkeyPatch) -> None:
    new_version(open_one)
    before = sessions(open_one)[0].version
    with monkeypatch.context() as patch:
        patch.setattr(migrating, "_tell_later", _refuse)
        with pytest.raises(TwoTurnsAtOnce):
            move(open_one)
    assert sessions(open_one)[0].version == before
    assert len(move(open_one)) == 1


def _refuse(*_: object) -> None:
    raise TwoTurnsAtOnce(TwoTurnsAtOnce.__doc__)


def test_a_form_that_no_programme_has_is_named(families: Families) -> None:
    with pytest.raises(LookupError, match="no form 'census'"):
        migrate_interviews(families.store, "kuwait", "census", families.clock)


def test_what_is_kept_for_the_next_turn_is_sealed(open_one: Families) -> None:
    new_version(open_one)
    move(open_one)
    with open_one.store.reading() as uow:
        thread = uow.session.scalars(select(Conversation)).one()
        assert "عدد الغرف".encode() not in thread.state_sealed
        assert uow.vault.open_json(uow.session.scalars(select(InterviewSession)).one().journal_sealed, JOURNAL)
