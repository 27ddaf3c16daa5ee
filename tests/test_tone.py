"""How we speak, where a machine can hear it: short sentences to several people, no office words, nothing told on.

Over every text that a family reads: the catalogues, what countries and programmes say in their own words, the consents
and the forms. `docs/tone.md` says why.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dialogs.understanding import fold
from referrals.messages import WHATSAPP
from tests.spoken import messages
from tests.test_catalogues import common, countries, overrides, texts

ROOT = Path(__file__).resolve().parent.parent
FORMS = ("intake", "follow_up", "feedback")  # visit.md is read by researchers
BREATH = 14  # words: more than that nobody reads aloud in one breath
ARABIC = re.compile("[\u0621-\u064a]+")
SIGNS = re.compile("[\u064b-\u0652\u0640]")
SENTENCE = re.compile(r"[.؟!?\n:]+")

OFFICE = frozenset(
    """قيد الجهة جهة إحالة تقييم نحو بيانات الموقع حالة حالتكم الفئة متعثرة متعثر محتاج محتاجة محتاجون فقيرة فقير مستحق
    مستحقة مستفيد مستفيدة مستفيدون استمارة معاملة المذكور المدون أدناه أعلاه عزيزي المستخدم النظام الحقل إدخال المحاولة
    يرجى الرجاء نرجو بخصوص علما وفقا لدى لديكم المشار برجاء سيادتكم""".split()
)
TO_ONE = frozenset(
    """أنت لك عندك معك منك عليك إليك بك طلبك طلبكِ اسمك عمرك بيتك هاتفك موعدك إجابتك رقمك أسرتك تريد تريدين تستطيع
    تستطيعين يمكنك تحتاج تحتاجين اختر اختاري اكتب اكتبي اضغط اضغطي أجب أجيبي انتظر انتظري تابع تابعي تحدث تحدثي موافق
    موافقة موافقون""".split()
)
MACHINES = frozenset(
    "فجوة فجوات فجوتان أحداث خادم خوادم صفوف صف بارامتر استعلام كيان معالجة متغير حقل توكن سيرفر".split()
)
RELIGIOUS = ("إن شاء الله", "بإذن الله", "الحمد لله", "جزاكم الله", "ليس منا")
GREETED = ("desk.greeting_back.",)  # a greeting is given back in its own kind
PUSHED = (  # what goes out without having been asked for: whoever holds the telephone reads its first lines
    *("interview.nudge", "appointment.reminder", "appointment.reminder_today", "appointment.missed"),
    *(
        "appointment.offer",
        "desk.news_waiting",
        "referral.answer_came",
        "info.wanted",
        "info.reminder",
        "info.lapsed",
        "referral.did_help_arrive",
        "move.code",
    ),
)


@dataclass(frozen=True)
class Told:
    """A text that a family reads, and where it stands."""

    where: str
    text: str
    button: bool = False


@cache
def told() -> tuple[Told, ...]:
    """All of it, in Arabic."""
    return (*_catalogues(), *_consents(), *_forms())


def _catalogues() -> Iterator[Told]:
    own = [path for path in overrides() if path.stem == "ar"]
    for path in (common("ar"), common("ar", "channels"), *countries(), *own):
        for key, forms in texts(path).items():
            where = f"{path.parents[1].name}/{path.stem}: {key}"
            yield from (Told(where, form, button=key.startswith("button.")) for form in forms)


def _consents() -> Iterator[Told]:
    for path in sorted(ROOT.glob("programmes/*/consent/*.ar.txt")):
        yield from (Told(f"{path.parent.parent.name}/{path.name}", line) for line in path.read_text().split("\n"))


def _forms() -> Iterator[Told]:
    for path in sorted(ROOT.glob("programmes/*/*.md")):
        for row in rows_of(path) if path.stem in FORMS else ():
            where = f"{path.parent.name}/{path.stem}: {row.get('name', '')}"
            is_choice = "list_name" in row
            if not (is_choice and row["list_name"] in ("village", "residence_area", "markaz", "governorate")):
                yield from (
                    Told(f"{where} {column}", text, button=is_choice)
                    for column, text in row.items()
                    if column.endswith("Arabic (ar)") and text
                )


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a form's tables, by the names of their columns."""
    rows: list[dict[str, str]] = []
    head: list[str] = []
    for line in path.read_text().splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            head = []
        elif not head:
            head = cells
        elif set("".join(cells)) - {"-"}:
            rows.append(dict(zip(head, cells, strict=False)))
    return rows


def words_in(text: str) -> list[str]:
    return ARABIC.findall(SIGNS.sub("", text))


def bare(word: str) -> set[str]:
    """The word, also without «و», «ف», «ب», «ل», «ال» before it."""
    forms = {word}
    for _ in range(2):
        forms |= {form[1:] for form in forms if form[:1] in "وفبل"} | {form[2:] for form in forms if form[:2] == "ال"}
    return forms


