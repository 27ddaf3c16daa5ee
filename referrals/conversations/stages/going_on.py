"""«نكمل» where the application is with us already: what stood before comes again, never a second application."""

from __future__ import annotations

from sqlalchemy import select

from dialogs.understanding import fold
from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.interviews.sessions import UNDER_WAY, load_session
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import choosing, my_appointments, safe_now, tracking
from referrals.conversations.stages.greeting import MENU
from referrals.conversations.stages.safety import AFTER


def answer_after_danger(desk: Desk, heard: Heard) -> bool:
    """They write again after a danger: back to what stood, to the interview that is open, or kept for who helps."""
    return goes_back(desk, heard) or safe_now.answer_after_danger(desk, heard)


def goes_back(desk: Desk, heard: Heard) -> bool:
    """Asks again what stood before; False, and nothing said, where an interview is to go on or to begin."""
    says_so = fold(heard.text) in safe_now.GO_ON or (heard.stage == AFTER and heard.value == "yes")
    if not says_so or desk.stage not in (IDLE, MENU, AFTER) or _is_interviewed(desk) or not has_applied(desk):
        return False
    before = desk.state.pop("before_danger", "")
    desk.pend(IDLE)
    if before in (choosing.CENTRE, choosing.AGREE) and desk.state.get("matches"):
        choosing.ask_centre(desk)
    elif _is_offered_times(desk):
        my_appointments.show_appointments(desk)
    else:
        tracking.show_status(desk)
    return True


def _is_interviewed(desk: Desk) -> bool:
    stored = load_session(desk)
    return stored is not None and stored.session.status in (*UNDER_WAY, "stopped")


def has_applied(desk: Desk) -> bool:
    """Whether an application of this person is with us."""
    mine = select(Application.id).where(
        Application.person_id == desk.person_id,
        Application.programme_id == desk.programme_id,
        Application.state != "withdrawn",
    )
    return desk.uow.session.scalar(mine.limit(1)) is not None


def _is_offered_times(desk: Desk) -> bool:
    mine = select(Appointment.id).where(Appointment.person_id == desk.person_id, Appointment.state == "proposed")
    return desk.uow.session.scalar(mine.limit(1)) is not None
