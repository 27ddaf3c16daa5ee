"""Telegram: the pace to many chats, and what happens while the platform bans."""

from __future__ import annotations

from typing import Any

from bot.benches.delivery.crowd import Crowd, crowd_on
from bot.benches.delivery.line import service_running
from bot.benches.delivery.local_platform import LocalPlatform, platform_running

CHATS = 500
REALISTIC_MS = 60.0  # a bot in a European data centre
BAN_EVERY = 20
AIMS = {
    "telegram_messages_a_second": 24.5,
    "telegram_429": 0.0,
    "telegram_requests_during_bans": 0.0,
}
PATIENCE = 3.0  # times what it should take


def measure_telegram(seconds: float) -> dict[str, Any]:
    """The pace without latency and with it, then while every twentieth request earns a ban of a second."""
    count = max(1, round(25 * seconds))
    found: dict[str, Any] = {}
    with platform_running("telegram") as platform, crowd_on("telegram") as crowd:
        crowd.gather(CHATS)
        plain = _paced(crowd, platform, "plain", count)
        found |= {
            "telegram_messages_a_second": plain["rate"],
            "telegram_429": plain["refused"],
            "telegram_peak_in_a_second": plain["peak"],
            "telegram_out_of_order": plain["out_of_order"],
            "telegram_repeated": plain["duplicates"],
        }
        late = _paced(crowd, platform, "late", count, latency_ms=REALISTIC_MS)
        found |= {"telegram_60ms_messages_a_second": late["settled_rate"], "telegram_60ms_429": late["refused"]}
        banned = _paced(crowd, platform, "banned", max(BAN_EVERY + 5, count // 3), ban_every=BAN_EVERY)
        found |= {
            "telegram_bans": banned["injected"],
            "telegram_requests_during_bans": banned["during_ban"],
            "telegram_429_beside_bans": banned["refused"],
        }
    return found


def _paced(crowd: Crowd, platform: LocalPlatform, name: str, count: int, **options: Any) -> dict[str, Any]:
    """`count` messages, as many to one chat as to another, sent by the service; what the platform counted."""
    platform.begin(**options)
    each, rest = divmod(count, CHATS)
    owed = crowd.owe_each(name, crowd.people, each=each) + crowd.owe_each(f"{name} and", crowd.people[:rest])
    with service_running(crowd, platform.url):
        return platform.wait_for(owed, 30 + PATIENCE * owed / 25)
