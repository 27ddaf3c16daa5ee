"""The packs of both programmes keep their promises: they compile, hurt nobody, stay short, name only what exists."""

from __future__ import annotations

import csv
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pyxform.xls2json_backends import md_to_dict
from pyxform.xls2xform import convert

from dialogs.understanding import fold
from referrals.definitions.settings import read_settings
from referrals.texts import read_catalogue

PROGRAMMES = Path(__file__).resolve().parents[2] / "programmes"
PACKS = ("kuwait", "qena")
FORMS = [(pack, form) for pack in PACKS for form in ("intake", "visit", "follow_up", "feedback")]
BUTTON, ROW, ROWS = 20, 24, 10  # WhatsApp: characters of a button and of a list row, rows of a list
AR, EN = "::Arabic (ar)", "::English (en)"
PLACE_LISTS = {"governorate", "residence_area", "markaz", "village"}
# Words of an office, and labels on people (reference: how Sanad speaks, rules 10 and 11).
FORBIDDEN = set(
    "متعثر متعثرة محتاج محتاجة محتاجين فقير فقيرة فقراء مستحق مستحقة مستحقين مستفيد مستفيدة مستفيدين".split()
)
FORBIDDEN |= set(
    "حالة حالتكم فئة جهة إحالة تقييم تم قيد نحو معاملة استمارة بيانات بياناتي موافق موافقون نفسي مسجون".split()
)
ARABIC_WORD = re.compile(r"[\u0621-\u0652\u0670]+")

Row = dict[str, str]


@cache
def sheets(pack: str, form: str) -> dict[str, list[Row]]:
    read: dict[str, list[Row]] = md_to_dict((PROGRAMMES / pack / f"{form}.md").read_text(encoding="utf-8"))
    return read


@cache
def compiled(pack: str, form: str) -> tuple[str, tuple[str, ...]]:
    result = convert((PROGRAMMES / pack / f"{form}.md").read_text(encoding="utf-8"), file_type=".md", validate=False)
    return str(result.xform), tuple(result.warnings)


def toml(pack: str, name: str) -> dict[str, Any]:
    return tomllib.loads((PROGRAMMES / pack / name).read_text(encoding="utf-8"))


