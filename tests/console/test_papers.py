"""Papers from the console: the receipt, the letter, the appointment, the poster; each scoped, audited, of the right
kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from console.routes.posters import opens_only_here
from referrals.appointments.records import Appointment
from referrals.protection.records import AuditEvent
from referrals.senders.ensuring import ensure_sender
from referrals.senders.links import chat_links
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.console.at_a_desk import Clerk, DeskWorld
from tests.console.conftest import Visitor
from tests.console.world import World
from tests.referrals.documents.test_paper import pages, searchable

Visiting = Callable[..., Visitor]
SUPERVISOR = "supervisor@sanad.invalid"


@pytest.fixture
def kuwait(sqlite_store: Store, clock: FrozenClock) -> DeskWorld:
    """Kuwait's programme with its sample staff."""
    return DeskWorld(sqlite_store, clock).employ()


def test_the_receipt_is_printed_after_filing_and_names_no_need(kuwait: DeskWorld) -> None:
    clerk: Clerk = kuwait.clerk()
    clerk.opens(clerk.submits(clerk.fills_everything(clerk.starts())))
    path = f"/console/filling/{kuwait.filling().id}"
    assert f'href="{path}/receipt.pdf"' in clerk.opens(f"{path}/done")
    printed = clerk.get(f"{path}/receipt.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.headers["content-disposition"] == 'inline; filename="sanad-receipt.pdf"'
    assert printed.headers["cache-control"] == "no-store"
    assert pages(printed.content) == [(420, 595)]
    assert pages(clerk.get(f"{path}/receipt.pdf?sheet=a4").content) == [(595, 842)]
    assert clerk.get(f"{path}/receipt.pdf?sheet=a0").status_code == 422
    assert set("رقم الطلب") - {" "} <= searchable(printed.content)
    assert kuwait.count(AuditEvent, action="filling.printed") == 2
    other = kuwait.clerk("desk@two.invalid")
    assert other.get(f"{path}/receipt.pdf").status_code == 404


def test_the_letter_holds_what_the_family_agreed_to_show_and_every_printing_is_audited(
    world: World, desk: Visitor, visitor: Visiting
) -> None:
    referral = world.family(name="زينب (عيّنة)")
    assert f"/console/referrals/{referral}/letter.pdf" in desk.opens(f"/console/referrals/{referral}")
    printed = desk.get(f"/console/referrals/{referral}/letter.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    assert 'filename="sanad-letter.pdf"' in printed.headers["content-disposition"]
    assert set("زينب+201000000041") <= searchable(printed.content)
    assert world.count(AuditEvent, action="referral.printed") == 1
    assert visitor("desk@qift.invalid").get(f"/console/referrals/{referral}/letter.pdf").status_code == 404
    assert world.count(AuditEvent, action="referral.printed") == 1


def test_a_letter_is_not_printed_once_the_access_has_ended(world: World, desk: Visitor) -> None:
    referral = world.family(state="cancelled")
    assert desk.get(f"/console/referrals/{referral}/letter.pdf").status_code == 404
    assert "letter.pdf" not in desk.opens(f"/console/referrals/{referral}")


def test_an_appointment_is_printed_while_it_is_to_come(
    world: World, desk: Visitor, visitor: Visiting, clock: FrozenClock
) -> None:
    referral = world.family(state="accepted")
    appointment = world.store.transact(lambda uow: _booked(uow, world, referral, clock))
    path = f"/console/appointments/{appointment}/paper.pdf"
    assert path in desk.opens(f"/console/referrals/{referral}")
    printed = desk.get(path)
    assert printed.headers["content-type"] == "application/pdf"
    assert pages(printed.content) == [(420, 595)]
    assert world.count(AuditEvent, action="appointment.printed") == 1
    assert visitor("desk@qift.invalid").get(path).status_code == 404
    assert desk.get("/console/appointments/999999/paper.pdf").status_code == 404


def _booked(uow: UnitOfWork, world: World, referral_id: int, clock: FrozenClock) -> int:
    referral = world.referral(referral_id)
    appointment = Appointment(
        referral_id=referral_id,
        person_id=referral.person_id,
        location_id=referral.to_location_id,
        state="booked",
        starts_at=clock() + timedelta(days=2),
        ends_at=clock() + timedelta(days=2, minutes=30),
        created_at=clock(),
        updated_at=clock(),
    )
    uow.session.add(appointment)
    uow.flush()
    return appointment.id


def test_a_poster_is_written_looked_at_and_taken_along(visitor: Visiting) -> None:
    supervisor = visitor(SUPERVISOR)
    assert "/console/poster" in supervisor.opens("/console/")
    assert 'src="data:image/png;base64,' in supervisor.opens("/console/poster")
    words = {"title": "حملة (عيّنة)", "lines": "سطر أول\nسطر ثان", "phone": "096 321 1234"}
    status, page = supervisor.sends("/console/poster", **words)
    assert status == 200
    assert "حملة (عيّنة)" in page
    sent = {"csrf": supervisor.csrf, **words}
    picture = supervisor.post("/console/poster/poster.png", data=sent)
    assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert picture.headers["content-disposition"] == 'attachment; filename="sanad-poster.png"'
    sheet = supervisor.post("/console/poster/poster.pdf", data=sent)
    assert (sheet.headers["content-type"], pages(sheet.content)) == ("application/pdf", [(595, 842)])


def test_a_poster_without_words_or_with_too_many_is_asked_for_again(visitor: Visiting) -> None:
    supervisor = visitor(SUPERVISOR)
    supervisor.opens("/console/poster")
    for lines in ("", "١\n٢\n٣\n٤\n٥"):
        for path in ("/console/poster", "/console/poster/poster.png", "/console/poster/poster.pdf"):
            status, page = supervisor.sends(path, title="عنوان", lines=lines)
            assert status == 422
            assert "اكتبوا عنواناً وسطراً واحداً على الأقل" in page


@pytest.mark.parametrize(
    ("url", "only_here"),
    [
        ("http://127.0.0.1/chat/qena", True),
        ("http://localhost:8000/chat/qena", True),
        ("http://[::1]:8000/chat/qena", True),
        ("https://sanad.example/chat/qena", False),
        ("https://localhost.example/chat/qena", False),
    ],
)
def test_a_code_that_no_telephone_can_follow_is_noticed_before_it_is_printed(url: str, only_here: bool) -> None:
    assert opens_only_here(url) is only_here


def test_the_code_opens_the_programmes_chat_on_the_channel_that_was_chosen(world: World, visitor: Visiting) -> None:
    def links() -> list[str]:
        with world.store.reading() as uow:
            return [each.url for each in chat_links(uow, "qena", "https://sanad.example/", "poster")]

    assert links() == ["https://sanad.example/chat/qena"]

    def add(uow: UnitOfWork) -> None:
        at = world.clock()
        ensure_sender(uow, "telegram", "1", at, programmes=["qena"], name="@sample_qena_bot")
        ensure_sender(uow, "telegram", "2", at, programmes=["qena"], name="قنا")
        ensure_sender(uow, "whatsapp", "3", at, programmes=["qena"], name="+20 100 000 0000")

    world.store.transact(add)
    assert links() == [
        "https://sanad.example/chat/qena",
        "https://t.me/sample_qena_bot?start=qena-poster",
        "https://wa.me/201000000000",
    ]
    page = visitor(SUPERVISOR).opens("/console/poster")
    assert "t.me/sample_qena_bot?start=qena-poster" in page
