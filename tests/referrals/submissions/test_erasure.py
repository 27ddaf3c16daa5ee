"""A family that asks to be forgotten is forgotten in what phones sent about it too, and in what was to go on."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from bot.clock import Clock
from bot.doors.pushing import Pusher
from referrals.applications.records import Application
from referrals.media.records import Media
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.linking import link_by_hand
from referrals.submissions.receiving import xml_of
from referrals.submissions.records import OutgoingSubmission, ReceivedSubmission
from referrals.submissions.targets import add_target
from tests.conftest import FrozenClock
from tests.families import Families
from tests.phones import JPEG, Phone
from tests.platforms.odk_central import EMAIL, PASSWORD, OdkCentral


def test_it_reaches_visits_their_files_and_what_waits_to_go_on(
    store: Store, clock: FrozenClock, families: Families
) -> None:
    phone = Phone(store, clock)
    families.apply("100")
    with store.reading() as uow:
        number = uow.session.scalars(select(Application.number)).one()
    with OdkCentral() as central:
        login = f"{EMAIL}:{PASSWORD}"
        store.transact(lambda uow: add_target(uow, "kuwait", "central", central.project, login, clock()))
        phone.submits(phone.visit("uuid:1", number=number, photo="1.jpg"), {"1.jpg": JPEG})
        phone.submits(phone.visit("uuid:2", number="لا أعرف", photo="2.jpg"), {"2.jpg": JPEG})

        def link(uow: UnitOfWork) -> bool:
            row = uow.session.scalars(select(ReceivedSubmission).filter_by(instance_id="uuid:2")).one()
            return link_by_hand(uow, row, number, "staff:1", clock())

        assert store.transact(link)
        families.say("100", "احذف معلوماتي")
        families.tap("100", "نعم، امسحوها")
        asyncio.run(Pusher(store, Clock(store, movable=False, real=clock)).push())
        assert central.submissions == {}
    with store.reading() as uow:
        assert uow.connection.execute(select(func.count()).select_from(Media)).scalar_one() == 0
        assert set(uow.session.scalars(select(OutgoingSubmission.state))) == {"cancelled"}
        for row in uow.session.scalars(select(ReceivedSubmission)):
            with pytest.raises(Erased):
                xml_of(uow, row)
