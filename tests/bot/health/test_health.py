"""What a process tells of itself: `/readyz`, and `/metrics` as Prometheus reads them and without anybody in them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot.clock import Clock
from bot.health.answers import Metrics, Starting, add_health
from bot.health.exposition import Family, exposed
from bot.service import Service
from referrals.books.counting import count_one
from referrals.books.references import Reference
from referrals.books.tracing import trace
from referrals.books.watching import watch_books
from referrals.books.writing_off import write_off
from referrals.outbox.buckets import block
from referrals.outbox.noting import note_attempt
from referrals.senders.notices import Told, keep_notice
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.books.writing import Writing

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def writing(store: Store, clock: FrozenClock) -> Writing:
    """Books written by hand, on both databases."""
    return Writing(store, clock)


@pytest.fixture
def metrics(writing: Writing, clock: FrozenClock) -> Metrics:
    """The numbers of a service on these books."""
    return Metrics(Service(writing.store, Clock(writing.store, movable=False, real=clock)))


def told(metrics: Metrics) -> Samples:
    """The samples as Prometheus reads them, after checking the form of all of it."""
    metrics._read_at = -100.0  # a second has passed
    found: Samples = {}
    for family in text_string_to_metric_families(metrics.text()):
        assert family.documentation
        assert family.type in ("gauge", "counter")
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found, f"{sample.name} stands twice"
            found[key] = sample.value
    return found


def one(samples: Samples, name: str, **labels: str) -> float:
    """The one sample of that name with at least these labels."""
    values = [
        value for (known, have), value in samples.items() if known == name and labels.items() <= dict(have).items()
    ]
    assert len(values) == 1, (name, labels, values)
    return values[0]


def test_the_numbers_follow_the_books(writing: Writing, metrics: Metrics, clock: FrozenClock) -> None:
    writing.received()
    writing.received("waiting", clock() - timedelta(seconds=90))
    writing.received("parked", reason="ValueError: x (turns.py:1)")
    writing.status("wamid.x", "delivered")
    writing.owed()
    writing.owed("waiting", clock() - timedelta(seconds=30), lane=1)
    writing.owed("waiting", clock() + timedelta(days=2), lane=2)
    writing.owed("parked", reason="undeliverable: 131026")
    for state in ("uncertain", "expired"):
        writing.owed(state)
    found = told(metrics)
    assert one(found, "sanad_inbox", state="waiting") == 1
    assert one(found, "sanad_inbox", state="handled") == 2
    assert one(found, "sanad_outbox", state="sent") == 1
    assert one(found, "sanad_accepted_total", channel="whatsapp", kind="message") == 3
    assert one(found, "sanad_handled_total", channel="whatsapp") == 2
    assert one(found, "sanad_sent_total", channel="whatsapp") == 1
    assert one(found, "sanad_delivered_total", channel="whatsapp") == 1
    assert one(found, "sanad_inbox_lag_seconds", channel="whatsapp", kind="message") == 90
    assert one(found, "sanad_outbox_lag_seconds", channel="whatsapp", lane="reminder") == 30
    assert one(found, "sanad_outbox_lag_seconds", channel="whatsapp", lane="campaign") == 0, "planned for later"
    assert one(found, "sanad_outbox_waiting", channel="whatsapp", lane="campaign") == 1
    assert one(found, "sanad_outbox_state", channel="whatsapp", state="uncertain") == 1
    assert one(found, "sanad_outbox_state", channel="whatsapp", state="expired") == 1
    assert one(found, "sanad_parked", book="outbox", reason="undeliverable") == 1
    assert one(found, "sanad_parked", book="inbox", reason="ValueError") == 1


def test_what_was_written_off_is_neither_handled_nor_sent(
    writing: Writing, metrics: Metrics, clock: FrozenClock
) -> None:
    kept, lost = writing.received(), writing.received()
    writing.owed()
    writing.sql("delete from inbox_message where id = :id", id=lost)
    writing.sql("delete from outbox_message")
    writing.store.transact(lambda uow: write_off(uow, clock(), because="a sample", actor="command"))
    found = told(metrics)
    assert kept
    assert one(found, "sanad_inbox", state="handled") == 1
    assert one(found, "sanad_outbox", state="sent") == 0


def test_a_row_in_a_lane_that_nobody_knows_spoils_nothing(writing: Writing, metrics: Metrics) -> None:
    row_id = writing.owed("waiting", lane=7)
    found = told(metrics)
    assert one(found, "sanad_owed_total", lane="7") == 1
    assert one(found, "sanad_outbox", state="waiting") == 1
    with writing.store.reading() as uow:
        way = trace(uow, Reference("out", row_id))
    assert way is not None
    assert [step.lane for step in way.steps] == ["7", ""]


def test_bans_attempts_and_news_of_an_account_are_told(writing: Writing, metrics: Metrics, clock: FrozenClock) -> None:
    owed = writing.owed("waiting")
    for after in (30, 45):
        writing.store.transact(lambda uow, after=after: block(uow, writing.sender_id, after, clock()))  # type: ignore[misc]  # bound at once
    writing.store.transact(lambda uow: note_attempt(uow, owed, "retried", "rate_limit: 429", clock(), "worker:1"))
    template = Told("template", "reminder/ar", "PAUSED")
    writing.store.transact(
        lambda uow: keep_notice(uow, writing.sender_id, template, inbox_id=None, told_at=clock(), at=clock())
    )
    found = told(metrics)
    assert one(found, "sanad_bans_total", channel="whatsapp") == 2
    assert one(found, "sanad_blocked_seconds", channel="whatsapp") == 45
    assert one(found, "sanad_attempts_total", outcome="retried") == 1
    assert one(found, "sanad_account_notices", channel="whatsapp") == 1
    clock.forward(minutes=1)
    assert one(told(metrics), "sanad_blocked_seconds", channel="whatsapp") == 0


def test_a_counter_never_falls(writing: Writing, metrics: Metrics) -> None:
    sent = writing.owed()
    assert one(told(metrics), "sanad_sent_total", channel="whatsapp") == 1
    writing.sql("update outbox_message set state = 'waiting' where id = :id", id=sent)
    assert one(told(metrics), "sanad_sent_total", channel="whatsapp") == 1


def test_books_that_do_not_balance_are_a_number_too(writing: Writing, metrics: Metrics, clock: FrozenClock) -> None:
    lost = writing.received()
    watch_books(writing.store, clock())
    assert one(told(metrics), "sanad_books_balanced", scope="sums") == 1
    writing.sql("delete from inbox_message where id = :id", id=lost)
    watch_books(writing.store, clock.forward(minutes=5))
    found = told(metrics)
    assert one(found, "sanad_books_balanced", scope="sums") == 0
    assert one(found, "sanad_books_differences") == 1
    assert one(found, "sanad_books_checked_age_seconds", scope="sums") == 0


def test_no_label_holds_anybody(writing: Writing, metrics: Metrics) -> None:
    writing.received("parked", reason="KeyError: '+96550000041' of فاطمة")
    writing.received("parked", kind="unread", reason="unknown phone number id '1000001'", identity_id=None)
    writing.owed("parked", reason="no such thing as +96550000041")
    metrics._read_at = -100.0
    exposition = metrics.text()
    assert "96550000041" not in exposition and "فاطمة" not in exposition and "1000001" not in exposition


def test_what_was_counted_long_ago_still_counts(writing: Writing, metrics: Metrics, clock: FrozenClock) -> None:
    writing.store.transact(lambda uow: count_one(uow, "ban", writing.sender_id, "", clock() - timedelta(days=40)))
    writing.received(at=clock() - timedelta(days=40))
    writing.received()
    for _ in range(2):
        found = told(metrics)
        assert one(found, "sanad_accepted_total", kind="message") == 2
        assert one(found, "sanad_bans_total") == 1


def test_the_text_is_the_format_that_prometheus_names() -> None:
    family = Family("sanad_x", "gauge", "Two\nlines \\ here.")
    family.add(0.5, reason='a "quote"\n\\')
    family.add(3)
    assert exposed([family]) == (
        "# HELP sanad_x Two\\nlines \\\\ here.\n"
        "# TYPE sanad_x gauge\n"
        'sanad_x{reason="a \\"quote\\"\\n\\\\"} 0.5\n'
        "sanad_x 3\n"
    )


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """What a process still loads."""
    event = threading.Event()
    yield event
    event.set()


def test_it_is_not_ready_before_what_a_first_webhook_needs_is_loaded(
    writing: Writing, clock: FrozenClock, held: threading.Event
) -> None:
    loaded = threading.Event()

    def load() -> None:
        held.wait(60)

    starting = Starting([load, loaded.set])
    web = FastAPI()
    add_health(web, Service(writing.store, Clock(writing.store, movable=False, real=clock)), {}, starting)
    starting.begin()
    with TestClient(web) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json()["status"] == "starting"
        assert client.get("/readyz").status_code == 503
        held.set()
        assert loaded.wait(60)
        for _ in range(6000):  # a minute at most
            if starting.over:
                break
            threading.Event().wait(0.01)
        assert client.get("/readyz").status_code == 200


def test_without_its_database_it_tells_so(writing: Writing, clock: FrozenClock) -> None:
    web = FastAPI()
    add_health(web, Service(writing.store, Clock(writing.store, movable=False, real=clock)), {}, Starting([]))
    writing.store.transact(lambda uow: uow.connection.execute(text("drop table tally")))
    with TestClient(web, client=("127.0.0.1", 5000)) as client:
        assert client.get("/metrics").status_code == 503
