"""Whether somebody may be written to, and how: the one place that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, update

from referrals.conversations.records import Conversation
from referrals.definitions.in_force import settings_of
from referrals.families.identities import VALUE
from referrals.families.people import now_known_as
from referrals.families.records import ContactPoint, Identity
from referrals.outbox.blocked import release_blocked
from referrals.quiet_hours import Hours, InBoth, QuietHours, next_decent
from referrals.senders.records import Sender
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

WhyNot = Literal["", "asked_for_none", "silent", "blocked", "moved"]
How = Literal["", "free", "template", "page"]
MOVED = "moved"  # the stage of a conversation that goes on elsewhere
# WhatsApp takes free text for 24 hours after their last message, then only templates; a few minutes are spare.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)


_SEVERAL = (
    select(func.count())
    .select_from(Conversation)
    .where(Conversation.identity_id == Identity.id)
    .correlate(Identity)
    .scalar_subquery()
)
_WAYS = Ready(  # for every reminder; ix_conversation_person_id
    select(
        Identity.id,
        Identity.kind,
        Identity.sender_id,
        Identity.may_message,
        Identity.silent_until_written,
        Identity.blocked_at,
        Identity.last_inbound_at,
        Identity.value_sealed,
        Conversation.id.label("thread_id"),
        Conversation.stage,
        Conversation.may_message.label("own_word"),
        Sender.channel,
        _SEVERAL.label("several"),
    )
    .select_from(Conversation)
    .join(Identity, Identity.id == Conversation.identity_id)
    .join(Sender, Sender.id == Identity.sender_id)
    .where(Conversation.person_id == bindparam("person"))
    .order_by(Identity.last_inbound_at.desc().nulls_last(), Identity.id.desc())
)


# ix_contact_point_person_id
_UNSAFE = Ready(
    select(ContactPoint.value_index).where(
        ContactPoint.person_id == bindparam("person"), ContactPoint.safe_to_message.is_(False)
    )
)
# What was asked for of the telephone itself, and by each who speaks there: blank where they want none, None where they
# never said.
_QUIET = Ready(
    select(
        Identity.quiet_from,
        Identity.quiet_to,
        Identity.person_id,
        Conversation.id.label("thread_id"),
        Conversation.person_id.label("whose"),
        Conversation.quiet_from.label("own_from"),
        Conversation.quiet_to.label("own_to"),
    )
    .select_from(Identity)
    .outerjoin(Conversation, Conversation.identity_id == Identity.id)
    .where(Identity.id == bindparam("identity"))
)


@dataclass(frozen=True)
class Way:
    """A person's thread at one identity, and whether we may write there unasked: `why_not` is blank where we may."""

    identity_id: int
    person_id: int
    conversation_id: int
    sender_id: int
    channel: str
    kind: str
    shared: bool
    last_inbound_at: datetime | None
    why_not: WhyNot

    @property
    def open(self) -> bool:
        return not self.why_not

    def how(self, at: datetime) -> How:
        """In free words, by an approved template, on a page that they have to open; blank where not at all."""
        if self.why_not:
            return ""
        if self.channel == "web":
            return "page"
        if self.channel != "whatsapp":
            return "free"
        written = self.last_inbound_at
        return "free" if written is not None and at - written < WINDOW else "template"


def ways_to(uow: UnitOfWork, person_id: int) -> list[Way]:
    """Where a person has a conversation, the best first: open ones, those who come to them before pages, the one they
    wrote in last. Empty for who was never in a chat."""
    person_id = now_known_as(uow, person_id)
    rows = _WAYS.all(uow.connection, person=person_id)
    unsafe = _unsafe_numbers(uow, person_id) if any(row.kind == "phone" for row in rows) else frozenset()
    ways = [
        Way(
            identity_id=row.id,
            person_id=person_id,
            conversation_id=row.thread_id,
            sender_id=row.sender_id,
            channel=row.channel,
            kind=row.kind,
            shared=row.several > 1,
            last_inbound_at=row.last_inbound_at,
            why_not=_why_not(
                blocked=row.blocked_at is not None,
                silent=row.silent_until_written,
                moved=row.stage == MOVED,
                wanted=_wanted(uow, row, unsafe) if row.own_word is None else row.own_word,
            ),
        )
        for row in rows
    ]
    return sorted(ways, key=lambda way: (not way.open, way.channel == "web"))  # stable: else in the order found


def _unsafe_numbers(uow: UnitOfWork, person_id: int) -> frozenset[bytes]:
    """The blind indexes of telephones of which they said that we should call only, or not use them at all."""
    return frozenset(bytes(row.value_index) for row in _UNSAFE.all(uow.connection, person=person_id))


def _wanted(uow: UnitOfWork, row: Any, unsafe: frozenset[bytes]) -> bool:
    """What was answered in the chat there, and what was said of that number wherever it was given."""
    if not row.may_message or not unsafe or row.kind != "phone":
        return bool(row.may_message)
    return uow.vault.index("phone", uow.vault.open_text(row.value_sealed, VALUE)) not in unsafe


