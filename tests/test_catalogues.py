"""The catalogues hold what the code says, all of it and nothing more, in the words that families can read."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.channels.web.words import MOVES, PageWords
from bot.channels.words import Words
from referrals.conversations.stages.missed import REASONS as MISSED_REASONS
from referrals.conversations.stages.reminding import ANSWERS, ON_THE_DAY
from referrals.conversations.stages.stopping import WAYS
from referrals.lifecycles.application import DECLINE_REASONS
from referrals.lifecycles.referral import FAILURE_REASONS, REJECTION_REASONS
from referrals.matching.rules.nearest import SHOWN
from referrals.matching.rules.reasons import PLURAL_KEYS
from referrals.texts import common_catalogue, read_catalogue
from tests.availability import unavailable

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"ar": 6, "en": 2}  # and how many plural forms each has
STAGES = "referrals/conversations/stages"
GREETINGS = ("salam", "morning", "evening", "other")

# Keys that code puts together, f"button.call_{value}", by file and beginning: every ending that can come.
FAMILIES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("referrals/asking_back.py", "understand.ask."): (
        *("number", "date", "intent", "choice", "phone", "national-id", "place", "name"),
        *("date_part", "date_impossible", "date_hijri", "id_length", "id_invalid", "id_recheck"),
        "place_parent",
    ),
    ("referrals/asking_back.py", "understand.intent."): tuple(
        "yes no stop back help skip restart human danger".split()
    ),
    ("referrals/conversations/front_desk/words_said.py", "desk.greeting_back."): GREETINGS,
    ("referrals/conversations/asking/misunderstandings.py", "button.stuck_"): ("voice", "human"),
    ("referrals/conversations/asking/misunderstandings.py", "interview.misunderstood."): (
        *("number", "choice", "point", "image", "audio", "file"),
        *("date", "month", "year", "time", "moment", "national_id", "name"),
    ),
    ("referrals/referral/words.py", "button.outcome_"): ("yes", "partly", "no", "skip"),
    ("referrals/referral/words.py", "button.elsewhere_"): ("yes", "no"),
    (f"{STAGES}/more_needs.py", "button.more_"): ("yes", "no"),
    ("referrals/texts.py", "time."): ("morning", "noon", "evening"),
    (f"{STAGES}/agreeing.py", "button.phone_"): ("yes", "other", "no"),
    (f"{STAGES}/agreeing.py", "button.readers_"): ("alone", "shared", "unknown"),
    (f"{STAGES}/waiting.py", "button.wait_"): ("yes", "no"),
    (f"{STAGES}/taking.py", "button.for_women_"): ("yes", "no"),
    (f"{STAGES}/taking_one_way.py", "button.cancel_"): ("yes", "no"),
    (f"{STAGES}/in_one_way.py", "button.all_"): ("move", "drop"),
    (f"{STAGES}/at_home.py", "button.visit_"): ("ok", "other", "refuse"),
    (f"{STAGES}/missed.py", "button.missed_"): ("again", "closed", "no"),
    (f"{STAGES}/missed.py", "button.why_"): MISSED_REASONS,
    (f"{STAGES}/reminding.py", "button.cancel_"): ("yes", "no"),
    (f"{STAGES}/reminding.py", "button.reminder_"): (*ANSWERS, *ON_THE_DAY),
    (f"{STAGES}/closing_loop.py", "button.answer_"): ("others", "no"),
    (f"{STAGES}/interview_leads.py", "interview.kept."): ("voice", "film", "picture", "paper"),
    (f"{STAGES}/interview_leads.py", "interview.beside."): (
        *("audio", "video", "image", "file", "sticker", "contact", "point", "spot"),
    ),
    (f"{STAGES}/things.py", "interview.beside."): ("audio", "video", "image", "file"),
    (f"{STAGES}/closing_loop.py", "button."): ("clear", "unclear"),
    (f"{STAGES}/closing_loop.py", "button.wait_"): ("days", "weeks", "month", "longer"),
    (f"{STAGES}/closing_loop.py", "referral.failure."): FAILURE_REASONS,
    (f"{STAGES}/decision.py", "decision.reason."): DECLINE_REASONS,
    ("referrals/families/telling/applications.py", "decision.reason."): DECLINE_REASONS,
    (f"{STAGES}/closing_loop.py", "referral.reason."): REJECTION_REASONS,
    (f"{STAGES}/closing_loop.py", "referral.heard_"): ("yes", "partly"),
    (f"{STAGES}/greeting.py", "button."): (
        *("apply", "status", "appointments", "mine", "other", "human", "move", "urgent"),
    ),
    (f"{STAGES}/greeting.py", "desk.greeting_back."): GREETINGS,
    (f"{STAGES}/resuming.py", "button."): ("continue", "answers", "restart"),
    (f"{STAGES}/safety.py", "button.call_"): ("now", "later", "never"),
    (f"{STAGES}/safe_now.py", "button.safe_"): ("yes", "no", "cannot"),
    (f"{STAGES}/interview_leads.py", "desk.greeting_back."): GREETINGS,
    (f"{STAGES}/interviewing.py", "desk.greeting_back."): GREETINGS,
    (f"{STAGES}/stopping.py", "desk.clear_chat."): ("web", "telegram", "whatsapp"),
    (f"{STAGES}/stopping.py", "button."): ("yes", "no"),
    (f"{STAGES}/stopping.py", "button.stop_"): WAYS,
    (f"{STAGES}/own_hours.py", "button.hours_"): ("morning", "noon", "after_asr", "any"),
    (f"{STAGES}/withdrawing.py", "button."): ("yes", "no"),
}
SPEAKING = (
    "referrals/conversations",
    "referrals/appointments",
    "referrals/referral",
    "referrals/matching",
    "bot/channels",
)
HEARD = frozenset("السلام سلام صباح مساء مراجعة عيّنة".split()) | {"نبدأ من جديد"}  # compared, or handed on as heard
SPEAKS_THROUGH_OTHERS = "referrals/matching/rules/reasons.py"  # it gives keys that the conversation says
VOICES = {"say", "choice"}
APPOINTMENT_WORDS = {"centre", "number", "day", "time"}  # what `words_of` of appointment_words.py gives

KEY = re.compile(r"[a-z]+(?:\.[a-z0-9_-]+)+")
IN_A_TEMPLATE = re.compile(r"""\b[tn]\(\s*["']([^"']+)["']\s*([~+]?)""")
ARABIC_WORD = re.compile("[\u0621-\u064a]+")
VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0640]")
BUTTON_LENGTH = 20  # WhatsApp's; a list row holds 24
TWO_LANGUAGES_AT_ONCE = {"desk.which_language"}
WORDS_FOR_ITS_NUMBER = {"match.places"}  # «ثلاثة أماكن»: no more than three are ever shown
OFFICE_WORDS = frozenset(
    """تم قيد الجهة جهة إحالة الإحالة تقييم التقييم نحو بيانات البيانات بياناتكم بياناتي الموقع حالة الحالة حالتكم الفئة
    متعثرة المتعثرة محتاج محتاجة المحتاجة فقيرة الفقيرة مستحق مستحقة مستفيد مستفيدة المستفيد المستفيدون""".split()
)
TO_ONE_MAN = frozenset("موافق موافقون قدم تحدث تابع اختر اكتب اضغط امسح انتظر أجب تخط".split())


@dataclass(frozen=True)
class Asked:
    """A key that code asks for by name, and the values it gives; None where they cannot be told by reading."""

    key: str
    where: str
    values: frozenset[str] | None
    counted: bool


# -- what the catalogues hold


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as content:
        return read_po(content, abort_invalid=True)


@cache
def texts(path: Path) -> dict[str, tuple[str, ...]]:
    """Key -> its form or forms."""
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue(path):
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string or "",)
        found[str(key)] = tuple(forms)
    return found


def is_counted(path: Path, key: str) -> bool:
    message = catalogue(path).get(key)
    return message is not None and bool(message.pluralizable)


def common(language: str, domain: str = "family") -> Path:
    return ROOT / "locales" / language / "LC_MESSAGES" / f"{domain}.po"


def domains() -> list[str]:
    """`family`, and `console` once it is there in either language."""
    return sorted({path.stem for language in LANGUAGES for path in common(language).parent.glob("*.po")})


def overrides() -> list[Path]:
    return sorted(ROOT.glob("programmes/*/messages/*.po"))


def countries() -> list[Path]:
    """What a country says in its own words: `locales/ar_EG`, `locales/ar_KW`."""
    return sorted(path for path in (ROOT / "locales").rglob("family.po") if "_" in path.parents[1].name)


def family_files() -> list[Path]:
    return [*(common(language) for language in LANGUAGES), *countries(), *overrides()]


def every_file() -> list[Path]:
    return sorted({*(ROOT / "locales").rglob("*.po"), *overrides()})


def language_of(path: Path) -> str:
    """`ar` of `locales/ar_EG/LC_MESSAGES/family.po` and of `programmes/qena/messages/ar.po`."""
    return (path.stem if path.parent.name == "messages" else path.parents[1].name).partition("_")[0]


def placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# -- what the code asks for


@cache
def modules(folder: str) -> dict[str, ast.Module]:
    return {named(path): ast.parse(path.read_text()) for path in sorted((ROOT / folder).rglob("*.py"))}


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def speaks(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Call) and called(node) in VOICES for node in ast.walk(tree))


def written(node: ast.AST | None) -> str:
    """The text of a string constant; "" for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def labels_no_text(node: ast.AST) -> bool:
    """An audited action, or a constant in capitals: the name of a sealed field or of a stage."""
    if isinstance(node, ast.keyword):
        return node.arg in ("action", "object_kind", "kind", "reason")
    plain = isinstance(node, ast.Assign) and isinstance(node.value, (ast.Constant, ast.Tuple))
    return plain and all(ast.unparse(target).isupper() for target in getattr(node, "targets", ()))


def said(tree: ast.AST) -> Iterator[ast.AST]:
    """Every string of a module that may be a key, whole or put together."""
    for node in ast.iter_child_nodes(tree):
        if labels_no_text(node):
            continue
        if written(node) or isinstance(node, ast.JoinedStr):
            yield node
        if isinstance(node, ast.JoinedStr):
            yield from (inner for part in node.values if isinstance(part, ast.FormattedValue) for inner in said(part))
        else:
            yield from said(node)


@cache
def family_code() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The whole keys in modules that speak to families, and the beginnings of those put together, with their file."""
    beginnings = {key.split(".")[0] for key in texts(common("ar"))}
    beginnings |= {asked.key.split(".")[0] for asked in asked_by_name()}
    whole: set[str] = set()
    put_together: set[tuple[str, str]] = set()
    for name, tree in modules("referrals").items():
        if not speaks(tree) and name != SPEAKS_THROUGH_OTHERS:
            continue
        for text in said(tree):
            start = written(text.values[0]) if isinstance(text, ast.JoinedStr) else written(text)
            if start.partition(".")[0] not in beginnings:
                continue
            if isinstance(text, ast.JoinedStr) and re.fullmatch(r"[a-z]+\.[a-z_.]*", start):
                put_together.add((name, start))
            elif isinstance(text, ast.Constant) and KEY.fullmatch(start):
                whole.add(start)
    return frozenset(whole), frozenset(put_together)


def asked_by_name() -> Iterator[Asked]:
    """Calls of say, count and choice whose key is written out."""
    for name, tree in modules("referrals").items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            place = {"say": 0, "count": 0, "choice": 2}.get(called(call))
            if place is None or len(call.args) <= place:
                continue
            key = written(call.args[place])
            if KEY.fullmatch(key):
                yield Asked(key, f"{name}:{call.lineno}", values_of(call), called(call) == "count")


def values_of(call: ast.Call) -> frozenset[str] | None:
    given = {keyword.arg for keyword in call.keywords if keyword.arg}
    for spread in (keyword.value for keyword in call.keywords if keyword.arg is None):
        if not (isinstance(spread, ast.Call) and called(spread) == "_words"):
            return None
        given |= APPOINTMENT_WORDS
    return frozenset(given | ({"n"} if called(call) == "count" else set()))


def family_keys() -> set[str]:
    composed = {beginning + ending for (_, beginning), endings in FAMILIES.items() for ending in endings}
    return set(family_code()[0]) | {asked.key for asked in asked_by_name()} | composed


@cache
def console_code() -> tuple[frozenset[str], frozenset[str], str]:
    """Keys that pages ask for by t("…") and n("…"), beginnings of those put together, and all of the source."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for tree in modules("console").values():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            key = call.args[0] if called(call) in {"t", "n", "has"} and call.args else None
            whole.add(written(key))
            beginnings.add(written(key.values[0]) if isinstance(key, ast.JoinedStr) else "")
    pages = "\n".join(path.read_text() for path in sorted((ROOT / "console").rglob("*.html")))
    for key_in_page, operator in IN_A_TEMPLATE.findall(re.sub(r"\{#.*?#\}", "", pages, flags=re.DOTALL)):
        (beginnings if operator else whole).add(key_in_page)
    code = "\n".join(path.read_text() for path in sorted((ROOT / "console").rglob("*.py")))
    return frozenset(whole - {""}), frozenset(beginnings - {""}), pages + code


# -- complete, and nothing more


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_conversation_is_missing(language: str) -> None:
    assert sorted(family_keys() - set(texts(common(language)))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_conversation_is_unused(language: str) -> None:
    assert sorted(set(texts(common(language))) - family_keys()) == []


def test_every_key_that_is_put_together_has_its_endings_listed_here() -> None:
    assert family_code()[1] == set(FAMILIES)


@pytest.mark.parametrize("domain", domains())
def test_the_languages_hold_the_same_texts(domain: str) -> None:
    arabic, english = (texts(common(language, domain)) for language in LANGUAGES)
    assert set(arabic) == set(english)
    assert [key for each in (arabic, english) for key, forms in each.items() if not all(forms)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_find_their_texts(language: str) -> None:
    path = common(language, "console")
    if not path.exists():
        assert not list((ROOT / "console").rglob("*.html")), f"{named(path)} is missing, and there are pages"
        return
    whole, beginnings, source = console_code()
    held = {key.removeprefix("console.") for key in texts(path)}
    assert sorted(whole - held) == []
    assert sorted(start for start in beginnings if not any(key.startswith(start) for key in held)) == []
    quoted = set(re.findall(r"""["'](?:console\.)?([a-z0-9_.-]+)["']""", source))
    assert sorted(key for key in held - quoted if not key.startswith(tuple(beginnings))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_channels_find_their_words(language: str) -> None:
    asked = {f"messenger.{field.name}" for field in fields(Words)}
    asked |= {f"page.{field.name}" for field in fields(PageWords)} - {"page.language", "page.moves"}
    asked |= {f"page.{key}" for key in MOVES.values()}
    assert set(texts(common(language, "channels"))) == asked


@pytest.mark.parametrize("path", [*countries(), *overrides()], ids=named)
def test_a_country_or_programme_changes_only_texts_that_exist(path: Path) -> None:
    behind = texts(common(language_of(path)))
    assert sorted(set(texts(path)) - set(behind)) == []
    for key, forms in texts(path).items():
        assert all(forms), key
        assert len(forms) == len(behind[key]), key
        assert placeholders("".join(forms)) <= placeholders("".join(behind[key])), key


@pytest.mark.parametrize("path", countries(), ids=named)
def test_a_country_says_only_what_is_said_otherwise_there(path: Path) -> None:
    behind = texts(common(language_of(path)))
    assert [key for key, forms in texts(path).items() if forms == behind[key]] == []


def test_a_family_reads_its_programmes_words_then_its_countrys_then_the_common_ones() -> None:
    egypt, kuwait = (common_catalogue("ar", "family", country) for country in ("EG", "KW"))
    assert egypt.texts["desk.greeting_back.other"] == ("أهلاً وسهلاً بكم.",)
    assert kuwait.texts["desk.greeting_back.other"] == ("حيّاكم الله.",)
    assert common_catalogue("ar", "family", "JO").texts["desk.greeting_back.other"] == ("أهلاً بكم.",)
    assert egypt.texts["desk.menu"] == kuwait.texts["desk.menu"] == common_catalogue("ar", "family").texts["desk.menu"]
    own = read_catalogue((ROOT / "programmes/kuwait/messages/ar.po").read_bytes()).over(kuwait)
    assert own.texts["desk.greeting"] != kuwait.texts["desk.greeting"]
    assert own.texts["card.bring_id"] == kuwait.texts["card.bring_id"]


# -- placeholders and plural forms


@pytest.mark.parametrize("domain", domains())
def test_the_languages_show_the_same_values(domain: str) -> None:
    arabic, english = (texts(common(language, domain)) for language in LANGUAGES)
    for key in arabic:
        assert placeholders("".join(arabic[key])) == placeholders("".join(english[key])), key


def test_no_text_asks_for_a_value_that_its_place_does_not_give() -> None:
    for asked in asked_by_name():
        for language in LANGUAGES if asked.values is not None else ():
            for form in texts(common(language)).get(asked.key, ()):
                assert placeholders(form) <= (asked.values or frozenset()), f"{asked.where} {asked.key}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", domains())
def test_every_plural_form_is_there_and_shows_its_number(domain: str, language: str) -> None:
    path = common(language, domain)
    assert catalogue(path).num_plurals == LANGUAGES[language]
    for key, forms in texts(path).items():
        if not is_counted(path, key):
            assert len(forms) == 1, key
            continue
        assert len(forms) == LANGUAGES[language], key
        number = "minutes" if key in PLURAL_KEYS else "n"
        others = {name for form in forms for name in placeholders(form)} - {number}
        for place, form in enumerate(forms):
            assert placeholders(form) - {number} == others, f"{key}[{place}]"
            must = place >= (3 if language == "ar" else 1) and not (key in WORDS_FOR_ITS_NUMBER and place == SHOWN)
            assert not must or number in placeholders(form), f"{key}[{place}]"


@pytest.mark.parametrize("path", every_file(), ids=named)
def test_the_rule_of_plurals_is_the_one_that_babel_and_gettext_know(path: Path) -> None:
    language = language_of(path)
    rule = gettext.c2py(catalogue(path).plural_expr)
    assert catalogue(path).num_plurals == LANGUAGES[language]
    order = {"ar": ("zero", "one", "two", "few", "many", "other"), "en": ("one", "other")}[language]
    plural_form = Locale.parse(language).plural_form
    assert [rule(n) for n in range(1001)] == [order.index(plural_form(n)) for n in range(1001)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_plural_forms(language: str) -> None:
    path = common(language)
    counted = {asked.key for asked in asked_by_name() if asked.counted} | set(PLURAL_KEYS)
    assert {key for key in texts(path) if is_counted(path, key)} == counted


# -- how we speak


@pytest.mark.parametrize("path", family_files(), ids=named)
def test_a_button_fits_and_speaks_for_whoever_taps_it(path: Path) -> None:
    for key, (label, *_) in texts(path).items():
        if key.startswith("button."):
            assert 0 < len(label) <= BUTTON_LENGTH, f"{key}: {label} ({len(label)})"
            assert not TO_ONE_MAN & set(arabic_words(label)), f"{key}: {label}"
            assert label == label.strip(" .\n"), key


@pytest.mark.parametrize("path", family_files(), ids=named)
def test_no_text_uses_the_words_of_an_office(path: Path) -> None:
    for key, forms in texts(path).items():
        for word in (word for form in forms for word in arabic_words(form)):
            bare = word[1:] if word[0] in "وفبل" else word
            assert not {word, bare} & OFFICE_WORDS, f"{key}: {word}"
        assert "إن شاء الله" not in "".join(forms), key


@pytest.mark.parametrize("path", family_files(), ids=named)
def test_the_service_is_never_called_by_its_first_name(path: Path) -> None:
    for key, forms in texts(path).items():
        for form in forms:
            assert len(re.findall(r"\bسند\b", form)) == form.count("خدمة سند"), key
            assert len(re.findall(r"\bSanad\b", form)) == len(re.findall(r"Sanad service", form)), key


@pytest.mark.parametrize("path", family_files(), ids=named)
def test_the_question_comes_last_and_alone(path: Path) -> None:
    for key, forms in texts(path).items():
        for form in forms:
            questions = re.findall("[؟?]", form)
            if questions and key not in TWO_LANGUAGES_AT_ONCE:
                assert len(questions) == 1, key
                assert form[-1] in "؟?", key


@pytest.mark.parametrize("path", family_files(), ids=named)
def test_numbers_come_in_the_programmes_digits(path: Path) -> None:
    assert [key for key, forms in texts(path).items() if re.search(r"\d", "".join(forms))] == []


def arabic_words(text: str) -> list[str]:
    return ARABIC_WORD.findall(VOWEL_SIGNS.sub("", text))


# -- nothing is said past the catalogues


def test_no_sentence_to_a_family_stands_in_code() -> None:
    """Words that we hear stand in constants of their module; words that we say stand in a catalogue."""
    found = [
        f"{name}: {text}"
        for folder in SPEAKING
        for name, tree in modules(folder).items()
        for text in set(spoken_in(tree)) - HEARD
        if ARABIC_WORD.search(text)
    ]
    assert found == []


def spoken_in(tree: ast.Module) -> Iterator[str]:
    """The strings in functions of a module, without what explains them."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            body = function.body[1:] if ast.get_docstring(function) is not None else function.body
            heads = (function.args, *function.decorator_list)
            yield from (written(node) for part in (*body, *heads) for node in ast.walk(part))


# -- the files


@pytest.mark.parametrize("path", every_file(), ids=named)
def test_gettext_accepts_the_file(path: Path) -> None:
    if shutil.which("msgfmt") is None:
        unavailable("msgfmt is missing: install gettext")
    done = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
