"""For whom the times are that a centre keeps for women alone, as far as an application says it; pure.

No intake asks for it. Who said it, or gave a whole identity number that says it, is known; a target group makes it
likely, and then it is asked at the offer; else only who looks for such a day finds it, and is asked there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.understanding.national_id import national_id_facts

AGREED = "women_times"  # the fact that is kept of who answered «هذا الوقت للسيدات. هل يناسبكم؟» with yes
WOMAN, MAN = ("female", "woman", "f", "أنثى"), ("male", "man", "m", "ذكر")
KNOWN, LIKELY, NOT = ("said", "national_id", "agreed"), "target_group", "man"


@dataclass(frozen=True)
class WomenRules:
    """Households of these `target_groups` are offered such times too, and asked whether they suit."""

    target_groups: tuple[str, ...] = ()


def read_women_rules(table: Mapping[str, Any]) -> WomenRules:
    """The table `[women_times]` of programme.toml. Raises ValueError with the key and what it should be."""
    unknown = sorted(set(table) - {"target_groups"})
    if unknown:
        raise ValueError(f"women_times: {unknown[0]!r} is no key; write target_groups")
    groups = table.get("target_groups", [])
    if not isinstance(groups, list) or not all(isinstance(each, str) and each for each in groups):
        raise ValueError(f'women_times: target_groups is {groups!r}; write a list of codes, as ["widow_divorced"]')
    return WomenRules(tuple(groups))


def why_for_women(rules: WomenRules, facts: Mapping[str, Any], country: str) -> str:
    """Why such times are for who applied: `said`, `national_id`, `agreed` (each is sure) or `target_group`; `man` where
    they are not, blank where nobody knows."""
    said = str(facts.get("applicant_sex") or facts.get("sex") or facts.get("gender") or "").casefold()
    if said in WOMAN or said in MAN:
        return "said" if said in WOMAN else NOT
    known = national_id_facts(str(facts.get("civil_id") or ""), country)
    if known is not None and known.sex:
        return "national_id" if known.sex == "F" else NOT
    if facts.get(AGREED) == "yes":
        return "agreed"
    return LIKELY if {*(facts.get("target_groups") or ())} & {*rules.target_groups} else ""


def is_woman(facts: Mapping[str, Any], country: str) -> bool | None:
    """Whether the applicant is a woman, as far as they said or their identity number says; None: nobody knows."""
    why = why_for_women(WomenRules(), facts, country)
    return None if not why else why in KNOWN
