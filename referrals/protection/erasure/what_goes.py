"""What of an erased person goes from which table, beside what their destroyed key makes noise: the one list of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, or_, select, update

from referrals.applications.records import Application
from referrals.conversations.records import Conversation, InterviewSession
from referrals.directory.places.stored import stored_places
from referrals.families.records import DuplicatePair, Household, HouseholdArea, Membership, Person
from referrals.media.records import Media
from referrals.referral.records import Referral, ReferralTransfer
from referrals.store.record import Record
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import ReceivedSubmission

DISTRICTS = ("governorate", "markaz", "district")  # what is smaller could tell who it was


@dataclass(frozen=True)
class Theirs:
    """The ids of everything that is only theirs."""

    people: tuple[int, ...]
    threads: tuple[int, ...]
    sessions: tuple[int, ...]
    applications: tuple[int, ...]
    referrals: tuple[int, ...]
    submissions: tuple[int, ...]
    media: tuple[int, ...]
    pairs: tuple[int, ...]


@dataclass(frozen=True)
class Goes:
    """Rows of a table that are found by these columns: removed, or these columns emptied."""

    table: str
    found_by: Mapping[str, str]  # column -> which of `Theirs`
    emptied: Mapping[str, Any] = field(default_factory=dict)  # none: the row is removed


# In this order: what refers to a row goes before it. A sealed column that is not named holds noise once the key is
# gone; a row that counts for statistics stays without what could name anybody.
LIST: tuple[Goes, ...] = (
    Goes("flow_offer", {"session_id": "sessions"}),
    Goes("move_code", {"conversation_id": "threads", "session_id": "sessions"}),
    Goes("transcription", {"person_id": "people", "session_id": "sessions"}),
    Goes("submission_file", {"submission_id": "submissions"}),
    Goes("desk_filling", {"person_id": "people", "session_id": "sessions"}),
    Goes("media", {"same_as_id": "media"}),
    Goes("media", {"person_id": "people"}),
    Goes("contact_point", {"person_id": "people"}),
    Goes("identifier", {"person_id": "people"}),
    Goes("name_key", {"person_id": "people"}),
    Goes("private_note", {"person_id": "people"}),
    Goes("family_merge", {"pair_id": "pairs"}),
    Goes("duplicate_pair", {"id": "pairs"}),
    Goes("info_request", {"person_id": "people", "application_id": "applications"}),
    Goes("waitlist_entry", {"person_id": "people"}),
    Goes("visit", {"person_id": "people"}, {"remind_at": None, "why": "", "reason": "", "wall_time": ""}),
    Goes("referral_word", {"referral_id": "referrals"}),
    Goes("referral_transfer", {"referral_id": "referrals"}, {"note_sealed": None}),
    Goes(
        "claim",
        {"person_id": "people", "application_id": "applications"},
        {"person_id": None, "application_id": None, "code_index": None, "last2_sealed": None},
    ),
    Goes(
        "help_request",
        {"person_id": "people", "conversation_id": "threads"},
        {"text_sealed": None, "answer_sealed": None},
    ),
    Goes("interview_session", {"person_id": "people"}, {"journal_sealed": b"", "status": "stopped"}),
    Goes("received_submission", {"person_id": "people"}, {"device_sealed": None, "reason": ""}),
    Goes("person", {"same_as_id": "people"}, {"same_as_id": None}),
    Goes("person", {"id": "people"}, {"name_sealed": None, "born_sealed": None, "same_as_id": None}),
)
# Tables that name a person and keep it: a number without a past, what was agreed or done, and when.
STAYS: Mapping[str, str] = {
    "opened_again": "who opened it: the reason they wrote is noise",
    "identity": "its address goes once the last word was said there (farewell.py)",
    "identity_alias": "as its identity",
    "contact_source": "goes with the identity's past (farewell.py)",
    "conversation": "of the person that is made for the last word, with an empty state",
    "membership": "who lived in a household, as numbers: target groups are counted by it",
    "consent": "that it was asked, given and withdrawn; recipients and dates, no words",
    "application": "need, district, state and dates, for statistics",
    "referral": "the same; what was disclosed is noise",
    "appointment": "when a place was busy",
    "erasure_request": "that it was asked, and what was answered",
    "legal_hold": "that it was held, and by whom",
    "data_key": "destroyed",
    "incident_told": "that they were told of an incident: numbers and a day",
    "audited_person": "ids of the audit, which is only added to",
    "outbox_message": "the books: its body is noise",
    "inbox_message": "the books: its payload is noise",
    "draft_purged": "names nobody",
}


def what_is_theirs(uow: UnitOfWork, people: Collection[int]) -> Theirs:
    """The ids of everything of these people."""

    def ids(column: Any, where: Any) -> tuple[int, ...]:
        return tuple(uow.connection.execute(select(column).where(where)).scalars())

    return Theirs(
        people=tuple(people),
        threads=ids(Conversation.id, Conversation.person_id.in_(people)),
        sessions=ids(InterviewSession.id, InterviewSession.person_id.in_(people)),
        applications=ids(Application.id, Application.person_id.in_(people)),
        referrals=ids(Referral.id, Referral.person_id.in_(people)),
        submissions=ids(ReceivedSubmission.id, ReceivedSubmission.person_id.in_(people)),
        media=ids(Media.id, Media.person_id.in_(people)),
        pairs=ids(DuplicatePair.id, or_(DuplicatePair.one_id.in_(people), DuplicatePair.other_id.in_(people))),
    )


def take_away(uow: UnitOfWork, theirs: Theirs) -> dict[str, int]:
    """Removes and empties by the list; returns how many rows of each table."""
    uow.flush()
    done: dict[str, int] = {}
    for each in LIST:
        table = Record.metadata.tables[each.table]
        found = _found(table, each, theirs)
        if found is None:
            continue
        changed: Any = update(table).where(found).values(**each.emptied) if each.emptied else delete(table).where(found)
        count = len(uow.connection.execute(changed.returning(*table.primary_key.columns)).all())
        if count:
            done[each.table] = done.get(each.table, 0) + count
    _close_open_requests(uow, theirs)
    uow.session.expire_all()
    return done


def _found(table: Table, each: Goes, theirs: Theirs) -> Any | None:
    ways = [table.c[column].in_(ids) for column, whose in each.found_by.items() if (ids := getattr(theirs, whose))]
    return or_(*ways) if ways else None


def _close_open_requests(uow: UnitOfWork, theirs: Theirs) -> None:
    """Nobody is left to answer, and nothing to hand over."""
    table = Record.metadata.tables["help_request"]
    waiting = and_(table.c.person_id.in_(theirs.people), table.c.state == "open")
    uow.connection.execute(update(table).where(waiting).values(state="closed"))
    asked = update(ReferralTransfer).where(
        ReferralTransfer.referral_id.in_(theirs.referrals), ReferralTransfer.state.in_(("asked", "agreed"))
    )
    uow.connection.execute(asked.values(state="lapsed"))


def coarsen_places(uow: UnitOfWork, theirs: Theirs, at: datetime) -> None:
    """Applications keep the district they came from and no longer the village; so do homes where nobody is left."""
    rows = uow.connection.execute(
        select(Application.id, Application.programme_id, Application.area_code, Application.household_id).where(
            Application.id.in_(theirs.applications)
        )
    ).all()
    for row in rows:
        area = district_of(uow, row.programme_id, row.area_code)
        mine = update(Application).where(Application.id == row.id)
        uow.connection.execute(mine.values(area_code=area, anonymised_at=at))
    for household_id in sorted({row.household_id for row in rows}):
        others = select(Membership.id).join(Person, Person.id == Membership.person_id)
        others = others.where(Membership.household_id == household_id, Person.erased_at.is_(None))
        if uow.connection.execute(others.where(Person.id.not_in(theirs.people)).limit(1)).first() is None:
            _empty_house(uow, household_id)


def _empty_house(uow: UnitOfWork, household_id: int) -> None:
    mine = select(Household.programme_id, Household.area_code).where(Household.id == household_id)
    row = uow.connection.execute(mine).one()
    area = district_of(uow, row.programme_id, row.area_code)
    uow.connection.execute(update(Household).where(Household.id == household_id).values(area_code=area))
    uow.connection.execute(delete(HouseholdArea).where(HouseholdArea.household_id == household_id))


def district_of(uow: UnitOfWork, programme_id: str, area_code: str) -> str:
    """The smallest district that a place lies in; blank where it is in none."""
    if not area_code:
        return ""
    places = stored_places(uow, programme_id)
    if area_code not in places:
        return ""
    return next((place.code for place in places.chain(area_code) if place.level in DISTRICTS), "")
