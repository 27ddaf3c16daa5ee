"""What a family says aloud waits for a clerk, becomes its answer once written, and nothing of it is lost meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from dialogs.interview import answers, forget_replays
from dialogs.interview.transcribing import Unwritten, write_down
from referrals.applications.filing import facts_of
from referrals.applications.records import Application, ApplicationEvent, ApplicationNeed
from referrals.conversations.records import HelpRequest, InterviewSession
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.in_force import settings_of
from referrals.families.identities import data_key_of
from referrals.families.records import ContactPoint, Person
from referrals.filling.records import DeskFilling
from referrals.filling.sessions import stored_session
from referrals.filling.starting import add_filling
from referrals.media.keeping import LARGEST, keep_upload
from referrals.media.records import Media
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.referral.sending import disclosed_fields
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing import writing
from referrals.transcribing.following import by_file
from referrals.transcribing.queue import how_many_wait, listen, one_transcription, open_transcription, waiting
from referrals.transcribing.records import Transcription
from referrals.transcribing.writing import Written, WrittenMeanwhile, claim, give_up, never_came, write
from tests.families import Families
from tests.recordings import arrive, opus, refer_on, speak, voice
from tests.referrals.filling.desks import Desks

AGE, NAME, NEED = "كم العمر", "ما اسمكم", "ما أهم شيء"


def rows(families: Families) -> list[Transcription]:
    with families.store.reading() as uow:
        return list(uow.session.scalars(select(Transcription).order_by(Transcription.id)))


def writes(
    desks: Desks, value: str, words: str = "", *, row: Transcription | None = None, by: str = "clerk"
) -> Written:
    """The clerk writes down the oldest that waits, or `row` as a page showed it."""

    def work(uow: UnitOfWork, _: Any) -> Written:
        member = desks.members[by]
        row_id = row.id if row is not None else waiting(uow, member, desks.clock())[0].id
        seen = row.version if row is not None else uow.session.get_one(Transcription, row_id).version
        return write(uow, member, row_id, seen, value, words or value, desks.clock())

    return desks.does(work)


def answer(families: Families, name: str) -> str:
    with families.store.reading() as uow:
        (session_id,) = uow.session.scalars(select(InterviewSession.id)).all()
        stored = stored_session(uow, session_id)
        assert stored is not None
        return answers(stored.form, stored.session, now=families.clock()).by_name(name)


def application(families: Families) -> tuple[Application, dict[str, Any], str]:
    with families.store.reading() as uow:
        found = uow.session.scalars(select(Application)).one()
        xml = uow.vault.open_text(found.submission_sealed, "application.submission")
        return found, dict(facts_of(uow, found)), xml


def test_the_interview_goes_on_and_the_recording_waits_for_the_programmes_clerk(
    families: Families, desks: Desks
) -> None:
    families.apply("501", until=NAME)
    told = speak(families, "501").text
    assert told.startswith("وصل")
    assert "لكم" in told
    assert AGE in told
    with families.store.reading() as uow:
        clerk, desk = desks.members["clerk"], desks.members["one"]
        (line,) = waiting(uow, clerk, desks.clock())
        assert ("ما اسمكم" in line.question, line.kind, line.beside) == (True, "voice", False)
        assert how_many_wait(uow, clerk) == 1
        assert waiting(uow, desk, desks.clock()) == []
        assert one_transcription(uow, desk, line.id) is None
        assert one_transcription(uow, desks.members["volunteer"], line.id) is None


def test_what_is_written_is_the_answer_and_the_family_hears_nothing(families: Families, desks: Desks) -> None:
    families.apply("501", until=NAME)
    speak(families, "501")
    before = len(families.outbox())
    assert writes(desks, "مريم عيّنة").taken
    assert (answer(families, "own_name"), len(families.outbox())) == ("مريم عيّنة", before)
    (row,) = rows(families)
    assert (row.state, row.written_by_id) == ("written", desks.members["clerk"].staff_id)
    assert "مريم عيّنة" in families.say("501", "مراجعة")[-1].text
    with families.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(AuditEvent).filter_by(action="recording.written"))


def test_what_the_form_refuses_is_said_and_waits_on(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    done = writes(desks, "400")
    assert not done.taken
    assert done.outcome is not None and "لم نفهم العمر" in done.outcome.message
    assert [row.state for row in rows(families)] == ["waiting"]


def test_who_answers_otherwise_meanwhile_takes_it_off_the_queue(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    (seen,) = rows(families)
    families.say("501", "رجوع")
    families.say("501", "٤٠")
    assert [row.state for row in rows(families)] == ["answered"]
    with pytest.raises(WrittenMeanwhile):
        writes(desks, "41", row=seen)
    assert answer(families, "applicant_age") == "40"


def test_two_clerks_at_once_write_it_once(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    (seen,) = rows(families)

    def claims(uow: UnitOfWork, _: Any) -> None:
        claim(uow, desks.members["clerk"], uow.session.get_one(Transcription, seen.id), desks.clock())

    desks.does(claims)
    assert writes(desks, "40", row=seen).taken
    with pytest.raises(WrittenMeanwhile):
        writes(desks, "41", row=seen)
    assert answer(families, "applicant_age") == "40"


def test_the_same_file_sent_to_two_questions_is_written_for_each(families: Families, desks: Desks) -> None:
    """A page's upload is kept once; a photograph of one paper may well answer two questions."""
    families.apply("501", until=NAME)
    with families.store.reading() as uow:
        whose = uow.session.scalars(select(InterviewSession)).one()
        owner = (whose.person_id, data_key_of(uow, whose.person_id))
    for _ in range(2):
        ref = families.store.transact(
            lambda uow: keep_upload(uow, owner, None, "audio", opus(), "audio/ogg", "", families.clock())
        )
        families.say("501", media=ref)
    assert writes(desks, "مريم عيّنة").taken
    assert [row.state for row in rows(families)] == ["waiting"]
    assert writes(desks, "40").taken
    assert [row.state for row in rows(families)] == ["written"]
    assert (answer(families, "own_name"), answer(families, "applicant_age")) == ("مريم عيّنة", "40")


