"""The words themselves, a kind each: plain, neutral, and true only while the referral is where they say it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.appointments.visits.endings import OPEN
from referrals.appointments.visits.records import HomeVisit
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Offered
from referrals.conversations.pending import IDLE
from referrals.directory.records import Location
from referrals.referral.records import Referral, ReferralTransfer
from referrals.spoken_numbers import shown

OUTCOME, ANSWER, ELSEWHERE, TRANSFER = "outcome", "answer", "elsewhere", "transfer"
WAITING = ("requested", "received")
AT_WORK = ("accepted", "in-progress", "on-hold")


@dataclass(frozen=True)
class Word:
    """What is said, and whether it is still true."""

    compose: Callable[[Desk, Referral], None]
    states: tuple[str, ...]
    closed_by_answer: bool = False

    def holds(self, referral: Referral) -> bool:
        """Whether the referral is still where this word says that it is."""
        open_loop = not self.closed_by_answer or referral.business_status != "loop-closed"
        return referral.state in self.states and open_loop


def number_of(desk: Desk, referral: Referral) -> str:
    """The number that the family knows, in the digits that it reads."""
    application = desk.uow.session.get_one(Application, referral.application_id)
    return shown(application.number, "arab" if desk.settings.digits == "arab" and desk.language == "ar" else "latn")


def name_of(desk: Desk, location_id: int) -> str:
    """A place by its name in their language."""
    place = desk.uow.session.get_one(Location, location_id)
    return place.name_en if desk.language == "en" and place.name_en else place.name


def _plain(key: str) -> Callable[[Desk, Referral], None]:
    def compose(desk: Desk, referral: Referral) -> None:
        desk.say(key, centre=name_of(desk, referral.to_location_id), number=number_of(desk, referral))

    return compose


def ask_outcome(desk: Desk, referral: Referral) -> None:
    """«هل وصل ما اتفقنا عليه؟»: the loop is closed by the family, not by the centre."""
    choices = [
        desk.choice(OUTCOME, value, f"button.outcome_{value}", referral.id) for value in ("yes", "partly", "no", "skip")
    ]
    desk.beside(OUTCOME, desk.voice.say("referral.did_help_arrive", number=number_of(desk, referral)), choices)


def say_answer_came(desk: Desk, referral: Referral) -> None:
    """«وصل الرد على طلبكم»: what it says comes on a tap, for others may read this telephone."""
    choices = [desk.choice(ANSWER, "show", "button.show_answer", referral.id)]
    desk.beside(ANSWER, desk.voice.say("referral.answer_came", number=number_of(desk, referral)), choices)


def propose_elsewhere(desk: Desk, referral: Referral) -> None:
    """The centre does not answer: another place, if they like."""
    choices = [desk.choice(ELSEWHERE, value, f"button.elsewhere_{value}", referral.id) for value in ("yes", "no")]
    text = desk.voice.say("referral.no_answer_yet", number=number_of(desk, referral))
    desk.beside(ELSEWHERE, text, choices)


def ask_transfer(desk: Desk, referral: Referral) -> None:
    """Another place could go on with it: what it is comes on a tap."""
    transfer = int(desk.state.get("word", 0))
    choices = [desk.choice(TRANSFER, "show", "button.show_question", transfer)]
    desk.beside(TRANSFER, desk.voice.say("referral.question_came", number=number_of(desk, referral)), choices)


def _undone(key: str) -> Callable[[Desk, Referral], None]:
    """What was said was our mistake; where an appointment or a visit was given up with it, whether it stands again."""

    def compose(desk: Desk, referral: Referral) -> None:
        text = desk.voice.say(key, centre=name_of(desk, referral.to_location_id), number=number_of(desk, referral))
        desk.tell("\n".join((text, *_booked_again(desk, referral), *_visited_again(desk, referral))))

    return compose


def _booked_again(desk: Desk, referral: Referral) -> tuple[str, ...]:
    about = int(desk.state.get("word", 0))
    booked = desk.uow.session.get(Appointment, about) if about > 0 else None
    if booked is not None and booked.state in ("booked", "confirmed") and booked.starts_at is not None:
        there = replace(desk.voice, time_zone=booked.zone or desk.voice.time_zone)
        day, hour = there.day(booked.starts_at), there.hour(booked.starts_at)
        return (desk.voice.say("referral.undone.appointment_stands", day=day, time=hour),)
    if about:
        return (desk.voice.say("referral.undone.appointment_gone"),)
    offered = select(Appointment.id).where(Appointment.referral_id == referral.id, Appointment.state == "proposed")
    if desk.uow.session.scalar(offered.where(Appointment.seat.is_(None)).limit(1)) is not None:
        return (desk.voice.say("referral.undone.times_stand"),)
    return ()


def _visited_again(desk: Desk, referral: Referral) -> tuple[str, ...]:
    mine = select(HomeVisit).where(HomeVisit.referral_id == referral.id, HomeVisit.state.in_(OPEN))
    visit = desk.uow.session.scalar(mine.order_by(HomeVisit.id.desc()).limit(1))
    if visit is None:
        return ()
    if visit.starts_at is None or visit.ends_at is None:
        return (desk.voice.say("referral.undone.visit_gone"),)
    there = replace(desk.voice, time_zone=visit.zone)
    hours = {"from_time": there.hour(visit.starts_at), "to_time": there.hour(visit.ends_at)}
    return (desk.voice.say("referral.undone.visit_stands", day=there.day(visit.starts_at), **hours),)


def _asked_again(desk: Desk, referral: Referral) -> None:
    """The other place had declined by mistake: it is asked after all."""
    transfer = desk.uow.session.get_one(ReferralTransfer, int(desk.state.get("word", 0)))
    other, number = name_of(desk, transfer.to_location_id), number_of(desk, referral)
    desk.say("referral.transfer_agreed", centre=other, number=number)


WORDS: Mapping[str, Word] = {
    "accepted": Word(_plain("referral.accepted"), AT_WORK),
    "paused": Word(_plain("referral.paused"), ("on-hold",)),
    "resumed": Word(_plain("referral.resumed"), ("in-progress",)),
    "moved": Word(_plain("referral.moved"), (*WAITING, *AT_WORK)),
    "late": Word(_plain("referral.late"), WAITING),
    "place_free": Word(_plain("referral.place_free"), (*WAITING, *AT_WORK)),
    "cancelled": Word(_plain("referral.cancelled"), ("cancelled",)),
    "asked_again": Word(_asked_again, (*WAITING, *AT_WORK)),
    "undone_accept": Word(_undone("referral.undone.accept"), WAITING),
    "undone_answer": Word(_undone("referral.undone.answer"), (*WAITING, *AT_WORK)),
    "undone_complete": Word(_undone("referral.undone.complete"), AT_WORK),
    "undone_cancel": Word(_undone("referral.undone.cancel"), (*WAITING, *AT_WORK)),
    "elsewhere": Word(propose_elsewhere, WAITING),
    "transfer": Word(ask_transfer, (*WAITING, *AT_WORK)),
    "stays": Word(_plain("referral.stays"), (*WAITING, *AT_WORK)),
    # asked again until they answer, a few times
    "outcome": Word(ask_outcome, ("completed",), closed_by_answer=True),
    "answer": Word(say_answer_came, ("rejected", "failed"), closed_by_answer=True),
}
CLOSING = ("outcome", "answer")
ASKED = {OUTCOME: "outcome", ANSWER: "answer", ELSEWHERE: "elsewhere"}  # what is pending, and the word that asked it


def let_go_of_old(desk: Desk, referral: Referral) -> None:
    """A question about this referral that stands open and is no longer true is asked no more: things went on."""
    kind = ASKED.get(desk.stage)
    if kind is not None and _is_about(desk.offered(), referral) and referral.state not in WORDS[kind].states:
        desk.pend(IDLE)
    aside = desk.offered("aside")
    kinds = {word for stage, word in ASKED.items() if any(each.id.split(":")[1:2] == [stage] for each in aside)}
    if _is_about(aside, referral) and any(referral.state not in WORDS[each].states for each in kinds):
        desk.state.pop("aside")


def _is_about(buttons: Sequence[Offered], referral: Referral) -> bool:
    return any(button.id.split(":")[3:4] == [str(referral.id)] for button in buttons)
