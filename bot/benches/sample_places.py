"""Ten thousand places that exist nowhere, as many as a country has, made of syllables and the usual beginnings."""

from __future__ import annotations

from functools import cache
from random import Random

from dialogs.understanding import PlaceEntry

GOVERNORATES, DISTRICTS, VILLAGES = 27, 323, 10_500  # 10,850 together
SYLLABLES = "با تا جا دا را سا شا عا فا قا كا ما نا ها وي ري سي شي طو مو نو دو بر سل مر قن حم نج دش فر صف".split()
BEGINNINGS = ("", "", "", "", "نجع ", "عزبة ", "كفر ", "منشأة ", "بني ", "أبو ", "الشيخ ", "ميت ", "نزلة ", "جزيرة ")


@cache
def sample_places() -> tuple[PlaceEntry, ...]:
    """The places of a made-up country: governorates, their districts, and villages, some names occurring twice."""
    dice = Random("sanad-places")
    places = [PlaceEntry(f"g{n}", "governorate", "", (_name(dice),)) for n in range(GOVERNORATES)]
    districts = [PlaceEntry(f"d{n}", "district", f"g{n % GOVERNORATES}", (_name(dice),)) for n in range(DISTRICTS)]
    villages = [
        PlaceEntry(f"v{n}", "village", f"d{n % DISTRICTS}", (dice.choice(BEGINNINGS) + _name(dice),))
        for n in range(VILLAGES)
    ]
    return (*places, *districts, *villages)


def _name(dice: Random) -> str:
    word = "".join(dice.choices(SYLLABLES, k=dice.randrange(2, 4)))
    return f"ال{word}ة" if dice.random() < 0.2 else word
