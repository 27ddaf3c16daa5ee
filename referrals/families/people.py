"""People as rows: who has a past with us, who turned out to be whom, and that two who were one become one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table, bindparam, exists, or_, select, update

from referrals.applications.records import Application
from referrals.conversations.records import Conversation, HelpRequest, InterviewSession
from referrals.families.identities import data_key_of
from referrals.families.records import DuplicatePair, Identifier, Membership, Person
from referrals.store.compiled import Ready
from referrals.store.record import Record
from referrals.store.unit_of_work import UnitOfWork

BY_HAND = ("person", "conversation", "membership", "data_key")  # of them more than the number is to be thought of


def has_a_past(uow: UnitOfWork, person_id: int) -> bool:
    """Whether anything would be mixed if somebody else became this person: an interview, an application, an id."""
    danger = exists().where(HelpRequest.person_id == person_id, HelpRequest.restricted.is_(True))
    known = [exists().where(each.person_id == person_id) for each in (InterviewSession, Application, Identifier)]
    return bool(uow.connection.execute(select(or_(danger, *known))).scalar_one())


def whole_person(uow: UnitOfWork, person_id: int) -> list[int]:
    """The person, and everyone who was merged into them: what those said stays under their own old keys."""
    people = [person_id]
    for each in people:
        merged = uow.connection.execute(select(Person.id).where(Person.merged_into_id == each)).scalars()
        people += [other for other in merged if other not in people]
    return people


def everyone_as(uow: UnitOfWork, person_id: int) -> list[int]:
    """Every row of this person as staff see it: `whole_person`, and whoever a member of staff said is the same one.

    What a family reads in its own chat, or erases there, is `whole_person` only: a clerk may have been wrong.
    """
    people = [person_id]
    for each in people:
        up = uow.connection.execute(select(Person.merged_into_id, Person.same_as_id).where(Person.id == each)).one()
        linked = or_(Person.merged_into_id == each, Person.same_as_id == each)
        down = uow.connection.execute(select(Person.id).where(linked).order_by(Person.id)).scalars()
        people += [other for other in dict.fromkeys((*up, *down)) if other is not None and other not in people]
    return people


_MERGED_INTO = Ready(select(Person.merged_into_id).where(Person.id == bindparam("person")))  # for every reminder


def now_known_as(uow: UnitOfWork, person_id: int) -> int:
    """The person that this one turned out to be; the same where they are themselves."""
    seen = {person_id}
    while True:
        into = _MERGED_INTO.value(uow.connection, person=person_id)
        if into is None or into in seen:
            return person_id
        seen.add(into)
        person_id = into


def are_two(uow: UnitOfWork, one: int, other: int) -> bool:
    """Whether two people have each an id of their own, and not the same: nothing may ever mix them."""
    ids = [
        set(
            uow.connection.execute(
                select(Identifier.value_index).where(Identifier.person_id == each, Identifier.kind != "name")
            ).scalars()
        )
        for each in (one, other)
    ]
    return bool(ids[0]) and bool(ids[1]) and not ids[0] & ids[1]


def merge_people(uow: UnitOfWork, old: int, into: int) -> None:
    """Two who proved to be one: whatever names the old number names the other from now on.

    What was sealed stays under the old key, which an erasure of the other destroys too. Conversations are not touched.
    """
    if old == into:
        return
    for table in _naming("person.id", "person_id"):
        uow.connection.execute(update(table).where(table.c.person_id == old).values(person_id=into))
    already = select(Membership.household_id).where(Membership.person_id == into)
    uow.connection.execute(
        update(Membership)
        .where(Membership.person_id == old, Membership.household_id.not_in(already))
        .values(person_id=into)
    )
    _keep_name(uow, old, into)
    uow.connection.execute(update(Person).where(Person.id == old).values(merged_into_id=into))
    one, other = sorted((old, into))
    pair = update(DuplicatePair).where(DuplicatePair.one_id == one, DuplicatePair.other_id == other)
    undecided = pair.where(DuplicatePair.state.in_(("open", "deferred")))
    uow.connection.execute(undecided.values(state="same", decision="person"))  # they proved it themselves
    uow.session.expire_all()


def point_elsewhere(uow: UnitOfWork, target: str, column: str, old: int, new: int | None) -> None:
    """Every row that refers to `old` (of `identity.id`, `conversation.id`) refers to `new`, or to nothing."""
    for table in _naming(target, column):
        uow.connection.execute(update(table).where(table.c[column] == old).values({column: new}))


def _naming(target: str, column: str) -> Iterable[Table]:
    """The tables with such a column that refers there."""
    for table in Record.metadata.sorted_tables:
        if table.name in BY_HAND or column not in table.c:
            continue
        if any(key.target_fullname == target for key in table.c[column].foreign_keys):
            yield table


def _keep_name(uow: UnitOfWork, old: int, into: int) -> None:
    names = {
        row.id: row.name_sealed
        for row in uow.connection.execute(select(Person.id, Person.name_sealed).where(Person.id.in_((old, into))))
    }
    if names.get(old) and not names.get(into):
        name = uow.vault.open(names[old], "person.name")
        sealed = uow.vault.seal(data_key_of(uow, into), name, "person.name")
        uow.connection.execute(update(Person).where(Person.id == into).values(name_sealed=sealed))


def forget_thread(uow: UnitOfWork, thread_id: int, instead: int | None = None) -> None:
    """A conversation is no more; what referred to it refers to another one, or to none."""
    point_elsewhere(uow, "conversation.id", "conversation_id", thread_id, instead)
    uow.flush()
    uow.connection.execute(Conversation.__table__.delete().where(Conversation.id == thread_id))  # type: ignore[attr-defined]  # a Table
    uow.session.expire_all()