def test_there_is_something_to_hear() -> None:
    assert len(told()) > 600
    assert {each.where.partition("/")[0] for each in told()} == {"ar", "ar_EG", "ar_KW", "kuwait", "qena"}


def test_every_sentence_is_said_in_one_breath() -> None:
    long = [
        (each.where, sentence.strip())
        for each in told()
        for sentence in SENTENCE.split(each.text)
        if len(sentence.split()) > BREATH
    ]
    assert long == []


def test_nothing_is_said_in_the_words_of_an_office() -> None:
    assert [(each.where, word) for each in told() for word in words_in(each.text) if bare(word) & OFFICE] == []
    passive = re.compile(r"(?<!\w)(?:و|ف)?(?:تم|يتم|سيتم|جرى|يجري) ")
    assert [(each.where, each.text) for each in told() if passive.search(SIGNS.sub("", each.text))] == []


def test_staff_are_not_spoken_to_in_the_words_of_programmers() -> None:
    said = [
        (key, word)
        for key, forms in texts(common("ar", "console")).items()
        for form in forms
        for word in words_in(form)
    ]
    assert len(said) > 3_000
    assert [(key, word) for key, word in said if {word, word.removeprefix("ال")} & MACHINES] == []


def test_we_speak_to_several_people_and_a_button_speaks_for_who_taps_it() -> None:
    assert [(each.where, word) for each in told() for word in words_in(each.text) if word in TO_ONE] == []


def test_no_religious_words_but_a_greeting_given_back() -> None:
    said = [each for each in told() if not any(kind in each.where for kind in GREETED)]
    assert [(each.where, words) for each in said for words in RELIGIOUS if words in SIGNS.sub("", each.text)] == []


def test_a_label_fits_a_row_and_a_button_of_ours_a_button() -> None:
    for each in (each for each in told() if each.button):
        most = WHATSAPP.button_title if ": button." in each.where else WHATSAPP.row_title
        assert 0 < len(each.text) <= most, each


def test_a_form_asks_last_and_once() -> None:
    """«… ما أهم شيء تحتاجونه الآن؟»: what is said before it stands before it."""
    labels = [each for each in _forms() if not each.button and each.where.endswith("label::Arabic (ar)")]
    questions = [each for each in labels if "؟" in each.text]
    assert len(questions) > 60
    assert [each for each in questions if each.text.count("؟") > 1 or not each.text.endswith("؟")] == []


@cache
def secrets() -> frozenset[str]:
    """What nobody else may learn from a message that was not asked for: needs, groups, programmes and their owners."""
    names: set[str] = set()
    for path in ROOT.glob("programmes/*/programme.toml"):
        settings = tomllib.loads(path.read_text())
        names |= {settings[name] for name in ("name_ar", "owner_ar", "official_name_ar") if name in settings}
        for table in ("need", "need_domain", "target_group"):
            names |= {row["name_ar"] for row in settings.get(table, [])}
        for row in rows_of(path.parent / "intake.md"):
            if row.get("list_name") in ("main_need", "need_kind", "urgent_fact", "crisis_kind"):
                names.add(row["label::Arabic (ar)"])
    common_words = {"شيء آخر", "لا أريد الإجابة", "لا شيء من هذا", "عمل"}
    return frozenset(names - common_words)


@pytest.mark.parametrize("key", PUSHED)
def test_what_we_send_unasked_names_no_need_no_group_and_no_programme(key: str) -> None:
    paths = [common("ar"), *countries(), *(path for path in overrides() if path.stem == "ar")]
    forms = [form for path in paths for form in texts(path).get(key, ())]
    assert forms
    for form in forms:
        said = f" {fold(form)} "
        assert not [secret for secret in secrets() if f" {fold(secret)} " in said], form
        assert not {"مساعدة", "المساعدة", "برنامج", "البرنامج", "احتياجات"} & set(words_in(form)), form


def test_no_reminder_in_any_transcript_names_a_need_a_group_or_a_programme() -> None:
    reminders = [
        each.text for each in messages() if re.match(r"(?:عندكم موعد|فات موعد|خدمة سند: |وصل الرد)", each.text)
    ]
    assert len(reminders) >= 4
    told_on = [(text, name) for text in reminders for name in secrets() if f" {fold(name)} " in f" {fold(text)} "]
    assert told_on == []


def test_the_notice_for_a_desk_speaks_of_no_messages() -> None:
    """It is read aloud by a clerk: nothing in it is automatic, and nobody writes «توقف»."""
    for path in ROOT.glob("programmes/*/consent/*_desk.ar.txt"):
        assert not {"رسائل", "الرسائل", "آلية", "اكتبوا", "واتساب"} & set(words_in(path.read_text())), path