def test_a_file_that_answers_one_restricted_question_is_for_few_whatever_else_it_answers() -> None:
    at = "2026-11-22T09:00:00+00:00"
    hidden, seen = Unwritten("/hurt", "7", "picture", True, at), Unwritten("/name", "7", "picture", False, at)
    for found in ((hidden, seen), (seen, hidden)):
        assert [(each.ref, each.restricted) for each in by_file(found).values()] == [(found[0].ref, True)]
    assert not by_file((seen,))[7].restricted


def test_a_family_that_writes_at_the_same_moment_loses_nothing(
    families: Families, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    taps = families.button("501", "٢").id
    if families.store.is_sqlite:  # one writer: whoever is second sees what the first left
        families.say("501", choice=taps)
    else:
        plain = write_down

        def while_they_write(*given: Any, **more: Any) -> Any:
            monkeypatch.setattr(writing, "write_down", plain)
            families.say("501", choice=taps)  # their turn commits between our reading and our writing
            return plain(*given, **more)

        monkeypatch.setattr(writing, "write_down", while_they_write)
        with pytest.raises(TwoTurnsAtOnce):
            writes(desks, "40")
    assert writes(desks, "40").taken
    families.all_handled()
    assert (answer(families, "applicant_age"), answer(families, "main_need")) == ("40", "housing")


def test_what_nobody_can_make_out_is_asked_again_when_they_write_next(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    before = len(families.outbox())
    (seen,) = rows(families)
    done = desks.does(lambda uow, _: give_up(uow, desks.members["clerk"], seen.id, seen.version, desks.clock()))
    assert done.asked_again
    assert len(families.outbox()) == before
    told = families.say("501", choice=families.button("501", "٢").id)[-1].text
    assert "لم يتضح لنا ما أرسلتموه هنا." in told
    assert AGE in told
    assert [row.state for row in rows(families)] == ["unheard"]


def test_a_file_that_the_platform_lost_is_asked_for_again(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    (row,) = rows(families)
    assert families.store.transact(lambda uow: never_came(uow, row.media_id, families.clock()))
    assert "لم يتضح لنا" in families.say("501", choice=families.button("501", "٢").id)[-1].text
    assert [each.state for each in rows(families)] == ["unheard"]


def test_a_filed_application_names_the_recording_and_takes_the_words_later(families: Families, desks: Desks) -> None:
    families.apply("501", until=NAME)
    speak(families, "501")
    families.go_on("501", families.say("501", "٤٢"))
    filed, facts, xml = application(families)
    assert (facts["applicant_name"], len(facts["recordings"]), "مريم" in xml) == ("", 1, False)
    with families.store.reading() as uow:
        shown = disclosed_fields(uow, settings_of(uow, "kuwait"), uow.session.get_one(Application, filed.id))
        assert [field["value"] for field in shown if field.get("recording")] == ["تسجيل صوتي"]
    assert writes(desks, "مريم عيّنة").taken
    filed, facts, xml = application(families)
    assert (facts["applicant_name"], "recordings" in facts, "مريم عيّنة" in xml) == ("مريم عيّنة", False, True)
    with families.store.reading() as uow:
        person = uow.session.get_one(Person, filed.person_id)
        assert uow.vault.open_text(person.name_sealed, "person.name") == "مريم عيّنة"
        events = uow.session.scalars(select(ApplicationEvent.event).order_by(ApplicationEvent.id)).all()
        assert events == ["submit", "amend"]
        assert uow.session.scalar(select(func.count()).select_from(ContactPoint)) == 1


def test_what_a_centre_was_chosen_by_stands_still_once_one_was_asked(families: Families, desks: Desks) -> None:
    families.apply("501", until="كم عددكم")
    speak(families, "501")
    refer_on(families, "501", families.say("501", choice=families.button("501", "لا").id))
    with families.store.reading() as uow:
        assert len(uow.session.scalars(select(Referral)).all()) == 1
        needs = uow.session.scalar(select(func.count()).select_from(ApplicationNeed))
    before = application(families)[1]
    assert writes(desks, "5").taken
    _, facts, xml = application(families)
    assert "<household_size>5</household_size>" in xml
    assert {name: value for name, value in facts.items() if name != "recordings"} == {
        name: value for name, value in before.items() if name != "recordings"
    }
    with families.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(ApplicationNeed)) == needs


class PowerCut(Exception):
    """Everything stops before the commit."""


def test_killed_before_the_commit_nothing_is_half_written(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    (seen,) = rows(families)

    def cut(uow: UnitOfWork, _: Any) -> None:
        assert write(uow, desks.members["clerk"], seen.id, seen.version, "40", "أربعين", desks.clock()).taken
        raise PowerCut

    with pytest.raises(PowerCut):
        desks.does(cut)
    forget_replays()
    assert ([row.state for row in rows(families)], answer(families, "applicant_age")) == (["waiting"], "")
    assert writes(desks, "40", row=seen).taken
    assert answer(families, "applicant_age") == "40"


def test_danger_told_aloud_reaches_those_who_may_know_it(families: Families, desks: Desks) -> None:
    families.apply("501", until=NAME)
    speak(families, "501")
    assert writes(desks, "مريم عيّنة", "أنا مريم، جوزي بيضربني").taken
    with families.store.reading() as uow:
        request = uow.session.scalars(select(HelpRequest).filter_by(kind="danger")).one()
        assert request.restricted


def test_an_album_is_one_answer_and_its_other_pictures_stand_beside(families: Families, desks: Desks) -> None:
    families.apply("501", until=NAME)
    assert "نقرؤها" in speak(families, "501", "image", album="A").text
    assert speak(families, "501", "image", album="A").text == "وصلت هذه أيضاً."
    assert speak(families, "501", "image", album="A").text == "وصلت هذه أيضاً."
    assert [(row.kind, row.beside, row.state) for row in rows(families)] == [
        ("picture", False, "waiting"),
        ("picture", True, "kept"),
        ("picture", True, "kept"),
    ]
    families.say("501", "٤٢")
    arrive(families.store, b"\xff\xd8\xff sample")
    with families.store.unit_of_work() as uow:
        first = one_transcription(uow, desks.members["clerk"], rows(families)[0].id)
        assert first is not None
        opened = open_transcription(uow, desks.members["clerk"], first, desks.clock())
        assert opened is not None
        assert len(opened.more) == 2
    assert answer(families, "applicant_age") == "42"


def test_a_file_beside_the_questions_is_heard_and_answers_nothing(families: Families, desks: Desks) -> None:
    families.apply("501", until=NEED)
    told = speak(families, "501", "image", caption="شوفوا الورقة").text
    assert told.startswith("وصلت الصورة، ويراها الموظفون.")
    assert NEED in told
    (row,) = rows(families)
    assert (row.beside, row.state) == (True, "waiting")
    with families.store.unit_of_work() as uow:
        member = desks.members["clerk"]
        found = one_transcription(uow, member, row.id)
        assert found is not None
        opened = open_transcription(uow, member, found, desks.clock())
        assert opened is not None and (opened.caption, opened.item) == ("شوفوا الورقة", None)
    assert writes(desks, "", "إيصال إيجار").taken
    assert [each.state for each in rows(families)] == ["written"]


def test_a_picture_whose_caption_tells_of_danger_is_for_few(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501", "image", caption="جوزي بيضربني")
    assert [(row.kind, row.beside, row.restricted) for row in rows(families)] == [("picture", True, True)]
    with families.store.reading() as uow:
        assert how_many_wait(uow, desks.members["clerk"]) == 0


def test_a_question_to_staff_that_is_asked_aloud_can_be_heard(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    families.say("501", "موظف")
    speak(families, "501")
    with families.store.reading() as uow:
        (line,) = waiting(uow, desks.members["clerk"], desks.clock())
        assert (line.beside, line.question) == (True, "")
    assert [row.state for row in rows(families)] == ["waiting"]


def test_a_card_and_a_place_that_answer_nothing_are_kept_for_staff(families: Families) -> None:
    families.apply("501", until=AGE)
    assert "وصل الرقم" in families.say("501", card_phone="+96550000002", card_name="أم سالم (عيّنة)")[-1].text
    assert AGE in families.say("501", point=(29.3375, 47.6581, 0.0))[-1].text
    with families.store.reading() as uow:
        request = uow.session.scalars(select(HelpRequest)).one()
        assert "أم سالم" in uow.vault.open_text(request.text_sealed, "help_request.text")


def test_a_card_answers_a_question_for_a_number_and_whose_it_is_is_said(families: Families) -> None:
    families.apply("501", until="ما رقم الهاتف")
    told = families.say("501", card_phone="+96550000003", card_name="أم سالم (عيّنة)")[-1].text
    assert "أم سالم" in told.split("\n")[0]
    assert answer(families, "phone").endswith("50000003")


def test_a_file_larger_than_it_may_be_is_said_at_once(families: Families) -> None:
    families.apply("501", until=AGE)
    ref = voice()
    told = families.say("501", media=type(ref)("audio", "huge", "audio/ogg", size=LARGEST + 1))[-1].text
    assert told.startswith("الملف كبير")
    assert AGE in told
    assert rows(families) == []


def test_a_place_at_the_residence_question_offers_where_it_lies(families: Families) -> None:
    families.apply("501", until="في أي محافظة")
    told = families.say("501", point=(29.3375, 47.6581, 0.0))[-1]
    assert [choice.label for choice in told.choices][:1] == ["الجهراء"]


def test_listening_is_audited_and_erasure_leaves_nothing_to_hear(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    assert arrive(families.store) == 1
    member = desks.members["clerk"]
    with families.store.unit_of_work() as uow:
        row = one_transcription(uow, member, rows(families)[0].id)
        assert row is not None
        assert listen(uow, member, row, desks.clock()) == opus()
    with families.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(AuditEvent).filter_by(action="recording.listened"))
    families.say("501", "توقف")
    families.tap("501", "مسح معلوماتي")
    families.tap("501", families.heard["501"][-1].choices[0].label)
    with families.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Media)) == 0
        assert uow.session.scalar(select(func.count()).select_from(Transcription)) == 0
        assert how_many_wait(uow, member) == 0


def test_of_who_stops_the_whole_application_nothing_waits_any_more(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")
    (seen,) = rows(families)
    families.say("501", "توقف")
    families.tap("501", "الطلب كله")
    families.tap("501", "نعم")
    with families.store.reading() as uow:
        assert how_many_wait(uow, desks.members["clerk"]) == 0
    with pytest.raises(WrittenMeanwhile):
        writes(desks, "40", row=seen)


def test_a_desk_hears_what_stands_on_its_own_desk(families: Families, desks: Desks) -> None:
    families.apply("501", until=AGE)
    speak(families, "501")

    def takes_over(uow: UnitOfWork, _: Any) -> None:
        session = uow.session.scalars(select(InterviewSession)).one()
        whose = (session.id, session.person_id)
        add_filling(uow, desks.members["one"], "kuwait", "intake", whose, desks.clock(), origin="phone")

    desks.does(takes_over)
    with families.store.reading() as uow:
        assert len(uow.session.scalars(select(DeskFilling)).all()) == 1
        assert how_many_wait(uow, desks.members["one"]) == 1
        assert how_many_wait(uow, desks.members["two"]) == 0
