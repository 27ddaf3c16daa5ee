"""People who tap, type and send anything in any order: every word of theirs is answered, and nothing ever fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from referrals.conversations.front_desk.flow import STAGES, WRITTEN
from referrals.conversations.pending import BEGINNING, IDLE
from referrals.conversations.stages.greeting import MENU
from referrals.inbound import Inbound
from referrals.protection.vault import Erased
from tests.conftest import FrozenClock
from tests.transcript import FAMILY, read_transcript
from tests.transcript_player import Player, at_the_desk
from tests.transcript_world import NotOnScreen, Person, World, fresh_store
from tests.wording import complaints

TURNS = 150
FOLDER = Path(__file__).parent / "transcripts"
# Who they are: programme, channel, and the transcript whose first part they lived before (up to the list of places).
WALKS = {
    "whatsapp, from the first word": ("kuwait", "whatsapp", ""),
    "web, from the first word": ("qena", "web", ""),
    "web, with an application": ("kuwait", "web", "01-kuwait-whole-way.chat"),
    "telegram, with an application": ("qena", "telegram", "02-qena-whole-way.chat"),
}
KNOWN = {*STAGES, *WRITTEN, IDLE, MENU, BEGINNING}
WORDS = """نعم|لا|أيوه|مش عارفة|تخطي|رجوع|مراجعة|توقف|مسح|موظف|مساعدة|طلب|فين طلبي|مواعيدي|القائمة|السلام عليكم
شكراً|نكمل|٣|٤٢|خمسة|١ و ٣|٩٩٩٩٩٩|123456|٣١١٥|0|-7|٢٫٥|فاطمة أحمد|الجهراء|قوص|نقادة|50012345
01012345678|29001011234567|yes|stop|hello|٥ ديسمبر|بكرة|من زمان|كيف الحال؟|متى تفتح الجمعية؟|😂😂|.|؟
{}|{0}|%s|<b>x</b>|أوافق|لا أوافق|وقت آخر|سأحضر|أغيّر إجابة|خلاص|مش في أمان|زوجي يضربني
لا أستطيع الكلام|نبدأ من جديد|هذا كل شيء|معلوماتي عندكم|أكمل على هاتف آخر|مساعدة عاجلة
بسم الله الرحمن الرحيم"""
SAID = [word for line in WORDS.splitlines() for word in line.split("|")] + ["كلام طويل " * 300, "\u200f\u202e", "   "]
ODD = ("{}", "{0}", "<b>x</b>")
DESK = ("open", "accept", "offer", "reject no-capacity", "arrive", "complete helped")


@pytest.mark.parametrize("walk", WALKS)
def test_nobody_is_left_without_an_answer(walk: str, tmp_path: Path, clock: FrozenClock) -> None:
    programme, channel, lived = WALKS[walk]
    chance = Random(walk)
    with fresh_store(tmp_path) as store:
        world = World(store, clock, programme)
        person = _begin(world, channel, lived)
        for turn in range(TURNS):
            happened = _one_turn(world, person, chance)
            assert world.stage(person) in KNOWN, f"turn {turn}, {happened}: nothing is pending"
        world.close()
        found = [each for _, piece in world.log for each in complaints(piece, ODD)]
        assert not found, found[:5]


def _begin(world: World, channel: str, lived: str) -> Person:
    """Somebody new, or the family of a transcript at the moment when it chooses a place."""
    if not lived:
        person = world.enter(FAMILY, channel)
        world.hear(person, person.speaker.start())
        return person
    transcript = read_transcript((FOLDER / lived).read_text(encoding="utf-8"))
    chosen = next(n for n, step in enumerate(transcript.steps) if step.line == "@ stage = centre")
    Player(world, replace(transcript, steps=transcript.steps[:chosen])).play()
    return world.persons[FAMILY]


def _one_turn(world: World, person: Person, chance: Random) -> str:
    """One thing that happens; what it was."""
    if chance.random() < 0.02:
        world.wait(timedelta(hours=chance.choice((2, 26))))
    if chance.random() < 0.08:
        _at_the_desk(world, chance.choice(DESK))
    event = _something(world, person, chance)
    world.hear(person, event)
    return repr(event.content)


def _something(world: World, person: Person, chance: Random) -> Inbound:
    dice, speaker = chance.random(), person.speaker
    if dice < 0.55:
        return _tap(world, person, chance, old=dice < 0.07)
    if dice < 0.92:
        return speaker.say(chance.choice(SAID))
    if dice < 0.94:
        return speaker.send_location(29.3375, 47.6581)
    if dice < 0.95:
        return speaker.share_phone("+96550012345")
    kind = chance.choice(("image", "audio", "sticker", "video", "file"))
    return speaker.send_media(b"sample", kind)  # type: ignore[arg-type]  # one of the kinds


def _tap(world: World, person: Person, chance: Random, *, old: bool) -> Inbound:
    """A random button on the screen, or of an old message; words where there is none."""
    labels = [choice.label for piece in world.on_screen(person, old=old)[:4] for choice in piece.choices]
    if not labels:
        return person.speaker.say(chance.choice(SAID))
    try:
        return world.button(person, chance.choice(labels), old=old)
    except NotOnScreen:
        return person.speaker.say("نعم")


def _at_the_desk(world: World, verb: str) -> None:
    """What the desk can do as things stand; what it cannot is refused by the life cycle and changes nothing."""
    try:
        world.act(lambda uow: at_the_desk(uow, world, verb))
    except (AssertionError, ValueError, RuntimeError, Erased):
        return
