"""One step of an application's life: only what the table has, kept with who took it, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from referrals.applications.records import Application, ApplicationEvent
from referrals.families.identities import data_key_of
from referrals.lifecycles import APPLICATION, advance
from referrals.protection.audit import audit
from referrals.store.unit_of_work import UnitOfWork

NOTE = "application_event.note"
UNDO = "undo"
BESIDE = ("amend", "assign")  # what is noted beside the life cycle: the state stays as it was


@dataclass(frozen=True)
class Actor:
    """Who takes a step: a role of the life cycle, and the member of staff behind it; a family is a person."""

    role: str
    staff_id: int | None = None
    person_id: int | None = None

    @property
    def named(self) -> str:
        """As the audit names them."""
        if self.staff_id is not None:
            return f"staff:{self.staff_id}"
        return f"person:{self.person_id}" if self.person_id is not None else self.role


def take_step(
    uow: UnitOfWork,
    application: Application,
    event: str,
    actor: Actor,
    at: datetime,
    *,
    reason: str = "",
    note: str = "",
) -> str:
    """The state that it was in before. Raises `TransitionRefused` where the table has no such step for this role."""
    before = application.state
    application.state = advance(APPLICATION, before, event, actor.role)
    note_step(uow, application, event, before, actor, at, reason=reason, note=note)
    return before


def note_step(
    uow: UnitOfWork,
    application: Application,
    event: str,
    before: str,
    actor: Actor,
    at: datetime,
    *,
    reason: str = "",
    note: str = "",
) -> None:
    """Writes the step down and audits it; rows of this log are only ever added."""
    key = data_key_of(uow, application.person_id) if note else 0
    uow.session.add(
        ApplicationEvent(
            application_id=application.id,
            event=event,
            from_state=before,
            to_state=application.state,
            actor=actor.role,
            reason=reason,
            note_sealed=uow.vault.seal_text(key, note, NOTE) if note else None,
            staff_id=actor.staff_id,
            at=at,
        )
    )
    uow.flush()
    audit(
        uow,
        at=at,
        actor=actor.named,
        action=f"application.{event}",
        object_kind="application",
        object_id=application.id,
        details={"from": before, "to": application.state, "reason": reason},
    )


def locked(uow: UnitOfWork, application_id: int) -> Application:
    """The application as it stands now, held until the commit: of two steps at once one comes after the other."""
    uow.flush()
    query = select(Application).filter_by(id=application_id).with_for_update()
    return uow.session.scalars(query.execution_options(populate_existing=True)).one()


def steps_of(uow: UnitOfWork, application_id: int) -> list[ApplicationEvent]:
    """Every step so far, the first one first."""
    query = select(ApplicationEvent).filter_by(application_id=application_id).order_by(ApplicationEvent.id)
    return list(uow.session.scalars(query))


def newest_step(uow: UnitOfWork, application_id: int) -> int:
    """The number of whatever was noted last; 0 before anything. A page drawn before it shows something else."""
    query = select(func.max(ApplicationEvent.id)).where(ApplicationEvent.application_id == application_id)
    return uow.session.scalar(query) or 0


def last_step(uow: UnitOfWork, application_id: int) -> ApplicationEvent | None:
    """The step that brought it where it is; what was noted beside the life cycle is no step."""
    return next((each for each in reversed(steps_of(uow, application_id)) if each.event not in BESIDE), None)


def who_declined(uow: UnitOfWork, application_id: int) -> frozenset[int]:
    """The members of staff who declined it; a decision that was taken back counts for nothing."""
    declined: list[int | None] = []
    for each in steps_of(uow, application_id):
        if each.event == "decline":
            declined.append(each.staff_id)
        elif each.event == UNDO and each.from_state == "not_eligible" and declined:
            declined.pop()
    return frozenset(each for each in declined if each is not None)
