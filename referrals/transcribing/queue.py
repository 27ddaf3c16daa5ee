"""What waits to be written down, as staff see it: a question in plain words and a file, and no more of the family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from dialogs.interview.pages import Item, item
from dialogs.interview.transcribing import ref_of
from referrals.conversations.interviews.sessions import StoredSession
from referrals.families.records import Person
from referrals.filling.sessions import stored_session
from referrals.media.keeping import content_of
from referrals.media.records import Media
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.staff.records import Staff
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.following import CAPTION
from referrals.transcribing.records import Transcription

WORDS = "transcription.words"
MOST_ROWS = 100
CLAIM_LASTS = timedelta(minutes=15)  # who began to write has it that long; a colleague may still take it
ONE_ALBUM = timedelta(minutes=2)  # Telegram sends the pieces one after another
MOST_OF_AN_ALBUM = 10  # as many as Telegram takes in one
_KNOWN = select(Person.id).where(Person.erased_at.is_(None))  # of who asked to be forgotten nothing waits


@dataclass(frozen=True)
class Line:
    """One file that waits. `question` is "" where it was sent beside the questions; `writer` who is at it now."""

    id: int
    kind: str
    question: str
    beside: bool
    created_at: datetime
    writer: str = ""


@dataclass(frozen=True)
class Opened:
    """One file with its question as it stands. `item` is None where it answers none (any more).

    `media_state` is owed (still on its way), stored or failed. `filed` says that the interview is done.
    """

    row: Transcription
    stored: StoredSession
    item: Item | None
    media_state: str
    caption: str
    words: str
    filed: bool
    more: tuple[int, ...] = ()
    """Further pieces of the same album, by their own rows."""


def waiting(uow: UnitOfWork, member: Member, at: datetime) -> list[Line]:
    """What the member may write down, the oldest first."""
    query = (
        select(Transcription)
        .where(_waits(member))
        .order_by(Transcription.created_at, Transcription.id)
        .limit(MOST_ROWS)
    )
    rows = uow.session.scalars(visible_to(member, query, Transcription, Permission.TRANSCRIBE)).all()
    interviews = {session_id: _interview(uow, session_id) for session_id in {row.session_id for row in rows}}
    return [_line(uow, member, row, stored, at) for row in rows if (stored := interviews[row.session_id]) is not None]


def how_many_wait(uow: UnitOfWork, member: Member) -> int:
    """How many wait for the member."""
    query = select(func.count()).select_from(Transcription).where(_waits(member))
    return int(uow.session.execute(visible_to(member, query, Transcription, Permission.TRANSCRIBE)).scalar_one())


def one_transcription(uow: UnitOfWork, member: Member, row_id: int) -> Transcription | None:
    """The row when it is the member's to see; None otherwise, as for one that never was."""
    query = select(Transcription).where(
        Transcription.id == row_id, _allowed(member), Transcription.person_id.in_(_KNOWN)
    )
    return uow.session.scalar(visible_to(member, query, Transcription, Permission.TRANSCRIBE))


def open_transcription(uow: UnitOfWork, member: Member, row: Transcription, at: datetime) -> Opened | None:
    """The file's question and what is known of it; the reading is audited. None once the family was erased."""
    try:
        stored = stored_session(uow, row.session_id)
        if stored is None:
            return None
        caption = uow.vault.open_text(row.caption_sealed, CAPTION)
        words = uow.vault.open_text(row.words_sealed, WORDS)
    except Erased:
        return None
    note(uow, member, row, "read", at)
    state = uow.connection.execute(select(Media.state).where(Media.id == row.media_id)).scalar_one()
    filed = stored.session.status == "completed"
    return Opened(row, stored, _question(stored, row, at), state, caption, words, filed, _with_it(uow, row))


def listen(uow: UnitOfWork, member: Member, row: Transcription, at: datetime) -> bytes | None:
    """The file itself, audited; None while it is not here, and once the family was erased."""
    try:
        found = content_of(uow, row.media_id)
    except Erased:
        return None
    if found is None:
        return None
    note(uow, member, row, "listened", at)
    return found[0]


def words_by_media(uow: UnitOfWork, person_id: int) -> dict[str, str]:
    """What was written down of a person's files, by the file's id."""
    rows = select(Transcription).where(Transcription.person_id == person_id, Transcription.state == "written")
    try:
        return {str(row.media_id): uow.vault.open_text(row.words_sealed, WORDS) for row in uow.session.scalars(rows)}
    except Erased:
        return {}


def note(uow: UnitOfWork, member: Member, row: Transcription, what: str, at: datetime) -> None:
    """Says in the audit what a member did with a file."""
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action=f"recording.{what}",
        object_kind="transcription",
        object_id=row.id,
    )


def is_claimed(row: Transcription, at: datetime) -> bool:
    """Whether somebody began to write it a short while ago."""
    return row.claimed_at is not None and at - row.claimed_at < CLAIM_LASTS


def _waits(member: Member) -> ColumnElement[bool]:
    return and_(Transcription.state == "waiting", _allowed(member), Transcription.person_id.in_(_KNOWN))


def _allowed(member: Member) -> ColumnElement[bool]:
    """What the form keeps for few people is for those who may read danger."""
    if member.may(Permission.READ_DANGER):
        return Transcription.id.is_not(None)
    return Transcription.restricted.is_(False)


def _interview(uow: UnitOfWork, session_id: int) -> StoredSession | None:
    """Read once, however many files were sent in it; None once the family was erased."""
    try:
        return stored_session(uow, session_id)
    except Erased:
        return None


def _line(uow: UnitOfWork, member: Member, row: Transcription, stored: StoredSession, at: datetime) -> Line:
    asked = None if row.beside else _question(stored, row, at)
    claimed_by = row.claimed_by_id if is_claimed(row, at) else None
    writer = uow.session.get(Staff, claimed_by) if claimed_by not in (None, member.staff_id) else None
    question = asked.label if asked else ""
    return Line(row.id, row.kind, question, row.beside, row.created_at, writer.name if writer else "")


def _with_it(uow: UnitOfWork, row: Transcription) -> tuple[int, ...]:
    """The pictures that came with this one in an album, as far as they are here."""
    album = (
        select(Transcription.id)
        .join(Media, Media.id == Transcription.media_id)
        .where(
            Transcription.session_id == row.session_id,
            Transcription.state == "kept",
            Transcription.kind == "picture",
            Media.state == "stored",
            Transcription.created_at >= row.created_at,
            Transcription.created_at < row.created_at + ONE_ALBUM,
        )
        .order_by(Transcription.id)
        .limit(MOST_OF_AN_ALBUM)
    )
    return tuple(uow.connection.execute(album).scalars()) if row.kind == "picture" else ()


def _question(stored: StoredSession, row: Transcription, at: datetime) -> Item | None:
    ref = ref_of(stored.form, stored.session, str(row.media_id), now=at)
    return item(stored.form, stored.session, ref, now=at) if ref else None
