"""First contact: a greeting in its own kind, the programme, the menu."""

from __future__ import annotations

from dialogs.understanding import fold
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages.living_where import programme_meant
from referrals.definitions.in_force import settings_of
from referrals.families.sources import note_source
from referrals.messages import Choice

PROGRAMME, MENU = "programme", "menu"
ELSEWHERE = "elsewhere"  # in none of the programmes' places
KINDS = {  # of a greeting, by one of its words
    "salam": frozenset(map(fold, "السلام سلام سلامو salam salamu salamo assalamu alsalam slm".split())),
    "morning": frozenset(map(fold, "صباح morning sabah saba7 sba7".split())),
    "evening": frozenset(map(fold, "مساء مسا evening masaa masa2 msa".split())),
}


def welcome(desk: Desk, heard: Heard) -> None:
    """The first thing we say: the greeting that was given back, then who we are; which programme when that is open."""
    mine = desk.programme_ids()
    link = heard.content.start
    if link:
        note_source(desk.uow, desk.identity_id, link, desk.at)
    # A deep link names the programme, perhaps followed by where it was found: `kuwait`, `kuwait-poster7`.
    named = max((each for each in mine if link == each or link.startswith(f"{each}-")), key=len, default="")
    if named:
        desk.enter_programme(named)
    elif len(mine) == 1:
        desk.enter_programme(mine[0])
    else:
        meant = programme_meant(desk, heard)
        if meant is not None and meant.sure:  # «أنا من دشنا»: they began with it
            desk.enter_programme(meant.programme_id)
    if desk.programme_id is None:
        ask_programme(desk, heard)
    else:
        greet(desk, heard)


def ask_programme(desk: Desk, heard: Heard | None = None) -> None:
    """Where they live; the greeting is given back the first time."""
    kind = greeting_kind(heard) if heard is not None else "other"
    desk.state.setdefault("greeted_with", kind)
    opening = f"{desk.voice.say(f'desk.greeting_back.{kind}')} " if heard is not None else ""
    desk.ask(PROGRAMME, f"{opening}{desk.voice.say('desk.which_programme')}", _programmes(desk))


def answer_programme(desk: Desk, heard: Heard) -> bool:
    """A button, or where they live in their own words: at once where only one programme has that place, else asked."""
    if heard.stage == PROGRAMME and heard.tapped:
        return _takes_programme(desk, heard)
    meant = programme_meant(desk, heard)
    if meant is None:
        return False
    if meant.sure:
        _enter(desk, heard, meant.programme_id)
        return True
    name = settings_of(desk.uow, meant.programme_id).short(desk.language)
    choices = [
        desk.choice(PROGRAMME, meant.programme_id, "button.yes"),
        desk.choice(PROGRAMME, ELSEWHERE, "button.no"),
    ]
    desk.ask(PROGRAMME, desk.voice.say("desk.programme_meant", place=name), choices)
    return True


def _takes_programme(desk: Desk, heard: Heard) -> bool:
    if heard.value == ELSEWHERE:
        tell_where_we_are(desk)
        return True
    if heard.value not in desk.programme_ids():
        return False
    _enter(desk, heard, heard.value)
    return True


def tell_where_we_are(desk: Desk) -> None:
    """They named no place of ours: which ones there are, to choose from."""
    desk.ask(PROGRAMME, desk.voice.say("desk.only_here"), _programmes(desk))


def _programmes(desk: Desk) -> list[Choice]:
    return [
        Choice(f"d:{PROGRAMME}:{found}", settings_of(desk.uow, found).short(desk.language))
        for found in desk.programme_ids()
    ]


def _enter(desk: Desk, heard: Heard, programme_id: str) -> None:
    desk.enter_programme(programme_id)
    greet(desk, heard, kind=str(desk.state.pop("greeted_with", "other")))


def greet(desk: Desk, heard: Heard, kind: str = "") -> None:
    """The programme's own greeting, and where to begin."""
    desk.language = desk.language or desk.settings.default_language
    opening = desk.voice.say(f"desk.greeting_back.{kind or greeting_kind(heard)}")
    desk.ask(MENU, f"{opening}\n{desk.voice.say('desk.greeting')}", opening_choices(desk))


def greet_again(desk: Desk, heard: Heard) -> None:
    """A greeting from somebody we know: given back, and what can be done here."""
    opening = desk.voice.say(f"desk.greeting_back.{greeting_kind(heard)}")
    desk.ask(MENU, f"{opening} {desk.voice.say('desk.menu')}", opening_choices(desk))


def opening_choices(desk: Desk) -> list[Choice]:
    return [
        desk.choice(MENU, "apply", "button.apply"),
        desk.choice(MENU, "status", "button.status"),
        desk.choice(MENU, "all", "button.menu"),
    ]


def menu_choices(desk: Desk) -> list[Choice]:
    """The lines of the menu."""
    keys = ["apply", "status", "appointments", "mine", "human", "move", "urgent"]
    if desk.readers == "shared":
        keys.insert(4, "other")
    return [desk.choice(MENU, key, f"button.{key}") for key in keys]


def show_menu(desk: Desk, heard: Heard | None = None) -> None:
    """Everything that can be done here, in one list."""
    choices = menu_choices(desk)
    stage = MENU if desk.stage in (IDLE, MENU, PROGRAMME) else desk.stage
    if stage == MENU:
        desk.ask(MENU, desk.voice.say("desk.menu"), choices)
    else:
        desk.tell(desk.voice.say("desk.menu"), choices)


def greeting_kind(heard: Heard) -> str:
    """Which greeting was given: `salam`, `morning`, `evening` or `other`."""
    return kind_of(heard.text)


def kind_of(text: str) -> str:
    """The same for words alone."""
    words = fold(text).split()
    return next((kind for kind, said in KINDS.items() if said & set(words)), "other")
