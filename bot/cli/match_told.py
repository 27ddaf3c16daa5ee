"""What `sanad match` writes: the centres with their reasons in Arabic and English, and why not the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

VERDICTS = {"offered": "offered", "near": "near, not among the three", "farther": "farther", "excluded": "left out"}


def tell(found: Mapping[str, Any]) -> None:
    """Prints an explanation (see `referrals.matching.rules.reasons.explanation`)."""
    print(
        f"{found['code']}, at {found['at']}; within {found['band_minutes']:g} minutes of the best the lighter load wins"
    )
    for place, match in enumerate(found["matches"], 1):
        print(f"{place}. {match['names'].get('ar', match['location_id'])}")
        print(f"   way {_minutes(match)}  load {_load(match)}  first slot {_slot(match, found) or 'none'}")
        for reason in match["reasons"]:
            print(f"   {reason.get('ar', reason['code'])}  {reason.get('en', '')}")
        for passed in match["why_not_nearer"]:
            name = passed.get("names", {}).get("ar") or passed["candidate_id"]
            print(f"   nearer but passed over: {name} ({passed['code']}, {_minutes(passed)})")
            _sentences(passed)
        if match["to_be_assessed"]:
            print(f"   to be assessed at the desk: {', '.join(match['to_be_assessed'])}")
    if "considered" in found:
        _everybody(found)
        return
    for code, count in Counter(each["code"] for each in found["excluded"]).most_common():
        print(f"not offered: {count} because {code}")


def _everybody(found: Mapping[str, Any]) -> None:
    print(f"considered: {len(found['considered'])}, nearest first")
    for each in found["considered"]:
        name = each["names"].get("ar", each["location_id"])
        why = f" ({each['code']}{': ' + each['detail'] if each['detail'] else ''})" if each["code"] else ""
        print(f"- {name}: {VERDICTS[each['verdict']]}{why}")
        print(f"   way {_minutes(each)}  load {_load(each)}  first slot {_slot(each, found) or 'not asked'}")
        _sentences(each)


def _sentences(each: Mapping[str, Any]) -> None:
    if each.get("ar"):
        print(f"   {each['ar']}  {each.get('en', '')}")


def _slot(each: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """By the clock that `at` is told by."""
    if not each["earliest_slot"]:
        return ""
    slot, at = (datetime.fromisoformat(str(text)) for text in (each["earliest_slot"], found["at"]))
    return slot.astimezone(at.tzinfo).isoformat(timespec="minutes")


def _minutes(each: Mapping[str, Any]) -> str:
    return "unknown" if each["access_minutes"] is None else f"{each['access_minutes']:g} min"


def _load(each: Mapping[str, Any]) -> str:
    return "unknown" if each["load_ratio"] is None else f"{each['load_ratio']:.0%}"
