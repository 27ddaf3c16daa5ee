"""Families whose way is written down, beside the crowd: every rarer step of casework happens in each run, over kills.

A story is a list of steps; whoever comes after a kill goes on with the first that is missing. The crowd leaves these
families alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.benches.families import PROGRAMME
from bot.benches.referral_crowd import NEED
from referrals.applications import reviewing
from referrals.applications.records import Application
from referrals.appointments.attending import arrive
from referrals.appointments.centre_records import Closure
from referrals.appointments.missing import note_missed
from referrals.conversations.records import HelpRequest
from referrals.definitions.in_force import settings_of
from referrals.directory.records import ServiceAtLocation
from referrals.families.consents import record_consent
from referrals.families.duplicates.merging import merge_persons, undo_merges
from referrals.families.records import Consent, FamilyMerge, Person
from referrals.matching.finding import find_centres, reasons_of
from referrals.protection.erasure.erasing import ask, carry_out
from referrals.referral import handling
from referrals.referral.consent_withdrawn import withdraw_consents
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, disclosed_fields, send_referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.route.casework_steps import (
    CLERK,
    DESK,
    ONE,
    Step,
    Told,
    agree_to_be_moved,
    answer,
    ask_info,
    ask_transfer,
    be_moved,
    booked,
    close_the_day,
    closed_to_them,
    declined_again,
    of_application,
    of_appointment,
    of_referral,
    pair,
    signposted,
    take_a_time,
    tell_of_danger,
    undo,
)

ACCEPT = of_referral("accept", lambda t: handling.accept(t.uow, t.referral, DESK, t.at))
START = of_referral("start", lambda t: handling.start(t.uow, t.referral, DESK, t.at, "phone"))
BOOKED = of_appointment("booked", "confirmed", "noshow", "arrived", "fulfilled", "cancelled", do=take_a_time)

STORIES: tuple[tuple[Step, ...], ...] = (
    (
        of_application("start_review", lambda t: reviewing.start_review(t.uow, CLERK, t.application, t.at)),
        of_application("ask_info", ask_info),
        of_application("answer", answer),
        of_application("decline", lambda t: reviewing.decline(t.uow, ONE, t.application, "helped-already", t.at)),
        of_application("undo", lambda t: reviewing.undo(t.uow, ONE, t.application, t.at)),
        of_application("appeal", lambda t: declined_again(t)),
        of_application("signpost", lambda t: signposted(t)),
    ),
    (
        ACCEPT,
        of_referral("transfer_asked", ask_transfer),
        of_referral("transfer_agreed", agree_to_be_moved),
        of_referral("transfer", be_moved),
        of_referral("undo", undo),
    ),
    (
        ACCEPT,
        START,
        of_referral(
            "pause",
            lambda t: handling.pause(
                t.uow, t.referral, DESK, t.at, "papers-missing", (t.at + timedelta(days=9)).date()
            ),
        ),
        of_referral("resume", lambda t: handling.resume(t.uow, t.referral, DESK, t.at)),
        of_referral("complete", lambda t: handling.complete(t.uow, t.referral, DESK, t.at, "helped", "عيّنة")),
    ),
    (
        ACCEPT,
        BOOKED,
        of_appointment("noshow", do=lambda t: note_missed(t.uow, booked(t), t.at, "desk")),
        of_referral("fail", lambda t: handling.fail(t.uow, t.referral, DESK, t.at, "family-unreachable")),
    ),
    (
        ACCEPT,
        BOOKED,
        Step("closure", lambda t: t.has(Closure, Closure.location_id == t.referral.to_location_id), close_the_day),
        of_appointment("cancelled", do=closed_to_them),
    ),
    (
        ACCEPT,
        BOOKED,
        of_appointment("arrived", "fulfilled", do=lambda t: arrive(t.uow, booked(t), t.at, 1)),
        Step("danger", lambda t: t.has(HelpRequest, HelpRequest.person_id == t.application.person_id), tell_of_danger),
        of_referral(
            "complete",
            lambda t: handling.complete(t.uow, t.referral, DESK, t.at, "helped", "عيّنة", contact="came"),
        ),
    ),
    (
        ACCEPT,
        Step(
            "withdrawn",
            lambda t: t.has(Consent, Consent.person_id == t.application.person_id, Consent.withdrawn_at.is_not(None)),
            lambda t: withdraw_consents(t.uow, t.application.person_id, PROGRAMME, t.at),
        ),
    ),
    (
        of_referral("reject", lambda t: handling.reject(t.uow, t.referral, DESK, t.at, "outside-area")),
        of_referral("undo", undo),
        Step(
            "merged",
            lambda t: t.has(FamilyMerge),
            lambda t: merge_persons(t.uow, pair(t), 1, t.at),
        ),
        Step(
            "two again",
            lambda t: not t.has(FamilyMerge, FamilyMerge.undone_at.is_(None)),
            lambda t: undo_merges(t.uow, pair(t), 1, t.at),
        ),
        ACCEPT,
        BOOKED,
        Step(
            "erased",
            lambda t: t.has(Person, Person.id == t.application.person_id, Person.erased_at.is_not(None)),
            lambda t: carry_out(
                t.uow, ask(t.uow, t.application.person_id, "desk", t.at, programme_id=PROGRAMME), t.at, 1
            ),
        ),
    ),
)


def tell_stories(store: Store, first: int, at: datetime) -> None:
    """A referral for each story, from this application on, to a centre that has room for all.

    The one whose day is closed stands at a centre of its own.
    """

    def work(uow: UnitOfWork) -> None:
        for story, steps in enumerate(STORIES):
            found = find_centres(uow, first + story, at)
            apart = any(step.name == "closure" for step in steps)
            match = found.outcome.matches[-1 if apart else 0]
            given = int(match.candidate_id)
            uow.connection.execute(update(ServiceAtLocation).where(ServiceAtLocation.id == given).values(capacity=None))
            application = uow.session.get_one(Application, first + story)
            fields = disclosed_fields(uow, settings_of(uow, PROGRAMME), application)
            consent = record_consent(
                uow,
                person_id=application.person_id,
                programme_id=PROGRAMME,
                purpose="referral",
                text_id=None,
                language="ar",
                at=at,
                recipient_location_id=int(match.location_id),
                data_categories=tuple(field["code"] for field in fields),
            )
            chosen = Chosen(given, NEED, found.service_term, found.run_id, reasons_of(match), consent)
            send_referral(uow, application.id, chosen, at)

    store.transact(work)


def next_step(uow: UnitOfWork, story: int, first_application: int, at: datetime) -> tuple[Step, Told] | None:
    """The first step of a story that has not happened; None once all have. It holds nothing: who only looks is in
    nobody's way, and on PostgreSQL no row that changed meanwhile is in theirs."""
    application = uow.session.get_one(Application, first_application + story)
    referral = uow.session.scalars(select(Referral).filter_by(application_id=application.id)).one()
    told = Told(uow, at, application, referral)
    found = next((step for step in STORIES[story] if not step.done(told)), None)
    return (found, told) if found is not None else None


def go_on(store: Store, story: int, first_application: int, at: datetime) -> bool:
    """One step more of a story; False once it has come to its end."""

    def work(uow: UnitOfWork) -> bool:
        uow.session.get_one(Application, first_application + story, with_for_update={"key_share": True})
        mine = select(Referral).filter_by(application_id=first_application + story)
        uow.session.scalars(mine.with_for_update()).one()
        found = next_step(uow, story, first_application, at)
        if found is not None:
            found[0].do(found[1])
        return found is not None

    return store.transact(work)


def what_is_missing(store: Store, first_application: int, at: datetime) -> list[tuple[int, str]]:
    """The stories that have not come to their end, with the step at which they stand."""
    with store.reading() as uow:
        found = [(story, next_step(uow, story, first_application, at)) for story in range(len(STORIES))]
        return [(story, step[0].name) for story, step in found if step is not None]
