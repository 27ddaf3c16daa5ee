"""What has had its time, as rules over values: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from referrals.protection.retention.rules import (
    CAMPAIGN,
    CASE,
    DRAFT,
    LATEST,
    TRANSCRIPT,
    UNFILED,
    Filed,
    Retention,
    Standing,
    look_again,
    read_retention,
    strictest,
    what_is_due,
)

NOW = datetime(2026, 11, 1, 10, tzinfo=UTC)
RULES: Mapping[str | None, Retention] = {"kuwait": Retention(), None: Retention(unconsented_draft_days=7)}


def days(number: float) -> datetime:
    return NOW - timedelta(days=number)


def person(**more: object) -> Standing:
    given: dict[str, object] = {
        "person_id": 1,
        "programme_id": "kuwait",
        "consented": False,
        "last_at": days(1),
        "oldest_message_at": days(1),
    }
    return Standing(**{**given, **more})  # type: ignore[arg-type]  # named as its fields


def filed(age: float, *, last: float | None = None, **more: object) -> Filed:
    given: dict[str, object] = {"open": False}
    last_at = days(age if last is None else last)
    return Filed(1, "kuwait", days(age), last_at, **{**given, **more})  # type: ignore[arg-type]  # as above


def due(standing: Standing) -> list[str]:
    return [each.rule for each in what_is_due(standing, RULES, NOW)]


@pytest.mark.parametrize(("age", "expected"), [(13.9, []), (14, [DRAFT]), (400, [DRAFT])])
def test_a_draft_without_consent_goes_after_fourteen_days(age: float, expected: list[str]) -> None:
    assert due(person(last_at=days(age))) == expected


@pytest.mark.parametrize(("age", "expected"), [(14, []), (179, []), (180, [UNFILED])])
def test_a_draft_with_consent_that_was_never_sent_has_a_rule_of_its_own(age: float, expected: list[str]) -> None:
    assert due(person(consented=True, last_at=days(age))) == expected


def test_who_belongs_to_no_programme_is_judged_by_the_strictest() -> None:
    assert due(person(programme_id=None, last_at=days(8))) == [DRAFT]
    assert strictest([Retention(chat_transcript_days=30), Retention()]).chat_transcript_days == 30
    assert strictest([]) == Retention()


def test_a_chat_goes_ninety_days_after_filing_and_never_before() -> None:
    old = {"oldest_message_at": days(100), "consented": True}
    assert due(person(filed=(filed(89),), **old)) == []
    assert due(person(filed=(filed(90),), **old)) == [TRANSCRIPT]
    assert due(person(filed=(filed(90),), oldest_message_at=days(20))) == [], "what was said since then is younger"
    assert due(person(filed=(filed(90),), oldest_message_at=None)) == []


def test_an_open_application_gives_up_its_old_chat_and_nothing_else() -> None:
    long_ago = filed(3000, open=True)
    assert due(person(filed=(long_ago,), oldest_message_at=days(3000), last_at=days(3000))) == [TRANSCRIPT]


def test_a_case_is_anonymised_five_years_after_its_end() -> None:
    ended = filed(3000, last=1826.3)
    (found,) = what_is_due(person(filed=(ended,), last_at=days(1826.3), oldest_message_at=None), RULES, NOW)
    assert (found.rule, found.applications, found.whole) == (CASE, (1,), True)
    assert due(person(filed=(filed(3000, last=1800),), oldest_message_at=None)) == []


def test_who_still_writes_keeps_their_place_here_while_the_old_case_is_nobodys() -> None:
    (found,) = what_is_due(person(filed=(filed(3000),), last_at=days(3), oldest_message_at=None), RULES, NOW)
    assert (found.rule, found.whole) == (CASE, False)
    done = person(filed=(filed(3000, anonymised=True),), last_at=days(200), oldest_message_at=None)
    assert due(done) == [UNFILED], "and goes when they no longer write"


def test_while_something_protects_them_nothing_goes() -> None:
    assert due(person(last_at=days(4000), kept_by=frozenset({"hold"}))) == []


def test_a_consent_to_campaigns_goes_three_years_after_the_last_message() -> None:
    used = {"consented": True, "last_at": days(10)}
    assert due(person(campaign_at=days(1095), **used)) == []
    assert due(person(campaign_at=days(1096), **used)) == [CAMPAIGN]


def test_somebody_is_looked_at_again_when_the_first_rule_may_come_due_and_within_a_month() -> None:
    assert look_again(person(last_at=days(10)), RULES, NOW) == NOW + timedelta(days=4)
    assert look_again(person(consented=True, last_at=days(1)), RULES, NOW) == NOW + LATEST
    assert look_again(person(kept_by=frozenset({"claim"})), RULES, NOW) == NOW + timedelta(days=7)
    assert look_again(person(last_at=days(99)), RULES, NOW) == NOW + timedelta(days=1), "never at once again"


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({"chat_transcript_day": 90}, "chat_transcript_day"),
        ({"chat_transcript_days": 0}, "chat_transcript_days"),
        ({"chat_transcript_days": "ninety"}, "ninety"),
        ({"closed_case_years": 5.5}, "closed_case_years"),
        ({"unconsented_draft_days": True}, "unconsented_draft_days"),
        ({"chat_transcript_days": 4000}, "longer than closed_case_years"),
        ({"unconsented_draft_days": 200}, "longer than unfiled_draft_days"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_name(raw: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_retention(raw)


def test_what_a_programme_does_not_write_has_a_usual_time() -> None:
    assert read_retention({"answers_ar": "خمس سنوات", "answers_en": "five years"}) == Retention()
