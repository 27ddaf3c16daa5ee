"""Only a whole message steers, and the traps of negation are known."""

from __future__ import annotations

import pytest

from dialogs.understanding import read_intent
from tests.dialogs.understanding.said_tables import cells_of, lines_of

STEERING = frozenset({"yes", "no", "stop", "back", "help", "skip", "restart", "human", "danger"})


@pytest.mark.parametrize("line", list(lines_of("intents_said.txt")))
def test_what_people_type_reaches_its_place_and_nothing_else_steers(line: str) -> None:
    meant, _, row = line.partition(":")
    for text in cells_of(row):
        reading = read_intent(text)
        steers = reading.value if reading.sure and (meant not in {"none", "ask"} or reading.value in STEERING) else None
        assert (text, steers) == (text, meant if meant not in {"none", "ask"} else None)
        assert meant != "ask" or reading.ask


@pytest.mark.parametrize(
    ("intent", "texts"),
    [
        ("review", "مراجعة|إجاباتي"),
        ("erase", "مسح|امسح بياناتي"),
        ("apply", "عايز اقدم|تقديم طلب"),
        ("status", "فين طلبي|أين وصل طلبي؟|وصل الرد؟|هل وصل الرد؟"),
        ("appointments", "مواعيدي|موعدي امتى؟|موعدي متى"),
        ("danger", "جوزي بيضربني|خايفة|مش في أمان|he hits me|msh fe aman"),
    ],
)
def test_the_desk_has_words_of_its_own(intent: str, texts: str) -> None:
    for text in texts.split("|"):
        reading = read_intent(text)
        assert (text, reading.value, reading.sure) == (text, intent, True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ليش لا؟", "yes"),
        ("لا مانع عندي يا فندم", "yes"),
        ("نعم؟", "help"),
        ("طيب رجعني", "back"),
        ("السلام عليكم عايز اكلم موظف", "human"),
        ("لا مش فاهمة", "help"),
        ("١- نعم", "yes"),
        ("👍🏽👍🏽", "yes"),
        ("🙅‍♀️", "no"),
    ],
)
def test_politeness_greetings_and_signs_do_not_hide_what_is_meant(text: str, intent: str) -> None:
    assert read_intent(text).value == intent


@pytest.mark.parametrize("text", ["ايوه لا", "لا؟", "تمام؟", "نعم 👎", "👍👎", "ايوه ولا لأ؟", "خلاص", "يكفي"])
def test_what_may_be_yes_or_no_is_asked_again(text: str) -> None:
    reading = read_intent(text)
    assert (reading.value, reading.sure, reading.ask) == (None, False, "intent_confirm")


@pytest.mark.parametrize("name", "عيد شنودة بشرى ثامر تامر حسن هيا جهاد إيمان نعمة سلامة شكري رجاء".split())
def test_a_given_name_steers_nowhere(name: str) -> None:
    assert read_intent(name).value not in STEERING


@pytest.mark.parametrize("text", ["أنا موظف", "جوزي موظف", "موظف حكومي", "مدير", "ابي واحد", "محتاج شخص", "ممثل"])
def test_a_job_or_a_relative_is_no_call_for_staff(text: str) -> None:
    assert read_intent(text).value is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "٥",
        "😀",
        "لا " * 50_000,
        "ا" * 100_000,
        "🛑" * 50_000,
        "\ud800",
        "م ت ب ع ت " * 20_000,
        "(" * 10_000,
        "يا " * 9_000,
    ],
)
def test_whatever_is_sent_is_read_without_fault(text: str) -> None:
    assert read_intent(text).value in {None, "no", "stop"}
