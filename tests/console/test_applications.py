"""The pages of those who read applications: what they see of whom, what they do, what two at once come to."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from referrals.applications.records import Application, ApplicationEvent, InfoRequest
from referrals.conversations.records import HelpRequest
from referrals.directory.records import Location
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.staff.accounts import add_membership, add_staff
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.console.at_a_desk import Clerk, DeskWorld
from tests.console.conftest import QUICK
from tests.console.world import PASSWORD, add_programme
from tests.families import Families

HOME = "/console/applications"
NAME, PHONE_QUESTION = "فاطمة", "ما رقم الهاتف"


@pytest.fixture
def world(sqlite_store: Store, clock: FrozenClock) -> DeskWorld:
    """Kuwait's programme with its sample staff, and more of them who read applications."""
    world = DeskWorld(sqlite_store, clock).employ()
    more = (
        ("second@kuwait.invalid", "هبة (عيّنة)", "clerk", "kuwait"),
        ("researcher@kuwait.invalid", "باسم (عيّنة)", "researcher", "kuwait"),
        ("other@kuwait.invalid", "نور (عيّنة)", "supervisor", "kuwait"),
        ("clerk@qena.invalid", "سعاد (عيّنة)", "clerk", "qena"),
    )

    def work(uow: UnitOfWork) -> None:
        add_programme(uow, clock(), "qena", "Africa/Cairo")
        for email, name, role, programme in more:
            person = add_staff(uow, email, name, PASSWORD, clock(), passwords=QUICK)
            add_membership(uow, person.id, role, programme, clock())
            world.staff[email] = person.id

    sqlite_store.transact(work)
    return world


@pytest.fixture
def families(world: DeskWorld) -> Families:
    return Families(world.store, world.clock)


def application(world: DeskWorld) -> Application:
    found = world.one(Application)
    assert isinstance(found, Application)
    return found


def filed(world: DeskWorld, families: Families) -> str:
    """A family applied; where its page is."""
    families.apply("501")
    return f"{HOME}/{application(world).id}"


def ticks(page: str, words: str) -> str:
    """The box of the question with these words."""
    found = re.search(rf'for="q-([\w-]+)">[^<]*{words}', page)
    assert found is not None, words
    return found[1]


def does(browser: Clerk, path: str, step: str, **fields: str | list[str]) -> tuple[int, str]:
    browser.opens(path)
    return browser.sends(f"{path}/{step}", **fields)


def test_a_clerk_lives_in_it_from_the_list_to_the_answer(world: DeskWorld, families: Families) -> None:
    path = filed(world, families)
    clerk = world.clerk("clerk@kuwait.invalid")
    listed = clerk.opens(HOME)
    assert path in listed
    assert NAME not in listed
    assert "سامي" in clerk.opens("/console/")
    page = clerk.opens(path)
    assert NAME in page
    assert "دفع الإيجار" not in page  # a private answer, for the researcher who has it and the supervisor
    assert "إجابة خاصة" in page
    assert does(clerk, path, "start") == (303, f"{path}?said=review_started")
    assert clerk.sends(f"{path}/ask")[0] == 422
    box = ticks(clerk.opens(f"{path}/ask"), PHONE_QUESTION)
    assert clerk.sends(f"{path}/ask", question=[box]) == (303, f"{path}?said=info_asked")
    assert "وعندهم سؤال واحد" in families.read("501")[-1].text
    assert "سؤال واحد ينتظر جواب الأسرة" in clerk.opens(path)
    families.tap("501", "أجيب الآن")
    families.say("501", "٥٠٠١٢٣٩٩")
    families.say("501", "نعم")
    page = clerk.opens(path)
    assert "وصلت إجابات الأسرة" in page
    assert "٥٠٠١٢٣٩٩" in page or "50012399" in page
    assert application(world).state == "under_review"
    assert world.count(InfoRequest, state="answered") == 1


def test_every_reading_is_audited_and_no_other_programme_finds_it(world: DeskWorld, families: Families) -> None:
    path = filed(world, families)
    other = world.clerk("clerk@qena.invalid")
    assert other.get(path).status_code == 404
    for step in ("start", "take", "ask", "signpost", "decline", "appeal", "reopen", "undo", "answers"):
        other.opens(HOME)
        assert other.sends(f"{path}/{step}", reason="conditions")[0] == 404, step
    assert world.count(AuditEvent, action="application.read") == 0
    world.clerk("supervisor@kuwait.invalid").opens(path)
    assert world.count(AuditEvent, action="application.read") == 1
    assert world.clerk("supervisor@kuwait.invalid").opens(HOME)
    assert world.count(AuditEvent, action="applications.read") == 1


def test_a_researcher_reads_what_is_theirs_and_a_supervisor_all(world: DeskWorld, families: Families) -> None:
    path = filed(world, families)
    researcher = world.clerk("researcher@kuwait.invalid")
    assert NAME not in researcher.opens(path)
    assert does(researcher, path, "start")[0] == 303
    page = researcher.opens(path)
    assert NAME in page
    assert "دفع الإيجار" in page
    second = world.clerk("second@kuwait.invalid")
    assert does(second, path, "take") == (303, f"{path}?said=review_taken")
    assert NAME not in researcher.opens(path)
    assert "دفع الإيجار" in world.clerk("supervisor@kuwait.invalid").opens(path)


