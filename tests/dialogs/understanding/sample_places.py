"""An invented governorate (عيّنة) with markazes, twins of one name and a town named as its markaz, for the tests."""

from __future__ import annotations

from dialogs.understanding.place.reader import Gazetteer, PlaceEntry

ROWS = """
g|governorate||الواحة|El Waha
g.w|markaz|g|الواحة|El Waha
g.s|markaz|g|السرو|El Sarw
g.s.town|village|g.s|السرو|El Sarw
g.n|markaz|g|النخيل|El Nakhil
g.k|markaz|g|كفر الزهور|Kafr El Zohour
w1|village|g.w|أبو القمح|Abu el Qamh
w2|village|g.w|الجبالية|Al Jibaliyah
w3|village|g.w|نجع الشيخ حسّان|Naj` ash Shaykh Hassan
w4|village|g.w|المنيا الصغرى|Al Minya as Sughra
s1|village|g.s|عزبة العرب|`Izbat al `Arab
s2|village|g.s|القرية البيضاء|Al Qaryah al Bayda'
s3|village|g.s|قرية رقم ٧|Qaryat Raqm Sab`ah
s4|village|g.s|خيزرانة قبلي|Khayzarana Qibli
s5|village|g.s|خيزرانة بحري|Khayzarana Bahri
s6|village|g.s|السلام|As Salam
s7|village|g.s|الوقف|Al Waqf
n1|village|g.n|عزبة العرب|`Izbat al `Arab
n2|village|g.n|كفر العرب|Kafr al `Arab
n3|village|g.n|عبد العزيز|`Abd al `Aziz
n4|village|g.n|الظاهرية|Az Zahiriyah
n5|village|g.n|جليب الرمل|Jalib ar Raml
n6|area|g.n|القرين|Al Qurain
n7|area|g.n|الحديقة-قطعة 3|Al Hadiqah-block 3
n8|area|g.n|الحديقة|Al Hadiqah
n9|area|g.n|الصديق|As Siddiq
"""


def sample() -> Gazetteer:
    """The gazetteer of `ROWS`."""
    cells = [row.split("|") for row in ROWS.strip().splitlines()]
    return Gazetteer.of(PlaceEntry(id, level, parent, tuple(names)) for id, level, parent, *names in cells)
