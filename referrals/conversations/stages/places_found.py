"""Which centres suit a need, kept with the conversation; who is first looked at by a person, and why."""

from __future__ import annotations

from referrals.applications.filing import facts_of
from referrals.applications.records import Application
from referrals.conversations.desk import Desk
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import helping
from referrals.conversations.stages.centre_words import reason_line
from referrals.lifecycles.application import NOT_SENT_ANYWHERE
from referrals.matching.finding import find_centres, reasons_of
from referrals.matching.rules.reasons import family_text
from referrals.matching.rules.values import Match
from referrals.protection.danger import in_danger

IN_DANGER = "in_danger"  # never shown, never kept: a person decides


def look_for_places(desk: Desk, application_id: int, need_code: str | None, parent: int | None) -> tuple[Match, ...]:
    """What was found, kept with the conversation; empty, and said so, where a person looks instead."""
    desk.state["application"] = application_id
    if is_over(desk, application_id):
        return ()
    first = _somebody_first(desk, application_id)
    if first:
        if first != IN_DANGER:
            helping.open_request(desk, first)
        stop_choosing(desk)
        desk.say("match.ask_them_first" if first == "ask_them_first" else "match.minor")
        return ()
    found = find_centres(desk.uow, application_id, desk.at, need_code=need_code)
    if found.outcome.code != "matched":
        helping.open_request(desk, "no_match")
        stop_choosing(desk)
        desk.say("match.none")
        return ()
    desk.state["parent"] = parent or 0
    desk.state["matches"] = [
        {
            "given": match.candidate_id,
            "place": match.location_id,
            "why": reasons_of(match),
            "reason": reason_line(desk, family_text(match)),
            "run": found.run_id,
            "need": found.need_code,
            "term": found.service_term,
        }
        for match in found.outcome.matches
    ]
    return found.outcome.matches


def stop_choosing(desk: Desk) -> None:
    """Nothing is to be chosen any more; what was put off for it is pending again."""
    for name in ("matches", "picked", "parent"):
        desk.state.pop(name, None)
    desk.pend(IDLE)
    desk.take_up()


def is_over(desk: Desk, application_id: int) -> bool:
    """Whether it goes to no further centre: it was answered, or stopped, since these places were shown."""
    if desk.uow.session.get_one(Application, application_id).state not in NOT_SENT_ANYWHERE:
        return False
    stop_choosing(desk)
    desk.say("interview.no_longer_asked")
    return True


def _somebody_first(desk: Desk, application_id: int) -> str:
    """Why a member of staff looks before anything is sent: `ask_them_first`, `minor`; blank for everybody else.

    A helper whose people have not agreed, and a child who applies alone, were both told so in the form.
    """
    if in_danger(desk.uow, desk.person_id):
        return IN_DANGER
    facts = facts_of(desk.uow, desk.uow.session.get_one(Application, application_id))
    if facts.get("on_behalf") == "yes" and facts.get("helper_agrees") != "yes":
        return "ask_them_first"
    return "minor" if facts.get("minor") == "yes" else ""
