"""Claims of telephones in the console: for whom, with as little as a decision needs, each look and decision kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from referrals.families.records import Claim
from referrals.protection.records import AuditEvent
from tests.console.claimed import claimed
from tests.console.conftest import Visitor
from tests.console.world import World

Open = Callable[..., Visitor]


def state(world: World, claim_id: int) -> str:
    with world.store.reading() as uow:
        return uow.session.get_one(Claim, claim_id).state


def actions(world: World) -> list[str]:
    with world.store.reading() as uow:
        return list(uow.session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("claim."))))


def test_a_clerk_sees_the_number_two_digits_when_and_where_and_nothing_more(world: World, visitor: Open) -> None:
    claimed(world, world.family(name="أم سالم (عيّنة)"), typed="21", known="34")
    page = visitor("clerk@sanad.invalid").opens("/console/claims")
    assert "٢١" in page and "٣٤" in page and "مختلفان" in page
    assert "أم سالم" not in page and "+20" not in page
    assert "claim.read" in actions(world)


def test_an_approval_waits_and_tells_the_old_telephone(world: World, visitor: Open) -> None:
    claim = claimed(world, world.family())
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens("/console/claims")
    assert clerk.sends(f"/console/claims/{claim}/approve") == (303, "/console/claims?said=claim_approved")
    assert state(world, claim) == "approved"
    assert any("تنتقل إلى هاتف آخر" in text for text in world.owed())
    assert "claim.approved" in actions(world)
    assert clerk.sends(f"/console/claims/{claim}/approve")[1].endswith("claim_settled")
    assert "إن لم يعترض" in clerk.opens("/console/claims")
    clerk.sends(f"/console/claims/{claim}/refuse")
    assert state(world, claim) == "refused"


def test_a_refusal_is_kept_and_tells_nobody_yet(world: World, visitor: Open) -> None:
    claim = claimed(world, world.family())
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens("/console/claims")
    before = world.owed()
    assert clerk.sends(f"/console/claims/{claim}/refuse")[1].endswith("claim_refused")
    assert (state(world, claim), world.owed()) == ("refused", before)
    assert "لا هواتف تنتظر" in clerk.opens("/console/claims")


@pytest.mark.parametrize("email", ["desk@qous.invalid", "volunteer@sanad.invalid"])
def test_it_is_not_for_a_centre_or_a_volunteer(world: World, visitor: Open, email: str) -> None:
    claim = claimed(world, world.family())
    somebody = visitor(email)
    assert somebody.get("/console/claims").status_code == 403
    assert somebody.sends(f"/console/claims/{claim}/approve")[0] == 403
    assert state(world, claim) == "asked"


def test_the_queue_of_questions_leads_there(world: World, visitor: Open) -> None:
    claimed(world, world.family())
    assert "/console/claims" in visitor("clerk@sanad.invalid").opens("/console/help")
    assert "/console/claims" not in visitor("desk@qous.invalid").opens("/console/help")


def test_somebody_in_danger_is_decided_about_by_a_supervisor(world: World, visitor: Open) -> None:
    referral = world.family()
    world.question(referral, "اتصلوا بعد العصر", kind="danger", restricted=True)
    claim = claimed(world, referral)
    clerk = visitor("clerk@sanad.invalid")
    assert "لا هواتف تنتظر" in clerk.opens("/console/claims")
    assert clerk.sends(f"/console/claims/{claim}/approve")[0] == 404
    supervisor = visitor("supervisor@sanad.invalid")
    assert f"/console/claims/{claim}/approve" in supervisor.opens("/console/claims")
    assert supervisor.sends(f"/console/claims/{claim}/approve")[0] == 303
