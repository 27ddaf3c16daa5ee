"""How we speak: a country's words, a programme's digits, one set of them in whatever is sent."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from referrals.conversations.speaking import in_our_digits, voice_of
from referrals.digits import in_digits, one_set
from referrals.messages import Choice, Message
from referrals.store.opening import load_programmes
from tests.conftest import FrozenClock
from tests.families import GREETING, Families, answer_to

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Kuwait's folder that a test may change."""
    shutil.copytree(ROOT / "programmes" / "kuwait", tmp_path / "kuwait")
    return tmp_path / "kuwait"


def test_a_programme_speaks_with_its_country_and_dates_as_people_there_say_them(families: Families) -> None:
    with families.store.reading() as uow:
        kuwait, nobody = voice_of(uow, "kuwait", "ar"), voice_of(uow, None, "ar")
    assert (kuwait.country, kuwait.locale) == ("KW", "ar_KW")
    assert kuwait.say("desk.greeting_back.other") == "حيّاكم الله."
    assert nobody.say("desk.greeting_back.other") == "أهلاً بكم."
    assert replace(kuwait, country="XX").locale == "ar"
    assert replace(kuwait, language="en").locale == "en"


def test_whatever_an_author_or_staff_wrote_is_sent_in_one_set(families: Families) -> None:
    with families.store.reading() as uow:
        voice = voice_of(uow, "kuwait", "ar")
    message = Message(
        "بقي 3 من ٥", (Choice("a", "من 5 إلى 9", "تقريباً 20 دقيقة"),), parameters=("4821", "+965 2222 0000")
    )
    sent = in_our_digits(message, voice)
    assert sent.text == "بقي ٣ من ٥"
    assert (sent.choices[0].label, sent.choices[0].description) == ("من ٥ إلى ٩", "تقريباً ٢٠ دقيقة")
    assert sent.parameters == ("٤٨٢١", "+965 2222 0000")
    assert in_our_digits(message, replace(voice, language="en")).text == "بقي 3 من 5"


@pytest.mark.parametrize("digits", ["latn", "arab"])
def test_a_programme_chooses_its_digits_once(families: Families, folder: Path, clock: FrozenClock, digits: str) -> None:
    """Also where an author mixed them in the form: from the greeting to the places to choose from."""
    settings = folder / "programme.toml"
    settings.write_text(re.sub(r'^digits = "\w+"', f'digits = "{digits}"', settings.read_text(), flags=re.M))
    form = (folder / "intake.md").read_text()
    mixed = form.replace("كم العمر بالسنوات؟", "من 18 إلى ٦٠ أو غيرها. كم العمر بالسنوات؟")
    (folder / "intake.md").write_text(mixed)
    families.store._parsed = dict(families.store._parsed)  # the numbers of new versions mean others in the next test
    load_programmes(families.store, [folder], clock())
    got = families.say("501", GREETING)
    while "وصل طلبكم إلينا" not in got[0].text:
        said = answer_to(got[-1].text)
        label = in_digits(said.strip("[]"), arabic=digits == "arab")
        got = families.tap("501", label) if said.startswith("[") else families.say("501", said)
    shown = [text for each in families.heard["501"] for text in (each.text, *(choice.label for choice in each.choices))]
    assert len(shown) > 60
    assert [text for text in shown if one_set(text, arabic=digits == "arab") != text] == []
