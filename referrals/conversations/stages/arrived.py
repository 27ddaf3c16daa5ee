"""Whether help arrived, in somebody's own words: sure, or asked again. Whatever has an unknown word is not sure."""

from __future__ import annotations

from typing import Literal

from dialogs.understanding import fold

Arrival = Literal["yes", "partly", "no"]


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


CAME = _words(
    "وصل وصلت وصلنا وصلني وصلتنا وصلتني وصلو وصلوا وصلها جت جات جه جاتنا جاتني جاني جانا جتنا استلمنا استلمت "
    "استلمتها استلمناها استلمته اعطوني اعطونا عطوني عطونا ادوني ادونا سلموني سلمونا "
    "جابوا جابولي جابولنا اخذنا اخذناها اخذتها خذينا خذناها خدنا خدناها خدتها"
)
FUSED = _words(  # «not come» in one word
    "موصلش موصلتش موصلناش موصلنيش ماوصل ماوصلت ماوصلش ماوصلتش موصلوش مجاش مجتش مجاناش مجتناش ماجانا ماجاني ماجاش "
    "وصلش وصلتش وصلناش جاش جتش يصلنا تصلنا يصلني تصلني مستلمناش مستلمتش ماستلمنا مخدناش"
)
NOT_YET = _words("يصل تصل يوصل توصل")  # only after «لم»
DENIES = _words("ما لم مو مش موب مب مهو")
REFUSES, NOT_EVEN = "لا", "ولا"
NO = frozenset((REFUSES, NOT_EVEN))
STILL = _words("لسه لسا للحين لحد الان حتي الي بعد")
SOME = _words("جزء جزءا بعض بعضه بعضها بعضهم نص نصف نصه نصها نصهم شوي شويه ناقص ناقصه ناقصين قليل القليل")
ALL = _words("كل كله كلها كلهم كامل كامله كاملا بالكامل")
REST = _words("الباقي باقي بقي بقيته بقيتها")
YES = _words("نعم ايوه ايوا اي ايه اه اها اكيد تمام طبعا")
BESIDE = _words(
    "الحمد لله والله الحمدلله بس لكن ولكن الا غير منه منها منهم لنا لي عندنا عندي علينا اليوم امس امبارح خلاص شي شيء "
    "شيئا حاجه اي احد متاخر متاخره متاخرين تاخر تاخرت المساعده المساعدات مساعده المبلغ الفلوس السله الاكل الطعام "
    "الدوا الدواء الادويه الايجار الحاجه الحاجات الاغراض الملابس الكسوه الطلب شكرا لكم يا رب الله يعطيكم العافيه "
    "يجزاكم خير جزاكم خيرا مشكورين من ان و"
)
KNOWN = CAME | FUSED | NOT_YET | DENIES | NO | STILL | SOME | ALL | REST | YES | BESIDE


def read_arrival(text: str) -> Arrival | None:
    """«وصل جزء منه» partly, «ما وصل شي» no, «ايوه وصل كله» yes; None for a question and for anything else."""
    said = fold(text).split()
    if not said or text.rstrip().endswith(("؟", "?")) or any(word not in KNOWN for word in said):
        return None
    came, not_came, some = False, False, False
    for place, word in enumerate(said):
        denied = bool(set(said[max(0, place - 2) : place]) & DENIES)
        if word in FUSED or (word in CAME | NOT_YET and denied):
            not_came = True
        elif word in CAME:
            came = True
        elif word in SOME or word in REST:
            some = some or said[place - 1] != NOT_EVEN
        elif word in ALL:
            some = some or bool(set(said[:place]) & DENIES)
    agreed, refused = any(word in YES for word in said), said[0] == REFUSES
    if some:
        core = [word for word in said if word not in YES | BESIDE]
        all_denied = not (came or not_came) and core[0] in DENIES and core[-1] in ALL  # «مش كله», «ايوه بس مش كله»
        return "partly" if came or not_came or all_denied else None
    if came == not_came or (came and (refused or set(said) & STILL)) or (not_came and agreed):
        return None
    return "yes" if came else "no"
