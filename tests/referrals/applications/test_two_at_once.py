"""Two members of staff at one moment, and two clocks, on both databases: each step is taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import func, select

from referrals.applications import reviewing
from referrals.applications.asking_info import settle
from referrals.applications.interviews import interview_of
from referrals.applications.questions import askable
from referrals.applications.records import Application, ApplicationEvent, InfoRequest
from referrals.applications.reminding import look_after_questions
from referrals.applications.stepping import last_step, locked
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


def test_of_several_who_press_one_button_twice_each_step_is_taken_back_once(families: Families) -> None:
    families.apply("501")
    store, at, clerk = families.store, families.clock(), CLERKS[0]

    def one(uow: UnitOfWork) -> Application:
        return uow.session.scalars(select(Application)).one()

    def undoes(_: int) -> str:
        def work(uow: UnitOfWork) -> str:
            found, _ = one(uow), last_step(uow, 1)  # as a page that was opened a moment ago
            meet.wait(60) if not store.is_sqlite else None
            return reviewing.undo(uow, clerk, found, at)

        try:
            return store.transact(work)
        except reviewing.ReviewRefused as refused:
            return refused.what

    for _ in range(2):
        store.transact(lambda uow: reviewing.start_review(uow, clerk, one(uow), at))
        meet = Barrier(3)
        with ThreadPoolExecutor(3) as pool:
            assert sorted(pool.map(undoes, range(3))) == ["not_undoable", "not_undoable", "start_review"]
    with store.reading() as uow:
        events = uow.session.scalars(select(ApplicationEvent.event).order_by(ApplicationEvent.id)).all()
        assert events == ["submit", "start_review", "undo", "start_review", "undo"]


def test_the_clock_does_not_stand_in_the_way_of_who_answers_at_this_moment(families: Families) -> None:
    families.apply("501")
    store, at = families.store, families.clock()

    def asks(uow: UnitOfWork) -> None:
        found = uow.session.scalars(select(Application)).one()
        reviewing.start_review(uow, CLERKS[0], found, at)
        stored = interview_of(uow, found, at)
        assert stored is not None
        reviewing.ask_info(uow, CLERKS[0], found, [min(askable(stored.form, stored.session, at))], at)

    store.transact(asks)
    if store.is_sqlite:  # one writer: nobody can stand in anybody's way
        return
    with store.unit_of_work() as uow, ThreadPoolExecutor(1) as pool:
        held = locked(uow, uow.session.scalars(select(Application.id)).one())
        clock = pool.submit(look_after_questions, store, at + timedelta(days=8))
        assert clock.result(timeout=60) == 0, "it looks again, and waits for nobody"
        settle(uow, uow.session.scalars(select(InfoRequest)).one(), "answered", at)
        assert held.state == "info_requested"
