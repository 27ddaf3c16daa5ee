"""The first question of an interview, on the form in force."""

from __future__ import annotations

from dialogs.interview import begin
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.interviews.sessions import insert_session, intake_form, new_session_id, packs
from referrals.conversations.stages.interview_events import Telling, say_events
from referrals.definitions.in_force import minutes_of


def start_over(desk: Desk) -> None:
    """A new interview on the form in force; how long it takes is said once, before the first question."""
    form_id, form = intake_form(desk)
    settings = desk.settings
    session, events = begin(
        form,
        id=new_session_id(desk),
        now=desk.at,
        time_zone=settings.time_zone,
        language=desk.language,
        country=settings.country,
        pack=packs(desk),
    )
    insert_session(desk, form_id, session)
    desk.pend(INTERVIEW)
    minutes = desk.voice.count("interview.minutes", minutes_of(desk.uow, form_id))
    say_events(desk, events, Telling(before=(minutes,)))
