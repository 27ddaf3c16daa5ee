"""An explanation in words, Arabic and English: why each place, why not a nearer one, why the others not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from referrals.conversations.speaking import voice_of
from referrals.matching.rules.reasons import reason_text, spoken_minutes
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice

LANGUAGES = ("ar", "en")


def with_sentences(uow: UnitOfWork, programme_id: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The same explanation with a sentence in both languages beside every code."""
    voices = {language: voice_of(uow, programme_id, language) for language in LANGUAGES}
    whole = dict(told)
    whole["matches"] = [_match(voices, match) for match in told["matches"]]
    whole["excluded"] = [{**each, **_why_not(voices, each)} for each in told["excluded"]]
    if "considered" in told:
        whole["considered"] = [
            {**each, **(_why_not(voices, each) if each["code"] else {})} for each in told["considered"]
        ]
    return whole


def reason_line(voice: Voice, code: str, parameters: Mapping[str, Any]) -> str:
    """One reason as a family hears it."""
    told = reason_text(code, parameters)
    values = {
        name: voice.weekday(value) if isinstance(value, datetime) else value for name, value in told.values.items()
    }
    return voice.say(told.key, **values) if told.count is None else voice.count(told.key, told.count, **values)


def why_not_line(voice: Voice, code: str, detail: str = "") -> str:
    """Why a place is not offered, in one line; it names no answer of the family."""
    if code == "beyond_band" and detail.replace(".", "", 1).isdigit():
        return voice.count("match.why_not.beyond_band", spoken_minutes(float(detail)))
    if code == "full" and detail == "waitlist":
        return voice.say("match.why_not.waitlist")
    return voice.say(WHY_NOT.get(code, "match.why_not.other"))


WHY_NOT = {
    "inactive": "match.why_not.inactive",
    "not_assured": "match.why_not.not_assured",
    "wrong_service": "match.why_not.wrong_service",
    "not_eligible": "match.why_not.not_eligible",
    "condition_unknown": "match.why_not.condition_unknown",
    "outside_catchment": "match.why_not.outside_catchment",
    "not_accepting": "match.why_not.not_accepting",
    "restricted": "match.why_not.restricted",
    "full": "match.why_not.full",
    "gender": "match.why_not.gender",
    "language": "match.why_not.language",
    "accessibility": "match.why_not.accessibility",
    "no_consent": "match.why_not.no_consent",
    "refused_recently": "match.why_not.refused_recently",
    "already_asked": "match.why_not.already_asked",
    "unreachable": "match.why_not.unreachable",
    "beyond_band": "match.why_not.way_unknown",
    "not_among_three": "match.why_not.not_among_three",
    "same_organization": "match.why_not.same_organization",
    "same_location": "match.why_not.same_location",
    "far_too": "match.why_not.far_too",
    "less_known": "match.why_not.less_known",
    "busier": "match.why_not.busier",
    "later_slot": "match.why_not.later_slot",
    "slower_answers": "match.why_not.slower_answers",
    "draw": "match.why_not.draw",
    "higher_id": "match.why_not.draw",
}


def _match(voices: Mapping[str, Voice], match: Mapping[str, Any]) -> dict[str, Any]:
    reasons = [
        {**reason, **{name: reason_line(voice, reason["code"], reason["parameters"]) for name, voice in voices.items()}}
        for reason in match["reasons"]
    ]
    passed = [{**each, **_why_not(voices, each)} for each in match["why_not_nearer"]]
    return {**match, "reasons": reasons, "why_not_nearer": passed}


def _why_not(voices: Mapping[str, Voice], each: Mapping[str, Any]) -> dict[str, str]:
    return {name: why_not_line(voice, each["code"], each.get("detail", "")) for name, voice in voices.items()}
