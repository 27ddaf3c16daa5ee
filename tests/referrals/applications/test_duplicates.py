"""A second application of one household reaches staff by its telephone, or by a whole name in the same place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.messages import Message
from tests import families as sample
from tests.families import Families


def applies(families: Families, monkeypatch: pytest.MonkeyPatch, who: str, **answers: str) -> None:
    """Somebody applies with answers of their own: name, phone, area, age."""
    asked = {"name": "ما اسمكم", "phone": "ما رقم الهاتف", "area": "أين تسكنون", "age": "كم العمر"}
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
        ({"name": "أمينة عبد الرحمن عيّنة", "phone": "66012345"}, True),  # the same village and year of birth
        ({"name": "أمينة عبد الرحمن عيّنة", "phone": "66012345", "age": "٥٥"}, False),
        ({"name": "أمينة عبد الرحمن سالم عيّنة", "phone": "66012345", "area": "تيماء"}, True),  # and the same year
        ({"name": "أمينة عبد الرحمن سالم عيّنة", "phone": "66012345", "area": "تيماء", "age": "٥٥"}, False),
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


def test_a_family_whose_double_was_found_hears_what_everybody_hears(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    applies(families, monkeypatch, "501", name="أمينة عبد الرحمن سالم عيّنة")
    applies(families, monkeypatch, "502", name="خالد سالم عيّنة")  # the same telephone
    applies(families, monkeypatch, "503", name="زينب محمود عيّنة", phone="66012345", age="٣٠")
    families.say("502", "أين وصل طلبي؟")
    families.say("503", "أين وصل طلبي؟")
    with families.store.reading() as uow:
        rows = uow.session.scalars(select(Application).order_by(Application.id)).all()
        states, numbers = [row.state for row in rows], [row.number for row in rows]
    assert states == ["submitted", "duplicate_review", "submitted"]
    heard = [[_unnumbered(message, numbers) for message in families.heard[who][-4:]] for who in ("502", "503")]
    assert heard[0] == heard[1]
    told_before = families.heard["501"][:]
    families.turns()
    families.read()
    assert families.heard["501"] == told_before


def _unnumbered(message: Message, numbers: list[str]) -> str:
    text = "".join(str(int(sign)) if sign.isdigit() else sign for sign in message.text)
    for number in numbers:
        text = text.replace(number, "…")
    return text
