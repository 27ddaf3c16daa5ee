"""Whether this process lives, can do its work, and how much of it waits: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.health.exposition import CONTENT_TYPE, Family, exposed
from bot.service import Service
from bot.settings import is_loopback
from referrals.books.measuring import Measures, OfSender, Past, measure
from referrals.outbox.owe import LANES

FRESH_SECONDS = 1.0  # numbers that are so old are told again: whoever asks more often asks for nothing


class Starting:
    """What has to be loaded before a first webhook is answered at once; it takes seconds, so it is done beside."""

    def __init__(self, loads: Sequence[Callable[[], None]]) -> None:
        self._loads = loads
        self.over = not loads

    def begin(self) -> None:
        """Loads all of it in a thread of its own."""
        if not self.over:
            threading.Thread(target=self._load, name="starting", daemon=True).start()

    def _load(self) -> None:
        try:
            for load in self._loads:
                load()
        finally:  # what cannot be loaded says so where it is used
            self.over = True


def add_health(web: FastAPI, service: Service, undrawable: dict[str, str], starting: Starting) -> None:
    """The three addresses. `undrawable` are texts of cards with a sign that our font lacks, for `/readyz`."""
    metrics = Metrics(service)

    @web.api_route("/healthz", methods=["GET", "HEAD"])
    def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @web.api_route("/readyz", methods=["GET", "HEAD"])
    def readyz() -> Response:
        """503 while it starts or cannot do its work; a platform that is away is told, and no reason to take it out."""
        failing = service.failing()
        try:
            with service.store.reading() as uow:
                uow.connection.execute(text("select 1"))
        except SQLAlchemyError:
            failing.append("database")
        ready = not {"database", "turns", "clock"} & set(failing)
        told = {"undrawable": undrawable} if undrawable else {}
        status = "failing" if not ready else "ready" if starting.over else "starting"
        return JSONResponse(
            {"status": status, "failing": failing, **told}, status_code=200 if status == "ready" else 503
        )

    @web.get("/metrics")
    def told(request: Request) -> Response:
        """Only to this machine: behind a reverse proxy nobody else asks it, unless the proxy is made to."""
        host = request.client.host if request.client else ""
        if not is_loopback(f"http://{host}" if ":" not in host else f"http://[{host}]"):
            return PlainTextResponse("only from this machine", status_code=403)
        try:
            return Response(metrics.text(), media_type=CONTENT_TYPE)
        except SQLAlchemyError:
            return PlainTextResponse("the database is away", status_code=503)


class Metrics:
    """The numbers of this process's database, as text. Counters never fall while the process lives."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._past = Past()
        self._lock = threading.Lock()
        self._told, self._read_at = "", -FRESH_SECONDS
        self._highest: dict[tuple[str, ...], float] = {}

    def text(self) -> str:
        """The exposition; read again at most once a second."""
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                at = self.service.clock()
                with self.service.store.reading() as uow:
                    found = measure(uow, at, self._past)
                self._told, self._read_at = (
                    exposed([*self._of_books(found, at), *self._of_senders(found)]),
                    time.monotonic(),
                )
            return self._told

    def _of_books(self, found: Measures, at: datetime) -> list[Family]:
        inbox = Family("sanad_inbox", "gauge", "Messages taken in, by state.")
        outbox = Family("sanad_outbox", "gauge", "Messages owed, by state.")
        for family, states, counts in (
            (inbox, ("handled", "waiting", "parked"), [each.inbox for each in found.senders]),
            (outbox, _OUTBOX, [each.outbox for each in found.senders]),
        ):
            for state in states:
                family.add(sum(each[state] for each in counts), state=state)
        pushes = Family("sanad_pushes", "gauge", "Forms owed to other servers, by state.")
        for state, count in sorted(found.pushes.items()):
            pushes.add(count, state=state)
        balanced = Family("sanad_books_balanced", "gauge", "1 while the books balanced when they were compared last.")
        age = Family("sanad_books_checked_age_seconds", "gauge", "How long ago the books were compared.")
        for scope, (checked_at, balance) in sorted(found.checks.items()):
            balanced.add(float(balance), scope=scope)
            age.add(max(0.0, (at - checked_at).total_seconds()), scope=scope)
        differences = Family("sanad_books_differences", "gauge", "Lines that did not balance when last compared.")
        differences.add(found.differences)
        failing = Family("sanad_loop_failing", "gauge", "Loops of this process whose last tries all failed.")
        for name in self.service.failing():
            failing.add(1, loop=name)
        return [inbox, outbox, pushes, balanced, age, differences, failing, *self._of_writer()]

    def _of_writer(self) -> list[Family]:
        """What this process takes in: how much waits to be stored, and how it went."""
        writer = self.service.inbox.writer
        numbers: tuple[tuple[str, Literal["gauge", "counter"], str, float], ...] = (
            ("sanad_store_waiting", "gauge", "Events that wait to be stored, in this process.", writer.waiting),
            ("sanad_store_commits_total", "counter", "Commits that stored events.", writer.written.commits),
            ("sanad_store_events_total", "counter", "Events stored by this process.", writer.written.pieces),
            ("sanad_store_refused_total", "counter", "Webhooks answered 503, to come again.", writer.written.refused),
        )
        return [Family(name, kind, told, [({}, value)]) for name, kind, told, value in numbers]

    def _of_senders(self, found: Measures) -> list[Family]:
        made = {name: Family(name, kind, told) for name, kind, told in _FAMILIES}
        for sender in found.senders:
            who = {"channel": sender.channel, "sender": str(sender.id)}
            self._count(made, sender, who)
            _gauge(made, sender, who)
        return list(made.values())

    def _count(self, made: dict[str, Family], sender: OfSender, who: dict[str, str]) -> None:
        for kind, count in sorted(sender.accepted.items()):
            self._add(made["sanad_accepted_total"], count, who | {"kind": kind})
        for lane, count in sorted(sender.owed.items()):
            self._add(made["sanad_owed_total"], count, who | {"lane": lane})
        self._add(made["sanad_handled_total"], sender.inbox["handled"], who)
        self._add(made["sanad_sent_total"], sender.outbox["sent"], who)
        for news in ("delivered", "read", "failed"):
            self._add(made[f"sanad_{news}_total"], sender.accepted[news], who)
        for outcome, count in sorted(sender.attempts.items()):
            self._add(made["sanad_attempts_total"], count, who | {"outcome": outcome})
        self._add(made["sanad_bans_total"], sender.bans, who)

    def _add(self, family: Family, value: float, labels: dict[str, str]) -> None:
        """A counter's sample. What staff send again is no more sent; a counter that fell would be read as a restart."""
        key = (family.name, *labels.values())
        self._highest[key] = max(value, self._highest.get(key, 0))
        family.add(self._highest[key], **labels)


