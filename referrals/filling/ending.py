"""How a form leaves the desk: filed, back to the family's phone, or put away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dialogs.interview import submission
from dialogs.interview.filling import complete
from referrals.applications.answering import take_answers
from referrals.applications.filing import Filed, file_application, others_applied
from referrals.applications.records import Application
from referrals.conversations.answers_owed import owe_answers
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.pending import IDLE
from referrals.conversations.records import Conversation
from referrals.conversations.stages import interviewing, safety
from referrals.conversations.stages.interview_events import tell_filed
from referrals.conversations.threads import open_desk, save_desk
from referrals.definitions.settings import Settings
from referrals.families.standing import ways_to
from referrals.filling.asking_staff import leave_for_staff
from referrals.filling.records import DeskFilling
from referrals.filling.starting import note
from referrals.filling.working import AtDesk, keep
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork

CHANNEL = "desk"
LEFT_ALONE = (safety.DANGER, safety.CALL_ME, safety.AFTER)  # nobody's thread is moved on while they are in danger


@dataclass(frozen=True)
class Ended:
    """What came of the last page: the application, or the refs that still need an answer.

    `told`: the family hears the rest on its own phone, where it also chooses a centre.
    """

    at_desk: AtDesk
    filed: Filed | None = None
    missing: tuple[str, ...] = ()
    told: bool = False


def file_at_desk(uow: UnitOfWork, member: Member, settings: Settings, at_desk: AtDesk, at: datetime) -> Ended:
    """Completes the intake and files it; the same row is never filed twice. Raises `TwoTurnsAtOnce`."""
    done, missing = _completed(uow, member, at_desk, at)
    if missing:
        return Ended(done, missing=missing)
    filling = done.filling
    if filling.application_id is not None:  # it was filed long ago: these are answers to what staff asked
        take_answers(uow, member, filling, done.stored, at)
        filling.state, filling.ended_at = "answered", at
        note(uow, member, filling, "answered", at)
        return Ended(done)
    filed = file_application(
        uow,
        settings=settings,
        stored=done.stored,
        person_id=filling.person_id,
        data_key_id=done.data_key_id,
        channel=CHANNEL,
        submitted_by="clerk",
        at=at,
        actor=f"staff:{member.staff_id}",
    )
    filling.state, filling.application_id, filling.ended_at = "filed", filed.application_id, at
    if others_applied(uow, filling.person_id, settings.id):
        leave_for_staff(uow, filling, "possible_duplicate", at, filed.number)
    note(uow, member, filling, "filed", at)
    told = _on_the_phone(uow, filling, at, f"filed:{filed.application_id}", lambda desk: tell_filed(desk, filed))
    return Ended(done, filed, told=told)


def filed_application(uow: UnitOfWork, filling: DeskFilling) -> Application | None:
    """The application that this filling became."""
    if filling.form_name != "intake" or filling.state != "filed" or filling.application_id is None:
        return None
    return uow.session.get(Application, filling.application_id)


def hand_back(uow: UnitOfWork, member: Member, filling: DeskFilling, at: datetime) -> bool:
    """Back to the family's phone, which goes on with the first open question; False when nothing may be sent there.

    Then it goes on as soon as they write. This desk no longer reads it.
    """
    filling.state, filling.ended_at = "handed_back", at
    note(uow, member, filling, "handed_back", at)

    def go_on(desk: Desk) -> None:
        desk.session_id = filling.session_id
        desk.pend(INTERVIEW)
        interviewing.repeat(desk)

    return _on_the_phone(uow, filling, at, f"handed-back:{filling.id}:{at.isoformat()}", go_on)


def put_away(uow: UnitOfWork, member: Member, filling: DeskFilling, at: datetime) -> None:
    """The family does not go on: the form leaves the list; what is kept follows the programme's retention."""
    filling.state, filling.ended_at = "stopped", at
    note(uow, member, filling, "put_away", at)


def reachable_thread(uow: UnitOfWork, filling: DeskFilling) -> Conversation | None:
    """The thread that the form was begun in, where the family may be written to."""
    if filling.conversation_id is None:
        return None
    thread = uow.session.get(Conversation, filling.conversation_id)
    if thread is None or thread.stage in LEFT_ALONE:
        return None
    ways = {way.conversation_id: way.open for way in ways_to(uow, thread.person_id)}
    return thread if ways.get(thread.id) else None


def tell_of_the_desk(uow: UnitOfWork, filling: DeskFilling, at: datetime) -> None:
    """The phone hears that a clerk goes on with them: whoever did not go there should know of it."""
    thread = reachable_thread(uow, filling)
    if thread is not None:
        reason = f"at-a-desk:{filling.id}"
        desk = open_desk(uow, thread.identity_id, at, reason=reason, person_id=thread.person_id)
        desk.say("move.at_a_desk")
        owe_answers(desk)


def completed_form(
    uow: UnitOfWork, member: Member, at_desk: AtDesk, at: datetime
) -> tuple[AtDesk, str, tuple[str, ...]]:
    """A form that is no intake, completed: the desk's row, its XML, and the refs that still need an answer."""
    done, missing = _completed(uow, member, at_desk, at)
    xml = "" if missing else submission(done.stored.form, done.session, now=at)
    return done, xml, missing


def _completed(uow: UnitOfWork, member: Member, at_desk: AtDesk, at: datetime) -> tuple[AtDesk, tuple[str, ...]]:
    session, missing = complete(at_desk.stored.form, at_desk.session, now=at)
    return keep(uow, member, at_desk, session, at), missing


def _on_the_phone(
    uow: UnitOfWork, filling: DeskFilling, at: datetime, reason: str, compose: Callable[[Desk], None]
) -> bool:
    """Lets `compose` speak in the thread that the form was begun in. Where it may not, the thread only rests."""
    if filling.conversation_id is None:
        return False
    thread = uow.session.get_one(Conversation, filling.conversation_id)
    uow.session.refresh(thread)
    if thread.stage in LEFT_ALONE:
        return False
    desk = open_desk(uow, thread.identity_id, at, reason=reason, person_id=thread.person_id)
    if desk.session_id not in (None, filling.session_id):  # they began something else meanwhile: it stays
        return False
    told = reachable_thread(uow, filling) is not None
    if told:
        compose(desk)
    else:
        desk.session_id = filling.session_id
        desk.pend(IDLE if filling.state == "filed" else INTERVIEW)
    save_desk(desk)
    uow.session.expire(thread)
    return told
