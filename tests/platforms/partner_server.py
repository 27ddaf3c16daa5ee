"""A partner's server on loopback: it checks every signature as Standard Webhooks says, and keeps what it took."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.platforms.local_server import Fault, LocalServer

TOLERANCE = 300  # seconds; what the standard's own libraries allow
HUGE = 50_000_000  # bytes of an answer that nobody asked for


@dataclass(frozen=True)
class Heard:
    """One event as it was taken."""

    webhook_id: str
    body: dict[str, Any]
    signatures: int


class PartnerServer(LocalServer):
    """`with PartnerServer(secret) as partner:` takes events at `partner.address`. `heard` has what was accepted.

    Faults by `fail_next("events", …)`; `answers_hugely` sends 50 MB with its 200, `leads_elsewhere` a redirect.
    """

    def __init__(self, secret: str = "") -> None:
        super().__init__()
        self.secret = secret
        self.heard: list[Heard] = []
        self.refused: list[str] = []
        self.tries: list[str] = []
        self.answers_hugely = False
        self.leads_elsewhere = ""
        self.elsewhere = 0

    @property
    def address(self) -> str:
        return f"{self.url}/events"

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/events", self._events), web.route("*", "/elsewhere", self._elsewhere)]

    def failed(self, fault: Fault) -> web.Response:
        return web.json_response({"error": "sample"}, status=fault.status, headers=fault.body or {})

    def ids(self) -> list[str]:
        """Every id that was taken, in order, repeated ones too."""
        with self.lock:
            return [each.webhook_id for each in self.heard]

    async def _events(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        with self.lock:
            self.tries.append(request.headers.get("webhook-id", ""))

        async def answer() -> web.StreamResponse:
            return await self._answer(request, body)

        return await self.faulty(request, "events", answer)

    async def _answer(self, request: web.Request, body: bytes) -> web.StreamResponse:
        named, stamp = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        given = request.headers.get("webhook-signature", "").split(" ")
        problem = self._problem(named, stamp, given, body)
        with self.lock:
            if problem:
                self.refused.append(problem)
            else:
                self.heard.append(Heard(named, json.loads(body), len(given)))
        self.announce()
        if problem:
            return web.json_response({"error": problem}, status=400)
        if self.leads_elsewhere:
            return web.Response(status=307, headers={"Location": self.leads_elsewhere})
        if self.answers_hugely:
            return await _hugely(request)
        return web.Response(status=204)

    async def _elsewhere(self, request: web.Request) -> web.Response:
        self.elsewhere += 1
        return web.Response(text=str(len(await request.read())))

    def _problem(self, named: str, stamp: str, given: list[str], body: bytes) -> str:
        if not named or not stamp.isdigit():
            return "headers are missing"
        if abs(time.time() - int(stamp)) > TOLERANCE:
            return "the timestamp is too far away"
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        content = named.encode() + b"." + stamp.encode() + b"." + body
        right = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        return "" if any(hmac.compare_digest(each, right) for each in given) else "no signature fits"


async def _hugely(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(HUGE // 1_000_000):
        await response.write(b"x" * 1_000_000)
    return response
