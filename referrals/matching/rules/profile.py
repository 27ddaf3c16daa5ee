"""What of a candidate only an import changes: its rules, areas and ways, as a text beside its row and as a value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from referrals.matching.rules.values import Bank, EligibilityRule, Fact, Gender

SEVERAL = ("any", "none", "in", "not_in", "not-in", "includes", "excludes")
SERVED: Mapping[str, tuple[Gender, ...]] = {
    "women": ("female",),
    "men": ("male",),
    "female": ("female",),
    "male": ("male",),
}
KEPT = 8192  # many rows share a profile: the services of one organization, at one centre


class Profile(NamedTuple):
    """A candidate's conditions and comforts, named as `Candidate` names them."""

    eligibility: tuple[EligibilityRule, ...] = ()
    catchment: frozenset[str] = frozenset()
    bank: Bank | None = None
    vehicle_changes: int = 0
    serves_genders: frozenset[Gender] = frozenset()
    staff_genders: frozenset[Gender] = frozenset()
    women_days: bool = False
    languages: frozenset[str] = frozenset()
    accessibility: frozenset[str] | None = frozenset()
    open_after_asr: bool = False


def written(
    *,
    rules: Iterable[tuple[str, str, str, str]],
    areas: Iterable[str],
    bank: str,
    vehicle_changes: int,
    gender: str,
    ages: tuple[int | None, int | None],
    staff_genders: str,
    women: str,
    languages: str,
    accessibility: str,
    late: bool,
) -> str:
    """The text of a profile, the same for the same facts. `women`: "", days (some are theirs), only (all are)."""
    youngest, oldest = ages
    served = SERVED.get(gender, ()) or (("female",) if women == "only" else ())
    facts = {
        "rules": [*map(list, rules), *_of_age("ge", youngest), *_of_age("le", oldest)],
        "areas": sorted(set(areas)),
        "bank": bank,
        "changes": vehicle_changes,
        "serves": list(served),
        "staff": staff_genders.split(),
        "women": bool(women),
        "languages": languages.split(),
        "access": sorted(set(accessibility.split())),
        "late": late,
    }
    return json.dumps({name: fact for name, fact in facts.items() if fact}, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=KEPT)
def read_profile(text: str) -> Profile:
    """The value of a profile's text; of a blank one that nothing is known and everybody is served."""
    facts: dict[str, Any] = json.loads(text) if text else {}
    return Profile(
        eligibility=tuple(_rule(*rule) for rule in facts.get("rules", ())),
        catchment=frozenset(facts.get("areas", ())),
        bank=bank_of(facts.get("bank", "")),
        vehicle_changes=facts.get("changes", 0),
        serves_genders=frozenset(facts.get("serves", ())),
        staff_genders=frozenset(facts.get("staff", ())),
        women_days=facts.get("women", False),
        languages=frozenset(facts.get("languages", ())),
        accessibility=frozenset(facts.get("access", ())),
        open_after_asr=facts.get("late", False),
    )


def bank_of(text: str) -> Bank | None:
    """The bank of the river that a text names."""
    return "east" if text == "east" else "west" if text == "west" else None


def _of_age(op: str, age: int | None) -> list[list[str]]:
    return [] if age is None else [["applicant_age", op, str(age), "keep"]]


def _rule(field: str, op: str, value: str, on_unknown: str) -> EligibilityRule:
    several: Fact = tuple(value.replace("|", " ").split()) if op in SEVERAL else value
    return EligibilityRule(field, op, several, "exclude" if on_unknown in ("exclude", "drop") else "keep")
