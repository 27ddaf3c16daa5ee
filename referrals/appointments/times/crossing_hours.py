"""A river between a family and a place: which times it can come to and get back from, by the hours of what crosses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from referrals.applications.records import Application
from referrals.definitions.settings import Settings
from referrals.directory.records import Location
from referrals.matching.family import home_of
from referrals.matching.rules.access import is_open, there_and_back
from referrals.matching.rules.profile import bank_of
from referrals.matching.rules.values import Crossing
from referrals.matching.ways import travel_of
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class River:
    """The crossings between two banks, by the clock of `zone`; none where nothing lies between, or nothing is known."""

    crossings: tuple[Crossing, ...] = ()
    zone: str = "UTC"

    def lets(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether one crossing takes them there for that time and back after it, as matching counts it."""
        return not self.crossings or any(
            there_and_back(each, starts_at, self.zone) and is_open(each, ends_at, self.zone) for each in self.crossings
        )


NONE = River()


def river_between(uow: UnitOfWork, referral: Referral, settings: Settings) -> River:
    """What lies between the home of a referral's family and the place it was referred to."""
    there = bank_of(uow.session.get_one(Location, referral.to_location_id).bank or "")
    if there is None:
        return NONE
    application = uow.session.get_one(Application, referral.application_id)
    here = home_of(uow, application.programme_id, application.area_code).bank
    if here is None or here == there:
        return NONE
    travel = travel_of(uow, settings)
    return River(travel.crossings, travel.zone)
