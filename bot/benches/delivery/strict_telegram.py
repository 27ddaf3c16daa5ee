"""A Bot API that bans: thirty sends in any second over all chats and one a second for each, or 429 for everything."""

from __future__ import annotations

import math
from urllib.parse import parse_qs

from aiohttp import web

from bot.benches.delivery.strict_platform import Options, StrictPlatform, json_of, now

BAN_SECONDS = 2


class StrictTelegram(StrictPlatform):
    """Takes sendMessage and its like; whatever comes during a ban is refused and counted."""

    def begin(self, options: Options) -> None:
        """As of every platform; messages are numbered anew."""
        super().begin(options)
        self.message_id = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The message made, or 429 with the seconds that are left of the ban."""
        method = request.path.rpartition("/")[2]
        body = await request.read()
        if not method.startswith("send"):
            return json_of({"ok": True, "result": True})
        chat, text = _read(body) if request.content_type != "multipart/form-data" else await _read_form(request)
        at = now()
        banned = self._judge(chat, at)
        if banned:
            return _told_to_wait(banned)
        self.message_id += 1
        made, lost = self.message_id, self.hits(self.options.lose_every)
        self.tally.take(chat, text, at)
        await self.linger()
        if lost:
            return self.lose(request)
        told = {"message_id": made, "date": 1_700_000_000, "chat": {"id": int(chat), "type": "private"}, "text": text}
        return json_of({"ok": True, "result": told})

    async def close(self) -> None:
        """It opens nothing."""

    def _judge(self, chat: str, at: float) -> int:
        """The seconds to wait; 0 for what is taken."""
        if at < self.banned_until:
            self.tally.during_ban += 1
            return math.ceil(self.banned_until - at)
        self.requests += 1
        if self.hits(self.options.ban_every):
            self.tally.injected += 1
            return self._ban(at, self.options.ban_seconds)
        if self.chats.take(chat, at) and self.second.take(at):
            return 0
        self.tally.refused += 1
        return self._ban(at, BAN_SECONDS)

    def _ban(self, at: float, seconds: int) -> int:
        self.banned_until = at + seconds
        return seconds


def _told_to_wait(seconds: int) -> web.Response:
    told = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {seconds}"}
    return json_of({**told, "parameters": {"retry_after": seconds}}, status=429)


def _read(body: bytes) -> tuple[str, str]:
    fields = parse_qs(body.decode())
    return fields["chat_id"][0], fields.get("text", [""])[0]


async def _read_form(request: web.BaseRequest) -> tuple[str, str]:
    fields = await request.post()
    return str(fields["chat_id"]), str(fields.get("caption", ""))
