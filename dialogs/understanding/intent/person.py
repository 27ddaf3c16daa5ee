"""Asking for a human being: «عايز اكلم حد», «حولوني لموظف», «فيه أحد يرد علي؟»; nothing else may be in the message."""

from __future__ import annotations

import re
from functools import cache

from dialogs.understanding.folding import fold
from dialogs.understanding.keys import is_latin, spoken, tight

# One letter per kind of word; the patterns below are over these letters.
_KINDS = {
    "W": (
        "عايز عايزه عايزين عاوز عاوزه عاوزين اريد نريد ابي نبي ابغي نبغي ابغا ودي ودنا بدي بدنا حابب حابه محتاج محتاجه "
        "محتاجين احتاج نحتاج ممكن ارجو نرجو ارجوكم الرجاء اود نود ارغب نرغب نفسي ينفع اقدر نقدر استطيع استطع "
        "يمكن يمكنني "
        "يمكننا هل ان الي_ان لازم خلي خلوا خلوني خليني خلني بغيت_ان بغيت عاوزك عايزك في_ان "
        "3ayez 3ayza 3awez 3awza 3ayzeen abi aby nabi abgha mumkin momken 3ayz me7tag bidi badi baddi want need to "
        "can could "
        "would like d let me may please us you just wanna"
    ),
    "T": (
        "اكلم نكلم اكلمه اتكلم نتكلم التكلم اتحدث نتحدث التحدث الحديث تحدث تكلم كلم كلام الكلام التواصل اتواصل "
        "نتواصل تواصل اتصل "
        "احاجي احجي نحجي نحاجي حجي احكي نحكي الحكي احكيلي سوالف اسولف احاكي اخاطب اراسل الاتصال مكالمه محادثه "
        "akalem akallem akallim atkalem atkallem atkalam nkalem aklm a7ki talk speak chat speaking talking e7ki "
        "i7ki a7chi a7aki a7achi"
    ),
    "X": (
        "حولني حولوني حولنا حولونا تحويل تحويلي حول حولو وصلني وصلوني اوصلني صلني تحولني تحولوني توصلني توصلوني "
        "عطني عطوني اعطوني "
        "اعطني وديني ودوني هاتولي هاتلي اديني ادوني جيبلي جيبولي transfer connect give put forward 7awelni "
        "7awlni wasalni"
    ),
    "P": "مع ويا وي الي علي ل ب من في مع_ال to with a an the through me us over on m3a ma3 ma3a li el al",
    "H": (
        "موظف موظفه الموظف الموظفه الموظفين موظفين الموظفون موظفينكم موظفكم انسان انسانه بشر بني_ادم بنادم "
        "بني_ادمه مسوول "
        "المسوول مسيول المسيول مسووله مسولين اخصايي اخصاييه الاخصايي الاخصاييه باحث_اجتماعي باحثه_اجتماعيه "
        "الباحث الباحثه "
        "الباحث_الاجتماعي الباحثه_الاجتماعيه اخصايي_اجتماعي اخصاييه_اجتماعيه الاخصاييه_الاجتماعيه "
        "خدمه_العملا خدمه_عملا موظف_خدمه_العملا موظف_خدمه_عملا ممثل_خدمه_العملا موظفه_خدمه_العملا الدعم "
        "الدعم_الفني المشرف المشرفه موظفا مندوب "
        "mowazaf mowazzaf mwazaf mwazafa mowazafa mowathafa muwazaf mowathaf muwathaf mowadaf mwaththaf mwathaf "
        "bani_adam human agent "
        "representative operator "
        "employee staff customer_service customer_support manager human_being supervisor 5edmet_el_3omala2"
    ),
    "h": (
        "المدير مدير مديرا مديركم حد احد حدا شخص شخصا واحد واحده مين احدا حد_منكم احد_منكم 7ad a7ad had ahad 7d "
        "7ada someone somebody person anyone anybody one people"
    ),
    "A": (
        "موجود موجوده متاح فاضي هاتفيه تليفون حرمه حقيقي حقيقيه بشري بشريه مسيول مسوول هنا هني هون عندكم "
        "من_عندكم منكم اخر تاني غيرك فيكم متخصص مختص فاهم الان الحين دلوقتي حالا "
        "real live here there now actual available please 7a2i2i"
    ),
    "V": "حقيقي حقيقيه بشري بشريه real 7a2i2i",
    "D": "المدير المديره مديركم المسيول_عندكم",
    "Q": "فين وين اين في فيه هل_يوجد يوجد هل_من هناك هل_هناك موجود اكو هو is are are_there is_there any where fe",
    "N": "مفيش مافي ما_في ماكو ليش_ما ليه_مفيش ليه_محدش no why",
    "n": "محدش محد ماحد ماحدش",
    "I": "انا احنا نحن ana e7na i we",
    "r": "يرد_عليا يرد_علي يرد_علينا يرد بيرد بيرد_عليا بيرد_علي يجاوبني yerod_3alaya yrod answer reply",
    "R": (
        "يكلمني يكلمنا يتصل_بيا يتصل_بي يتصل_علي يتصل_فيني يتصل_عليا يتصل_بنا يدق_علي يدق_علينا "
        "يتواصل_معي يتواصل_معايا يتواصل_معنا يحكيني يحاكيني يسمعني يحكي_معي يتكلم_معي يتكلم_معايا "
        "yekalemni ykallemni ykalemni call_me call_us talk_to_me help_me_by_phone"
    ),
    "C": (
        "خابروني خابرني خابرونا كلموني كلمني كلمونا كلميني تكلموني تكلمني اتصلوا_بي اتصلوا_بيا اتصلوا_بنا اتصل_بي "
        "اتصل_بيا اتصلوا_علي "
        "اتصل_علي اتصلوا_عليا "
        "اتصلوا_فيني تتصلوا_بي تتصلوا_بيا تتصلوا_علي تتصلون_علي تتصلون_بي تتصل_بي تتصل_بيا دقوا_علي دقوا_عليا "
        "دقوا_علينا دق_علي "
        "تدقون_علي تدقون_علينا تدق_علي رنوا_علي رن_علي رنوا_عليا تواصلوا_معي تواصل_معي تواصلوا_معنا مكالمه اتصال "
        "اتصالا "
        "kalemni kallemni kalemoni kallemoni etaselo_beya etesel_beya call_me call_us"
    ),
}
_ASKING = re.compile(
    r"I?[WQI]*TP*[Hh]+P?A*|I?[WI]*TP*A+[Hh]|I?[WI]*W[XP]*A*HA*|I?[WI]*XP*A*[HhA]+A*|W*QP?[Hh]A*|"
    r"I?[WQN]*[hH][AP]*[Rr]P?|"
    r"[NQ]*nr|I?[WQ]*C[WA]*|P?A*HA*|A+h|hA+|I?W*hV|I?W+hH|I?W+D|I?[WI]*TP*D|I?[WI]*XP*D|I?W*P?A+[hH]|I?W*R[hH]A*|"
    r"I?[WQI]*T?P?h+PH+A*|W*XP*HA*"
)
_LONGEST_NAME = 3  # words of one entry
_MOST_WORDS = 12


