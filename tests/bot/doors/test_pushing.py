"""What is filed goes on to ODK Central and KoboToolbox: its version first, once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select, update

from bot.clock import Clock
from bot.doors.kobo import Kobo, project_name
from bot.doors.push_loop import pushes_stay_here
from bot.doors.pushing import DEMONSTRATION, FILE_WAIT, Pusher
from bot.doors.remote import open_http
from referrals.definitions.in_force import definition_id
from referrals.protection.records import DataKey
from referrals.store.unit_of_work import Store
from referrals.submissions.outgoing import outgoing
from referrals.submissions.pushing import (
    BACKOFF_SECONDS,
    HOURS_MORE,
    LEASE_SECONDS,
    lease_push,
    owe_push,
    pushes,
    try_again,
)
from referrals.submissions.records import OutgoingSubmission, PublishedForm, PushTarget
from referrals.submissions.targets import UnfitTarget, add_target, end_target
from tests.conftest import FrozenClock
from tests.phones import JPEG, Phone
from tests.platforms.kobo_toolbox import KEY, KoboToolbox
from tests.platforms.local_server import Fault
from tests.platforms.odk_central import EMAIL, PASSWORD, OdkCentral

LOGIN = f"{EMAIL}:{PASSWORD}"


class Sending:
    """A store whose submissions go on to a server, and the loop that sends them, one look at a time."""

    def __init__(self, store: Store, clock: FrozenClock) -> None:
        self.store, self.clock = store, clock
        self.phone = Phone(store, clock)
        self.pusher = Pusher(store, Clock(store, movable=False, real=clock))

    def to(self, kind: str, url: str, secret: str, **more: Any) -> int:
        def add(uow: Any) -> int:
            return add_target(uow, "kuwait", kind, url, secret, self.clock(), **more).id

        return self.store.transact(add)

    def look(self) -> int:
        return asyncio.run(self.pusher.push())

    def later(self, seconds: float) -> int:
        self.clock.forward(seconds=seconds)
        return self.look()

    def rows(self) -> list[OutgoingSubmission]:
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(OutgoingSubmission).order_by(OutgoingSubmission.id)))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]


@pytest.fixture
def sending(store: Store, clock: FrozenClock) -> Sending:
    return Sending(store, clock)


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Sending:
    """The same on SQLite alone, where only the network makes a difference."""
    return Sending(sqlite_store, clock)


@pytest.fixture
def central() -> Iterator[OdkCentral]:
    with OdkCentral() as server:
        yield server


@pytest.fixture
def kobo(monkeypatch: pytest.MonkeyPatch) -> Iterator[KoboToolbox]:
    monkeypatch.setattr("bot.doors.kobo.BETWEEN_LOOKS", 0.01)
    with KoboToolbox() as server:
        yield server


def test_a_visit_goes_to_central_with_its_version_and_its_files(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    xml = sending.phone.visit("uuid:1", photo="1.jpg")
    sending.phone.submits(xml, {"1.jpg": JPEG})
    assert sending.look() == 1
    (taken,) = central.submissions.values()
    assert (taken.form_id, taken.xml, taken.files) == ("kuwait_visit", xml.encode(), {"1.jpg": JPEG})
    assert sending.phone.version("visit") in central.forms["kuwait_visit"].versions
    assert sending.states() == ["sent"]
    assert sending.look() == 0


def test_a_second_one_is_not_published_again(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    for _ in range(3):
        sending.phone.submits(sending.phone.visit())
    assert sending.look() == 3
    assert len(central.submissions) == 3
    assert [status for name, status in central.refused if name == "version"] == [404]


def test_without_a_target_nothing_is_owed(sending: Sending) -> None:
    sending.phone.submits(sending.phone.visit())
    assert sending.rows() == []


def test_only_the_forms_that_a_target_wants_are_owed(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN, forms=["feedback"])
    sending.phone.submits(sending.phone.visit())
    assert sending.rows() == []


def test_it_is_owed_once_however_often_it_is_sent_or_asked_for(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    xml = sending.phone.visit()
    sending.phone.submits(xml)
    sending.phone.submits(xml)

    def again(uow: Any) -> int:
        form = definition_id(uow, "kuwait", "form", "visit") or 0
        row = sending.phone.received()[0].id
        return owe_push(uow, programme_id="kuwait", definition_id=form, submission_id=row, at=sending.clock())

    assert sending.store.transact(again) == 0
    assert sending.states() == ["waiting"]


def test_it_waits_until_the_phone_has_sent_every_file(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    xml = sending.phone.visit(photo="1.jpg")
    sending.phone.submits(xml, incomplete=True)
    assert sending.look() == 0
    sending.phone.submits(xml, {"1.jpg": JPEG})
    assert sending.look() == 1
    assert next(iter(central.submissions.values())).files == {"1.jpg": JPEG}


FAULTS = [
    pytest.param(Fault("status", 500), id="500"),
    pytest.param(Fault("status", 503), id="503"),
    pytest.param(Fault("reset"), id="no answer"),
    pytest.param(Fault("reset_after_commit"), id="answer lost"),
    pytest.param(Fault("garbage_after_commit"), id="a gateway's page"),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", ["version", "create", "publish", "submission"])
def test_whatever_fails_on_the_way_to_central_it_arrives_once(
    quick: Sending, central: OdkCentral, fault: Fault, where: str
) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(quick.phone.visit("uuid:1"))
    central.fail_next(where, fault)
    quick.look()
    for seconds in BACKOFF_SECONDS[:2]:
        quick.later(seconds * 2)
    assert quick.states() == ["sent"], quick.rows()[0].reason
    assert list(central.submissions) == ["uuid:1"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", ["search", "import", "look", "asset", "deploy", "submission"])
def test_whatever_fails_on_the_way_to_kobo_it_arrives_once(
    quick: Sending, kobo: KoboToolbox, fault: Fault, where: str
) -> None:
    quick.to("kobo", kobo.url, KEY)
    quick.phone.submits(quick.phone.visit("uuid:1"))
    kobo.fail_next(where, fault)
    quick.look()
    for seconds in BACKOFF_SECONDS[:2]:
        quick.later(seconds * 2)
    assert quick.states() == ["sent"], quick.rows()[0].reason
    assert list(kobo.submissions) == ["uuid:1"]
    assert len(kobo.assets) == 1


@pytest.mark.parametrize("title", ['زيارة "البيت" v1.2', "a\\b", "سطر\nوسطر", "بلا شيء"])
def test_a_project_of_any_title_is_found_again(quick: Sending, kobo: KoboToolbox, title: str) -> None:
    quick.to("kobo", kobo.url, KEY)
    quick.phone.submits(quick.phone.visit("uuid:1"))
    with quick.store.reading() as uow:
        form = replace(outgoing(uow, quick.rows()[0].id).form, title=title)
        target = outgoing(uow, quick.rows()[0].id).target

    async def twice() -> None:
        async with open_http() as http:
            await Kobo(http, target).publish(form)
            await Kobo(http, target).publish(form)

    asyncio.run(twice())
    assert [each.name for each in kobo.assets.values()] == [project_name(form)]


def test_a_visit_goes_to_kobo_as_one_of_its_project(sending: Sending, kobo: KoboToolbox) -> None:
    sending.to("kobo", kobo.url, KEY)
    sending.phone.submits(sending.phone.visit("uuid:1", photo="1.jpg", words="كلام الأسرة"), {"1.jpg": JPEG})
    assert sending.look() == 1
    (asset,) = kobo.assets.values()
    assert asset.name == "زيارة في البيت (kuwait_visit)"
    survey = asset.versions[0]["survey"]
    names = [row[survey[0].index("name")] for row in survey]
    assert names[:4] == ["name", "about", "application_number", "visit_date"]
    xml, files = kobo.submissions["uuid:1"]
    root = etree.fromstring(xml)
    assert (root.tag, root.get("id")) == (asset.uid, asset.uid)
    assert root.findtext("next/family_words") == "كلام الأسرة"
    assert files == {"1.jpg": JPEG}
    sending.phone.submits(sending.phone.visit("uuid:2"))
    assert sending.look() == 1
    assert len(asset.versions) == 1


def test_a_server_that_forgot_the_version_gets_it_again(quick: Sending, central: OdkCentral) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(quick.phone.visit("uuid:1"))
    quick.look()
    central.forms.clear()
    quick.phone.submits(quick.phone.visit("uuid:2"))
    assert quick.look() == 1
    assert quick.states() == ["sent", "sent"]


def test_a_session_that_ended_is_opened_again(quick: Sending, central: OdkCentral) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(quick.phone.visit("uuid:1"))
    quick.look()
    central.end_sessions()
    quick.phone.submits(quick.phone.visit("uuid:2"))
    assert quick.look() == 1
    assert quick.states() == ["sent", "sent"]


def test_what_stands_there_already_counts_as_sent(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    sending.phone.submits(sending.phone.visit("uuid:1"))
    sending.look()
    central.submissions["uuid:1"].xml += b" "  # edited there meanwhile

    def owed_again(uow: Any) -> None:
        uow.connection.execute(update(OutgoingSubmission).values(state="waiting"))

    sending.store.transact(owed_again)
    assert sending.look() == 1
    assert sending.states() == ["sent"]


def test_a_server_that_is_away_is_tried_with_longer_waits_then_hourly_for_a_week(
    sending: Sending, central: OdkCentral
) -> None:
    sending.to("central", central.project, LOGIN)
    sending.phone.submits(sending.phone.visit())
    central.fail_next("submission", Fault("status", 500), times=100)
    assert sending.look() == 1
    for seconds in BACKOFF_SECONDS:
        assert sending.states() == ["waiting"]
        assert sending.later(seconds * 0.9) == 0
        assert sending.later(seconds * 0.4) == 1
    for _ in range(3):
        assert sending.later(3600 * 0.9) == 0
        assert sending.later(3600 * 0.4) == 1
    last = update(OutgoingSubmission).values(attempts=len(BACKOFF_SECONDS) + HOURS_MORE - 1)
    sending.store.transact(lambda uow: uow.session.execute(last))
    assert sending.later(3600 * 1.3) == 1
    assert sending.states() == ["waiting"]
    assert sending.later(3600 * 1.3) == 1
    (row,) = sending.rows()
    assert (row.state, row.reason) == ("parked", "submitting: 500 Internal Server Error")
    central._faults.clear()
    assert sending.store.transact(lambda uow: try_again(uow, sending.clock())) == 1
    assert sending.look() == 1
    assert sending.states() == ["sent"]


def test_what_a_server_repeats_of_a_submission_stands_in_no_reason(
    quick: Sending, central: OdkCentral, caplog: pytest.LogCaptureFixture
) -> None:
    quick.to("central", central.project, LOGIN)
    xml = quick.phone.visit()
    quick.phone.submits(xml)
    sent = {each.strip() for each in map(str, etree.fromstring(xml.encode()).itertext()) if len(each.strip()) > 2}
    repeated = f"no form takes {' '.join(sorted(sent))} or فاطمة of 50012345"
    central.fail_next("submission", Fault("status", 400, html=f"<p>{repeated}</p>"))
    with caplog.at_level(logging.INFO, "sanad"):
        quick.look()
    (row,) = quick.rows()
    assert row.state == "parked"
    assert row.reason.startswith("submitting: 400 no form takes ...")
    assert not [each for each in (*sent, "فاطمة", "50012345") if each in row.reason + caplog.text]


def test_a_server_that_answers_and_refuses_is_not_asked_for_a_week(quick: Sending, central: OdkCentral) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(quick.phone.visit())
    central.fail_next("submission", Fault("status", 429), times=100)
    quick.look()
    for seconds in BACKOFF_SECONDS:
        assert quick.states() == ["waiting"]
        quick.later(seconds * 1.3)
    assert quick.states() == ["parked"]


@pytest.mark.parametrize("secret", ["wrong@sample.invalid:wrong", "no colon"])
def test_a_wrong_secret_never_loses_anything(quick: Sending, central: OdkCentral, secret: str) -> None:
    quick.to("central", central.project, secret)
    quick.phone.submits(quick.phone.visit("uuid:1"))
    quick.look()
    assert quick.states() == ["waiting" if ":" in secret else "parked"]
    quick.to("central", central.project, LOGIN)
    quick.store.transact(lambda uow: try_again(uow, quick.clock()))
    quick.later(10)
    assert list(central.submissions) == ["uuid:1"]


def test_a_worker_that_died_gives_its_lease_back_and_nobody_sends_beside_it(
    sending: Sending, central: OdkCentral
) -> None:
    target = sending.to("central", central.project, LOGIN)
    sending.phone.submits(sending.phone.visit("uuid:1"))
    sending.phone.submits(sending.phone.visit("uuid:2"))
    assert sending.store.transact(lambda uow: lease_push(uow, target, sending.clock())) is not None
    assert sending.look() == 0  # the other one waits too: only one is under way
    assert sending.later(LEASE_SECONDS + 1) == 2
    assert sorted(central.submissions) == ["uuid:1", "uuid:2"]


def test_two_workers_at_once_send_each_once(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    for _ in range(6):
        sending.phone.submits(sending.phone.visit())
    other = Pusher(sending.store, sending.pusher.clock)

    async def both() -> None:
        await asyncio.gather(sending.pusher.push(), other.push())

    asyncio.run(both())
    while sending.look():
        pass
    assert (len(central.submissions), central.posts) == (6, 6)
    assert set(sending.states()) == {"sent"}


def test_a_correction_of_what_never_went_there_goes_on_its_own(sending: Sending, central: OdkCentral) -> None:
    sending.phone.submits(sending.phone.visit("uuid:1"))
    sending.to("central", central.project, LOGIN)
    sending.phone.submits(sending.phone.visit("uuid:2", deprecated="uuid:1", words="صُحّح"))
    assert sending.look() == 1
    assert sending.states() == ["sent"]
    assert "صُحّح".encode() in central.submissions["uuid:2"].xml


def test_a_correction_waits_for_what_it_corrects(quick: Sending, central: OdkCentral) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(quick.phone.visit("uuid:1"))
    central.fail_next("submission", Fault("status", 500))
    assert quick.look() == 1
    xml = quick.phone.visit("uuid:2", deprecated="uuid:1")
    quick.phone.submits(xml)
    quick.look()
    assert quick.states() == ["waiting", "waiting"]
    assert quick.rows()[1].reason == "what it corrects has not gone yet"
    quick.later(FILE_WAIT)
    quick.later(FILE_WAIT)
    assert quick.states() == ["sent", "sent"]
    assert central.submissions["uuid:2"].xml == xml.encode()


def test_erasure_cancels_what_was_owed(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    sending.phone.submits(sending.phone.visit())
    key = sending.phone.received()[0].data_key_id
    sending.store.transact(lambda uow: uow.vault.destroy(key, sending.clock()))
    assert sending.look() == 1
    assert [(row.state, row.reason) for row in sending.rows()] == [("cancelled", "erased")]
    with sending.store.reading() as uow:
        assert uow.session.get_one(DataKey, key).wrapped is None
    assert central.submissions == {}


def test_an_ended_target_gets_nothing_more(sending: Sending, central: OdkCentral) -> None:
    target = sending.to("central", central.project, LOGIN)
    sending.phone.submits(sending.phone.visit())

    def end(uow: Any) -> int:
        return end_target(uow, uow.session.get_one(PushTarget, target), sending.clock())

    assert sending.store.transact(end) == 1
    sending.phone.submits(sending.phone.visit())
    assert sending.look() == 0
    assert sending.states() == ["cancelled"]
    with sending.store.reading() as uow:
        assert pushes(uow) == {"cancelled": 1}


def test_secrets_are_sealed(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    with sending.store.reading() as uow:
        row = uow.connection.execute(select(PushTarget.__table__)).one()
    assert PASSWORD not in repr(tuple(row))


@pytest.mark.parametrize(
    ("kind", "url"),
    [("central", "https://central.example.org"), ("kobo", "https://kf.example.org/api"), ("central", "nonsense")],
)
def test_an_address_that_cannot_be_meant_is_refused(quick: Sending, kind: str, url: str) -> None:
    with pytest.raises(UnfitTarget, match="--url"):
        quick.to(kind, url, "x")


def test_kobos_second_host_is_found(quick: Sending) -> None:
    quick.to("kobo", "https://kf.example.org/", KEY)
    with quick.store.reading() as uow:
        assert uow.session.scalars(select(PushTarget.submit_url)).one() == "https://kc.example.org"


def test_a_demonstration_whose_clock_moved_sends_nowhere(store: Store, clock: FrozenClock) -> None:
    sending = Sending(store, clock)
    sending.to("central", "https://central.example.org/v1/projects/7", LOGIN)
    assert not pushes_stay_here(store)
    sending.phone.submits(sending.phone.visit())
    demonstration = Clock(store, movable=True, real=clock)
    demonstration.move(timedelta(hours=2))
    sending.pusher = Pusher(store, demonstration)
    assert sending.look() == 1
    assert [(row.state, row.reason) for row in sending.rows()] == [("parked", DEMONSTRATION)]


def test_a_form_that_is_published_is_remembered_by_version(sending: Sending, central: OdkCentral) -> None:
    sending.to("central", central.project, LOGIN)
    sending.phone.submits(sending.phone.visit())
    sending.look()
    with sending.store.reading() as uow:
        (row,) = uow.session.scalars(select(PublishedForm)).all()
        assert (row.form_name, row.remote_version) == ("visit", sending.phone.version("visit"))
