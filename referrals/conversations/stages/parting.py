"""Whose an application is: asked before a second one on a telephone and where another id is given; never guessed."""

from __future__ import annotations

from sqlalchemy import select, update

from dialogs.interview import answers
from referrals.applications.filing import FACTS, read_facts
from referrals.applications.records import Application
from referrals.conversations.carrying import speaks_now
from referrals.conversations.desk import Desk
from referrals.conversations.interviews.sessions import JOURNAL, StoredSession
from referrals.conversations.pending import IDLE
from referrals.conversations.records import InterviewSession
from referrals.conversations.stages.others_here import said_number
from referrals.conversations.threads import hand_over, open_desk
from referrals.families.consents import record_consent
from referrals.families.identities import data_key_of, new_person
from referrals.families.records import Consent
from referrals.media.keeping import CONTENT, NAME, REMOTE
from referrals.media.records import Media
from referrals.protection.audit import audit
from referrals.transcribing.records import Transcription

WHOSE, FILING, MINE = "whose", "filing", "id_is_mine"


def asks_whose(desk: Desk) -> bool:
    """Asks whose a second application on this telephone is, before its first question; False where there is none."""
    if desk.state.get(FILING):
        ask_again(desk)
        return True
    number = desk.uow.session.scalar(
        select(Application.number)
        .filter_by(person_id=desk.person_id, programme_id=desk.programme_id)
        .order_by(Application.id.desc())
        .limit(1)
    )
    if number is None or desk.state.pop("for_me", False):
        return False
    choices = [desk.choice(WHOSE, "mine", "button.whose_mine"), desk.choice(WHOSE, "other", "button.whose_other")]
    desk.ask(WHOSE, desk.voice.say("share.whose", number=said_number(desk, number)), choices)
    return True


def asks_whose_id(desk: Desk, stored: StoredSession) -> bool:
    """Asks whose an application is whose id is not the one of this person's application before; False where none is."""
    if desk.state.pop(MINE, False):
        return False
    facts = read_facts(desk.settings, answers(stored.form, stored.session, now=desk.at))
    if not _is_another(desk, str(facts.get("civil_id") or ""), stored.id):
        return False
    ask_again(desk)
    return True


def ask_again(desk: Desk) -> None:
    """The question that an interview waits for before it is filed."""
    desk.state[FILING] = True
    choices = [desk.choice(WHOSE, "other", "button.whose_other"), desk.choice(WHOSE, "mine", "button.whose_same")]
    desk.ask(WHOSE, desk.voice.say("share.other_id"), choices)


def part(desk: Desk) -> None:
    """The interview at hand becomes that of a new person of this telephone, with its files and the consent it was
    begun with; who spoke here before keeps everything else."""
    uow, session_id, programme, language = desk.uow, desk.session_id, desk.programme_id, desk.language
    before = desk.person_id
    desk.session_id = None
    desk.pend(IDLE)
    person_id, key = new_person(uow, desk.at)
    speaks_now(desk, person_id)
    other = open_desk(uow, desk.identity_id, desk.at, reason=desk.reason, inbox_id=desk.inbox_id, person_id=person_id)
    hand_over(desk, other)
    desk.enter_programme(str(programme))
    desk.speak(language)
    desk.state["language_chosen"] = True
    desk.session_id = session_id
    _hand_over(desk, session_id, person_id, key)
    _consent_again(desk, before)
    audit(
        uow,
        at=desk.at,
        actor=f"person:{before}",
        action="interview.parted",
        object_kind="interview_session",
        object_id=session_id or "",
    )


def _is_another(desk: Desk, typed: str, session_id: int) -> bool:
    """Whether the last digits of an id differ from those of an application before; fewer digits tell less."""
    digits = _digits(typed)
    earlier = select(Application.facts_sealed).where(
        Application.person_id == desk.person_id, Application.session_id.is_distinct_from(session_id)
    )
    for sealed in desk.uow.session.scalars(earlier):
        before = _digits(str(desk.uow.vault.open_json(sealed, FACTS).get("civil_id") or ""))
        length = min(len(before), len(digits))
        if length and before[-length:] != digits[-length:]:
            return True
    return False


def _hand_over(desk: Desk, session_id: int | None, person_id: int, key: int) -> None:
    """Journal, files and their words go under the new person's key, so that no erasure of the other takes them."""
    uow, vault = desk.uow, desk.uow.vault
    row = uow.session.get_one(InterviewSession, session_id)
    row.person_id, row.journal_sealed = person_id, vault.seal(key, vault.open(row.journal_sealed, JOURNAL), JOURNAL)
    for media in uow.session.scalars(select(Media).filter_by(session_id=session_id)):
        media.person_id = person_id
        if media.content_sealed:
            media.content_sealed = vault.seal(key, vault.open(media.content_sealed, CONTENT), CONTENT)
        if media.file_name_sealed:
            media.file_name_sealed = vault.seal(key, vault.open(media.file_name_sealed, NAME), NAME)
        if media.remote_sealed:
            media.remote_sealed = vault.seal(key, vault.open(media.remote_sealed, REMOTE), REMOTE)
    uow.flush()
    uow.connection.execute(
        update(Transcription).where(Transcription.session_id == session_id).values(person_id=person_id)
    )
    assert key == data_key_of(uow, person_id)


def _consent_again(desk: Desk, before: int) -> None:
    """The consent that this interview was begun with holds for whom it is about; its evidence stays that message."""
    given = desk.uow.session.scalar(
        select(Consent)
        .filter_by(person_id=before, programme_id=desk.programme_id, purpose="intake", refused=False, withdrawn_at=None)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    if given is not None:
        record_consent(
            desk.uow,
            person_id=desk.person_id,
            programme_id=given.programme_id,
            purpose="intake",
            text_id=given.text_definition_id,
            language=given.language,
            at=desk.at,
            method=given.method,
            given_by=given.given_by,
            on_behalf_relation=given.on_behalf_relation,
            evidence_filling_id=given.evidence_filling_id,
            evidence_inbox_id=given.evidence_inbox_id,
        )


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