@cache
def _kinds() -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, words in _KINDS.items():
        for word in words.split():
            key = fold(word.replace("_", " "))
            found[tight(key)] = found.get(tight(key), "") + kind
            if is_latin(key):
                found[spoken(key)] = "".join(dict.fromkeys(found.get(spoken(key), "") + kind))
    return found


def _kind_of(words: list[str]) -> str:
    key = " ".join(words)
    kinds = _kinds()
    found = kinds.get(tight(key)) or (kinds.get(spoken(key)) if is_latin(key) else None) or ""
    if not found:
        for ending in ("لل", "ل", "ب"):  # «لموظف», «للموظف», «بموظف»
            rest = "ال" + key[2:] if ending == "لل" else key[1:]
            if key.startswith(ending) and set(kinds.get(tight(rest), "")) & {"H", "h"}:
                return kinds[tight(rest)]
    return found


def _readings(words: list[str]) -> list[str]:
    """The rows of kinds that the words can be; a word that is no kind leaves none."""
    rows: list[list[str]] = [[""]] + [[] for _ in words]
    for at in range(len(words)):
        if not rows[at]:
            continue
        for size in range(1, min(_LONGEST_NAME, len(words) - at) + 1):
            for kind in _kind_of(words[at : at + size]):
                rows[at + size] = (rows[at + size] + [row + kind for row in rows[at]])[:24]
    return rows[-1]


def asks_for_person(words: list[str]) -> bool:
    """True when the folded words, all of them, ask to reach somebody."""
    if not 0 < len(words) <= _MOST_WORDS:
        return False
    return any(_ASKING.fullmatch(row) for row in _readings(words))
