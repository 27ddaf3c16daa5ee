"""A desk of another organization enters an id that is known here: it learns «أسرة معروفة» and nothing more."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from referrals.protection.records import AuditEvent
from tests.console.conftest import Visitor
from tests.console.similar import OTHER_ID, SAMPLE_ID, applied
from tests.console.world import World

Open = Callable[..., Visitor]
PAGE = "/console/known-family"


def asks(visitor: Visitor, typed: str) -> tuple[int, str]:
    visitor.opens(PAGE)
    return visitor.sends(PAGE, typed=typed)


def actions(world: World) -> list[tuple[str, str]]:
    with world.store.reading() as uow:
        wanted = AuditEvent.action.startswith("family.")
        rows = uow.session.execute(
            select(AuditEvent.action, AuditEvent.object_id).where(wanted).order_by(AuditEvent.seq)
        )
        return [(action, object_id) for action, object_id in rows]


def test_a_known_id_is_known_and_nothing_else_is_said(world: World, visitor: Open) -> None:
    person, referral = applied(world, "سعاد محمود حسن (عيّنة)")
    other = visitor("desk@qift.invalid")
    status, page = asks(other, SAMPLE_ID)
    assert status == 200 and ">أسرة معروفة<" in page
    for secret in ("سعاد", world.number(referral), "قوص", "قنا", "+20", SAMPLE_ID):
        assert secret not in page.split("<main")[-1]
    status, page = asks(other, OTHER_ID)
    assert status == 200 and "أسرة غير معروفة" in page
    assert actions(world) == [("family.asked_if_known", str(person)), ("family.asked_if_known", "")]


def test_a_part_of_an_id_is_not_looked_up(world: World, visitor: Open) -> None:
    applied(world, "سعاد محمود حسن (عيّنة)")
    for typed in ("0011", "", SAMPLE_ID[:-1], "سعاد"):
        assert asks(visitor("desk@qift.invalid"), typed)[0] == 422
    assert actions(world) == []


def test_nobody_tries_ids_one_after_another(world: World, visitor: Open) -> None:
    applied(world, "سعاد محمود حسن (عيّنة)")
    desk = visitor("desk@qift.invalid")
    assert [asks(desk, OTHER_ID)[0] for _ in range(11)] == [200] * 10 + [429]
    status, page = asks(desk, SAMPLE_ID)
    assert status == 429 and ">أسرة معروفة<" not in page
    assert actions(world)[-1][0] == "family.asked_too_often"
    world.clock.forward(hours=1, minutes=1)
    again = visitor("desk@qift.invalid")
    assert [asks(again, SAMPLE_ID)[0] for _ in range(10)] == [200] * 10
    for _ in range(2):
        world.clock.forward(hours=1, minutes=1)
        again = visitor("desk@qift.invalid")
        last = [asks(again, SAMPLE_ID)[0] for _ in range(10)]
    assert last == [429] * 10  # thirty a day, and no more


def test_who_works_at_no_desk_cannot_ask(world: World, visitor: Open) -> None:
    assert visitor("volunteer@sanad.invalid").get(PAGE).status_code in (403, 404)
