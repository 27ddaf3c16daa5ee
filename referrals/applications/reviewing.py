"""What staff do with an application: take it up, ask what is missing, answer it, take back a step that was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Literal

from sqlalchemy import select

from dialogs.interview.reopening import ask_anew
from referrals.applications.asking_info import (
    TAKEN_BACK,
    WAITING,
    last_request,
    open_request,
    questions_of,
    request_to_answer,
    settle,
)
from referrals.applications.filing import answer_due
from referrals.applications.interviews import close_again, interview_of
from referrals.applications.questions import askable
from referrals.applications.records import Application, InfoRequest
from referrals.applications.stepping import UNDO, Actor, last_step, locked, note_step, take_step, who_declined
from referrals.applications.telling import Told, tell, untell
from referrals.conversations.stages.decision import say_decision_came
from referrals.conversations.stages.missing_info import say_wanted
from referrals.definitions.in_force import settings_of
from referrals.families.identities import data_key_of
from referrals.filling.records import DeskFilling
from referrals.filling.sessions import save_session
from referrals.filling.starting import OPEN, add_filling
from referrals.lifecycles import APPLICATION, TransitionRefused, allowed_events
from referrals.lifecycles.application import DECLINE_REASONS
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

MOST_ASKED = 20  # questions at once: nobody answers more in one go
UNDOABLE = ("start_review", "ask_info", "signpost", "decline", "reopen")
BY_REVIEWERS = ("start_review", "ask_info", "signpost", "decline", "reopen", "open_case")
"""Steps that weigh an application: after an appeal they are for somebody who did not decline it."""
Problem = Literal["other_reviewer", "reason", "none_ticked", "too_many", "not_askable", "not_undoable", "nothing_waits"]


class ReviewRefused(ValueError):
    """A step of a review lacks something; `what` names it for the page."""

    def __init__(self, what: Problem) -> None:
        self.what: Problem = what
        super().__init__(what)


def start_review(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> None:
    """A clerk or researcher takes it up; from now on it is theirs. Referrals go on beside it."""
    _step(uow, member, application, "start_review", at)
    application.reviewer_id = member.staff_id
    uow.flush()


def take_over(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> None:
    """A colleague goes on with a review that is under way. Raises `ReviewRefused`, `TransitionRefused`."""
    application = locked(uow, application.id)
    if application.state not in ("under_review", "info_requested"):
        raise TransitionRefused(APPLICATION, application.state, "assign", "clerk")
    role = _role(uow, member, application, "start_review", "submitted")
    application.reviewer_id = member.staff_id
    note_step(uow, application, "assign", application.state, Actor(role, member.staff_id), at)


def ask_info(
    uow: UnitOfWork, member: Member, application: Application, refs: Sequence[str], at: datetime
) -> tuple[InfoRequest, Told]:
    """Asks these questions of the form once more; what came of the word to the family. Raises `ReviewRefused`."""
    wanted = list(dict.fromkeys(refs))
    if not wanted:
        raise ReviewRefused("none_ticked")
    if len(wanted) > MOST_ASKED:
        raise ReviewRefused("too_many")
    stored = interview_of(uow, application, at)
    if stored is None or not set(wanted) <= askable(stored.form, stored.session, at):
        raise ReviewRefused("not_askable")
    _step(uow, member, application, "ask_info", at)
    application.reviewer_id = application.reviewer_id or member.staff_id
    request = open_request(uow, application, wanted, member.staff_id, at)
    told = tell(
        uow, application, at, reason=f"info:{request.id}", compose=lambda desk: say_wanted(desk, application, request)
    )
    return request, told


def signpost(uow: UnitOfWork, member: Member, application: Application, at: datetime, note: str = "") -> Told:
    """Information is all that is needed: the places that are open to everybody, behind a tap."""
    _step(uow, member, application, "signpost", at, note=note)
    return _tell_decision(uow, application, at)


def decline(
    uow: UnitOfWork, member: Member, application: Application, reason: str, at: datetime, note: str = ""
) -> Told:
    """The programme's conditions do not cover it now, and why. Its referrals stay with their centres, which decide for
    themselves: no appointment that a family was given goes by this. Raises `ReviewRefused`."""
    if reason not in DECLINE_REASONS:
        raise ReviewRefused("reason")
    _step(uow, member, application, "decline", at, reason=reason, note=note)
    return _tell_decision(uow, application, at)


def appeal(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> None:
    """The family said to a clerk that it wants to be read anew; somebody else does."""
    _step(uow, member, application, "appeal", at)
    application.reviewer_id, application.answer_due = None, answer_due_of(uow, application, at)
    uow.flush()


def reopen(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> None:
    """What lapsed without an answer is taken up again."""
    _step(uow, member, application, "reopen", at)
    application.reviewer_id, application.answer_due = member.staff_id, answer_due_of(uow, application, at)
    uow.flush()


def undo(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> str:
    """Takes back the last step, where it was this member's own and the family did not act on it yet; the step's event.

    It is no step of the life cycle: it puts back the state from which that step began. Raises `ReviewRefused`.
    """
    application = locked(uow, application.id)
    last = last_step(uow, application.id)
    if not may_undo(uow, member, application) or last is None:
        raise ReviewRefused("not_undoable")
    if last.event == "ask_info":
        _take_back_questions(uow, application, at)
    elif last.event in ("signpost", "decline"):
        untell(uow, f"decision:{application.id}:{last.id}", at)
    elif last.event == "start_review":
        application.reviewer_id = None
    before, application.state = application.state, last.from_state
    note_step(uow, application, UNDO, before, Actor(last.actor, member.staff_id), at, reason=last.event)
    return last.event


def may_undo(uow: UnitOfWork, member: Member, application: Application) -> bool:
    """Whether the last step is this member's to take back: nobody acted on it since."""
    last = last_step(uow, application.id)
    if last is None or last.event not in UNDOABLE or last.to_state != application.state:
        return False
    if last.staff_id != member.staff_id:
        return False
    request = last_request(uow, application.id) if last.event == "ask_info" else None
    return request is None or (request.state == WAITING and request.began_at is None)


