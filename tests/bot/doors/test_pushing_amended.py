"""An application that was amended goes on to ODK Central and KoboToolbox as a correction: once, in its order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
from lxml import etree
from sqlalchemy import select, update

from bot.clock import Clock
from bot.doors.pushing import FILE_WAIT, Pusher
from dialogs.interview import session_from_submission
from dialogs.interview.reopening import put_back
from referrals.applications.amending import amend_application
from referrals.applications.filing import SUBMISSION
from referrals.applications.interviews import interview_of
from referrals.applications.records import Application
from referrals.families.identities import data_key_of
from referrals.filling.sessions import save_session, stored_session
from referrals.protection.erasure.erasing import ask, carry_out
from referrals.protection.rights_records import ErasureNotice
from referrals.staff.parked import parked
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.pushing import try_again
from referrals.submissions.records import OutgoingSubmission
from referrals.submissions.targets import add_target
from tests.conftest import FrozenClock
from tests.families import Families
from tests.phones import Phone, intake
from tests.platforms.kobo_toolbox import KEY, KoboToolbox
from tests.platforms.local_server import Fault
from tests.platforms.odk_central import EMAIL, PASSWORD, OdkCentral, TakenSubmission

LOGIN = f"{EMAIL}:{PASSWORD}"


class Amending:
    """One application, amended again and again, and the loop that pushes it."""

    def __init__(self, store: Store, clock: FrozenClock) -> None:
        self.store, self.clock, self.phone = store, clock, Phone(store, clock)
        self.pusher = Pusher(store, Clock(store, movable=False, real=clock))

    def to(self, kind: str, url: str, secret: str) -> None:
        self.store.transact(lambda uow: add_target(uow, "kuwait", kind, url, secret, self.clock()))

    def amend(self, name: str) -> None:
        """Whoever amends it writes another name."""

        def work(uow: UnitOfWork) -> None:
            application = uow.session.scalars(select(Application)).one()
            stored = interview_of(uow, application, self.clock())
            assert stored is not None
            xml = uow.vault.open_text(application.submission_sealed, SUBMISSION)
            other = re.sub(r"<own_name>[^<]*<", f"<own_name>{name}<", xml)
            session, _ = session_from_submission(
                stored.form,
                other,
                id=stored.session.id,
                now=self.clock(),
                time_zone="Asia/Kuwait",
                language="ar",
                country="KW",
            )
            save_session(uow, data_key_of(uow, application.person_id), stored, put_back(session), stored.updated_at)
            now = stored_session(uow, stored.id)
            assert now is not None
            amend_application(uow, application, now, self.clock(), actor="staff:1")

        self.store.transact(work)

    def push(self, seconds: float = 0) -> int:
        self.clock.forward(seconds=seconds)
        return asyncio.run(self.pusher.push())

    def rows(self) -> list[tuple[str, str]]:
        with self.store.reading() as uow:
            query = select(OutgoingSubmission.state, OutgoingSubmission.reason).order_by(OutgoingSubmission.id)
            return [(row.state, row.reason) for row in uow.connection.execute(query)]


@pytest.fixture
def amending(store: Store, clock: FrozenClock) -> Amending:
    return Amending(store, clock)


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Amending:
    return Amending(sqlite_store, clock)


@pytest.fixture
def central() -> Iterator[OdkCentral]:
    with OdkCentral() as server:
        yield server


def current(central: OdkCentral) -> TakenSubmission:
    (found,) = [each for each in central.submissions.values() if each.current]
    return found


def name_in(xml: bytes) -> str | None:
    return etree.fromstring(xml).findtext(".//{*}own_name")


def test_each_amendment_takes_the_place_of_what_went_before(amending: Amending, central: OdkCentral) -> None:
    amending.to("central", central.project, LOGIN)
    amending.phone.submits(intake(amending.phone, "uuid:first"))
    assert amending.push() == 1
    for name in ("زينب عيّنة", "مريم عيّنة"):
        amending.amend(name)
        assert amending.push() == 1
        assert name_in(current(central).xml) == name
    assert len(central.submissions) == 3
    assert {each.first for each in central.submissions.values()} == {"uuid:first"}, (
        "one submission there, three versions"
    )
    assert [state for state, _ in amending.rows()] == ["sent"] * 3


def test_an_application_from_a_chat_is_corrected_too(families: Families, central: OdkCentral) -> None:
    amending = Amending(families.store, families.clock)
    amending.to("central", central.project, LOGIN)
    families.apply("100")
    amending.push()
    amending.amend("زينب عيّنة")
    amending.push()
    assert len(central.submissions) == 2 and name_in(current(central).xml) == "زينب عيّنة"


def test_an_amendment_waits_for_what_it_amends(quick: Amending, central: OdkCentral) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(intake(quick.phone, "uuid:first"))
    central.fail_next("submission", Fault("status", 503))
    quick.push()
    quick.amend("زينب عيّنة")
    quick.push()
    assert quick.rows()[1] == ("waiting", "what it amends has not gone yet")
    quick.push(FILE_WAIT)
    quick.push(FILE_WAIT)
    assert [state for state, _ in quick.rows()] == ["sent", "sent"]
    assert name_in(current(central).xml) == "زينب عيّنة"


def test_amendments_of_what_is_parked_are_told_beside_it_and_follow_by_themselves(
    quick: Amending, central: OdkCentral
) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(intake(quick.phone, "uuid:first"))
    refused = {"state": "parked", "reason": "the form is not taken there"}
    quick.store.transact(lambda uow: uow.connection.execute(update(OutgoingSubmission).values(**refused)))
    quick.amend("زينب عيّنة")
    quick.amend("مريم عيّنة")
    quick.push()
    assert [state for state, _ in quick.rows()] == ["parked", "waiting", "waiting"]
    with quick.store.reading() as uow:
        supervisor = Member(1, "سلمى (عيّنة)", "s@kuwait.invalid", (Membership("kuwait", "supervisor"),))
        (line,) = parked(uow, supervisor, "pushes")
    assert line.behind == 2
    assert quick.store.transact(lambda uow: try_again(uow, quick.clock())) == 1
    quick.push()
    quick.push(FILE_WAIT)
    assert [state for state, _ in quick.rows()] == ["sent"] * 3, "within a minute"
    assert name_in(current(central).xml) == "مريم عيّنة"


def test_amended_again_while_an_answer_was_lost_the_last_word_stands_there(
    quick: Amending, central: OdkCentral
) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(intake(quick.phone, "uuid:first"))
    quick.push()
    quick.amend("زينب عيّنة")
    central.fail_next("submission", Fault("reset_after_commit"))
    quick.push()
    quick.amend("مريم عيّنة")  # the retry says this already, under the id of what stands there
    for _ in range(4):
        quick.push(FILE_WAIT)
    assert [state for state, _ in quick.rows()] == ["sent"] * 3
    assert name_in(current(central).xml) == "مريم عيّنة"
    assert len(central.submissions) == 3


def test_what_somebody_edited_there_is_not_written_over(quick: Amending, central: OdkCentral) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(intake(quick.phone, "uuid:first"))
    quick.push()
    first = central.submissions["uuid:first"]
    first.current = False
    central.submissions["uuid:theirs"] = TakenSubmission(first.form_id, first.version, first.xml, {}, "uuid:first")
    quick.amend("زينب عيّنة")
    quick.push()
    state, reason = quick.rows()[1]
    assert state == "parked" and "out of date" in reason
    assert "uuid:theirs" in central.submissions and len(central.submissions) == 2


def test_a_target_that_came_later_gets_it_as_it_stands_and_then_what_changes(
    quick: Amending, central: OdkCentral
) -> None:
    quick.phone.submits(intake(quick.phone, "uuid:first"))
    quick.to("central", central.project, LOGIN)
    quick.amend("زينب عيّنة")
    quick.push()
    assert list(central.submissions) == ["uuid:first"]
    quick.amend("مريم عيّنة")
    quick.push()
    assert name_in(current(central).xml) == "مريم عيّنة" and current(central).first == "uuid:first"


def test_kobo_is_told_the_same_way(quick: Amending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doors.kobo.BETWEEN_LOOKS", 0.01)
    with KoboToolbox() as kobo:
        quick.to("kobo", kobo.url, KEY)
        quick.phone.submits(intake(quick.phone, "uuid:first"))
        quick.push()
        for name in ("زينب عيّنة", "مريم عيّنة"):
            quick.amend(name)
            kobo.fail_next("submission", Fault("reset_after_commit"))
            quick.push()
            quick.push(60)
        ((xml, _),) = kobo.submissions.values()
        assert name_in(xml) == "مريم عيّنة"
        assert [state for state, _ in quick.rows()] == ["sent"] * 3


def test_an_erased_family_has_one_line_for_each_server_and_nothing_more_goes(
    quick: Amending, central: OdkCentral
) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(intake(quick.phone, "uuid:first"))
    quick.push()
    quick.amend("زينب عيّنة")
    quick.push()
    quick.amend("مريم عيّنة")

    def erase(uow: UnitOfWork) -> None:
        person = uow.session.scalars(select(Application.person_id)).one()
        carry_out(uow, ask(uow, person, "desk", quick.clock(), programme_id="kuwait"), quick.clock(), 1)

    quick.store.transact(erase)
    quick.push(60)
    assert [state for state, _ in quick.rows()] == ["sent", "sent", "cancelled"]
    with quick.store.reading() as uow:
        assert len(uow.session.scalars(select(ErasureNotice).filter_by(kind="server")).all()) == 1


def test_what_changes_nothing_is_not_owed(quick: Amending, central: OdkCentral) -> None:
    quick.to("central", central.project, LOGIN)
    quick.phone.submits(intake(quick.phone, "uuid:first"))
    quick.amend("زينب عيّنة")
    quick.amend("زينب عيّنة")
    assert len(quick.rows()) == 2
    quick.store.transact(lambda uow: uow.connection.execute(update(OutgoingSubmission).values(state="cancelled")))
    assert quick.push() == 0
