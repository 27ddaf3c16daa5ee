"""«أين وصل طلبي؟» of an application whose review says more than its referrals do: what is true of it now, and what can
be done."""

from __future__ import annotations

from referrals.applications.records import Application
from referrals.conversations.desk import Desk
from referrals.conversations.stages import decision, missing_info
from referrals.conversations.stages.once_more import number_of

OVER = {"withdrawn": "track.ended", "expired": "track.ended", "merged": "track.merged"}
WAITS_FOR_THEM = ("info_requested", "lapsed")
FOLLOWED = "accepted"


def speaks_for_itself(application: Application) -> bool:
    """Whether its own state says more than that staff have it."""
    return application.state in (*OVER, *WAITS_FOR_THEM, *decision.DECIDED, FOLLOWED)


def tell_review(desk: Desk, application: Application) -> None:
    """What the review came to; an answer of staff stays behind its tap."""
    if application.state in WAITS_FOR_THEM:
        missing_info.tell_waiting(desk, application)
    elif application.state in decision.DECIDED:
        decision.say_decision_came(desk, application)
    elif application.state == FOLLOWED:
        desk.say("track.followed", number=number_of(desk, application))
    else:
        desk.say(OVER[application.state], number=number_of(desk, application))
