"""What each rule takes away. A row of the books is emptied and stays: that it was is counted, the words are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from referrals.applications.records import Application, ApplicationEvent, DraftPurged, InfoRequest, MatchRun
from referrals.conversations.interviews.sessions import JOURNAL
from referrals.conversations.records import Conversation, InboxMessage, InterviewSession
from referrals.families.owed import keys_of
from referrals.families.people import whole_person
from referrals.families.records import Consent, Person
from referrals.media.records import Media
from referrals.outbox.records import OutboxMessage
from referrals.protection.erasure.erasing import forget_by_time
from referrals.protection.erasure.what_goes import district_of
from referrals.protection.retention.rules import CAMPAIGN, CASE, DRAFT, TRANSCRIPT, UNFILED, Due, Retention, Standing
from referrals.protection.retention.standing import OVER, _filed, identities_of
from referrals.protection.vault import Erased, sealed_under
from referrals.referral.records import Referral, ReferralEvent
from referrals.senders.records import Sender
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import ReceivedSubmission
from referrals.transcribing.records import Transcription

EMPTIED_AT_ONCE = 500  # rows of one person in one commit
GONE = b""


@dataclass(frozen=True)
class Portion:
    """What one commit did: rows, whom it looked at, and of whom more is left (0: of nobody)."""

    rows: int
    people: tuple[int, ...]
    unfinished: int


def carry_out(
    uow: UnitOfWork,
    standing: Standing,
    people: Sequence[int],
    due: Due,
    rules: Mapping[str | None, Retention],
    at: datetime,
) -> int:
    """Takes away what one rule names; returns how many rows: people for drafts, applications for cases."""
    if due.rule in (DRAFT, UNFILED):
        return _forget_draft(uow, standing, people, due, at)
    if due.rule == CASE:
        return _anonymise(uow, standing, due, at)
    if due.rule == CAMPAIGN:
        return _forget_campaigns(uow, people)
    return _empty_transcript(uow, people, at - rules[due.programme_id].how_long(TRANSCRIPT))


def how_many(uow: UnitOfWork, person_id: int, due: Due, rules: Mapping[str | None, Retention], at: datetime) -> int:
    """How many rows `carry_out` would take away in all; nothing is changed."""
    people = whole_person(uow, person_id)
    if due.rule == CASE:
        return len(due.applications)
    if due.rule == CAMPAIGN:
        return int(
            uow.connection.execute(select(func.count()).select_from(Consent).where(_campaigns(people))).scalar_one()
        )
    if due.rule == TRANSCRIPT:
        before = at - rules[due.programme_id].how_long(TRANSCRIPT)
        return sum(len(_ids(uow, people, before, each, None)) for each in (InboxMessage, OutboxMessage)) + len(
            _files(uow, people, before, None)
        )
    return 1


def _forget_draft(uow: UnitOfWork, standing: Standing, people: Sequence[int], due: Due, at: datetime) -> int:
    """What stays of it is a row that names nobody: how far it went, where and when."""
    if not standing.filed:
        begun, answered = _how_far(uow, people)
        uow.session.add(
            DraftPurged(
                programme_id=standing.programme_id,
                channel=_channel(uow, people),
                questions_answered=answered,
                begun_at=begun,
                purged_at=at,
                rule=due.rule,
            )
        )
        uow.flush()
    forget_by_time(uow, standing.person_id, at)
    return 1


def _how_far(uow: UnitOfWork, people: Sequence[int]) -> tuple[datetime, int]:
    """When they first came, and how many questions the longest interview had settled."""
    from dialogs.interview import session_from_json  # the interview's own libraries, only where a draft goes

    begun = select(func.min(Person.created_at)).where(Person.id.in_(people))
    rows = uow.connection.execute(
        select(InterviewSession.journal_sealed).where(InterviewSession.person_id.in_(people))
    ).scalars()
    most = 0
    for sealed in rows.all():
        try:
            session = session_from_json(uow.vault.open_json(sealed, JOURNAL))
        except Erased:
            continue
        most = max(most, len({entry.ref for entry in session.journal if entry.kind == "answer"}))
    return uow.connection.execute(begun).scalar_one(), most


def _channel(uow: UnitOfWork, people: Sequence[int]) -> str:
    spoke = (
        select(Sender.channel)
        .join(Conversation, Conversation.sender_id == Sender.id)
        .where(Conversation.person_id.in_(people))
        .order_by(Conversation.updated_at.desc())
    )
    return uow.connection.execute(spoke.limit(1)).scalar() or "desk"


def _forget_campaigns(uow: UnitOfWork, people: Sequence[int]) -> int:
    gone = delete(Consent).where(_campaigns(people)).returning(Consent.id)
    return len(uow.connection.execute(gone).all())


def _campaigns(people: Sequence[int]) -> Any:
    return and_(Consent.person_id.in_(people), Consent.purpose == "campaign")


# -- transcripts


def _empty_transcript(uow: UnitOfWork, people: Sequence[int], before: datetime) -> int:
    done = 0
    for book, column in ((InboxMessage, "payload_sealed"), (OutboxMessage, "body_sealed")):
        ids = _ids(uow, people, before, book, EMPTIED_AT_ONCE - done)
        if ids:
            uow.connection.execute(update(book).where(book.id.in_(ids)).values({column: GONE}))
        done += len(ids)
        if done >= EMPTIED_AT_ONCE:
            return done
    files = _files(uow, people, before, EMPTIED_AT_ONCE - done)
    if files:
        gone = {"content_sealed": None, "file_name_sealed": None, "remote_sealed": None, "reason": "retention"}
        uow.connection.execute(update(Media).where(Media.id.in_(files)).values(gone))
        captions = update(Transcription).where(Transcription.media_id.in_(files))
        uow.connection.execute(captions.values(caption_sealed=None))
    return done + len(files)


def _ids(uow: UnitOfWork, people: Sequence[int], before: datetime, book: Any, most: int | None) -> list[int]:
    """Rows that are over and still have their words, written by or for these people: told apart by the key."""
    keys = frozenset[int]().union(*(keys_of(uow, each) for each in people))
    inbox = book is InboxMessage
    words = book.payload_sealed if inbox else book.body_sealed
    over = book.state == "handled" if inbox else book.state.in_(OVER)
    moment = book.received_at if inbox else book.created_at
    rows = uow.connection.execute(
        select(book.id, words.label("words"))
        .where(book.identity_id.in_(identities_of(uow, people)), over, moment < before, func.length(words) > 0)
        .order_by(book.id)
    )
    found = [row.id for row in rows if sealed_under(row.words) in keys]
    return found if most is None else found[:most]


def _files(uow: UnitOfWork, people: Sequence[int], before: datetime, most: int | None) -> list[int]:
    """Files that nobody has still to write down, of who has nothing running; bytes that a later one shares stay."""
    later, waits = aliased(Media), exists().where(Transcription.media_id == Media.id, Transcription.state == "waiting")
    shared = exists().where(later.same_as_id == Media.id, later.created_at >= before)
    if _runs(uow, people):
        return []
    rows = select(Media.id).where(
        Media.person_id.in_(people),
        Media.created_at < before,
        or_(Media.content_sealed.is_not(None), Media.remote_sealed.is_not(None), Media.file_name_sealed.is_not(None)),
        ~waits,
        ~shared,
    )
    return list(uow.connection.execute(rows.order_by(Media.id).limit(most)).scalars())


def _runs(uow: UnitOfWork, people: Sequence[int]) -> bool:
    """Whether a centre has still to do with them: then their papers are needed, though the chat is not."""
    return any(each.open for each in _filed(uow, people))


# -- cases


def _anonymise(uow: UnitOfWork, standing: Standing, due: Due, at: datetime) -> int:
    """Whose it was is gone; need, district, target groups, outcome and dates stay for statistics."""
    if due.whole:
        forget_by_time(uow, standing.person_id, at)
        return len(due.applications)
    mine = Application.id.in_(due.applications)
    referrals = select(Referral.id).where(Referral.application_id.in_(due.applications))
    for row in uow.connection.execute(
        select(Application.id, Application.programme_id, Application.area_code).where(mine)
    ):
        area = district_of(uow, row.programme_id, row.area_code)
        bare = {"area_code": area, "facts_sealed": GONE, "submission_sealed": GONE, "anonymised_at": at}
        uow.connection.execute(update(Application).where(Application.id == row.id).values(bare))
    emptied: tuple[tuple[Any, Any, dict[str, Any]], ...] = (
        (
            Referral,
            Referral.id.in_(referrals),
            {"disclosed_sealed": GONE, "explanation_sealed": GONE, "outcome_note_sealed": None},
        ),
        (ReferralEvent, ReferralEvent.referral_id.in_(referrals), {"note_sealed": None, "before": None}),
        (ApplicationEvent, ApplicationEvent.application_id.in_(due.applications), {"note_sealed": None}),
        (
            InfoRequest,
            InfoRequest.application_id.in_(due.applications),
            {"questions_sealed": GONE, "state": "ended", "next_at": None},
        ),
        (MatchRun, MatchRun.application_id.in_(due.applications), {"outcome_sealed": GONE}),
        (
            ReceivedSubmission,
            ReceivedSubmission.application_id.in_(due.applications),
            {"xml_sealed": GONE, "device_sealed": None},
        ),
        (
            InterviewSession,
            InterviewSession.id.in_(select(Application.session_id).where(mine)),
            {"journal_sealed": GONE, "status": "stopped"},
        ),
    )
    sessions = select(Application.session_id).where(mine)
    threads = update(Conversation).where(Conversation.session_id.in_(sessions))
    uow.connection.execute(threads.values(session_id=None, version=Conversation.version + 1))
    for table, where, values in emptied:
        uow.connection.execute(update(table).where(where).values(values))
    uow.session.expire_all()
    return len(due.applications)
