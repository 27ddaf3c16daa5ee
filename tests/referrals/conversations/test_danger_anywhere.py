"""Danger before anybody knows where they live: the number of each place that the account speaks for."""

from __future__ import annotations

import pytest

from referrals.conversations.stages.safety import wants_a_call
from referrals.senders.ensuring import ensure_sender
from referrals.store.opening import load_programmes
from tests.families import Families
from tests.transcript_world import ROOT


def test_the_number_of_every_place_is_told_in_digits_to_be_tapped(families: Families) -> None:
    folders = [ROOT / "programmes" / name for name in ("kuwait", "qena")]
    families.store._parsed = dict(families.store._parsed)  # the numbers of new versions mean others in the next test
    load_programmes(families.store, folders, families.clock())
    both = Families(families.store, families.clock, "web", "both")
    programmes = ["kuwait", "qena"]
    at = families.clock()
    both.sender_id = families.store.transact(
        lambda uow: ensure_sender(uow, "web", "of-both", at, programmes=programmes).id
    )
    said = both.say("w1", "جوزي بيضربني")[-1]
    assert said.purpose == "safety"
    assert "الكويت: 112" in said.text and "قنا: 122" in said.text
    assert said.text.endswith("هل نتصل بكم؟")


def test_one_place_tells_its_own_number_alone(families: Families) -> None:
    said = families.say("501", "جوزي بيضربني")[-1]
    assert "للنجدة: 112." in said.text


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        ("now", "ايوه | ايوه كلموني | اتصلوا بيا | call me"),
        ("later", "نعم بوقت ثاني | 55551234 بعد الظهر | دقوا علي بعد العصر"),
        ("", "لا تتصلوا | متتصلوش | لا تكلموني على 55551234 | خايفة | مش عارفة اتكلم | please dont call"),
    ],
)
def test_a_wish_for_a_call_is_heard_in_words_and_never_against_a_no(wanted: str, texts: str) -> None:
    assert {text: wants_a_call(text) for text in texts.split(" | ")} == dict.fromkeys(texts.split(" | "), wanted)
