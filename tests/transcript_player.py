"""Plays a transcript: what each line does in the world, and what `@ key = value` looks at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from dialogs.interview.transcribing import understand
from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.appointments.booking import arrive, offer_times
from referrals.appointments.records import Appointment, Reminder
from referrals.conversations.interviews.migrating import migrate_interviews
from referrals.conversations.records import Conversation, HelpRequest, InterviewSession
from referrals.definitions.in_force import settings_of
from referrals.directory.records import ServiceAtLocation
from referrals.families.deciding import approve, claims_to_decide, one_claim, refuse
from referrals.families.records import Consent, Identity
from referrals.inbound import Inbound, MediaKind
from referrals.outbox.records import OutboxMessage
from referrals.protection.records import AuditEvent
from referrals.referral import handling, transferring
from referrals.referral.handling import Actor, accept, complete, open_referral, reject
from referrals.referral.records import Referral
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transfers_asked import open_transfer
from referrals.referral.undoing import undo, undoable
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.queue import one_transcription, open_transcription, waiting
from referrals.transcribing.writing import give_up, write
from tests.free_times import three_slots
from tests.transcript import BLANK, CLOCK, Step, Transcript
from tests.transcript_centre import at_the_centre
from tests.transcript_forms import put_in_force
from tests.transcript_review import at_a_review
from tests.transcript_world import CODE_MASK, Person, World, shown

DESK_WORKER = Actor(staff_id=1)
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
TAP = re.compile(r"(?P<old>\(زر قديم\) *)?\[(?P<label>.+)\]")
POINT = re.compile(r"\(موقع (?P<latitude>[\d.]+) (?P<longitude>[\d.]+)\)")
SENT = re.compile(r"\((?P<what>صوت|صورة|فيديو|ملف|ملصق)(?: ألبوم (?P<album>\d+))?\)(?: (?P<caption>.+))?")
EDITED = re.compile(r"\(تعديل\) (?P<before>.+) ← (?P<after>.+)")
MEDIA: Mapping[str, tuple[MediaKind, str]] = {
    "صوت": ("audio", "audio/ogg"),
    "صورة": ("image", "image/jpeg"),
    "فيديو": ("video", "video/mp4"),
    "ملف": ("file", "application/pdf"),
    "ملصق": ("sticker", "image/webp"),
}
OPENING = ("السلام عليكم", "[تقديم طلب]", "[العربية]", "[أوافق]")
START, PHONE, CARD = "(رابط)", "(رقمي)", "(بطاقة)"


class NotAsPromised(AssertionError):
    """An `@` line says otherwise than what is stored."""


@dataclass
class Player:
    """Plays step by step; `heard` holds, a step each, what the bot said to whom."""

    world: World
    transcript: Transcript
    heard: list[list[tuple[str, str]]] = field(default_factory=list)

    def play(self) -> None:
        """Every step in order; raises at the first that cannot be done."""
        for name, channel in self.transcript.persons:
            self.world.enter(name, channel)
        if self.transcript.form:
            form, store = self.transcript.form, self.world.store
            store._parsed = dict(store._parsed)  # this version's number means another form in the next transcript
            self.world.act(lambda uow: put_in_force(uow, self.world.programme, form, self.world.clock()))
        if self.transcript.opened:
            self._open(self.world.persons[self.transcript.persons[0][0]])
        for step in self.transcript.steps:
            self.heard.append(self._do(step))

    def _open(self, person: Person) -> None:
        """The way to the question before the first one, as any family goes it."""
        for what in (*OPENING, f"[{self.transcript.opened}]"):
            self.world.hear(person, self._event(person, what))

    def _do(self, step: Step) -> list[tuple[str, str]]:
        world = self.world
        if step.kind == "check":
            self._check(step)
            return []
        if step.kind == "clock":
            found = CLOCK.fullmatch(step.line)
            assert found is not None
            said = world.wait(timedelta(**{UNITS[found["unit"]]: int(found["n"])}))
        elif step.kind == "desk" and step.what == "migrate":
            migrate_interviews(world.store, world.programme, "intake", world.clock)
            said = world.act(lambda uow: None)
        elif step.kind == "desk":
            said = world.act(lambda uow: at_the_desk(uow, world, step.what))
        else:
            person = world.persons[step.who]
            said = world.hear(person, self._event(person, step.what))
        return [(name, shown(world, piece)) for name, piece in said]

    def _event(self, person: Person, what: str) -> Inbound:
        tapped, point = TAP.fullmatch(what), POINT.fullmatch(what)
        if tapped is not None:
            return self.world.button(person, tapped["label"], old=bool(tapped["old"]))
        if point is not None:
            return person.speaker.send_location(float(point["latitude"]), float(point["longitude"]))
        if edited := EDITED.fullmatch(what):
            before, after = (part.replace(f" {BLANK} ", "\n") for part in edited.groups())
            return person.speaker.edit(before, after)
        if sent := SENT.fullmatch(what):
            kind, content_type = MEDIA[sent["what"]]
            more = {"caption": sent["caption"] or "", "album": sent["album"] or ""}
            return person.speaker.send_media(b"sample", kind, content_type, **more)
        if what.startswith(START):
            return person.speaker.start(what.removeprefix(START).strip())
        if what.startswith(CARD):
            phone, _, name = what.removeprefix(CARD).strip().partition(" ")
            return person.speaker.share_card(phone, name)
        if what.startswith(PHONE):
            return person.speaker.share_phone(what.removeprefix(PHONE).strip())
        lines = what.replace(f" {BLANK} ", "\n")  # a message of several lines, written in one
        return person.speaker.say(lines.replace(CODE_MASK, self.world.code))

    def _check(self, step: Step) -> None:
        who, _, key = step.who.rpartition("/")
        person = self.world.persons[who or self.transcript.persons[0][0]]
        found = self.world.reading(lambda uow: look(uow, self.world, person, key))
        if (found == step.what) != (step.how == "="):
            raise NotAsPromised(f"line {step.number}: {step.who} {step.how} {step.what}, but it is «{found}»")


def at_the_desk(uow: UnitOfWork, world: World, what: str) -> None:
    """What staff of the latest referral's centre do, through the use cases that the console calls."""
    verb, _, rest = what.partition(" ")
    at = world.clock()
    if verb == "form":
        put_in_force(uow, world.programme, rest, at)
        return
    if verb == "review":
        at_a_review(uow, world, rest)
        return
    if verb == "claim":
        _decide_claim(uow, world, rest)
        return
    if verb in ("write", "unheard"):
        _listen(uow, world, rest if verb == "write" else "")
        return
    if verb == "centre":
        at_the_centre(uow, world, rest)
        return
    if verb in ("full", "room"):
        _say_room(uow, None if verb == "room" else 0)
        return
    referral = uow.session.scalars(select(Referral).order_by(Referral.id.desc())).first()
    assert referral is not None, "no referral stands in any queue"
    if verb == "open":
        open_referral(uow, referral, DESK_WORKER, at)
    elif verb == "accept":
        accept(uow, referral, DESK_WORKER, at)
    elif verb == "reject":
        reject(uow, referral, DESK_WORKER, at, rest)
    elif verb == "complete":
        complete(uow, referral, DESK_WORKER, at, rest, delivered="other", contact="phone")
    elif verb == "undo":
        who = Actor(1, "clerk") if referral.state == "cancelled" else DESK_WORKER
        step = undoable(uow, referral, at, who.role)
        assert step is not None, "nothing can be taken back"
        undo(uow, referral, step.event_id, who, at)
    elif verb in ("start", "pause", "resume", "fail", "cancel", "transfer"):
        _go_on(uow, referral, verb, rest, at)
    elif verb == "offer":
        _offer(uow, referral, world)
    elif verb == "arrive":
        appointment = uow.session.scalars(select(Appointment).order_by(Appointment.id.desc())).first()
        assert appointment is not None, "no appointment was made"
        arrive(uow, appointment, at, 1)
    else:
        raise ValueError(f"a desk does not {verb!r}")


