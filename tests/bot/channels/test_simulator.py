"""The simulator is a channel like any other, in memory."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from bot.channels.failures import DeliveryFailed, FetchFailed
from bot.channels.fitting import fit
from bot.channels.sender import Sender
from bot.channels.simulator import NothingToTap, SimulatedPerson, Simulator
from referrals.inbound import Content
from referrals.messages import WEB, Choice, Message


@pytest.fixture
def person() -> SimulatedPerson:
    return Simulator().person("أم عيّنة")


def tell(person: SimulatedPerson, message: Message) -> None:
    sender: Sender = person.channel
    for piece in fit(message, WEB):
        asyncio.run(sender.send(person.address, piece))


def test_what_is_said_becomes_events_that_are_never_named_alike(person: SimulatedPerson) -> None:
    events = [
        person.start("kuwait"),
        person.say("نعم"),
        person.send_location(26.1, 32.7),
        person.share_phone("+96550000001"),
    ]
    assert [event.content for event in events] == [
        Content(text="/start", start="kuwait"),
        Content(text="نعم"),
        Content(point=(26.1, 32.7, 0.0)),
        Content(contact_phone="+96550000001"),
    ]
    assert len({event.external_id for event in events}) == 4


def test_a_tap_is_on_the_newest_button_of_that_name(person: SimulatedPerson) -> None:
    tell(person, Message("أ؟", (Choice("q1:y", "نعم"), Choice("q1:n", "لا"))))
    tell(person, Message("ب؟", (Choice("q2:y", "نعم"), Choice("q2:n", "لا"))))
    tapped = person.tap("نعم")
    assert (tapped.kind, tapped.content.choice) == ("tap", "q2:y")
    with pytest.raises(NothingToTap, match="لا"):
        person.tap("ربما")


def test_where_there_are_only_numbers_a_tap_types_the_number(person: SimulatedPerson) -> None:
    tell(person, Message("أي قرية؟", tuple(Choice(f"v{i}", f"قرية {i}") for i in range(60))))
    assert person.tap("قرية 4").content == Content(text="5")


def test_a_file_can_be_fetched_again(person: SimulatedPerson) -> None:
    media = person.send_media(b"jpeg").content.media
    assert media is not None
    assert asyncio.run(person.channel.fetch_file(media.file_id)) == b"jpeg"
    with pytest.raises(FetchFailed):
        asyncio.run(person.channel.fetch_file("x"))


def test_a_failure_comes_once_and_an_uncertain_one_after_the_message(person: SimulatedPerson) -> None:
    person.channel.failures += [DeliveryFailed("down"), DeliveryFailed("lost", uncertain=True)]
    for _ in range(2):
        with pytest.raises(DeliveryFailed):
            tell(person, Message("مرحبا"))
    tell(person, Message("مرحبا"))
    assert [piece.text for piece in person.heard] == ["مرحبا", "مرحبا"]


def test_the_messengers_libraries_are_not_loaded_before_their_channel_is_used() -> None:
    modules = "simulator telegram_in telegram_out telegram_polling whatsapp_in whatsapp_out fitting".split()
    program = f"import sys, {', '.join(f'bot.channels.{name}' for name in modules)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"aiogram", "telegram", "aiohttp", "pydantic", "httpx"} & set(done.stdout.split())
