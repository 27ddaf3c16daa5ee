"""What a platform says of our templates is kept, and an older word never undoes a newer one."""

from __future__ import annotations

from datetime import timedelta

from referrals.senders.templates import TemplateListed, TemplateNews, keep_templates, note_template, template_of
from tests.families import Families


def stands(families: Families) -> tuple[str, str, str, str]:
    with families.store.reading() as uow:
        row = template_of(uow, families.sender_id, "reminder", "ar")
        return (row.status, row.category, row.quality, row.reason) if row is not None else ("", "", "", "")


def hear(families: Families, minutes: int, **news: str) -> bool:
    told_at = families.clock() + timedelta(minutes=minutes)
    told = TemplateNews("reminder", "ar", **news)
    return families.store.transact(lambda uow: note_template(uow, families.sender_id, told, told_at, families.clock()))


def test_what_is_listed_stands_until_news_come(families: Families) -> None:
    listed = [TemplateListed("reminder", "ar", "APPROVED", "UTILITY", "GREEN", parameters=2, quick_replies=1)]
    families.store.transact(lambda uow: keep_templates(uow, families.sender_id, listed, families.clock()))
    assert stands(families) == ("APPROVED", "UTILITY", "GREEN", "")
    assert hear(families, 1, status="PAUSED", reason="SECOND_PAUSE")
    assert stands(families) == ("PAUSED", "UTILITY", "GREEN", "SECOND_PAUSE")
    with families.store.reading() as uow:
        row = template_of(uow, families.sender_id, "reminder", "ar")
        assert row is not None
        assert (row.parameters, row.quick_replies) == (2, 1)
        assert template_of(uow, families.sender_id, "reminder", "en") is None


def test_older_news_change_nothing_and_each_thing_has_its_own_time(families: Families) -> None:
    assert hear(families, 5, status="APPROVED")
    assert not hear(families, 3, status="REJECTED")
    assert hear(families, 3, quality="RED")
    assert hear(families, 4, category="MARKETING")
    assert stands(families) == ("APPROVED", "MARKETING", "RED", "")


def test_a_list_that_leaves_something_out_takes_nothing_away(families: Families) -> None:
    hear(families, -5, status="APPROVED", category="UTILITY", quality="GREEN")
    listed = [TemplateListed("reminder", "ar", "PENDING")]
    families.store.transact(lambda uow: keep_templates(uow, families.sender_id, listed, families.clock()))
    families.store.transact(lambda uow: keep_templates(uow, families.sender_id, [], families.clock()))
    assert stands(families) == ("PENDING", "UTILITY", "GREEN", "")
