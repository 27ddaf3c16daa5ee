"""What staff do with an application in a transcript: read it, ask what is missing, answer it, read it anew."""

from __future__ import annotations

from sqlalchemy import select

from referrals.applications import reviewing
from referrals.applications.interviews import interview_of
from referrals.applications.questions import askable
from referrals.applications.records import Application
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import UnitOfWork
from tests.transcript_world import World

STAFF = {"clerk": 11, "researcher": 12, "supervisor": 13}


def member(programme: str, role: str) -> Member:
    """Somebody of the programme's own staff in that role."""
    return Member(STAFF[role], f"{role} (عيّنة)", f"{role}@sanad.invalid", (Membership(programme, role),))


def at_a_review(uow: UnitOfWork, world: World, what: str) -> None:
    """`start`, `ask NAME …` (questions by name), `signpost`, `decline REASON`, `appeal`, `reopen`, `undo ROLE`."""
    application = uow.session.scalars(select(Application).order_by(Application.id.desc())).first()
    assert application is not None, "no application was filed"
    verb, _, rest = what.partition(" ")
    at = world.clock()
    clerk, supervisor = member(application.programme_id, "clerk"), member(application.programme_id, "supervisor")
    if verb == "start":
        reviewing.start_review(uow, clerk, application, at)
    elif verb == "ask":
        reviewing.ask_info(uow, clerk, application, refs_named(uow, application, rest.split(), world), at)
    elif verb == "signpost":
        reviewing.signpost(uow, clerk, application, at)
    elif verb == "decline":
        reviewing.decline(uow, supervisor, application, rest, at)
    elif verb == "appeal":
        reviewing.appeal(uow, clerk, application, at)
    elif verb == "reopen":
        reviewing.reopen(uow, clerk, application, at)
    else:
        reviewing.undo(uow, member(application.programme_id, rest), application, at)


def refs_named(uow: UnitOfWork, application: Application, names: list[str], world: World) -> list[str]:
    """The questions of these names, as a clerk would tick them."""
    stored = interview_of(uow, application, world.clock())
    assert stored is not None
    found = askable(stored.form, stored.session, world.clock())
    return [ref for name in names for ref in sorted(found) if ref.rpartition("/")[2] == name]
