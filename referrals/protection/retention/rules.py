"""How long a programme keeps what, and what of one family has had its time: pure rules over values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

DRAFT, UNFILED, TRANSCRIPT = "unconsented_draft_days", "unfiled_draft_days", "chat_transcript_days"
CASE, AUDIT, CAMPAIGN = "closed_case_years", "audit_years", "campaign_consent_years"
INCIDENT = "incident_years"
RULES = (DRAFT, UNFILED, TRANSCRIPT, CASE, CAMPAIGN, INCIDENT, AUDIT)
MOST_YEARS = 100
DAYS_OF_A_YEAR = 365.25
SOONEST, LATEST = timedelta(days=1), timedelta(days=30)
"""When a family is looked at again: a shorter rule in `programme.toml` holds for everybody after at most `LATEST`."""
PROTECTED = timedelta(days=7)  # until somebody of whom nothing may go is looked at again
_SAID = ("answers_ar", "answers_en")  # the words of the notice


@dataclass(frozen=True)
class Retention:
    """`[retention]` of `programme.toml`; days and years as written there, or these."""

    unconsented_draft_days: int = 14
    unfiled_draft_days: int = 180  # agreed to, begun, never sent: counted from the last word
    chat_transcript_days: int = 90  # after filing; a message written later goes when it is that old
    closed_case_years: int = 5
    audit_years: int = 6
    campaign_consent_years: int = 3  # after the last message
    incident_years: int = 6  # after an incident was closed

    def how_long(self, rule: str) -> timedelta:
        """The time that a rule gives."""
        number = int(getattr(self, rule))
        return timedelta(days=number if rule.endswith("_days") else number * DAYS_OF_A_YEAR)


@dataclass(frozen=True)
class Filed:
    """An application: when it was filed, when anything last happened with it, and whether something still runs."""

    id: int
    programme_id: str
    filed_at: datetime
    last_at: datetime
    open: bool
    anonymised: bool = False


@dataclass(frozen=True)
class Standing:
    """A person as retention sees them. `kept_by` says why nothing may go: a hold, a danger, a claim, an appeal."""

    person_id: int
    programme_id: str | None
    consented: bool
    last_at: datetime
    """When they last said something, or something was done for them."""
    oldest_message_at: datetime | None
    """Of what was said and is over, and still has its words."""
    filed: tuple[Filed, ...] = ()
    kept_by: frozenset[str] = frozenset()
    campaign_at: datetime | None = None
    """When a consent to campaigns that stands on record was last used, or given."""


@dataclass(frozen=True)
class Due:
    """What goes now by one rule, and since when the oldest of it is there."""

    rule: str
    since: datetime
    programme_id: str | None
    applications: tuple[int, ...] = ()
    whole: bool = False
    """Nothing else of theirs has a reason to stay: the person's key goes."""


def read_retention(raw: Mapping[str, Any]) -> Retention:
    """The rules of a programme. Raises ValueError naming the key, what stands there and what was expected."""
    known = {field.name for field in fields(Retention)}
    for key in raw:
        if key not in known and key not in _SAID:
            raise ValueError(f"retention: {key!r} is no rule; the rules are {', '.join(sorted(known))}")
    found = Retention(**{key: _whole(key, raw[key]) for key in known if key in raw})
    if found.how_long(TRANSCRIPT) > found.how_long(CASE):
        raise ValueError(f"retention: {TRANSCRIPT} is longer than {CASE}; a chat is never kept longer than its case")
    if found.unconsented_draft_days > found.unfiled_draft_days:
        raise ValueError(f"retention: {DRAFT} is longer than {UNFILED}; who agreed to nothing is not kept longer")
    return found


def _whole(key: str, value: Any) -> int:
    most = MOST_YEARS if key.endswith("_years") else MOST_YEARS * 365
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"retention: {key} is {value!r}; write a whole number from 1 to {most}")
    return value


def strictest(rules: Sequence[Retention]) -> Retention:
    """For who belongs to no programme: the shortest of each."""
    if not rules:
        return Retention()
    return Retention(**{field.name: min(getattr(each, field.name) for each in rules) for field in fields(Retention)})


def what_is_due(standing: Standing, rules: Mapping[str | None, Retention], at: datetime) -> list[Due]:
    """What of a person has had its time, a rule each; nothing while something protects them."""
    if standing.kept_by:
        return []
    live = [each for each in standing.filed if not each.anonymised]
    if not live:
        return [*_draft(standing, rules, at), *_campaign(standing, rules, at)]
    cases = [each for each in live if not each.open and _over(each.last_at, rules[each.programme_id], CASE, at)]
    own = rules[standing.programme_id]
    found = []
    if cases:
        # Who still talks to us keeps their number here; whose cases these were nobody can tell all the same.
        whole = len(cases) == len(live) and _over(standing.last_at, own, UNFILED, at)
        first = min(cases, key=lambda each: each.last_at)
        found.append(Due(CASE, first.last_at, first.programme_id, tuple(each.id for each in cases), whole))
        if whole:
            return found
    oldest, filed = standing.oldest_message_at, min(each.filed_at for each in live)
    longest = max((rules[each.programme_id] for each in live), key=lambda each: each.chat_transcript_days)
    if oldest is not None and _over(oldest, longest, TRANSCRIPT, at) and _over(filed, longest, TRANSCRIPT, at):
        found.append(Due(TRANSCRIPT, oldest, standing.programme_id))
    return [*found, *_campaign(standing, rules, at)]


def look_again(standing: Standing, rules: Mapping[str | None, Retention], at: datetime) -> datetime:
    """When this person is to be looked at next: when the first rule may come due, and not later than in a month."""
    if standing.kept_by:
        return at + PROTECTED
    own = rules[standing.programme_id]
    moments = [at + LATEST]
    live = [each for each in standing.filed if not each.anonymised]
    if not live:
        moments.append(standing.last_at + own.how_long(_draft_rule(standing)))
    for each in live:
        mine = rules[each.programme_id]
        if not each.open:
            moments.append(each.last_at + mine.how_long(CASE))
        if standing.oldest_message_at is not None:
            moments.append(max(each.filed_at, standing.oldest_message_at) + mine.how_long(TRANSCRIPT))
    return max(min(moments), at + SOONEST)


def _draft_rule(standing: Standing) -> str:
    return UNFILED if standing.consented or standing.filed else DRAFT


def _draft(standing: Standing, rules: Mapping[str | None, Retention], at: datetime) -> list[Due]:
    rule = _draft_rule(standing)
    if not _over(standing.last_at, rules[standing.programme_id], rule, at):
        return []
    return [Due(rule, standing.last_at, standing.programme_id, whole=True)]


def _campaign(standing: Standing, rules: Mapping[str | None, Retention], at: datetime) -> list[Due]:
    used = standing.campaign_at
    if used is None or not _over(used, rules[standing.programme_id], CAMPAIGN, at):
        return []
    return [Due(CAMPAIGN, used, standing.programme_id)]


def _over(since: datetime, rules: Retention, rule: str, at: datetime) -> bool:
    return since + rules.how_long(rule) <= at
