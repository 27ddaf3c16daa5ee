"""A programme with four places, a small package in plain HSDS, and what the database holds of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from referrals.definitions.records import Definition, DefinitionInForce, Programme
from referrals.directory.hsds.package import parts_of
from referrals.directory.importing.whole import Report, import_directory, import_package
from referrals.directory.places.stored import import_places
from referrals.directory.records import Location, Organization, Schedule, Service, ServiceAtLocation
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock

PROGRAMMES = Path(__file__).parents[3] / "programmes"
OF_ANOTHER = ("org-", "svc-", "loc-", "sal-", "sch-")  # ids of the sample programme that a fresh store has
PLACES = """code,level,parent,name_ar,name_en,lat,lon
W,governorate,,الواحة,Waha,26.0,32.7
W-sarw,markaz,W,السرو,Sarw,25.9,32.8
W-nakhil,markaz,W,النخيل,Nakhil,26.3,32.5
"""
PLAIN: Mapping[str, str] = {
    "organization.csv": "id,name,description\no1,جمعية (عيّنة),قريبة\no2,Relief (sample),\n",
    "service.csv": "id,organization_id,name,status,colour\ns1,o1,طعام (عيّنة),active,blue\n"
    "s2,o2,Food (sample),active,\n",
    "location.csv": "id,organization_id,location_type,name,latitude,longitude\n"
    "l1,o1,physical,المقر (عيّنة),25.91,32.81\nl2,o2,physical,Office (sample),,\n",
    "service_at_location.csv": "id,service_id,location_id\ng1,s1,l1\ng2,s2,l2\n",
    "address.csv": "id,location_id,address_1,city,state_province,country\na2,l2,شارع 1,النخيل,الواحة,EG\n",
    "schedule.csv": "id,location_id,freq,byday,opens_at,closes_at\n"
    'h1,l1,WEEKLY,"SU,MO",9:00,14:00+02:00\nh2,l2,MONTHLY,1SU,09:00,10:00\n',
    "phone.csv": "id,location_id,number,type\np1,l1,+20 00 0000 0001,voice\n",
    "required_document.csv": "id,service_id,document\nd1,s1,بطاقة\n",
    "cost_option.csv": "id,service_id,option,amount\nc1,s1,رسم رمزي,5\n",
    "taxonomy_term.csv": "id,code,name\nt1,food,Food\nt2,zz9,Groceries\n",
    "attribute.csv": "id,link_id,link_entity,taxonomy_term_id\nx1,s1,service,t1\nx2,s2,service,t2\n",
}


class Importing:
    """Imports packages, and tells what is in the database after."""

    programme_id = "waha"

    def __init__(self, store: Store, clock: FrozenClock) -> None:
        self.store, self.clock = store, clock
        store.transact(self._make)

    def _make(self, uow: UnitOfWork) -> None:
        programme = Programme(
            id=self.programme_id, name_ar="الواحة", name_en="Waha", country="EG", time_zone="Africa/Cairo", active=True
        )
        uow.session.add(programme)
        uow.flush()
        settings = (
            (PROGRAMMES / "kuwait" / "programme.toml").read_text("utf-8").replace('id = "kuwait"', 'id = "waha"', 1)
        )
        self._put(uow, "places", "places", PLACES)
        self._put(uow, "settings", "programme", settings)
        import_places(uow, self.programme_id, PLACES.encode())

    def _put(self, uow: UnitOfWork, kind: str, name: str, text: str) -> None:
        key = {"programme_id": self.programme_id, "kind": kind, "name": name}
        made = Definition(**key, version="1", sha256="1", content=text.encode(), created_at=self.clock())
        uow.session.add(made)
        uow.flush()
        uow.session.add(DefinitionInForce(**key, definition_id=made.id, since=self.clock()))

    def take(self, files: Mapping[str, str | bytes] | None = None, /, **options: Any) -> Report:
        """Imports a package, by default the plain one."""
        whole = {name: text.encode() if isinstance(text, str) else text for name, text in (files or PLAIN).items()}
        return import_package(self.store, self.programme_id, parts_of(whole), self.clock(), **options)

    def take_changed(self, **changed: str) -> Report:
        """Imports the plain package with some of its files replaced."""
        return self.take({**PLAIN, **{f"{name}.csv": text for name, text in changed.items()}})

    def take_folder(self, files: Mapping[str, str]) -> None:
        """Imports it as the directory of the programme's own folder."""
        given = {name: text.encode() for name, text in files.items()}
        self.store.transact(lambda uow: import_directory(uow, self.programme_id, given, self.clock()))

    def rows(self, record: Any) -> dict[str, Any]:
        """The records of a kind by their id in the package."""
        with self.store.reading() as uow:
            found = uow.session.scalars(select(record).order_by(record.id)).all()
            uow.session.expunge_all()
        return {row.external_id: row for row in found if not row.external_id.startswith(OF_ANOTHER)}

    def everything(self) -> list[Any]:
        """All that the import writes, with its ids and times, to be compared."""
        told = []
        with self.store.reading() as uow:
            for record in (Organization, Service, Location, ServiceAtLocation, Schedule):
                table: Any = record.__table__
                told += [tuple(row) for row in uow.connection.execute(select(table).order_by(table.c.id))]
        return told
