"""A large import is written in portions: whoever looks, or kills it, in between finds no door that harms anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from referrals.directory.importing import applying, comparing
from referrals.directory.importing.whole import Overtaken
from referrals.directory.records import (
    DirectoryImport,
    EligibilityRule,
    Location,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from referrals.directory.rows import standing
from tests.referrals.directory.importing import Importing

FORMER: Mapping[str, str] = {
    "organization.csv": "id,name\no1,جمعية (عيّنة)\n",
    "service.csv": "id,organization_id,name,status,x_service_term,x_restricted\ns1,o1,طعام,active,food,\n"
    "s2,o1,ملابس,active,clothes,\ns3,o1,تدريب,active,training,yes\ns4,o1,دواء,active,medicine,\n",
    "location.csv": "id,organization_id,location_type,name,latitude,longitude,x_confidential\n"
    "l1,o1,physical,مقر ١,25.91,32.81,\nl2,o1,physical,مقر ٢,25.92,32.82,\nl3,o1,physical,مقر ٣,25.93,32.83,\n"
    "l4,o1,physical,مقر ٤,25.94,32.84,yes\n",
    "service_at_location.csv": "id,service_id,location_id\ng1,s1,l1\ng2,s2,l2\ng3,s3,l3\ng4,s4,l4\ng5,s4,l1\n",
    "schedule.csv": "id,location_id,byday,opens_at,closes_at\nh1,l1,SU,09:00,14:00\nh2,l1,MO,09:00,14:00\n"
    "h3,l2,SU,09:00,14:00\n",
    "phone.csv": "id,location_id,number\np1,l1,1\np2,l2,2\n",
    "eligibility_rule.csv": "id,service_id,field,op,value\nr1,s1,household_size,ge,3\n",
}
NEW: Mapping[str, str] = {
    # s2 is another kind of service now, s3 open to all, s5 new; what s4 was is named no more
    "organization.csv": "id,name\no1,جمعية جديدة (عيّنة)\n",
    "service.csv": "id,organization_id,name,status,x_service_term,x_restricted\ns1,o1,غذاء,active,food,\n"
    "s2,o1,مال,active,cash-help,\ns3,o1,تدريب,active,training,\ns5,o1,مدرسة,active,school-help,\n",
    # l1 has moved, l2 is confidential now and l4 no longer, l5 is new
    "location.csv": "id,organization_id,location_type,name,latitude,longitude,x_confidential\n"
    "l1,o1,physical,مقر ١,26.11,32.61,\nl2,o1,physical,مقر ٢,25.92,32.82,yes\nl3,o1,physical,مقر ٣,25.93,32.83,\n"
    "l4,o1,physical,مقر ٤,25.94,32.84,\nl5,o1,physical,مقر ٥,25.95,32.85,\n",
    # g3 is given elsewhere
    "service_at_location.csv": "id,service_id,location_id\ng1,s1,l1\ng2,s2,l2\ng3,s3,l5\ng6,s5,l4\n",
    "schedule.csv": "id,location_id,byday,opens_at,closes_at\nh1,l1,TU,10:00,12:00\nh4,l1,WE,10:00,12:00\n"
    "h3,l2,SU,09:00,14:00\nh5,l5,SU,08:00,09:00\n",
    "phone.csv": "id,location_id,number\np1,l1,11\np2,l2,2\np5,l5,5\n",
    "eligibility_rule.csv": "id,service_id,field,op,value\nr1,s1,household_size,ge,5\nr2,s2,household_size,ge,2\n",
}
Doors = dict[tuple[str, str], tuple[Any, ...]]


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def in_small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record and every row is a portion of its own."""
    monkeypatch.setattr(comparing, "RECORDS_AT_ONCE", 1)
    monkeypatch.setattr(comparing, "LIGHT_AT_ONCE", 1)
    monkeypatch.setattr(comparing, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(applying, "REST", 0)


def doors(importing: Importing) -> Doors:
    """Every open door: (what its service is, what its location is with hours and areas, what matching knows)."""
    found: Doors = {}
    with importing.store.reading() as uow:
        mine = select(ServiceAtLocation, Service, Location).where(
            ServiceAtLocation.service_id == Service.id,
            ServiceAtLocation.location_id == Location.id,
            Service.programme_id == importing.programme_id,
            Service.status == "active",
            *(kind.gone_at.is_(None) for kind in (ServiceAtLocation, Service, Location)),
        )
        for given, service, location in uow.session.execute(mine):
            rules = uow.session.scalars(select(EligibilityRule).filter_by(service_id=service.id))
            hours = uow.session.scalars(select(Schedule).filter_by(location_id=location.id))
            areas = uow.session.scalars(select(ServiceArea).filter_by(location_id=location.id))
            found[service.external_id, location.external_id] = (
                (service.name, service.service_term, service.restricted, {(rule.field, rule.value) for rule in rules}),
                (
                    *(location.lat, location.lon, location.phone, location.confidential),
                    {(each.byday, each.opens_at) for each in hours},
                    {area.place_code for area in areas},
                ),
                (given.service_term, given.lat, given.programme_id),
            )
    return {key: tuple(map(_comparable, told)) for key, told in found.items()}


def _comparable(told: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(sorted(each)) if isinstance(each, set) else each for each in told)


def rows(importing: Importing) -> list[tuple[str, ...]]:
    """What the export would give."""
    with importing.store.reading() as uow:
        return sorted(tuple(row) for row in uow.connection.execute(standing(importing.programme_id)))


def check_harmless(found: Doors, former: Doors, new: Doors) -> None:
    """Every door is one of the former or the new directory, and all it says of a thing is of one of the two."""
    services = [{key[0]: told[0] for key, told in each.items()} for each in (former, new)]
    locations = [{key[1]: told[1] for key, told in each.items()} for each in (former, new)]
    for (service, location), (what, where, known) in found.items():
        assert (service, location) in former or (service, location) in new
        assert what in [each.get(service) for each in services]
        assert where in [each.get(location) for each in locations]
        if (service, location) not in new:  # nothing of it was written, or it would be closed
            assert (what, where) == former[service, location][:2]
        assert known == (what[1], where[0] or 0.0, "waha")  # matching goes by what stands, and has nothing to index


def dying_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> Callable[[], None]:
    """The import ends with its so many-th unit of work. Gives what undoes that."""
    whole, left = applying._Turns.take, iter(range(steps - 1))

    def take(turns: Any, step: Any, **named: Any) -> None:
        whole(turns, step, **named)
        if next(left, None) is None:
            raise Killed

    monkeypatch.setattr(applying._Turns, "take", take)
    return lambda: monkeypatch.setattr(applying._Turns, "take", whole)


@pytest.fixture
def both(importing: Importing, in_small_portions: None) -> tuple[Doors, Doors]:
    """The doors of the two directories; the former one is in force."""
    importing.take(NEW)
    new, said = doors(importing), rows(importing)
    importing.take(FORMER)
    former = doors(importing)
    assert said != rows(importing)
    return former, new


def killed(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The import of the new directory killed after ever more units of work, until it comes to its end."""
    for steps in range(1, 200, 3 if importing.store.is_sqlite else 11):
        undo = dying_after(monkeypatch, steps)
        try:
            importing.take(NEW)
        except Killed:
            undo()
            yield steps
        else:
            undo()
            return


def test_wherever_an_import_is_killed_no_door_harms_anybody_and_the_next_one_finishes_it(
    importing: Importing, both: tuple[Doors, Doors], monkeypatch: pytest.MonkeyPatch
) -> None:
    former, new = both
    said_before = rows(importing)
    for steps in killed(importing, monkeypatch):
        check_harmless(doors(importing), former, new)
        kept = rows(importing)
        importing.clock.forward(hours=1)
        importing.take(NEW)
        assert doors(importing) == new, steps
        said = rows(importing)
        assert kept == said_before or set(kept) >= set(said)  # all that the owner said changes at one moment
        importing.take(FORMER)
        assert (doors(importing), rows(importing)) == (former, said_before), steps
    assert steps > 30


def test_a_killed_import_is_taken_back_by_the_former_package(
    importing: Importing, both: tuple[Doors, Doors], monkeypatch: pytest.MonkeyPatch
) -> None:
    former, _ = both
    said = rows(importing)
    for steps in killed(importing, monkeypatch):
        importing.take(FORMER)
        assert (doors(importing), rows(importing)) == (former, said), steps
        with importing.store.reading() as uow:
            assert set(uow.session.scalars(select(DirectoryImport.stage))) == {"done"}


def test_a_first_import_that_is_killed_leaves_nothing_in_the_way_of_the_next_one(
    importing: Importing, in_small_portions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    undo = dying_after(monkeypatch, 30)  # 23 rows, an organization, 4 services and 2 locations
    with pytest.raises(Killed):
        importing.take(NEW)
    undo()
    assert {location for _, location in doors(importing)} == {"l1", "l2"} and not rows(importing)
    importing.take(FORMER)
    former, said = doors(importing), rows(importing)
    assert set(former) == {("s1", "l1"), ("s2", "l2"), ("s3", "l3"), ("s4", "l4"), ("s4", "l1")}
    importing.take(NEW)
    importing.take(FORMER)
    assert (doors(importing), rows(importing)) == (former, said)


def test_nobody_waits_for_more_than_one_portion_and_matching_has_nothing_to_index_meanwhile(
    importing: Importing, both: tuple[Doors, Doors], monkeypatch: pytest.MonkeyPatch
) -> None:
    former, new = both
    seen, whole = [], applying._Turns.take

    def take(turns: Any, step: Any, **named: Any) -> None:
        whole(turns, step, **named)
        importing.store.transact(lambda uow: None)
        seen.append(doors(importing))

    monkeypatch.setattr(applying._Turns, "take", take)
    importing.take(NEW)
    for found in seen:
        check_harmless(found, former, new)
    assert seen[-1] == new


def test_an_import_that_another_one_overtakes_writes_nothing_more(
    importing: Importing, both: tuple[Doors, Doors], monkeypatch: pytest.MonkeyPatch
) -> None:
    former, _ = both
    whole, left = applying._Turns.take, iter(range(20))

    def take(turns: Any, step: Any, **named: Any) -> None:
        whole(turns, step, **named)
        if next(left, None) is None:
            monkeypatch.setattr(applying._Turns, "take", whole)
            importing.take(FORMER)

    monkeypatch.setattr(applying._Turns, "take", take)
    with pytest.raises(Overtaken):
        importing.take(NEW)
    assert doors(importing) == former


def test_a_service_that_is_given_elsewhere_under_its_old_id_is_given_no_more_where_it_was(
    importing_once: Importing,
) -> None:
    importing_once.take(FORMER)
    importing_once.take(NEW)
    assert ("s3", "l3") not in doors(importing_once) and ("s3", "l5") in doors(importing_once)


def test_a_package_without_a_table_of_hours_leaves_the_hours_of_what_it_changes(importing_once: Importing) -> None:
    importing_once.take(FORMER)
    files = {name: text for name, text in FORMER.items() if name != "schedule.csv"}
    importing_once.take({**files, "location.csv": FORMER["location.csv"].replace("25.91", "25.99")})
    place = doors(importing_once)["s1", "l1"][1]
    assert (place[0], len(place[4])) == (25.99, 2)
