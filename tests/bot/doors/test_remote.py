"""What other servers answer is read to its end, and never without a bound."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.doors.remote import Answer, PushFailed, ask, open_http
from tests.platforms.local_server import Fault, LocalServer

PIECES, PIECE = 20, b"x" * 5_000


class InPieces(LocalServer):
    """Answers in pieces, a moment apart, as a server far away does."""

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/large", self._large)]

    def failed(self, fault: Fault) -> web.Response:
        return web.Response(status=fault.status)

    async def _large(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(PIECES):
            await answer.write(PIECE)
            await asyncio.sleep(0.005)
        return answer


def asked(url: str) -> Answer:
    async def one() -> Answer:
        async with open_http() as http:
            return await ask(http, "GET", url)

    return asyncio.run(one())


def test_an_answer_in_many_pieces_is_read_whole() -> None:
    with InPieces() as server:
        assert asked(f"{server.url}/large").body == PIECE * PIECES


def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doors.remote.LARGEST_ANSWER", 20_000)
    with InPieces() as server, pytest.raises(PushFailed, match="more than"):
        asked(f"{server.url}/large")
