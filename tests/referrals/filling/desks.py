"""Staff at desks without any page: they begin, answer, hand back and file through the use cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import func, select

from dialogs.interview.pages import pages
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Settings
from referrals.filling.ending import Ended, file_at_desk
from referrals.filling.starting import start_at_desk
from referrals.filling.working import AtDesk, Given, Taken, open_filling, take_answers
from referrals.staff.accounts import add_membership, add_staff
from referrals.staff.scope import Member, member_of
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock

T = TypeVar("T")
STAFF = {
    "one": ("desk", "loc-kuwait-hawalli"),
    "two": ("desk", "loc-kuwait-salmiya"),
    "clerk": ("clerk", ""),
    "volunteer": ("volunteer", ""),
}
ANSWERS = {
    "for_whom": "my_home",
    "own_name": "فاطمة عيّنة",
    "main_need": "housing",
    "urgent_facts": "none",
    "income_enough": "no",
    "breadwinner": "me",
    "lost_provider": "no",
    "debts": "no",
    "special_care": "no",
    "governorate": "KW-JA",
    "phone": "50012345",
}
TYPED = frozenset({"own_name", "phone"})


@dataclass
class Desks:
    """The store with its staff; each thing is done in a unit of work of its own."""

    store: Store
    clock: FrozenClock
    members: dict[str, Member] = field(default_factory=dict)

    @staticmethod
    def employed(store: Store, clock: FrozenClock) -> Desks:
        desks = Desks(store, clock)

        def work(uow: UnitOfWork) -> None:
            for name, (role, location) in STAFF.items():
                person = add_staff(uow, f"{name}@kuwait.invalid", f"{name} (عيّنة)", None, clock())
                add_membership(uow, person.id, role, "kuwait", clock(), location=location)
                uow.flush()
                found = member_of(uow, person.id)
                assert found is not None
                desks.members[name] = found

        store.transact(work)
        return desks

    def does(self, work: Callable[[UnitOfWork, Settings], T]) -> T:
        """Does something with the programme's settings at hand."""
        return self.store.transact(lambda uow: work(uow, settings_of(uow, "kuwait")))

    def begins(self, who: str = "one") -> int:
        """A new family at this desk; the filling's id."""
        return self.does(lambda uow, kuwait: start_at_desk(uow, self.members[who], kuwait, "ar", self.clock()).id)

    def opens(self, filling_id: int, who: str = "one") -> AtDesk | None:
        return self.does(lambda uow, _: open_filling(uow, self.members[who], filling_id))

    def answers(self, filling_id: int, *, by: str = "one", seen: int | None = None, **said: str) -> Taken:
        """Answers questions by their names."""

        def work(uow: UnitOfWork, _: Settings) -> Taken:
            at_desk = open_filling(uow, self.members[by], filling_id)
            assert at_desk is not None
            given = [Given(_ref(at_desk, name), text, "say" if name in TYPED else "set") for name, text in said.items()]
            version = at_desk.version if seen is None else seen
            return take_answers(uow, self.members[by], at_desk, given, version, self.clock())[1]

        return self.does(work)

    def answers_all(self, filling_id: int, who: str = "one") -> None:
        """The shortest whole way, one answer at a time: each may bring the next question."""
        for name, text in ANSWERS.items():
            taken = self.answers(filling_id, by=who, seen=None, **{name: text})
            assert not taken.refused, (name, taken.refused)

    def files(self, filling_id: int, who: str = "one") -> Ended:
        def work(uow: UnitOfWork, kuwait: Settings) -> Ended:
            at_desk = open_filling(uow, self.members[who], filling_id)
            assert at_desk is not None
            return file_at_desk(uow, self.members[who], kuwait, at_desk, self.clock())

        return self.does(work)

    def count(self, record: Any, **having: Any) -> int:
        with self.store.reading() as uow:
            return uow.session.scalar(select(func.count()).select_from(record).filter_by(**having)) or 0

    def one(self, record: Any, **having: Any) -> Any:
        with self.store.reading() as uow:
            return uow.session.scalars(select(record).filter_by(**having).order_by(record.id.desc())).first()


def _ref(at_desk: AtDesk, name: str) -> str:
    shown = (
        ref for page in pages(at_desk.stored.form, at_desk.session, now=at_desk.stored.updated_at) for ref in page.refs
    )
    return next(ref for ref in shown if ref.endswith(f"/{name}"))