def _gauge(made: dict[str, Family], sender: OfSender, who: dict[str, str]) -> None:
    for kind in ("message", "status"):
        made["sanad_inbox_lag_seconds"].add(sender.oldest_in.get(kind, 0.0), **who, kind=kind)
    for lane in LANES:
        made["sanad_outbox_lag_seconds"].add(sender.oldest_out.get(lane, 0.0), **who, lane=lane)
        made["sanad_outbox_waiting"].add(sender.lanes[lane], **who, lane=lane)
    for state in ("leased", "uncertain", "expired", "cancelled"):
        made["sanad_outbox_state"].add(sender.outbox[state], **who, state=state)
    for (book, reason), count in sorted(sender.parked.items()):
        made["sanad_parked"].add(count, **who, book=book, reason=reason)
    made["sanad_blocked_seconds"].add(sender.blocked_seconds, **who)
    made["sanad_account_notices"].add(sender.notices, **who)
    for status, count in sorted(sender.templates.items()):
        made["sanad_templates_unusable"].add(count, **who, status=status)


_OUTBOX = ("waiting", "leased", "uncertain", "sent", "parked", "expired", "cancelled")
_FAMILIES: tuple[tuple[str, Literal["gauge", "counter"], str], ...] = (
    ("sanad_accepted_total", "counter", "Events taken in and acknowledged, by kind; a status by its word."),
    ("sanad_handled_total", "counter", "Events whose turn is done."),
    ("sanad_owed_total", "counter", "Messages ever owed, by lane."),
    ("sanad_sent_total", "counter", "Messages that a platform took."),
    ("sanad_delivered_total", "counter", "Messages that arrived, by the platform's word."),
    ("sanad_read_total", "counter", "Messages that were read, by the platform's word."),
    ("sanad_failed_total", "counter", "Messages that a platform took and could not deliver."),
    ("sanad_attempts_total", "counter", "Attempts to send that did not simply succeed, by what became of them."),
    ("sanad_bans_total", "counter", "How often a platform told an account to stay away."),
    ("sanad_blocked_seconds", "gauge", "For how much longer an account stays away; 0 when it may send."),
    ("sanad_inbox_lag_seconds", "gauge", "How long the oldest event has waited for its turn."),
    ("sanad_outbox_lag_seconds", "gauge", "For how long the oldest message that waits has been due, by lane."),
    ("sanad_outbox_waiting", "gauge", "Messages that wait, by lane; those planned for later too."),
    ("sanad_outbox_state", "gauge", "Messages under way, unsettled or closed unsent."),
    ("sanad_parked", "gauge", "What staff have to look at, by the reason's name."),
    ("sanad_account_notices", "gauge", "What a platform told of an account and nobody has seen yet."),
    ("sanad_templates_unusable", "gauge", "Templates that a platform does not let us send, by its word."),
)
