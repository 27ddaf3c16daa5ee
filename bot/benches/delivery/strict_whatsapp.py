"""A Cloud API that holds its limits: so many a second for the number (130429) and a few for one person (131056)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.benches.delivery.status_post import StatusPost
from bot.benches.delivery.strict_platform import Options, StrictPlatform, json_of, now


class StrictWhatsApp(StrictPlatform):
    """Takes messages; what is over a limit is refused with the platform's own code."""

    def begin(self, options: Options) -> None:
        """As of every platform; statuses go to the address of the options."""
        super().begin(options)
        self.statuses = StatusPost(options.statuses) if options.statuses else None

    async def close(self) -> None:
        """Ends what posts statuses."""
        if self.statuses is not None:
            await self.statuses.close()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The id of the message made, or the error."""
        body = json.loads(await request.read())
        if not request.path.endswith("/messages"):
            return json_of({"id": "1"})
        to, at = body.get("to") or body["recipient"], now()
        self.requests += 1
        code = self._judge(to, at)
        if code:
            self.tally.refused += 1
            return json_of({"error": {"code": code, "message": f"(#{code})", "type": "OAuthException"}}, status=429)
        lost = self.hits(self.options.lose_every)
        self.tally.take(to, _text(body), at)
        made = f"wamid.{len(self.tally.arrivals)}"
        if self.statuses is not None:
            self.statuses.tell(made, to, str(body.get("biz_opaque_callback_data", "")))
        await self.linger()
        if lost:
            return self.lose(request)
        contact = {"input": to, "wa_id": to}
        return json_of({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": made}]})

    def _judge(self, to: str, at: float) -> int:
        """The error's code; 0 for what is taken."""
        if self.hits(self.options.ban_every):
            self.tally.injected += 1
            return 130429
        if not self.chats.take(to, at):
            return 131056
        return 0 if self.second.take(at) else 130429


def _text(body: dict[str, Any]) -> str:
    kind = body["type"]
    if kind == "text":
        return str(body["text"]["body"])
    return str(body[kind])
