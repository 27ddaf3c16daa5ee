"""What a clerk is told of an application is what its family is offered, also where nobody gives the very service."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from referrals.applications.records import Application, ApplicationNeed
from referrals.matching.finding import explain_application, find_centres
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    """A sender on Telegram in a fresh store; what is asked is SQL that both databases share."""
    return Families(sqlite_store, clock)


def test_where_nobody_gives_the_service_the_explanation_names_those_who_take_anybody_in(families: Families) -> None:
    families.apply("501")

    def look(uow: UnitOfWork) -> tuple[dict[str, Any], list[Any]]:
        application = uow.session.scalars(select(Application)).one()
        uow.connection.execute(update(ApplicationNeed).values(service_term="home-care"))
        uow.session.expire_all()
        told = explain_application(uow, application, families.clock())
        found = find_centres(uow, application.id, families.clock())
        return told, [match.candidate_id for match in found.outcome.matches]

    told, offered = families.store.transact(look)
    assert offered and [match["candidate_id"] for match in told["matches"]] == offered
    assert told["service_term"] == "general-intake"
    assert {each["candidate_id"] for each in told["considered"] if each["verdict"] == "offered"} == set(offered)