def steps_open(uow: UnitOfWork, member: Member, application: Application) -> tuple[str, ...]:
    """The steps that this member may take now, in the table's order: the buttons of the page."""
    roles = _roles(member, application.programme_id)
    found = [event for role in roles for event in allowed_events(APPLICATION, application.state, role)]
    barred = BY_REVIEWERS if member.staff_id in who_declined(uow, application.id) else ()
    wanted = ("start_review", "ask_info", "signpost", "decline", "appeal", "reopen")
    return tuple(event for event in wanted if event in found and event not in barred)


def may_take_over(member: Member, application: Application) -> bool:
    """Whether a review that is under way may become theirs."""
    roles = _roles(member, application.programme_id)
    under_way = application.state in ("under_review", "info_requested")
    return under_way and application.reviewer_id != member.staff_id and bool({"clerk", "researcher"} & set(roles))


def may_write_answers(uow: UnitOfWork, member: Member, application: Application) -> bool:
    """Whether questions wait that this member may write the answers to, as the family says them."""
    return member.may(Permission.FILL_FORM) and request_to_answer(uow, application) is not None


def write_answers(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> DeskFilling:
    """The form at this desk, with the questions that wait open: for a family that is called, or came. The same one
    when it is open here already. Raises `ReviewRefused`."""
    held = locked(uow, application.id)
    request = request_to_answer(uow, held)
    stored = interview_of(uow, held, at) if request is not None else None
    if request is None or stored is None or not member.may(Permission.FILL_FORM):
        raise ReviewRefused("nothing_waits")
    same = select(DeskFilling).where(DeskFilling.session_id == stored.id, DeskFilling.state == OPEN)
    here = uow.session.scalar(visible_to(member, same, DeskFilling, Permission.FILL_FORM))
    if stored.session.status == "completed":
        anew = ask_anew(stored.form, stored.session, questions_of(uow, request), now=at)
        save_session(uow, data_key_of(uow, held.person_id), stored, anew, at)
    request.began_at = request.began_at or at
    if here is not None:
        return here
    filling = add_filling(uow, member, held.programme_id, "intake", (stored.id, held.person_id), at, origin="desk")
    filling.application_id = held.id
    uow.flush()
    return filling


def answer_due_of(uow: UnitOfWork, application: Application, at: datetime) -> datetime:
    """By when the family hears, counted from now."""
    return answer_due(at, settings_of(uow, application.programme_id))


def _step(
    uow: UnitOfWork,
    member: Member,
    application: Application,
    event: str,
    at: datetime,
    *,
    reason: str = "",
    note: str = "",
) -> None:
    held = locked(uow, application.id)
    role = _role(uow, member, held, event, held.state)
    take_step(uow, held, event, Actor(role, member.staff_id), at, reason=reason, note=note)


def _role(uow: UnitOfWork, member: Member, application: Application, event: str, state: str) -> str:
    """The role in which they do it. Raises `TransitionRefused`, and `ReviewRefused` for who declined it before."""
    roles = _roles(member, application.programme_id)
    found = next((role for role in roles if event in allowed_events(APPLICATION, state, role)), None)
    if found is None:
        raise TransitionRefused(APPLICATION, state, event, "|".join(roles) or "nobody")
    if event in BY_REVIEWERS and member.staff_id in who_declined(uow, application.id):
        raise ReviewRefused("other_reviewer")
    return found


def _roles(member: Member, programme_id: str) -> tuple[str, ...]:
    within = member.within(programme_id)
    return tuple(dict.fromkeys(each.role for each in within.holding(Permission.READ_APPLICATION)))


def _take_back_questions(uow: UnitOfWork, application: Application, at: datetime) -> None:
    request = last_request(uow, application.id)
    if request is not None:
        settle(uow, request, TAKEN_BACK, at)
        untell(uow, f"info:{request.id}", at)
    close_again(uow, application, at, "system", amend=False)


def _tell_decision(uow: UnitOfWork, application: Application, at: datetime) -> Told:
    last = last_step(uow, application.id)
    assert last is not None
    compose = partial(say_decision_came, application=application)
    return tell(uow, application, at, reason=f"decision:{application.id}:{last.id}", compose=compose)