def _go_on(uow: UnitOfWork, referral: Referral, verb: str, rest: str, at: datetime) -> None:
    """Steps that say more than that they were taken: how, why, until when; `transfer ask`, `accept` or `decline`."""
    if verb == "start":
        handling.start(uow, referral, DESK_WORKER, at, rest or "phone")
    elif verb == "pause":
        handling.pause(uow, referral, DESK_WORKER, at, rest, (at + timedelta(days=14)).date())
    elif verb == "resume":
        handling.resume(uow, referral, DESK_WORKER, at)
    elif verb == "fail":
        handling.fail(uow, referral, DESK_WORKER, at, rest)
    elif verb == "cancel":
        handling.cancel_by_sender(uow, referral, Actor(1, "clerk"), at, rest)
    elif rest == "ask":
        given, _ = places_for_transfer(uow, referral)[0]
        transferring.ask_transfer(uow, referral, DESK_WORKER, given.id, "nearer-to-family", at)
    else:
        transfer = open_transfer(uow, referral.id)
        assert transfer is not None, "no transfer is asked for"
        decide = transferring.accept_transfer if rest == "accept" else transferring.decline_transfer
        decide(uow, transfer, DESK_WORKER, at)


def _say_room(uow: UnitOfWork, capacity: int | None) -> None:
    """Every centre is full and keeps a list (`full`), or has room again (`room`)."""
    values = {"capacity": capacity, "waitlist": True, "taken_elsewhere": 0, "lacking_since": None, "paused": False}
    uow.connection.execute(update(ServiceAtLocation).values(**values))


def _decide_claim(uow: UnitOfWork, world: World, how: str) -> None:
    """A clerk at the oldest claim of a telephone that waits, as the console does: `approve` or `refuse`."""
    clerk = Member(1, "كاتبة (عيّنة)", "", (Membership(world.programme, "clerk"),))
    claim = one_claim(uow, clerk, claims_to_decide(uow, clerk)[0].id)
    assert claim is not None
    assert (approve if how == "approve" else refuse)(uow, clerk, claim, world.clock())


