"""Flow JSON of any form keeps every limit of the platform, and so does what fills its screens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.whatsapp_flows import flow_json, given_in, screen_data
from dialogs.form import Form, compile_xlsform, load_xform
from dialogs.interview.screens import groups_for_screens, screens_of
from referrals.flows.taking import Choosable, Part, View
from tests.dialogs.interview.chatting import form_of
from tests.dialogs.interview.random_forms import random_form
from tests.platforms.flow_rules import MOST_BYTES, wrong_in_flow

ROOT = Path(__file__).resolve().parents[3]
LONG = "سؤال طويل جداً عن البيت وأهله وما يحتاجون إليه كل يوم"
ALIKE = f"""
| survey |
| | type | name | label::Arabic (ar) | bind::chat:short_label_ar | bind::chat:sensitive |
| | begin_group | home | {LONG} | | |
| | text | one | {LONG} أولاً | | |
| | text | two | {LONG} ثانياً | | yes |
| | text | three | {LONG} ثالثاً | الثالث | |
| | select_one list | four | {LONG} رابعاً | | |
| | select_multiple list | five | {LONG} خامساً | | |
| | acknowledge | six | {LONG} سادساً | | |
| | date | seven | {LONG} سابعاً | | |
| | note | eight | {LONG} | | |
| | end_group | | | | |
| choices |
| | list_name | name | label::Arabic (ar) |
| | list | a | {LONG} الأول |
| | list | b | {LONG} الثاني |
| | list | c | قصير |
"""


def group_json(form: Form, group: str) -> dict[str, Any]:
    return flow_json(form, screens_of(form, group))


def labels_of(flow: dict[str, Any]) -> list[str]:
    found: list[str] = []

    def read(part: object) -> None:
        if isinstance(part, dict):
            found.extend([part["label"]] if "label" in part else [])
            for inner in part.values():
                read(inner)
        elif isinstance(part, list):
            for inner in part:
                read(inner)

    read(flow)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_any_group_of_any_form_is_taken_by_the_platform(seed: int) -> None:
    form = random_form(seed)
    for group in (question.ref for question in form.questions if question.kind in ("group", "repeat")):
        if screens_of(form, group).screens:
            flow = group_json(form, group)
            assert wrong_in_flow(flow) == []
            assert len(json.dumps(flow)) < MOST_BYTES


def test_every_group_of_our_own_forms_is_taken_by_the_platform() -> None:
    for file in sorted((ROOT / "programmes").glob("*/intake.md")):
        form = load_xform(compile_xlsform(file.read_bytes(), name=file.name))
        for question in form.questions:
            if question.kind in ("group", "repeat") and screens_of(form, question.ref).screens:
                for language in ("ar", "en"):
                    assert wrong_in_flow(flow_json(form, screens_of(form, question.ref), language)) == [], file


def test_kuwait_s_household_is_marked_for_screens() -> None:
    form = load_xform(compile_xlsform((ROOT / "programmes/kuwait/intake.md").read_bytes(), name="intake.md"))
    assert groups_for_screens(form) == ("/data/home",)


def test_labels_that_would_read_alike_once_cut_are_told_apart() -> None:
    flow = group_json(form_of(ALIKE), "/data/home")
    assert wrong_in_flow(flow) == []
    labels = labels_of(flow)
    assert len(set(labels)) == len([label for label in labels if label != "متابعة"]) + 1
    assert "الثالث" in labels
    assert len(flow["screens"][0]["sensitive"]) == 1


def test_options_keep_their_limits_and_lose_nothing() -> None:
    slot = screens_of(form_of(ALIKE), "/data/home").screens[0].slots[3]
    screen = screens_of(form_of(ALIKE), "/data/home").screens[0]
    choices = (Choosable("a", f"{LONG} الأول"), Choosable("b", f"{LONG} الثاني"), Choosable("c", "قصير"))
    part = Part(slot, LONG * 100, visible=True, options=choices, value="a", error="خطأ " * 20)
    data = screen_data(View(screen, LONG * 3, parts=(part,), error="انظروا"))
    options = data[f"o_{slot.name}"]
    assert len({option["title"] for option in options}) == 3
    assert all(len(option["title"]) <= 30 for option in options)
    assert options[0]["description"].endswith("الأول")
    assert len(data["title"]) <= 80 and len(data[f"t_{slot.name}"]) <= 4096
    assert len(data["errors"][slot.name]) <= 30 and "خطأ خطأ" in data["notice"], "the whole of it stands above"


def test_what_a_screen_sends_is_read_as_the_form_writes_it() -> None:
    sent = {"q1": ["a", "b"], "q2": True, "q3": False, "q4": 5, "q5": "نص", "q6": None, "q7": {"x": 1}}
    assert given_in(sent) == {"q1": "a b", "q2": "OK", "q3": "", "q4": "5", "q5": "نص"}
