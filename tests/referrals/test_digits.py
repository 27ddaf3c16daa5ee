"""One set of digits in a whole message; numbers to dial, links, references with letters and ISO dates stay Latin."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.definitions.settings import read_settings
from referrals.digits import in_digits, one_set
from referrals.messages import Message
from tests.spoken import messages

ROOT = Path(__file__).resolve().parents[2]
DIALLED = frozenset({"112", "122", "16000"})
KEPT = [
    "للنجدة: 122.",
    "خط مساعدة الطفل: 16000",
    "اتصلوا على +965 2222 0000",
    "هاتف 01000000000",
    "هاتف 22220000",
    "رقم QN-26-1042",
    "يوم 2026-12-06",
    "افتحوا https://sanad.example/12?b=3",
    "اكتبوا إلى a1@sanad.example",
    "مدرسة A4",
]
TURNED = {
    "أقل من 18 سنة": "أقل من ١٨ سنة",
    "رقمه 4821، فاحتفظوا به.": "رقمه ٤٨٢١، فاحتفظوا به.",
    "الساعة 10:30 صباحاً": "الساعة ١٠:٣٠ صباحاً",
    "يوم 6/12/2026": "يوم ٦/١٢/٢٠٢٦",
    "1,250.500 دينار": "١٬٢٥٠٫٥٠٠ دينار",
    "350.750": "٣٥٠٫٧٥٠",
    "1. نعم\n2. لا": "١. نعم\n٢. لا",
    "۱۲ و 3": "١٢ و ٣",
    "رقم البطاقة 280010100004": "رقم البطاقة ٢٨٠٠١٠١٠٠٠٠٤",
}


@pytest.mark.parametrize("text", KEPT)
def test_what_is_dialled_tapped_or_spelt_out_stays_as_it_is(text: str) -> None:
    assert one_set(text, arabic=True, dialled=DIALLED) == text


@pytest.mark.parametrize(("written", "shown"), TURNED.items())
def test_every_other_number_is_written_as_the_programme_writes_numbers(written: str, shown: str) -> None:
    assert one_set(written, arabic=True, dialled=DIALLED) == shown
    assert one_set(shown, arabic=False) == written.replace("۱۲", "12")


def test_a_hotline_is_known_as_a_whole_number_only() -> None:
    assert one_set("1220 و112 و 122:", arabic=True, dialled=DIALLED) == "١٢٢٠ و١١٢ و 122:"


@given(st.text(alphabet="اب0123456789٠١٢٣+-:., /()\n", max_size=80), st.booleans())
def test_doing_it_twice_changes_nothing(text: str, arabic: bool) -> None:
    once = one_set(text, arabic=arabic, dialled=DIALLED)
    assert one_set(once, arabic=arabic, dialled=DIALLED) == once
    assert in_digits(once, arabic=False) == in_digits(text, arabic=False)


def mixed(message: Message, dialled: frozenset[str]) -> list[str]:
    """What of a message has the digits of another set; the sentence that begins it says in which language we speak."""
    arabic = not message.text or any("ARABIC" in unicodedata.name(each, "") for each in message.text.splitlines()[0])
    shown = [message.text, *message.parameters]
    shown += [text for choice in message.choices for text in (choice.label, choice.description)]
    return [text for text in shown if one_set(text, arabic=arabic, dialled=dialled) != text]


def test_no_message_of_any_transcript_mixes_digits() -> None:
    known = frozenset().union(*(read_settings(path.read_text()).emergency_numbers for path in _settings()))
    assert [text for message in messages() for text in mixed(message, known)] == []


def _settings() -> list[Path]:
    return sorted(ROOT.glob("programmes/*/programme.toml"))
