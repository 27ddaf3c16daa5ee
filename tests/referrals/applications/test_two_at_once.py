"""Two members of staff at one moment, and two clocks, on both databases: each step is taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from referrals.applications import reviewing
from referrals.applications.interviews import interview_of
from referrals.applications.questions import askable
from referrals.applications.records import Application, ApplicationEvent, InfoRequest
from referrals.applications.reminding import look_after_questions
from referrals.lifecycles import TransitionRefused
from referrals.outbox.records import OutboxMessage
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

CLERKS = [Member(n, "عيّنة", "c@sanad.invalid", (Membership("kuwait", "clerk"),)) for n in (21, 22, 23)]


def test_three_clerks_and_two_clocks_do_each_thing_once(families: Families) -> None:
    families.apply("501")
    store, at = families.store, families.clock()

    def starts(clerk: Member) -> bool:
        def work(uow: UnitOfWork) -> None:
            reviewing.start_review(uow, clerk, uow.session.scalars(select(Application)).one(), at)

        try:
            store.transact(work)
        except TransitionRefused:
            return False
        return True

    def asks(clerk: Member) -> bool:
        def work(uow: UnitOfWork) -> None:
            found = uow.session.scalars(select(Application)).one()
            stored = interview_of(uow, found, at)
            assert stored is not None
            ref = min(askable(stored.form, stored.session, at))
            reviewing.ask_info(uow, clerk, found, [ref], at)

        try:
            store.transact(work)
        except TransitionRefused:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(starts, CLERKS)) == [False, False, True]
        assert sorted(pool.map(asks, CLERKS)) == [False, False, True]
        later = at + timedelta(days=8)
        list(pool.map(lambda _: look_after_questions(store, later), range(2)))
    with store.reading() as uow:
        events = uow.session.scalars(select(ApplicationEvent.event).order_by(ApplicationEvent.id)).all()
        assert events == ["submit", "start_review", "ask_info"]
        assert uow.session.scalars(select(InfoRequest.reminders)).all() == [1]
        owed = select(func.count()).where(OutboxMessage.key.like("info:%"))
        assert uow.session.scalar(owed) == 2  # the question and one reminder
