"""Hard filters: who cannot serve this family at all, each with a code; what is merely unknown stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import ge, gt, le, lt

from referrals.matching.rules.values import Candidate, EligibilityRule, Exclusion, Fact, Need

ASSURED_DAYS = 365  # the directory entry was confirmed in the last 12 months
ORDERED: dict[str, Callable[[float, float], bool]] = {"ge": ge, "gt": gt, "le": le, "lt": lt}
SPELT = {"any": "includes", "none": "excludes", "not_in": "not-in"}  # other spellings met in rules
OPERATORS = ("eq", "ne", "in", "not-in", "includes", "excludes", *ORDERED)


class RuleError(ValueError):
    """An eligibility rule names an operator that does not exist; write one of the listed ones."""


def excluded_by(need: Need, candidate: Candidate, today: date) -> Exclusion | None:
    """The first filter that speaks against it, in the order of the rule; None when it can serve."""
    for code, says in FILTERS:
        detail = says(need, candidate, today)
        if detail is not None:
            return Exclusion(candidate.id, code, detail)
    return None


def is_full(candidate: Candidate) -> bool:
    """Whether every place is taken, or the centre said so; never by numbers where no capacity is declared."""
    if candidate.lacking:
        return True
    return candidate.capacity is not None and candidate.used + candidate.taken_elsewhere >= candidate.capacity


def unknown_fields(need: Need, candidate: Candidate) -> tuple[str, ...]:
    """What the desk has to ask: rule fields without an answer, and comfort asked for that nobody looked at."""
    fields = [rule.field for rule in candidate.eligibility if judge(rule, need) is None]
    if need.accessibility and candidate.accessibility is None:
        fields.append("accessibility")
    if need.staff_gender and not candidate.staff_genders:
        fields.append("staff_gender")
    if candidate.serves_genders and need.gender is None:
        fields.append("gender")
    return tuple(dict.fromkeys(fields))


def judge(rule: EligibilityRule, need: Need) -> bool | None:
    """Yes, no, or None when the fact is unknown. Raises `RuleError` for an unknown operator."""
    op = SPELT.get(rule.op, rule.op)
    if op not in OPERATORS:
        raise RuleError(f"eligibility of `{rule.field}`: no operator `{rule.op}`; known are {', '.join(OPERATORS)}")
    fact = need.facts.get(rule.field)
    if rule.field == "target_groups" and fact is None:
        fact = need.target_groups
    if fact is None or fact in ("", ()):
        return None
    if op in ("in", "includes"):
        return bool(_words(fact) & _words(rule.value))
    if op in ("not-in", "excludes"):
        return not _words(fact) & _words(rule.value)
    if op in ("eq", "ne"):
        return _same(fact, rule.value) == (op == "eq")
    left, right = _number(fact), _number(rule.value)
    return None if left is None or right is None else ORDERED[op](left, right)


def _inactive(need: Need, candidate: Candidate, today: date) -> str | None:
    return None if candidate.active else ""


def _not_assured(need: Need, candidate: Candidate, today: date) -> str | None:
    if candidate.assured_at is None:
        return "never"
    return None if (today - candidate.assured_at).days <= ASSURED_DAYS else candidate.assured_at.isoformat()


def _wrong_service(need: Need, candidate: Candidate, today: date) -> str | None:
    return next((None for term in need.service_terms if term in candidate.service_terms), "")


def _not_eligible(need: Need, candidate: Candidate, today: date) -> str | None:
    return next((rule.field for rule in candidate.eligibility if judge(rule, need) is False), None)


def _condition_unknown(need: Need, candidate: Candidate, today: date) -> str | None:
    strict = (rule for rule in candidate.eligibility if rule.on_unknown != "keep")
    return next((rule.field for rule in strict if judge(rule, need) is None), None)


def _outside_catchment(need: Need, candidate: Candidate, today: date) -> str | None:
    """A family whose area is unknown is kept: nobody can say yet that it lives outside."""
    if not candidate.catchment:
        return None
    lives_in = {need.area, *need.ancestors} - {""}
    if not lives_in:
        return None
    return "" if lives_in.isdisjoint(candidate.catchment) else None


def _not_accepting(need: Need, candidate: Candidate, today: date) -> str | None:
    if candidate.paused:
        return "paused"
    return None if candidate.accepts_referrals else ""


def _restricted(need: Need, candidate: Candidate, today: date) -> str | None:
    return "" if candidate.restricted else None


def _full(need: Need, candidate: Candidate, today: date) -> str | None:
    return "" if is_full(candidate) and not candidate.waitlist else None


def _gender(need: Need, candidate: Candidate, today: date) -> str | None:
    if need.gender and candidate.serves_genders and need.gender not in candidate.serves_genders:
        return "clients"
    if need.staff_gender and candidate.staff_genders and need.staff_gender not in candidate.staff_genders:
        return "staff"
    return None


def _language(need: Need, candidate: Candidate, today: date) -> str | None:
    return "" if need.language and candidate.languages and need.language not in candidate.languages else None


def _accessibility(need: Need, candidate: Candidate, today: date) -> str | None:
    if not need.accessibility or candidate.accessibility is None:
        return None
    missing = sorted(set(need.accessibility) - candidate.accessibility)
    return "|".join(missing) if missing else None


def _no_consent(need: Need, candidate: Candidate, today: date) -> str | None:
    covered = need.consented_organizations
    return None if covered is None or candidate.organization_id in covered else ""


def _refused_recently(need: Need, candidate: Candidate, today: date) -> str | None:
    return "" if candidate.refused_recently else None


def _already_asked(need: Need, candidate: Candidate, today: date) -> str | None:
    asked = candidate.organization_id in need.asked_organizations or candidate.location_id in need.excluded_locations
    return "" if asked else None


FILTERS: tuple[tuple[str, Callable[[Need, Candidate, date], str | None]], ...] = (
    ("inactive", _inactive),
    ("not_assured", _not_assured),
    ("wrong_service", _wrong_service),
    ("not_eligible", _not_eligible),
    ("condition_unknown", _condition_unknown),
    ("outside_catchment", _outside_catchment),
    ("not_accepting", _not_accepting),
    ("restricted", _restricted),
    ("full", _full),
    ("gender", _gender),
    ("language", _language),
    ("accessibility", _accessibility),
    ("no_consent", _no_consent),
    ("refused_recently", _refused_recently),
    ("already_asked", _already_asked),
)


def _words(value: Fact) -> frozenset[str]:
    if isinstance(value, tuple):
        return frozenset(value)
    text = "" if value is None else _text(value)
    return frozenset(word.strip() for word in text.replace(" ", "|").split("|") if word.strip())


def _same(fact: Fact, value: Fact) -> bool:
    left, right = _number(fact), _number(value)
    if left is not None and right is not None:
        return left == right
    return _words(fact) == _words(value)


def _text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _number(value: Fact) -> float | None:
    if isinstance(value, bool) or value is None or isinstance(value, tuple):
        return None
    try:
        return float(value)
    except ValueError:
        return None
