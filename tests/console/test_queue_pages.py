"""A queue longer than a page: light on a slow telephone, and nothing of it out of reach."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.protection.records import AuditEvent
from tests.console.conftest import Visitor
from tests.console.world import World


def test_a_long_queue_comes_in_pages_and_only_what_is_shown_counts_as_read(
    world: World, desk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referrals.referral.queue.PAGE", 2)
    shown = [f'"/console/referrals/{world.family(due_hours=hours)}"' for hours in (2, 8, 400)]
    first = desk.opens("/console/referrals?show=new")
    assert [each in first for each in shown] == [True, True, False]
    assert "?show=new&amp;page=2" in first
    second = desk.opens("/console/referrals?show=new&page=2")
    assert [each in second for each in shown] == [False, False, True]
    assert "?show=new&amp;page=1" in second
    assert "page=3" not in second
    assert "?show=new&amp;page=2" in desk.opens("/console/referrals?show=new&page=3")  # all done meanwhile
    with world.store.reading() as uow:
        read = uow.session.scalars(select(AuditEvent).filter_by(action="queue.read").order_by(AuditEvent.seq)).all()
    assert [each.object_id for each in read] == ["2", "1"]
    for wrong in ("0", "-1", "x", "٢", "999999999999999999999"):
        assert desk.get("/console/referrals", params={"page": wrong}).status_code == 404