def keep_quiet_hours(
    uow: UnitOfWork, identity_id: int, starts: str, ends: str, *, thread_id: int | None = None
) -> None:
    """When nothing is to ring at this identity, as HH:MM of the programme's clock; the same twice means never.

    They are the word of who speaks in that conversation, else of who speaks there now: somebody else of the same
    telephone keeps theirs, and the stricter of both holds (`not_before`). Raises ValueError for anything else.
    """
    hours = QuietHours.parse(starts, ends)
    blank = hours.starts == hours.ends
    values = {"quiet_from": "" if blank else starts, "quiet_to": "" if blank else ends}
    rows = _QUIET.all(uow.connection, identity=identity_id)
    mine = _thread_of(rows, thread_id)
    if mine is not None:
        uow.connection.execute(update(Conversation).where(Conversation.id == mine.thread_id).values(**values))
    if all(row.thread_id is None or row.own_from is not None or row is mine for row in rows):
        # nobody is left who said it of the telephone only
        of_all = values if mine is None else {"quiet_from": "", "quiet_to": ""}
        uow.connection.execute(update(Identity).where(Identity.id == identity_id).values(**of_all))


def own_quiet_hours(uow: UnitOfWork, identity_id: int, *, thread_id: int | None = None) -> tuple[str, str] | None:
    """From when to when nothing is to ring there by the word of who speaks in that conversation, else of who speaks
    there now, as HH:MM of the programme's clock; None where they set none."""
    rows = _QUIET.all(uow.connection, identity=identity_id)
    if not rows:
        return None
    mine = _thread_of(rows, thread_id)
    if mine is not None and mine.own_from is not None:
        return (mine.own_from, mine.own_to) if mine.own_from else None
    return (rows[0].quiet_from, rows[0].quiet_to) if rows[0].quiet_from else None


def carry_quiet_hours(uow: UnitOfWork, from_identity: int, from_thread: int, to_identity: int, to_thread: int) -> None:
    """What they asked for holds where they go on, too; what was set there already stays."""
    theirs = own_quiet_hours(uow, from_identity, thread_id=from_thread)
    if theirs is not None and own_quiet_hours(uow, to_identity, thread_id=to_thread) is None:
        keep_quiet_hours(uow, to_identity, *theirs, thread_id=to_thread)


def _thread_of(rows: Sequence[Any], thread_id: int | None) -> Any | None:
    """The row of that conversation, else of who speaks there now; None where nobody has one yet."""
    there = [row for row in rows if row.thread_id is not None]
    if thread_id is not None:
        return next((row for row in there if row.thread_id == thread_id), None)
    return next((row for row in there if row.whose == row.person_id), None)


def _all_quiet_hours(rows: Sequence[Any]) -> list[QuietHours]:
    """What everybody of this telephone asked for, each once."""
    said = [(row.own_from, row.own_to) if row.own_from is not None else (row.quiet_from, row.quiet_to) for row in rows]
    return [QuietHours.parse(*each) for each in dict.fromkeys(said) if each[0]]


def not_before(uow: UnitOfWork, identity_id: int, programme_id: str | None, at: datetime) -> datetime | None:
    """When something unasked may be sent there by their own quiet hours; None for now.

    Where several people use one telephone it rings only when nobody of them asked that it should not: whom a message at
    night could endanger is not overruled by whoever does not mind one. What answers a message of theirs is never held:
    they are awake and at the telephone.
    """
    quiet = _all_quiet_hours(_QUIET.all(uow.connection, identity=identity_id))
    if not quiet or programme_id is None:
        return None
    settings = settings_of(uow, programme_id)
    zone = ZoneInfo(settings.time_zone)
    own = reduce(InBoth, quiet[1:], cast(Hours, quiet[0]))
    due = next_decent(at, zone, own)
    if due is None:  # no hour suits them all: the latest that suits one
        own = max(quiet, key=lambda each: next_decent(at, zone, each) or at)
        due = next_decent(at, zone, own)
    if due is None or due <= at:
        return None
    return next_decent(due, zone, InBoth(own, settings.hours)) or due  # theirs may end before the programme's do


def note_presence(uow: UnitOfWork, identity_id: int, *, blocked: bool, at: datetime) -> None:
    """The platform says that they blocked us, or that they no longer do."""
    uow.connection.execute(
        update(Identity).where(Identity.id == identity_id).values(blocked_at=at if blocked else None)
    )
    if not blocked:
        release_blocked(uow, identity_id, at)


def _why_not(*, blocked: bool, silent: bool, moved: bool, wanted: bool) -> WhyNot:
    if blocked:
        return "blocked"
    if silent:
        return "silent"
    if moved:
        return "moved"
    return "" if wanted else "asked_for_none"