def test_two_at_once_take_one_step(world: DeskWorld, families: Families) -> None:
    path = filed(world, families)
    one, other = world.clerk("clerk@kuwait.invalid"), world.clerk("second@kuwait.invalid")
    one.opens(path), other.opens(path)
    assert one.sends(f"{path}/start")[0] == 303
    assert other.sends(f"{path}/start")[0] == 409
    box = ticks(one.opens(f"{path}/ask"), PHONE_QUESTION)
    assert ticks(other.opens(f"{path}/ask"), PHONE_QUESTION) == box
    assert one.sends(f"{path}/ask", question=[box])[0] == 303
    assert other.sends(f"{path}/ask", question=[box])[0] in (404, 409)
    assert world.count(InfoRequest) == 1
    assert sum("وعندهم سؤال" in message.text for message in families.read("501")) == 1


def test_who_declined_does_not_read_it_again(world: DeskWorld, families: Families) -> None:
    path = filed(world, families)
    clerk, supervisor = world.clerk("clerk@kuwait.invalid"), world.clerk("supervisor@kuwait.invalid")
    does(clerk, path, "start")
    assert clerk.sends(f"{path}/decline", reason="conditions")[0] == 409  # not a clerk's to say
    assert does(supervisor, path, "decline", reason="no-such")[0] == 422
    assert does(supervisor, path, "decline", reason="conditions", note="لا يطابق (عيّنة)") == (
        303,
        f"{path}?said=decided",
    )
    assert supervisor.sends(f"{path}/decline", reason="conditions")[0] == 409
    assert "وصل الرد" in families.read("501")[-1].text
    families.tap("501", "أعرض الرد")
    families.tap("501", "أريد إعادة النظر")
    page = supervisor.opens(path)
    assert "رددتم على هذا الطلب من قبل" in page
    assert supervisor.sends(f"{path}/decline", reason="conditions")[0] == 422
    other = world.clerk("other@kuwait.invalid")
    assert does(other, path, "decline", reason="places-full")[0] == 303
    assert application(world).state == "not_eligible"
    with world.store.reading() as uow:
        steps = uow.session.scalars(select(ApplicationEvent).order_by(ApplicationEvent.id)).all()
    assert [each.event for each in steps] == ["submit", "start_review", "decline", "told", "appeal", "decline"]
    assert "لا يطابق" in page


def test_a_step_is_taken_back_until_the_family_acts_on_it(world: DeskWorld, families: Families) -> None:
    path = filed(world, families)
    clerk, supervisor = world.clerk("clerk@kuwait.invalid"), world.clerk("supervisor@kuwait.invalid")
    does(clerk, path, "start")
    box = ticks(clerk.opens(f"{path}/ask"), PHONE_QUESTION)
    clerk.sends(f"{path}/ask", question=[box])
    assert does(supervisor, path, "undo")[0] == 422  # somebody else's step
    assert does(clerk, path, "undo") == (303, f"{path}?said=step_undone")
    assert application(world).state == "under_review"
    assert families.read("501") == []  # it had not left yet
    clerk.opens(f"{path}/ask")
    clerk.sends(f"{path}/ask", question=[box])
    families.read("501")
    families.tap("501", "أجيب الآن")
    assert does(clerk, path, "undo")[0] == 422
    families.say("501", "٥٠٠١٢٣٩٩")
    families.say("501", "نعم")
    assert application(world).state == "under_review"


def test_a_family_without_a_chat_is_called_and_a_clerk_writes_what_it_says(world: DeskWorld) -> None:
    desk = world.clerk("clerk@kuwait.invalid")
    desk.submits(desk.fills_everything(desk.starts()))
    path = f"{HOME}/{application(world).id}"
    does(desk, path, "start")
    box = ticks(desk.opens(f"{path}/ask"), PHONE_QUESTION)
    assert desk.sends(f"{path}/ask", question=[box]) == (303, f"{path}?said=info_asked_call")
    assert world.count(HelpRequest, kind="call") == 1
    status, where = does(desk, path, "answers")
    assert status == 303 and where.startswith("/console/filling/")
    assert does(desk, path, "answers")[1] == where
    end = desk.submits(desk.fills_everything(desk.follows(where), {PHONE_QUESTION: "50012399"}))
    assert end == f"{path}?said=answers_written"
    assert application(world).state == "under_review"
    assert world.filling().state == "answered"


def test_a_page_of_the_list_and_a_number_that_is_in_no_address(world: DeskWorld, families: Families) -> None:
    path = filed(world, families)
    clerk = world.clerk("clerk@kuwait.invalid")
    clerk.opens(HOME)
    assert clerk.sends(f"{HOME}/search", number=application(world).number) == (303, path)
    clerk.opens(HOME)
    assert clerk.sends(f"{HOME}/search", number="99999999")[0] == 422
    for wrong in ("?show=all", "?page=0", "?page=x", "?page=999999"):
        assert clerk.get(HOME + wrong).status_code == 404
    assert path not in clerk.opens(f"{HOME}?show=family")


def test_the_centre_of_a_referral_is_named_to_who_may_know_the_need(world: DeskWorld, families: Families) -> None:
    families.refer("501")
    path = f"{HOME}/{application(world).id}"
    with world.store.reading() as uow:
        name = uow.session.scalars(select(Location.name).join(Referral, Referral.to_location_id == Location.id)).one()
    assert name in world.clerk("supervisor@kuwait.invalid").opens(path)
    assert name not in world.clerk("researcher@kuwait.invalid").opens(path), "its name tells what they asked for"
