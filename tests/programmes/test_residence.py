"""A family says where it lives in its own way, to the forms of both programmes as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from dialogs.form import Form, read_form
from dialogs.interview import Answered, Event, Misunderstood, Said, begin, resume

PROGRAMMES = Path(__file__).parents[2] / "programmes"
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@cache
def intake(programme: str) -> Form:
    return read_form((PROGRAMMES / programme / "intake.md").read_bytes(), name="intake")


def say(programme: str, question: str, text: str, *, before: dict[str, str] | None = None) -> tuple[Event, ...]:
    """What follows when the text is said to the question; `before` are the answers that narrow it."""
    form = intake(programme)
    session, _ = begin(
        form,
        id="7d1f0a52-0000-4000-8000-000000000001",
        now=NOW,
        time_zone="Africa/Cairo",
        language="ar",
        country="EG" if programme == "qena" else "KW",
    )
    events: tuple[Event, ...] = ()
    for name, said in {**(before or {}), question: text}.items():
        session, events = resume(form, replace(session, pending=f"/data/place/{name}"), Said(text=said), now=NOW)
    return events


def answered(events: tuple[Event, ...]) -> list[str]:
    return [event.value for event in events if isinstance(event, Answered)]


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("قوص", ["EG-KN-qus"]),
        ("مركز قوص", ["EG-KN-qus"]),
        ("ساكنين في دشنا", ["EG-KN-dishna"]),
        ("قنا", ["EG-KN-qena"]),
        ("مدينة قنا", ["EG-KN-qena"]),
        ("Nag Hammadi", ["EG-KN-nag-hammadi"]),
        ("El Waqf", ["EG-KN-waqf"]),
        ("الشعانيه", ["EG-KN-nag-hammadi", "EG-KN-nag-hammadi-shaaniya"]),
        ("نجع حمادى - الشعانية", ["EG-KN-nag-hammadi", "EG-KN-nag-hammadi-shaaniya"]),
        ("قرية الطوابيه تبع قنا", ["EG-KN-qena", "EG-KN-qena-tawabiya"]),
        ("حجازه قبلى", ["EG-KN-qus", "EG-KN-qus-higaza-qibli"]),
        ("garagos", ["EG-KN-qus", "EG-KN-qus-garagos"]),
        ("محافظة قنا", []),  # they all are
        ("حجازة", []),
        ("الشعنيه", []),
        ("السلام عليكم", []),
        ("باريس", []),
    ],
)
def test_qena_by_district_or_at_once_by_village(said: str, values: list[str]) -> None:
    assert answered(say("qena", "markaz", said)) == values


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("الجهراء", ["KW-JA"]),
        ("من الجهرا", ["KW-JA"]),
        ("الجهراء القصر", ["KW-JA", "KW-JA-qasr"]),
        ("حولي", ["KW-HA"]),
        ("7awalli", ["KW-HA"]),
        ("منطقة حولي", ["KW-HA", "KW-HA-hawalli"]),
        ("محافظة حولي", ["KW-HA"]),
        ("السالميه قطعة ٥", ["KW-HA", "KW-HA-salmiya"]),
        ("salmiya", ["KW-HA", "KW-HA-salmiya"]),
        ("الگرين", ["KW-MU", "KW-MU-qurain"]),
        ("يليب", []),
        ("صباح", []),
        ("السلام عليكم", []),
    ],
)
def test_kuwait_by_governorate_or_at_once_by_area(said: str, values: list[str]) -> None:
    assert answered(say("kuwait", "governorate", said)) == values


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("الشعانيه تبع نجع حمادي", ["EG-KN-nag-hammadi-shaaniya"]),
        ("قرية بهجوره", ["EG-KN-nag-hammadi-bahgura"]),
        ("7amra dom", ["EG-KN-nag-hammadi-hamra-dom"]),
        ("نجع حمادي", ["EG-KN-nag-hammadi"]),
        ("مش موجودة", ["elsewhere"]),
        ("السلام", []),  # not the village السلامية
        ("خزام", []),  # not أبو حزام: a village of Qus bears that name
        ("الحلفاية", []),
        ("الشعنية", []),
    ],
)
def test_the_village_once_the_district_is_known(said: str, values: list[str]) -> None:
    assert answered(say("qena", "village", said, before={"markaz": "نجع حمادي"})) == values


def test_what_is_asked_shows_where_each_place_lies() -> None:
    (asked,) = (event for event in say("qena", "markaz", "حجازة") if isinstance(event, Misunderstood))
    assert [option.label for option in asked.candidates] == ["حجازة قبلي، مركز قوص", "حجازة بحري، مركز قوص"]


def test_every_village_and_area_is_understood_by_its_name_and_what_it_belongs_to() -> None:
    for programme, first in (("qena", "markaz"), ("kuwait", "governorate")):
        form = intake(programme)
        name = "village" if programme == "qena" else "residence_area"
        for choice in _choices(form, first, name):
            values = answered(say(programme, first, f"{choice[2]} - {choice[1]}"))
            assert values in ([choice[0], choice[3]], [choice[0]]), choice


def _choices(form: Form, first: str, second: str) -> list[tuple[str, str, str, str]]:
    """A sample: name and label of the first answer, label and name of the second."""
    from dialogs.form import Instance

    instance = Instance.start(form, now=NOW, time_zone="Africa/Cairo", instance_id="a")
    found = []
    for above in instance.choices(f"/data/place/{first}"):
        instance.set(f"/data/place/{first}", above.name)
        below = [each for each in instance.choices(f"/data/place/{second}") if each.name.startswith(above.name)]
        found += [(above.name, above.label(), each.label(), each.name) for each in below[1::5]]
    return found
