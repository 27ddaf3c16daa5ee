"""WhatsApp: the pace at the limit of 80, and at that of 1,000 beside the bare client library in the same run."""

from __future__ import annotations

from typing import Any

from bot.benches.delivery.bare import send_bare
from bot.benches.delivery.crowd import Crowd, crowd_on
from bot.benches.delivery.line import service_running
from bot.benches.delivery.local_platform import LocalPlatform, platform_running
from bot.benches.delivery.whole import whole_running

REALISTIC_MS = 200.0  # the Cloud API's own answer takes about so long
PAIR = {"chat_per_second": 1 / 6, "chat_burst": 45}
AIMS = {
    "whatsapp_messages_a_second": 78.0,
    "whatsapp_130429": 0.0,
    "whatsapp1000_share": 0.8,
    "whatsapp1000_130429": 0.0,
}
EACH = 5  # messages to one person
LOSE_EVERY = 50
BARE_SHARE = 0.98  # of the limit: what a limiter leaves for the unevenness of its own sleep


def measure_whatsapp(seconds: float) -> dict[str, Any]:
    """The pace of a number with 80 a second, without latency and with it."""
    found: dict[str, Any] = {}
    with platform_running("whatsapp") as platform, crowd_on("whatsapp") as crowd:
        crowd.gather(round(80 * seconds / EACH))
        plain = _paced(crowd, platform, "plain", 80)
        found |= {
            "whatsapp_messages_a_second": plain["rate"],
            "whatsapp_130429": plain["refused"],
            "whatsapp_peak_in_a_second": plain["peak"],
            "whatsapp_out_of_order": plain["out_of_order"],
            "whatsapp_repeated": plain["duplicates"],
        }
        late = _paced(crowd, platform, "late", 80, latency_ms=REALISTIC_MS)
        found |= {"whatsapp_200ms_messages_a_second": late["settled_rate"], "whatsapp_200ms_130429": late["refused"]}
        return found | _with_statuses(platform, seconds)


def _with_statuses(platform: LocalPlatform, seconds: float) -> dict[str, Any]:
    """What a deployment sees: the whole program, and a platform that takes its time, loses an answer now and then, and
    tells two statuses a message, which settle what was lost."""
    with whole_running(platform.url) as whole:
        options = {"statuses": whole.webhook, "latency_ms": REALISTIC_MS, "lose_every": LOSE_EVERY}
        whole.crowd.gather(round(80 * seconds / EACH))
        platform.begin(per_second=80, **PAIR, **options)
        owed = whole.crowd.owe_each("told", whole.crowd.people, each=EACH)
        told = platform.wait_for(owed, 60 + owed / 8)
        late = whole.wait_for_delivered(owed, 60)
        repeated = platform.counted()["duplicates"]
    return {
        "whatsapp_statuses_messages_a_second": told["settled_rate"],
        "whatsapp_statuses_130429": told["refused"],
        "whatsapp_statuses_late_seconds": late,
        "whatsapp_statuses_answers_lost": told["lost"],
        "whatsapp_statuses_repeated": repeated,
    }


def measure_whatsapp1000(seconds: float) -> dict[str, Any]:
    """The share of what the bare client reaches, at the limit of 1,000; ours between two runs of the bare one."""
    with platform_running("whatsapp") as platform, crowd_on("whatsapp") as crowd:
        crowd.allow(1_000)
        crowd.gather(round(1_000 * seconds / EACH))
        before = _bare(crowd, platform)
        ours = _paced(crowd, platform, "plain", 1_000)
        after = _bare(crowd, platform)
        late = _paced(crowd, platform, "late", 1_000, latency_ms=REALISTIC_MS)
    bare = (before["rate"] + after["rate"]) / 2
    return {
        "whatsapp1000_bare_messages_a_second": bare,
        "whatsapp1000_bare_130429": before["refused"] + after["refused"],
        "whatsapp1000_messages_a_second": ours["rate"],
        "whatsapp1000_share": ours["rate"] / bare,
        "whatsapp1000_settled_messages_a_second": ours["settled_rate"],
        "whatsapp1000_130429": ours["refused"],
        "whatsapp1000_peak_in_a_second": ours["peak"],
        "whatsapp1000_out_of_order": ours["out_of_order"],
        "whatsapp1000_repeated": ours["duplicates"],
        "whatsapp1000_200ms_messages_a_second": late["settled_rate"],
        "whatsapp1000_200ms_130429": late["refused"],
    }


def _bare(crowd: Crowd, platform: LocalPlatform) -> dict[str, Any]:
    platform.begin(per_second=1_000, **PAIR)
    send_bare(platform.url, crowd.people, EACH, 1_000 * BARE_SHARE)
    return platform.counted()


def _paced(crowd: Crowd, platform: LocalPlatform, name: str, limit: int, **options: Any) -> dict[str, Any]:
    """Everybody's messages sent by the service; what the platform counted."""
    platform.begin(per_second=limit, **PAIR, **options)
    owed = crowd.owe_each(name, crowd.people, each=EACH)
    with service_running(crowd, platform.url):
        return platform.wait_for(owed, 60 + 10 * owed / limit)
