"""A second application of one household reaches staff by its telephone, or by a whole name in the same place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.conversations.records import HelpRequest
from tests import families as sample
from tests.families import Families


def applies(families: Families, monkeypatch: pytest.MonkeyPatch, who: str, **answers: str) -> None:
    """Somebody applies with answers of their own: name, phone, area."""
    asked = {"name": "ما اسمكم", "phone": "ما رقم الهاتف", "area": "أين تسكنون"}
    changed = {asked[key]: value for key, value in answers.items()}
    given = tuple((words, changed.get(words, answer)) for words, answer in sample.ANSWERS)
    with monkeypatch.context() as patch:
        patch.setattr(sample, "ANSWERS", given)
        families.apply(who)
    families.all_handled()


@pytest.mark.parametrize(
    ("second", "noticed"),
    [
        ({"name": "أمينه عبدالرحمن السالم عينة", "phone": "66012345"}, True),
        ({"name": "أمينة عبد الرحمن عيّنة", "phone": "66012345"}, False),
        ({"name": "أمينة عبد الرحمن سالم عيّنة", "phone": "66012345", "area": "تيماء"}, False),
        ({"name": "سعاد عيّنة", "phone": "٥٠٠١ ٢٣٤٥"}, True),
    ],
)
def test_a_second_application_is_for_staff_to_look_at(
    families: Families, monkeypatch: pytest.MonkeyPatch, second: dict[str, str], noticed: bool
) -> None:
    applies(families, monkeypatch, "501", name="أمينة عبد الرحمن سالم عيّنة")
    applies(families, monkeypatch, "502", **second)
    with families.store.reading() as uow:
        requests = uow.session.scalars(select(HelpRequest).filter_by(kind="possible_duplicate")).all()
    assert bool(requests) is noticed


def test_two_words_are_the_name_of_too_many(families: Families, monkeypatch: pytest.MonkeyPatch) -> None:
    applies(families, monkeypatch, "501", name="أمينة عيّنة")
    applies(families, monkeypatch, "502", name="أمينة عيّنة", phone="66012345")
    with families.store.reading() as uow:
        assert not uow.session.scalars(select(HelpRequest).filter_by(kind="possible_duplicate")).all()
