"""Two who keep the register at one moment, on both databases: an incident is closed once, and nothing after its end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

from sqlalchemy import select

from referrals.protection.incidents.keeping import Closed, close, open_incident, say_data, tell_authority
from referrals.protection.incidents.records import Incident, IncidentEntry
from referrals.protection.incidents.telling import decide
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock

WORDS = "أُقفل الهاتف من بعيد (عيّنة)"


def test_of_two_who_close_it_one_does(store: Store, clock: FrozenClock) -> None:
    at = clock()
    store.transact(lambda uow: _ready_to_close(uow, at))
    meet = Barrier(3)
    ways: list[Callable[[UnitOfWork, Incident], Any]] = [
        lambda uow, it: close(uow, it, WORDS, at, 1),
        lambda uow, it: close(uow, it, WORDS, at, 2),
        lambda uow, it: say_data(uow, it, ["ids"], at, 2),
    ]

    def at_once(way: Callable[[UnitOfWork, Incident], Any]) -> bool:
        def work(uow: UnitOfWork) -> None:
            incident = uow.session.scalars(select(Incident)).one()
            if not store.is_sqlite:
                meet.wait(60)
            way(uow, incident)

        try:
            store.transact(work)
        except Closed:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        first, second, _ = pool.map(at_once, ways)
    assert [first, second].count(True) == 1
    with store.reading() as uow:
        kinds = list(uow.session.scalars(select(IncidentEntry.kind).order_by(IncidentEntry.id)))
    assert kinds.count("closed") == 1
    assert kinds[-1] == "closed", "nothing is said of which data behind its end"


def _ready_to_close(uow: UnitOfWork, at: datetime) -> None:
    incident = open_incident(uow, "kuwait", "leak", "نُشرت قائمة (عيّنة)", ["names"], known_at=at, at=at, staff_id=1)
    tell_authority(uow, incident, "كُلّم المكتب هاتفياً (عيّنة)", at, at, 1, needed=True)
    decide(uow, incident, "not_needed", WORDS, at, 1)
