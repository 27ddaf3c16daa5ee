"""The web chat: a channel like any other, whose messages are sent when the page has them."""

from __future__ import annotations

from bot.channels.web.routes import make_chat

__all__ = ["make_chat"]
