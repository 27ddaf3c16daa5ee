"""Questions about an application, whatever comes between: another telephone, a new form, a clock, an erasure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from referrals.applications import reviewing
from referrals.applications.asking_info import next_look
from referrals.applications.records import Application, ApplicationEvent, InfoRequest
from referrals.applications.stepping import who_declined
from referrals.clockwork import tick
from referrals.definitions.records import Definition
from referrals.families.telling.everything import what_we_know
from referrals.outbox.records import OutboxMessage
from referrals.protection.erasure.erasing import forget_by_time
from referrals.review_rules import ReviewRules, read_review_rules
from tests.conftest import FrozenClock
from tests.transcript import read_transcript
from tests.transcript_player import Player
from tests.transcript_review import member
from tests.transcript_world import World, fresh_store

FILED = """# عيّنة
= programme: kuwait
= channel: telegram
= person: الهاتف whatsapp
= form: review
= opened: أنا وحدي

أسرة: [نعم]
أسرة: فاطمة عيّنة
أسرة: تخطي
أسرة: [لا]
أسرة: تخطي
أسرة: [نعم، قدّموه]
مكتب: review start
"""
Play = Callable[[str], World]


@pytest.fixture
def play(tmp_path: Path, clock: FrozenClock) -> Iterator[Play]:
    """Plays a story from a filed application on; the lines of the bot are read elsewhere."""
    worlds: list[World] = []
    with fresh_store(tmp_path) as store:

        def played(story: str) -> World:
            transcript = read_transcript(FILED + story)
            world = World(store, clock, transcript.programme)
            worlds.append(world)
            Player(world, transcript).play()
            return world

        yield played
        for world in worlds:
            world.close()


def application(world: World) -> Application:
    return world.reading(lambda uow: uow.session.scalars(select(Application)).one())


def test_they_go_on_at_another_telephone_in_the_middle(play: Play) -> None:
    world = play("""مكتب: review ask street has_work
أسرة: [أجيب الآن]
أسرة: شارع ٩
أسرة: أكمل على هاتف آخر
الهاتف: ‹رمز›
الهاتف: [نعم]
الهاتف: سائق
الهاتف: [نعم، اعرضوها]
الهاتف: [نعم، أرسلوها]
@ الهاتف/application.state = under_review
أسرة: (زر قديم) [أجيب الآن]
@ الهاتف/application.state = under_review
""")
    assert application(world).version == 1


def test_a_form_that_changes_in_the_middle_asks_what_fits_no_longer(play: Play) -> None:
    world = play("""مكتب: review ask street has_work
أسرة: [أجيب الآن]
أسرة: شارع ٩
مكتب: form review-2
مكتب: migrate
أسرة: [لا]
أسرة: [لا]
أسرة: [شارع ٩]
أسرة: [نعم، أرسلوها]
@ application.state = under_review
""")
    form = world.reading(lambda uow: uow.session.get_one(Definition, application(world).form_id))
    assert form.version == "2"


def test_a_second_tap_and_a_second_yes_change_nothing(play: Play) -> None:
    world = play("""مكتب: review ask street
أسرة: [أجيب الآن]
أسرة: (زر قديم) [أجيب الآن]
أسرة: شارع ٩
أسرة: [نعم، أرسلوها]
أسرة: (زر قديم) [نعم، أرسلوها]
أسرة: (زر قديم) [أجيب الآن]
@ application.state = under_review
@ application.count = 1
""")
    events = world.reading(lambda uow: uow.session.scalars(select(ApplicationEvent.event)).all())
    assert sorted(events) == ["amend", "answer", "ask_info", "start_review", "submit"]


def test_a_clock_that_stood_still_reminds_once_and_waits(play: Play) -> None:
    world = play("مكتب: review ask street\n")
    for _ in range(2):
        world.clock.forward(days=25)
        tick(world.store, world.clock())
        tick(world.store, world.clock())
    (request,) = world.reading(lambda uow: uow.session.scalars(select(InfoRequest)).all())
    assert (request.reminders, request.state, application(world).state) == (2, "waiting", "info_requested")
    assert request.next_at is not None and request.next_at - world.clock() >= timedelta(days=3)


def test_what_was_asked_goes_with_the_person_and_nothing_is_said_after(play: Play) -> None:
    world = play("مكتب: review ask street\n")
    person = application(world).person_id
    world.store.transact(lambda uow: forget_by_time(uow, person, world.clock()))
    assert world.reading(lambda uow: uow.session.scalar(select(func.count()).select_from(InfoRequest))) == 0
    before = world.reading(lambda uow: uow.session.scalar(select(func.count()).select_from(OutboxMessage)))
    world.clock.forward(days=40)
    tick(world.store, world.clock())
    assert world.reading(lambda uow: uow.session.scalar(select(func.count()).select_from(OutboxMessage))) == before


def test_the_paper_tells_the_steps_and_why(play: Play) -> None:
    world = play("مكتب: review decline outside-area\n")
    person = application(world).person_id
    facts = world.reading(lambda uow: what_we_know(uow, person, "kuwait", "ar", world.clock()))
    rows = [" ".join(row) for _, _, rows in facts.sections for row in rows]
    assert any("بدأ الموظفون قراءته" in row for row in rows)
    assert any("لم تشمله شروط البرنامج" in row and "هذا البرنامج يخدم مناطق أخرى." in row for row in rows)
    assert not any("supervisor" in row for row in rows)


def test_a_decision_that_was_taken_back_bars_nobody(play: Play) -> None:
    world = play("مكتب: review decline outside-area\nمكتب: review undo supervisor\n")
    found = application(world)
    assert found.state == "under_review"
    assert world.reading(lambda uow: who_declined(uow, found.id)) == frozenset()
    supervisor = member("kuwait", "supervisor")
    assert "decline" in world.reading(lambda uow: reviewing.steps_open(uow, supervisor, application(world)))


def test_reminders_are_spread_over_the_days_of_the_programme(play: Play) -> None:
    world = play("مكتب: review ask street\n")

    def moments(request: InfoRequest) -> list[float]:
        found, at = [], request.asked_at
        for reminders in range(4):
            request.reminders = reminders
            at = world.reading(lambda uow, at=at: next_look(uow, "kuwait", request, at))  # type: ignore[misc]  # bound at once
            found.append((at - request.asked_at) / timedelta(days=1))
        return found

    (request,) = world.reading(lambda uow: uow.session.scalars(select(InfoRequest)).all())
    assert moments(request) == [7.5, 15, 22.5, 30]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ({"lapse_days": 0}, "lapse_days is 0"),
        ({"lapse_days": True}, "lapse_days is True"),
        ({"reminders": 2.5}, "reminders is 2.5"),
        ({"reminders": 11}, "reminders is 11"),
        ({"remind": 3}, "'remind' is no key"),
        ([], "write a table"),
    ],
)
def test_a_wrong_rule_is_named_by_its_key(written: object, named: str) -> None:
    with pytest.raises(ValueError, match="review: ") as wrong:
        read_review_rules(written)
    assert named in str(wrong.value)
    assert read_review_rules({"reminders": 1}) == ReviewRules(30, 1)
