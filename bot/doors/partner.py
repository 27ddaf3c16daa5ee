"""The partner API: a partner's system lists its own referrals, reads one, and takes it through its steps.

A token opens the referrals of its organization and nothing else: another's is 404, as one that never was.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm.exc import StaleDataError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.doors.below import rest_of
from bot.doors.hsds_room import Room
from bot.doors.partner_answers import Told, feed_told, referral_told, standing_told, step_told
from bot.doors.partner_asking import Refused, not_here, read_body, read_key, read_match, read_number, read_whole
from referrals.lifecycles import TransitionRefused
from referrals.partners.facts import facts_of
from referrals.partners.fhir import bundle_of, request_of, task_of
from referrals.partners.handling import (
    MOST_LISTED,
    STEPS,
    Changed,
    OtherRequest,
    answered_before,
    feed,
    must_match,
    note_answer,
    read_referral,
    standing_of,
    take,
    theirs,
)
from referrals.partners.managing import note_used, partner_by_token
from referrals.partners.records import Partner
from referrals.partners.values import ReferralFacts
from referrals.referral.handling import GuardFailed, ReasonMissing
from referrals.referral.undoing import UNDO
from referrals.store.unit_of_work import Store, UnitOfWork

JSON, FHIR = "application/json", "application/fhir+json"
USED_EVERY = 60.0  # seconds between notes that a partner was here
LARGEST_ID = 2**63 - 1
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
T = TypeVar("T")
VIEWS = ("task", "service-request", "bundle")


@dataclass(frozen=True)
class Asked:
    """A step that a partner asks for; `match` are the latest steps for which it means it, None for any."""

    number: int
    step: str
    told: dict[str, str]
    key: str
    match: frozenset[int] | None

    @property
    def mark(self) -> bytes:
        """What makes it the same request when it is asked again."""
        return json.dumps([self.number, self.step, self.told], sort_keys=True).encode()


@dataclass
class Rooms:
    """Room for those who are let in, and much less for those who guess."""

    known: Room = field(default_factory=lambda: Room(burst=300, per_second=5))
    wrong: Room = field(default_factory=lambda: Room(burst=20, per_second=0.05))


def make_partner_api(
    store: Store, clock: Callable[[], datetime], *, base_url: str = "", rooms: Rooms | None = None
) -> ASGIApp:
    """The API as an application that stands at `/partner`."""
    return _Door(store, clock, base_url, rooms or Rooms())


@dataclass
class _Door:
    store: Store
    clock: Callable[[], datetime]
    base_url: str
    room: Rooms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.answer(Request(scope, receive))
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Any request, in JSON also where it is refused."""
        try:
            response = await self._answer(request)
        except Refused as refused:
            response = _said(refused.told, refused.status)
            response.headers.update(refused.headers)
        response.headers.update(HEADERS)
        return response

    async def _answer(self, request: Request) -> Response:
        partner_id = await asyncio.to_thread(self._enter, request)
        parts = rest_of(request.scope).strip("/").split("/")
        if parts[0] != "referrals" or len(parts) > 3:
            raise not_here()
        posting = len(parts) == 3 and parts[2] in STEPS
        if request.method not in (("POST",) if posting else ("GET", "HEAD")):
            refused = Refused(405, "this address does not take that method", "Use POST for steps, GET for the rest.")
            refused.headers["Allow"] = "POST" if posting else "GET, HEAD"
            raise refused
        if len(parts) == 1:
            return _said(await asyncio.to_thread(self._list, request, partner_id))
        number = read_number(parts[1])
        if posting:
            asked = Asked(
                number, parts[2], await read_body(request, STEPS[parts[2]]), read_key(request), read_match(request)
            )
            return _said(await asyncio.to_thread(self._step, partner_id, asked))
        if len(parts) == 3 and parts[2] not in VIEWS:
            raise not_here()
        facts = await asyncio.to_thread(self._read, partner_id, number)
        if len(parts) == 2:
            return _said(referral_told(facts))
        return _said(self._as_fhir(request, facts, parts[2]), kind=FHIR)

    def _enter(self, request: Request) -> int:
        """The partner's id. Raises `Refused`: 401, 429; whoever guesses is slowed down, whoever knows is not."""
        address = request.client.host if request.client else ""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        now = self.clock()
        with self.store.reading() as uow:
            known = scheme.lower() == "bearer" and 0 < len(token) <= 200
            partner = partner_by_token(uow, token.strip(), now) if known else None
        wait = self.room.known.take(f"partner {partner.id}") if partner else self.room.wrong.take(address)
        if wait:
            refused = Refused(429, "too many requests", f"Ask again in {int(wait) + 1} s.")
            refused.headers["Retry-After"] = str(int(wait) + 1)
            raise refused
        if partner is None:
            refused = Refused(401, "the token opens nothing", "Send Authorization: Bearer and the partner's token.")
            refused.headers["WWW-Authenticate"] = 'Bearer realm="Sanad partners"'
            raise refused
        if partner.last_used_at is None or abs((now - partner.last_used_at).total_seconds()) > USED_EVERY:
            self.store.transact(lambda uow: note_used(uow, partner.id, now))
        return partner.id

    def _list(self, request: Request, partner_id: int) -> Told:
        unknown = set(request.query_params) - {"since", "limit"}
        if unknown:
            raise Refused(400, f"there is no parameter {min(unknown)}", "There are: since, limit.")
        after = read_whole(request, "since", 0, LARGEST_ID)
        most = min(read_whole(request, "limit", 100, LARGEST_ID) or 1, MOST_LISTED)
        with self.store.reading() as uow:
            return feed_told(feed(uow, uow.session.get_one(Partner, partner_id), after, most))

    def _read(self, partner_id: int, number: int) -> ReferralFacts:
        def work(uow: UnitOfWork) -> ReferralFacts | None:
            partner = uow.session.get_one(Partner, partner_id)
            referral = theirs(uow, partner, number)
            return read_referral(uow, partner, referral, self.clock()) if referral is not None else None

        facts = self._transact(work)
        if facts is None:
            raise not_here()
        return facts

    def _step(self, partner_id: int, asked: Asked) -> Told:
        def work(uow: UnitOfWork) -> Told | None:
            partner = uow.session.get_one(Partner, partner_id)
            referral = theirs(uow, partner, asked.number)
            if referral is None:
                return None
            key, mark = asked.key, asked.mark
            if key and (before := answered_before(uow, partner, key, mark, self.clock())) is not None:
                return dict(before)
            must_match(uow, referral, asked.match)
            take(uow, partner, referral, asked.step, asked.told, self.clock())
            answer = step_told(facts_of(uow, referral, self.clock(), disclosed=False))
            if key:
                note_answer(uow, partner, key, answer)
            return answer

        answer = self._transact(work, lambda: self._stands(partner_id, asked.number))
        if answer is None:
            raise not_here()
        return answer

    def _transact(self, work: Callable[[UnitOfWork], T], stands: Callable[[], Told] = dict) -> T:
        try:
            return self.store.transact(work)
        except TransitionRefused as refused:
            raise Refused(409, "the referral is not in a state for that", str(refused), **stands()) from refused
        except StaleDataError as stale:
            remedy = "Read it and decide again."
            raise Refused(409, "somebody else changed it at the same moment", remedy, **stands()) from stale
        except Changed as since:
            raise Refused(
                412, "it is not as If-Match says any more", "Read it and decide again.", **stands()
            ) from since
        except OtherRequest as other:
            raise Refused(422, "the idempotency key belongs to another request", str(other)) from other
        except (ReasonMissing, GuardFailed) as lacking:
            if isinstance(lacking, GuardFailed) and lacking.what == UNDO:
                raise Refused(409, "that step stands by now", str(lacking), **stands()) from lacking
            raise Refused(422, "the step lacks what it must say", str(lacking)) from lacking

    def _stands(self, partner_id: int, number: int) -> Told:
        with self.store.reading() as uow:
            standing = standing_of(uow, uow.session.get_one(Partner, partner_id), number, self.clock())
        if standing is None:
            raise not_here()
        return standing_told(standing)

    def _as_fhir(self, request: Request, facts: ReferralFacts, view: str) -> Told:
        here = self.base_url or f"{request.url.scheme}://{request.url.netloc}"
        if view == "bundle":
            return bundle_of(facts, f"{here}/partner/fhir")
        return task_of(facts) if view == "task" else request_of(facts)


def _said(told: Any, status: int = 200, *, kind: str = JSON) -> Response:
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Content-Type": f"{kind}; charset=utf-8"}
    if "step" in told:
        headers["ETag"] = f'"{told["step"]}"'
    return Response(body, status, headers=headers)
