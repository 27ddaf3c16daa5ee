"""A danger that somebody told of: known to the restricted queue, and to no message, queue, export, log or audit."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from referrals.clockwork import tick
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.safety import TEXT
from referrals.directory.records import Location
from referrals.partners.facts import facts_of
from referrals.partners.fhir import bundle_of
from referrals.protection.audit_trail.log import Sought, as_csv, lines
from referrals.protection.audit_trail.who_saw import who_saw
from referrals.protection.danger import in_danger
from referrals.referral.queue import QueueFilter, queue
from referrals.referral.records import Referral
from referrals.staff.help_desk import open_requests
from referrals.staff.scope import Member, Membership
from tests.families import Families

SAID = "زوجي يضربني كل يوم"
TOLD = re.compile("danger|violen|abuse|خطر|عنف|ضرب|يضرب", re.IGNORECASE)
KNOWS = {"help_request", "definition", "definition_attachment", "conversation", "alembic_version"}
"""The restricted queue itself, the forms and texts of the programme, and the thread that waits for their answer."""


@pytest.fixture
def referral(families: Families, caplog: pytest.LogCaptureFixture) -> Referral:
    """A family whose application stands at a centre, and who then tells of a danger in plain words."""
    caplog.set_level(logging.DEBUG)
    referral_id = families.refer("501")
    families.read("501")
    families.say("501", SAID)
    with families.store.reading() as uow:
        return uow.session.get_one(Referral, referral_id)


def member(role: str, *, location: int | None = None) -> Member:
    return Member(1, "عيّنة", "x@sample.invalid", (Membership("kuwait", role, None, location),))


def test_it_stands_in_the_restricted_queue_with_their_words_and_nowhere_else(
    families: Families, referral: Referral
) -> None:
    with families.store.reading() as uow:
        assert in_danger(uow, referral.person_id)
        (request,) = open_requests(uow, member("supervisor"), danger=True)
        assert uow.vault.open_text(request.text_sealed, TEXT) == SAID
        assert open_requests(uow, member("supervisor")) == []
        for role, place in (("clerk", None), ("desk", referral.to_location_id), ("researcher", None)):
            assert open_requests(uow, member(role, location=place), danger=True) == []
            assert open_requests(uow, member(role, location=place)) == []


def test_the_hotline_of_the_place_is_in_the_answer_and_the_danger_is_not(
    families: Families, referral: Referral
) -> None:
    told = [message.text for message in families.heard["501"][-2:]]
    assert "112" in " ".join(told)
    assert not any(TOLD.search(each) for each in told)


def test_no_table_beside_the_restricted_queue_says_it_in_the_clear(families: Families, referral: Referral) -> None:
    found: list[str] = []
    with families.store.reading() as uow:
        for table in inspect(uow.connection).get_table_names():
            if table not in KNOWS:
                for row in uow.connection.execute(text(f'select * from "{table}"')):
                    found += [f"{table}: {value}" for value in row if isinstance(value, str) and TOLD.search(value)]
    assert found == []


def test_no_queue_export_or_audit_says_it(families: Families, referral: Referral) -> None:
    at = families.clock()
    told: list[Any] = []

    def work(uow: Any) -> None:
        desk = member("desk", location=referral.to_location_id)
        told.extend(queue(uow, desk, QueueFilter("open", at + timedelta(hours=9)), at).rows)
        mine = uow.session.get_one(Referral, referral.id)
        told.append(json.dumps(bundle_of(facts_of(uow, mine, at), "https://sample.invalid"), ensure_ascii=False))
        told.append(as_csv(lines(uow, Sought(person_id=referral.person_id))))
        told.extend(who_saw(uow, [referral.person_id]))
        assert uow.session.get_one(Location, referral.to_location_id)

    families.store.transact(work)
    assert len(told) >= 3
    assert not any(TOLD.search(str(each)) for each in told)


def test_no_log_says_it(families: Families, referral: Referral, caplog: pytest.LogCaptureFixture) -> None:
    assert not any(TOLD.search(record.getMessage()) for record in caplog.records if record.name.startswith("sanad"))


def test_for_weeks_nothing_is_said_to_them_by_itself(families: Families, referral: Referral) -> None:
    for _ in range(21):
        families.clock.forward(days=1)
        tick(families.store, families.clock())
    assert [message.text for message in families.read("501")] == []
    with families.store.reading() as uow:
        assert len(uow.session.scalars(select(Referral)).all()) == 1, "nobody was sent on by a clock"


def test_once_a_person_has_decided_it_goes_on(families: Families, referral: Referral) -> None:
    def close(uow: Any) -> None:
        request = uow.session.scalars(select(HelpRequest).filter_by(kind="danger")).one()
        request.state = "closed"

    families.store.transact(close)
    with families.store.reading() as uow:
        assert not in_danger(uow, referral.person_id)
