"""Similar families in the console: for whom, side by side, one tap each, taken back, and never a word to a family."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.families.duplicates.finding import others_applied
from referrals.families.records import DuplicatePair, FamilyMerge, Household, Person
from referrals.protection.records import AuditEvent
from referrals.store.unit_of_work import UnitOfWork
from tests.console.conftest import Visitor
from tests.console.similar import OTHER_ID, SAMPLE_ID, alike, applied
from tests.console.world import World, add_programme

Open = Callable[..., Visitor]
PAGE = "/console/duplicates"


def pair(world: World, pair_id: int) -> DuplicatePair:
    with world.store.reading() as uow:
        return uow.session.get_one(DuplicatePair, pair_id)


def states(world: World) -> list[str]:
    """The state of each application, in order."""
    with world.store.reading() as uow:
        return list(uow.session.scalars(select(Application.state).order_by(Application.id)))


def linked(world: World) -> tuple[int, int]:
    """How many people, and how many households, are linked to another one by staff."""
    with world.store.reading() as uow:
        people = uow.session.scalars(select(Person.id).where(Person.same_as_id.is_not(None))).all()
        return len(people), len(
            uow.session.scalars(select(Household.id).where(Household.merged_into_id.is_not(None))).all()
        )


def actions(world: World) -> list[str]:
    with world.store.reading() as uow:
        wanted = AuditEvent.action.startswith("duplicate.")
        return list(uow.session.scalars(select(AuditEvent.action).where(wanted).order_by(AuditEvent.seq)))


def test_the_list_says_why_and_shows_no_name(world: World, visitor: Open) -> None:
    alike(world)
    page = visitor("clerk@sanad.invalid").opens(PAGE)
    assert "الرقم المدني أو القومي نفسه" in page and "الهاتف نفسه" in page
    assert "سعاد" not in page and "+20" not in page
    assert "duplicate.read" in actions(world)


def test_both_sides_are_seen_with_what_a_decision_needs(world: World, visitor: Open) -> None:
    pair_id = alike(world)
    page = visitor("supervisor@sanad.invalid").opens(f"{PAGE}/{pair_id}")
    assert page.index("سعاد") < page.index("خالد")  # who applied first comes first
    for seen in ("١١", "١٩٨٤", "ابن أو ابنة (٢٠١٦)", "اتصال فقط، بلا رسائل", "إحالة واحدة", "عدد أهل البيت"):
        assert seen in page
    assert SAMPLE_ID not in page and "food" not in page


@pytest.mark.parametrize(
    ("decision", "state", "second", "links"),
    [
        ("person", "same", "merged", (1, 1)),
        ("household", "same", "under_review", (0, 1)),
        ("different", "distinct", "under_review", (0, 0)),
        ("later", "deferred", "duplicate_review", (0, 0)),
    ],
)
def test_each_decision_is_one_tap_and_says_nothing_to_anybody(
    world: World, visitor: Open, decision: str, state: str, second: str, links: tuple[int, int]
) -> None:
    pair_id = alike(world)
    assert states(world) == ["submitted", "duplicate_review"]
    clerk, owed = visitor("clerk@sanad.invalid"), world.owed()
    clerk.opens(f"{PAGE}/{pair_id}")
    assert clerk.sends(f"{PAGE}/{pair_id}/decide", decision=decision) == (303, f"{PAGE}?said=duplicate_{decision}")
    assert (pair(world, pair_id).state, states(world), linked(world)) == (state, ["submitted", second], links)
    assert world.owed() == owed
    assert f"duplicate.{decision}" in actions(world)


@pytest.mark.parametrize("decision", ["person", "household", "different"])
def test_a_decision_is_taken_back_with_one_tap(world: World, visitor: Open, decision: str) -> None:
    pair_id = alike(world)
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens(f"{PAGE}/{pair_id}")
    clerk.sends(f"{PAGE}/{pair_id}/decide", decision=decision)
    assert "التراجع عن هذا القرار" in clerk.opens(f"{PAGE}/{pair_id}")
    assert clerk.sends(f"{PAGE}/{pair_id}/undo") == (303, f"{PAGE}/{pair_id}?said=duplicate_undone")
    assert (pair(world, pair_id).state, linked(world)) == ("open", (0, 0))
    assert states(world) == ["submitted", "duplicate_review"]
    with world.store.reading() as uow:
        assert all(each.undone_at is not None for each in uow.session.scalars(select(FamilyMerge)))


def test_two_ids_are_two_people_and_may_be_one_household(world: World, visitor: Open) -> None:
    pair_id = alike(world, other_id=OTHER_ID)
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens(f"{PAGE}/{pair_id}")
    status, page = clerk.sends(f"{PAGE}/{pair_id}/decide", decision="person")
    assert status == 422 and "فهما شخصان" in page and linked(world) == (0, 0)
    assert clerk.sends(f"{PAGE}/{pair_id}/decide", decision="household")[0] == 303
    assert linked(world) == (0, 1)


def test_a_note_about_one_is_kept_with_that_one_alone(world: World, visitor: Open) -> None:
    pair_id = alike(world)
    clerk = visitor("clerk@sanad.invalid")
    page = clerk.opens(f"{PAGE}/{pair_id}")
    mother = pair(world, pair_id).one_id
    assert page.count("ملاحظة قالتها") == 0
    sent = clerk.sends(f"{PAGE}/{pair_id}/note", side=str(mother), words="ملاحظة قالتها وحدها (عيّنة)")
    assert sent == (303, f"{PAGE}/{pair_id}?said=duplicate_noted")
    page = clerk.opens(f"{PAGE}/{pair_id}")
    assert page.index("سعاد") < page.index("ملاحظة قالتها") < page.index("خالد")
    assert clerk.sends(f"{PAGE}/{pair_id}/note", side="999999", words="غيره")[0] == 404


@pytest.mark.parametrize("email", ["desk@qous.invalid", "volunteer@sanad.invalid"])
def test_a_centre_or_a_volunteer_finds_no_such_page(world: World, visitor: Open, email: str) -> None:
    pair_id = alike(world)
    for path in (PAGE, f"{PAGE}/{pair_id}"):
        assert visitor(email).get(path).status_code in (403, 404)


def test_a_pair_of_another_programme_is_not_there(world: World, visitor: Open) -> None:
    pair_id = alike(world)
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens(f"{PAGE}/{pair_id}")

    def elsewhere(uow: UnitOfWork) -> None:
        add_programme(uow, world.clock(), "kuwait", "Asia/Kuwait")
        uow.session.execute(update(DuplicatePair).values(programme_id="kuwait"))

    world.store.transact(elsewhere)
    assert clerk.get(f"{PAGE}/{pair_id}").status_code == 404
    for what in ("decide", "undo", "note"):
        assert clerk.sends(f"{PAGE}/{pair_id}/{what}", decision="person")[0] == 404
    assert f"{PAGE}/{pair_id}" not in clerk.opens(PAGE)


def test_who_may_be_in_danger_is_compared_only_by_those_who_may_know(world: World, visitor: Open) -> None:
    applied(world, "سعاد محمود حسن (عيّنة)")
    _, referral = applied(world, "خالد عبد الله سالم (عيّنة)")
    world.question(referral, "عيّنة", kind="danger", restricted=True)
    with world.store.reading() as uow:
        pair_id = uow.session.scalars(select(DuplicatePair.id)).one()
    assert visitor("clerk@sanad.invalid").get(f"{PAGE}/{pair_id}").status_code == 404
    assert visitor("supervisor@sanad.invalid").get(f"{PAGE}/{pair_id}").status_code == 200


def test_the_help_page_leads_there_and_counts(world: World, visitor: Open) -> None:
    alike(world)
    page = visitor("clerk@sanad.invalid").opens("/console/help")
    assert PAGE in page and "أسر متشابهة" in page


def test_an_id_that_was_written_wrong_is_put_right_and_the_pair_closes_by_itself(world: World, visitor: Open) -> None:
    applied(world, "سعاد محمود حسن (عيّنة)")
    applied(world, "خالد عبد الله سالم (عيّنة)", phone="+201000000078")
    with world.store.reading() as uow:
        found = uow.session.scalars(select(DuplicatePair)).one()
    path, clerk = f"{PAGE}/{found.id}", visitor("clerk@sanad.invalid")
    clerk.opens(path)
    assert clerk.sends(f"{path}/correct-id", side=str(found.other_id), typed="0022")[0] == 422
    assert clerk.sends(f"{path}/correct-id", side="999999", typed=OTHER_ID)[0] == 404
    sent = clerk.sends(f"{path}/correct-id", side=str(found.other_id), typed=OTHER_ID)
    assert sent == (303, f"{path}?said=duplicate_corrected")
    assert (pair(world, found.id).state, pair(world, found.id).decision) == ("distinct", "corrected")
    assert states(world) == ["submitted", "under_review"]
    assert "أُغلق بعد تصحيح الرقم" in clerk.opens(path)


def test_of_who_may_be_in_danger_no_line_stands_in_the_queue_that_everybody_reads(world: World) -> None:
    applied(world, "سعاد محمود حسن (عيّنة)")
    person, referral = applied(world, "خالد عبد الله سالم (عيّنة)")
    with world.store.reading() as uow:
        assert others_applied(uow, person, "qena")
    world.question(referral, "عيّنة", kind="danger", restricted=True)
    with world.store.reading() as uow:
        assert not others_applied(uow, person, "qena")