def places(pack: str) -> dict[str, Row]:
    with (PROGRAMMES / pack / "places.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def spoken(pack: str, form: str) -> Iterator[str]:
    """Every Arabic text that a person reads in a form."""
    for sheet in ("survey", "choices"):
        for row in sheets(pack, form)[sheet]:
            yield from (text for column, text in row.items() if column.endswith((AR, "quick_ar")))


def offered_together(pack: str, form: str) -> dict[tuple[str, ...], list[Row]]:
    """The choices as they stand on one screen: by list, and by what filters the list."""
    screens: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in sheets(pack, form)["choices"]:
        screens[row["list_name"], row.get("need", row.get("governorate", row.get("markaz", "")))].append(row)
    return screens


@pytest.mark.parametrize(("pack", "form"), FORMS)
def test_a_form_compiles_without_a_warning_and_says_its_version(pack: str, form: str) -> None:
    xform, warnings = compiled(pack, form)
    assert warnings == ()
    assert re.search(rf'id="{pack}_{form}" version="\d{{10}}"', xform)


@pytest.mark.parametrize(("pack", "form"), FORMS)
def test_every_text_stands_in_both_languages(pack: str, form: str) -> None:
    for sheet in ("survey", "choices"):
        for row in sheets(pack, form)[sheet]:
            for column, text in row.items():
                other = column.replace(AR, EN) if column.endswith(AR) else column.replace(EN, AR)
                assert text.strip() not in {"", "-"}, row
                assert other in row, f"{row['name']}: {column} stands alone"
    assert not re.search(r"<value>\s*-?\s*</value>", compiled(pack, form)[0])


@pytest.mark.parametrize(("pack", "form"), FORMS)
def test_a_label_fits_its_button_or_its_row(pack: str, form: str) -> None:
    autocomplete = {
        row["type"].split()[-1] for row in sheets(pack, form)["survey"] if row.get("appearance") == "autocomplete"
    }
    for (name, _), rows in offered_together(pack, form).items():
        assert name in autocomplete or len(rows) <= ROWS, name
        room = BUTTON if len(rows) <= 3 and name not in autocomplete else ROW
        for row in rows:
            assert len(row[f"label{AR}"]) <= room and len(row[f"label{EN}"]) <= room, row
    for row in sheets(pack, form)["survey"]:
        assert len(row.get("bind::chat:quick_ar", "")) <= BUTTON


@pytest.mark.parametrize(("pack", "form"), FORMS)
def test_no_text_labels_people_or_speaks_like_an_office(pack: str, form: str) -> None:
    for text in spoken(pack, form):
        words = {word.removeprefix("و").removeprefix("ال") for word in ARABIC_WORD.findall(text)}
        assert not words & FORBIDDEN and "موقع" not in words, text


@pytest.mark.parametrize("pack", PACKS)
def test_no_consent_text_reason_or_greeting_labels_people(pack: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (PROGRAMMES / pack).glob("consent/*.ar.txt")]
    catalogue = read_catalogue((PROGRAMMES / pack / "messages" / "ar.po").read_bytes())
    texts += [form for forms in catalogue.texts.values() for form in forms]
    rules = toml(pack, "rules.toml")
    texts += [row["reason_ar"] for row in rules["eligibility"]["rule"]] + [
        row["text_ar"] for row in rules["decline_reason"]
    ]
    for text in texts:
        words = {word.removeprefix("و").removeprefix("ال") for word in ARABIC_WORD.findall(text)}
        assert not words & FORBIDDEN, text


@pytest.mark.parametrize(("pack", "form"), FORMS)
def test_a_question_ends_with_its_question(pack: str, form: str) -> None:
    for row in sheets(pack, form)["survey"]:
        kind = row["type"].split()[0]
        if form != "visit" and kind in {
            "text",
            "integer",
            "date",
            "select_one",
            "select_multiple",
            "geopoint",
            "image",
        }:
            assert row[f"label{AR}"].endswith("؟"), row["name"]
            assert row[f"label{AR}"].count("؟") == 1, row["name"]


@pytest.mark.parametrize("pack", PACKS)
def test_one_set_of_digits_stands_in_a_message(pack: str) -> None:
    """Latin digits stand in Arabic texts only where the phone is to dial them."""
    for form in ("intake", "follow_up", "feedback"):
        latin = [text for text in spoken(pack, form) if re.search("[0-9]", text)]
        assert all("خط مساعدة الطفل" in text for text in latin), latin


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("form", ["intake", "follow_up", "feedback"])
def test_any_question_may_be_left(pack: str, form: str) -> None:
    """What the notice promises: a required question is a choice that has «لا أريد الإجابة»."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in sheets(pack, form)["choices"]:
        names[row["list_name"]].add(row["name"])
    for row in sheets(pack, form)["survey"]:
        if row.get("required"):
            assert row["type"].startswith("select_") and "prefer_not" in names[row["type"].split()[1]], row["name"]


@pytest.mark.parametrize(("pack", "form"), FORMS)
def test_choice_names_are_short_ascii_and_aliases_are_nobody_elses(pack: str, form: str) -> None:
    for (name, _), rows in offered_together(pack, form).items():
        owners: dict[str, str] = {}
        for row in rows:
            assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", row["name"]), row
            said = {fold(word) for word in [row[f"label{AR}"], *row.get("aliases", "").split("|")] if word}
            for word in said:
                assert owners.setdefault(word, row["name"]) == row["name"], f"{name}: «{word}» means two choices"


@pytest.mark.parametrize("pack", PACKS)
def test_place_choices_are_the_places_of_the_programme(pack: str) -> None:
    known = places(pack)
    asked = {row["name"] for row in sheets(pack, "intake")["choices"] if row["list_name"] in PLACE_LISTS}
    asked -= {"unknown", "prefer_not", "elsewhere", "outside"}
    assert asked == {code for code, place in known.items() if pack == "kuwait" or place["level"] != "governorate"}
    for row in sheets(pack, "intake")["choices"]:
        above = row.get("governorate", row.get("markaz", "any"))
        if above != "any":
            assert row["name"] == above or known[row["name"]]["parent"] == above, row


@pytest.mark.parametrize("pack", PACKS)
def test_what_the_casework_reads_stands_in_the_intake(pack: str) -> None:
    settings = read_settings((PROGRAMMES / pack / "programme.toml").read_text(encoding="utf-8"))
    names = {row["name"] for row in sheets(pack, "intake")["survey"] if "name" in row}
    for key, questions in settings.reads.items():
        assert set(questions) <= names, key
    assert {row.code for row in settings.disclosure} <= set(settings.reads)
    assert {need.domain for need in settings.needs} == {domain.code for domain in settings.need_domains}


@pytest.mark.parametrize("pack", PACKS)
def test_needs_and_groups_have_the_same_codes_in_form_settings_rules_and_directory(pack: str) -> None:
    settings = read_settings((PROGRAMMES / pack / "programme.toml").read_text(encoding="utf-8"))
    codes = {need.code for need in settings.needs}
    kinds = {row["name"] for row in sheets(pack, "intake")["choices"] if row["list_name"] == "need_kind"}
    assert kinds | {"other"} == codes
    calculates = {
        row["name"]: row["calculation"] for row in sheets(pack, "intake")["survey"] if row["type"] == "calculate"
    }
    groups = {group.code for group in settings.target_groups}
    assert set(re.findall(r"'([a-z_]+) '", calculates["target_groups"])) == groups
    assert set(re.findall(r"'([a-z_]+) '", calculates["needs"])) <= codes
    with (PROGRAMMES / pack / "directory" / "services.csv").open(encoding="utf-8", newline="") as file:
        assert {need.service_term for need in settings.needs} <= {row["x_service_term"] for row in csv.DictReader(file)}
    rules = toml(pack, "rules.toml")
    conditions = [when for rule in rules["eligibility"]["rule"] for when in rule["when"]] + rules["scoring"]["item"]
    assert {condition["field"] for condition in conditions} <= set(settings.reads)
    said = {code for when in conditions if when["field"] == "target_groups" for code in when["value"].split()}
    assert said <= groups


@pytest.mark.parametrize("pack", PACKS)
def test_the_notice_says_what_the_settings_say(pack: str) -> None:
    settings = read_settings((PROGRAMMES / pack / "programme.toml").read_text(encoding="utf-8"))
    for language in ("ar", "en"):
        notice = (PROGRAMMES / pack / "consent" / f"notice.{language}.txt").read_text(encoding="utf-8")
        assert len(notice.splitlines()) == 3
        for words in (settings.name(language), settings.owner(language), settings.retention(language)):
            assert words in notice
        referral = (PROGRAMMES / pack / "consent" / f"referral.{language}.txt").read_text(encoding="utf-8")
        assert "{centre}" in referral and "{fields}" in referral


# -- the length of the way, by families who answer at random

MAIN = "{http://www.w3.org/2002/xforms}"


def text_of(value: Any) -> str:
    if isinstance(value, list):
        return (value[0].text or "") if value else ""
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:g}"
    return str(value)


def extensions(root: Any) -> dict[tuple[None, str], Callable[..., Any]]:
    """The few ODK functions that these forms use beside XPath 1.0."""
    plain: dict[str, Callable[..., Any]] = {
        "if": lambda _, test, yes, no: text_of(yes if test else no),
        "selected": lambda _, value, name: text_of(name) in text_of(value).split(),
        "coalesce": lambda _, *values: next((text_of(value) for value in values if text_of(value)), ""),
        "instance": lambda _, name: root.xpath("instances/*[@id = $name]", name=text_of(name)),
        "decimal-date-time": lambda _, value: float(text_of(value) or "nan"),
        "today": lambda _: 0.0,
    }
    return {(None, name): function for name, function in plain.items()}


class Family:
    """Answers the compiled intake at random, in order, and counts what it was asked. Dates are days from today."""

    def __init__(self, xform: str, seed: int) -> None:
        self.random, self.asked = random.Random(seed), list[str]()
        page: Any = etree.fromstring(xform.encode())
        model = page.find(f".//{MAIN}model")
        first, *others = list(model.iter(f"{MAIN}instance"))
        self.root, self.body = plain_copy(first[0]), page[1]
        held = etree.SubElement(self.root, "instances")
        for other in others:
            holder = etree.SubElement(held, "instance", id=other.get("id", ""))
            holder.append(plain_copy(other[0]))
        self.binds = {str(bind.get("nodeset")): bind for bind in model.iter(f"{MAIN}bind")}
        self.run = etree.XPathEvaluator(self.root.getroottree(), extensions=extensions(self.root))

    def relevant(self, ref: str) -> bool:
        steps = ref.split("/")
        above = ["/".join(steps[:n]) for n in range(3, len(steps) + 1)]
        tests = [self.binds[path].get("relevant") for path in above if path in self.binds]
        return all(self.run(f"boolean({test})") for test in tests if test)

    def value(self, ref: str) -> str:
        return text_of(self.run(ref))

    def calculate(self) -> None:
        for ref, bind in self.binds.items():
            if bind.get("calculate") and ref.count("/") >= 2:
                node = self.run(ref)[0]
                node.text = str(text_of(self.run(bind.get("calculate"))))

    def answer(self) -> None:
        for control in self.body.iter(*(MAIN + name for name in ("input", "select", "select1", "upload", "repeat"))):
            self.calculate()
            ref = control.get("ref", "")
            bind = self.binds.get(ref)
            if control.tag == MAIN + "repeat" or bind is None or bind.get("readonly") or not self.relevant(ref):
                continue
            inside = list(control.iterancestors(MAIN + "repeat"))
            times = int(float(self.value(ref.rsplit("/", 1)[0] + "_count") or 0)) if inside else 1
            self.asked += [ref.rsplit("/", 1)[-1]] * times
            self.run(ref)[0].text = self.pick(control, bind)
        self.calculate()

    def pick(self, control: Any, bind: Any) -> str:
        itemset = control.find(f"{MAIN}itemset")
        if itemset is not None:
            items = [item.findtext("name") for item in self.run(itemset.get("nodeset"))]
            assert items, f"{bind.get('nodeset')} offers nothing"
            return str(self.random.choice(items))
        if bind.get("type") == "int":
            return str(self.random.choice([0, 1, 2, 3, 6, 9, 16, 34, 70]))
        return str(self.random.randint(0, 30)) if bind.get("type") == "date" else "x"


def plain_copy(element: Any) -> Any:
    """The element without namespaces, so that the author's paths find it."""
    copy = etree.Element(etree.QName(element).localname)
    copy.text = (element.text or "").strip()
    copy.extend(plain_copy(child) for child in element if isinstance(child.tag, str))
    return copy


@cache
def families(pack: str) -> tuple[Family, ...]:
    walked = [Family(compiled(pack, "intake")[0], seed) for seed in range(160)]
    for family in walked:
        family.answer()
    return tuple(walked)


@pytest.mark.parametrize("pack", PACKS)
def test_no_way_through_the_intake_asks_more_than_forty_questions(pack: str) -> None:
    lengths = sorted(len(family.asked) for family in families(pack))
    assert lengths[-1] <= 40
    assert lengths[len(lengths) // 2] <= 27


@pytest.mark.parametrize("pack", PACKS)
def test_every_way_ends_with_a_need_a_priority_and_known_codes(pack: str) -> None:
    settings = read_settings((PROGRAMMES / pack / "programme.toml").read_text(encoding="utf-8"))
    codes, known = {need.code for need in settings.needs}, places(pack)
    groups = {group.code for group in settings.target_groups}
    met: set[str] = set()
    for family in families(pack):
        needs = family.value("/data/needs").split()
        assert needs and set(needs) <= codes and len(needs) == len(set(needs)), needs
        assert family.value("/data/priority") in {"normal", "urgent", "emergency"}
        assert family.value("/data/area") in {"", *known}
        met |= {*family.value("/data/target_groups").split(), family.value("/data/priority")}
    assert met == groups | {"normal", "urgent", "emergency"}
