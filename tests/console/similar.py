"""Two families of the console's sample world who may be one: the same id, or the same name in the same place."""

from __future__ import annotations

from sqlalchemy import select

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.families.duplicates.finding import raise_doubles
from referrals.families.households import join
from referrals.families.identifiers import keep_id, keep_name, keep_phone
from referrals.families.identities import data_key_of
from referrals.families.records import DuplicatePair
from referrals.families.roster import ToldOf, keep_birth_year, keep_roster
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.console.world import World

SAMPLE_ID, OTHER_ID = "28401012700011", "28605052700022"  # invented, of Qena's shape


def applied(
    world: World, name: str, *, typed_id: str = SAMPLE_ID, phone: str = "+201000000077", size: str = "5"
) -> tuple[int, int]:
    """A family that applied with this name, id and telephone, and told of a child; its person and its referral."""
    referral_id = world.family(name=name)

    def work(uow: UnitOfWork) -> int:
        at = world.clock()
        application = uow.session.get_one(Application, uow.session.get_one(Referral, referral_id).application_id)
        person_id, home = application.person_id, application.household_id
        facts = uow.vault.open_json(application.facts_sealed, FACTS)
        facts |= {"household_size": size, "applied_before": "no", "phone": phone}
        application.facts_sealed = uow.vault.seal_json(data_key_of(uow, person_id), facts, FACTS)
        join(uow, home, person_id, "applicant", at, head=True)
        keep_roster(uow, home, person_id, [ToldOf("/data/home/member[1]", "child", 2016)], at)
        keep_name(uow, person_id, name, at)
        keep_birth_year(uow, person_id, 1984)
        keep_phone(uow, person_id, phone, at, safe="call_only")
        if typed_id:
            keep_id(uow, person_id, "national_id", typed_id, at)
        raise_doubles(uow, application, at)
        return person_id

    return world.store.transact(work), referral_id


def alike(world: World, *, other_id: str = SAMPLE_ID, other_size: str = "4") -> int:
    """A mother and a father who both applied; the id of their pair."""
    applied(world, "سعاد محمود حسن (عيّنة)")
    applied(world, "خالد عبد الله سالم (عيّنة)", typed_id=other_id, size=other_size)
    with world.store.reading() as uow:
        return uow.session.scalars(select(DuplicatePair.id)).one()
