"""A clerk writes down what a file says: it becomes the answer in the interview, wherever that stands by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from dialogs.interview.filling import Outcome
from dialogs.interview.transcribing import danger_in, reopen, write_down
from referrals.applications.amending import amend_application
from referrals.applications.records import Application
from referrals.conversations.interviews.sessions import StoredSession
from referrals.conversations.records import Conversation, InterviewSession
from referrals.conversations.stages.safety import RESPOND_WITHIN
from referrals.families.identities import data_key_of
from referrals.filling.asking_staff import ask_staff
from referrals.filling.sessions import save_session, stored_session
from referrals.media.records import Media
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.queue import WORDS, note, one_transcription
from referrals.transcribing.records import Transcription

LONGEST_WORDS = 4000  # characters: five minutes of speech


class WrittenMeanwhile(RuntimeError):
    """A colleague wrote it down, or the family answered otherwise, since the page was opened: open it again."""


@dataclass(frozen=True)
class Written:
    """What came of it: `taken`, or the form's `outcome` where it was not; `asked_again` after one nobody could hear."""

    taken: bool
    outcome: Outcome | None = None
    asked_again: bool = False


def claim(uow: UnitOfWork, member: Member, row: Transcription, at: datetime) -> None:
    """Says to colleagues who is at it; it keeps nobody from writing."""
    uow.connection.execute(
        update(Transcription)
        .where(Transcription.id == row.id, Transcription.state == "waiting")
        .values(claimed_by_id=member.staff_id, claimed_at=at)
    )


def write(uow: UnitOfWork, member: Member, row_id: int, seen: int, value: str, words: str, at: datetime) -> Written:
    """Keeps what was said, and `value` as the answer it stands for; a file sent beside the questions keeps words alone.

    `seen` is the version that the page showed. Raises `WrittenMeanwhile`, and `TwoTurnsAtOnce` when the family wrote
    at this moment: then it runs again on what they left.
    """
    row = _still_waiting(uow, member, row_id, seen)
    stored = _stored(uow, row)
    key = data_key_of(uow, row.person_id)
    if row.beside:
        _settle(uow, member, row, "written", words, at)
        return Written(True)
    session, outcome = write_down(stored.form, stored.session, str(row.media_id), value, now=at)
    if not outcome.taken:
        if outcome.reason == "gone":
            raise WrittenMeanwhile(WrittenMeanwhile.__doc__)
        return Written(False, outcome)
    _settle(uow, member, row, "written", words, at)
    save_session(uow, _key_of_session(uow, row), stored, session, stored.updated_at)  # they did not write: who was
    uow.flush()  # long away still is
    if outcome.danger or danger_in(stored.form, outcome.ref, value, words):
        _report_danger(uow, row, key, words, at)
    _amend(uow, member, row, at)
    return Written(True, outcome)


def give_up(uow: UnitOfWork, member: Member, row_id: int, seen: int, at: datetime) -> Written:
    """Nobody can make it out: the family is asked once more, in writing, when it writes next. The file stays.

    Raises as `write` does.
    """
    row = _still_waiting(uow, member, row_id, seen)
    stored = _stored(uow, row)
    _settle(uow, member, row, "unheard", "", at)
    session, asked = reopen(stored.form, stored.session, str(row.media_id), now=at)
    save_session(uow, _key_of_session(uow, row), stored, session, stored.updated_at)
    return Written(True, asked_again=asked)


def never_came(uow: UnitOfWork, media_id: int, at: datetime) -> bool:
    """A file that the platform no longer has: its question is asked again. True when it will be."""
    session_id = _session_of(uow, media_id)
    stored = stored_session(uow, session_id) if session_id is not None else None
    if stored is None:
        return False
    uow.connection.execute(
        update(Transcription)
        .where(Transcription.media_id == media_id, Transcription.state == "waiting")
        .values(state="unheard", version=Transcription.version + 1)
    )
    session, asked = reopen(stored.form, stored.session, str(media_id), now=at)
    person_id = uow.connection.execute(
        select(InterviewSession.person_id).where(InterviewSession.id == stored.id)
    ).scalar_one()
    save_session(uow, data_key_of(uow, person_id), stored, session, stored.updated_at)
    return asked


def _still_waiting(uow: UnitOfWork, member: Member, row_id: int, seen: int) -> Transcription:
    row = one_transcription(uow, member, row_id)
    if row is None or row.state != "waiting" or row.version != seen:
        raise WrittenMeanwhile(WrittenMeanwhile.__doc__)
    return row


def _stored(uow: UnitOfWork, row: Transcription) -> StoredSession:
    stored = stored_session(uow, row.session_id)
    if stored is None:
        raise WrittenMeanwhile(WrittenMeanwhile.__doc__)
    return stored


def _settle(uow: UnitOfWork, member: Member, row: Transcription, state: str, words: str, at: datetime) -> None:
    """Takes it off the queue; two clerks at one moment cannot both."""
    key = data_key_of(uow, row.person_id)
    done = uow.connection.execute(
        update(Transcription)
        .where(Transcription.id == row.id, Transcription.version == row.version, Transcription.state == "waiting")
        .values(
            state=state,
            words_sealed=uow.vault.seal_text(key, words[:LONGEST_WORDS], WORDS) if words else None,
            written_by_id=member.staff_id,
            written_at=at,
            version=row.version + 1,
        )
        .returning(Transcription.id)
    ).first()
    if done is None:
        raise WrittenMeanwhile(WrittenMeanwhile.__doc__)
    note(uow, member, row, state, at)


def _key_of_session(uow: UnitOfWork, row: Transcription) -> int:
    mine = select(InterviewSession.person_id).where(InterviewSession.id == row.session_id)
    return data_key_of(uow, uow.connection.execute(mine).scalar_one())


def _session_of(uow: UnitOfWork, media_id: int) -> int | None:
    return uow.connection.execute(select(Media.session_id).where(Media.id == media_id)).scalar()


def _amend(uow: UnitOfWork, member: Member, row: Transcription, at: datetime) -> None:
    """An application that was filed meanwhile says what was written as well."""
    filed = select(Application).filter_by(session_id=row.session_id).with_for_update()  # no centre is asked meanwhile
    application = uow.session.scalar(filed)
    stored = stored_session(uow, row.session_id)
    if application is not None and stored is not None:
        amend_application(uow, application, stored, at, actor=f"staff:{member.staff_id}")


def _report_danger(uow: UnitOfWork, row: Transcription, key: int, words: str, at: datetime) -> None:
    """The restricted queue learns of danger that was told aloud, as of danger that was written."""
    thread = uow.session.scalar(select(Conversation.id).filter_by(session_id=row.session_id).limit(1))
    ask_staff(uow, row.programme_id, (row.person_id, key), "danger", at, words, RESPOND_WITHIN, thread)