def _listen(uow: UnitOfWork, world: World, words: str) -> None:
    """A clerk writes down the oldest recording that waits, as the console does; without words it cannot be made out."""
    clerk = Member(1, "كاتبة (عيّنة)", "", (Membership(world.programme, "clerk"),))
    row_id = waiting(uow, clerk, world.clock())[0].id
    row = one_transcription(uow, clerk, row_id)
    assert row is not None
    if not words:
        give_up(uow, clerk, row.id, row.version, world.clock())
        return
    opened = open_transcription(uow, clerk, row, world.clock())
    assert opened is not None
    value = ""
    if opened.item is not None:
        form, session = opened.stored.form, opened.stored.session
        value = understand(form, session, opened.item.ref, words, now=world.clock()).value
        assert value, f"nobody would understand «{words}»"
    assert write(uow, clerk, row.id, row.version, value, words, world.clock()).taken


def _offer(uow: UnitOfWork, referral: Referral, world: World) -> None:
    from referrals.conversations.outreach.reaching import reach
    from referrals.conversations.stages.appointing import offer_slots

    zone = settings_of(uow, referral.programme_id).time_zone
    free = three_slots(uow, referral.to_location_id, world.clock(), zone)
    appointment = offer_times(uow, referral, [slot.starts_at for slot in free], world.clock(), DESK_WORKER.staff_id)
    reach(
        uow,
        referral.person_id,
        referral.programme_id,
        world.clock(),
        reason=f"offer:{appointment.id}",
        compose=lambda desk: offer_slots(desk, appointment),
    )


def look(uow: UnitOfWork, world: World, person: Person, key: str) -> str:
    """What is stored under a key of an `@` line, as words; blank where there is nothing."""
    identity_id, person_id = world.identity(uow, person)
    noun, _, rest = key.partition(".")
    if noun == "application" and rest.startswith("answers."):
        return _fact(uow, person_id, rest.removeprefix("answers."))
    if noun in RECORDS:
        return _of_record(uow, RECORDS[noun], person_id, rest)
    if noun == "consent":
        return _consent(uow, person_id, rest)
    if noun == "outbox":
        sent = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.identity_id == identity_id)
        return str(uow.session.scalar(sent if rest == "count" else sent.where(OutboxMessage.state == rest)))
    if noun == "reminders":
        return _reminders(uow, person_id)
    if noun == "identity":
        return str(getattr(uow.session.get_one(Identity, identity_id), rest))
    if noun == "audit":
        return str(uow.session.scalar(select(func.count()).select_from(AuditEvent).filter_by(action=rest)))
    if noun == "conversation" or key == "stage":
        thread = uow.session.scalar(select(Conversation).filter_by(identity_id=identity_id))
        return str(getattr(thread, rest or "stage"))
    raise KeyError(f"an @ line does not know {key!r}")


RECORDS: Mapping[str, Any] = {
    "application": Application,
    "referral": Referral,
    "appointment": Appointment,
    "help": HelpRequest,
    "interview": InterviewSession,
}


def _of_record(uow: UnitOfWork, record: Any, person_id: int, name: str) -> str:
    """`count`, `kinds` (all, oldest first), or a column of the person's latest one."""
    rows = uow.session.scalars(select(record).where(record.person_id == person_id).order_by(record.id)).all()
    if name == "count":
        return str(len(rows))
    if name == "kinds":
        return " ".join(row.kind for row in rows)
    if name == "states":
        return " ".join(row.state for row in rows)
    return str(getattr(rows[-1], name)) if rows else ""


def _reminders(uow: UnitOfWork, person_id: int) -> str:
    """«48h:sent 3h:planned»: every reminder of the person's appointments and where it stands, in order of booking."""
    mine = (
        select(Reminder.kind, Reminder.state)
        .join(Appointment, Appointment.id == Reminder.appointment_id)
        .where(Appointment.person_id == person_id)
        .order_by(Reminder.id)
    )
    return " ".join(f"{row.kind}:{row.state}" for row in uow.connection.execute(mine))


def _fact(uow: UnitOfWork, person_id: int, name: str) -> str:
    query = select(Application).filter_by(person_id=person_id).order_by(Application.id.desc())
    application = uow.session.scalars(query).first()
    if application is None:
        return ""
    value = uow.vault.open_json(application.facts_sealed, FACTS).get(name, "")
    return " ".join(value) if isinstance(value, list) else str(value)


def _consent(uow: UnitOfWork, person_id: int, purpose: str) -> str:
    query = select(Consent).filter_by(person_id=person_id, purpose=purpose).order_by(Consent.id.desc())
    consent = uow.session.scalars(query).first()
    if consent is None:
        return "none"
    return "withdrawn" if consent.withdrawn_at else "refused" if consent.refused else "given"
