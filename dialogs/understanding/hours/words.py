"""The words in which people say when they may be written to, folded."""

from __future__ import annotations

from datetime import time

from dialogs.understanding.folding import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(each) for each in text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(each).split()) for each in text.split("|"))


# Writing to them; calling is another thing («كلموني الصبح» asks for a call).
WRITE = _words(
    "راسلوني راسلونا تراسلوني تراسلونا تراسلونني ابعتوا ابعتولي ابعتولنا ابعتولى تبعتوا تبعتولي تبعتولنا تبعتون "
    "ابعثوا ابعثولي تبعثوا تبعثولي ارسلوا ارسلولي ارسلولنا ترسلوا ترسلولي ترسلون ترسلولنا طرشوا طرشولي تطرشون "
    "تطرشولي دزوا دزولي تدزون تدزولي اكتبولي اكتبوا تكتبولي تكتبوا ابعت ابعتلي ابعتي تبعت تبعتلي راسلني ارسل "
    "تراسلني ترسل تكتبون message text write send"
)
MESSAGES = _words("رسائل رسايل الرسائل الرسايل رسائلكم رسايلكم مسجات المسجات رساله messages texts")
NEVER_WRITE = _words(
    "متبعتوش متبعتوليش متبعتولناش متراسلونيش متراسلوناش متكتبوش متكتبوليش متبعتليش متبعتش تبعتوش تبعتوليش تراسلونيش "
    "تكتبوش تكتبوليش مترسلوش مترسلوليش ماتبعتوش ماتبعتوليش ماتراسلونيش ماتكتبوش"
)
NOT = _words("لا ما مش مو بلاش ولا لأ dont not never no مابي")
IDLE = _words(
    "بس فقط لو سمحت سمحتم سمحتوا من فضلك فضلكم رجاء الرجاء ارجوكم ممكن ياريت ريت عايز عايزه عايزكم عايزة اريد نريد "
    "اريدكم ابي ابيكم ابغاكم ان انكم لي لنا الي ليا الينا لينا علي علينا رسائل رسايل الرسائل الرسايل رساله رسالة "
    "مسجات المسجات يكون تكون خلوا خلوها خلونا only just please me us to do "
    "بليز شكرا وشكرا thanks thank you i want can would like الوقت وقت في فى تصلني توصلني تجيني تيجي تيجيلي تصل يا "
    "in the السلام عليكم جزاكم الله خيرا ابدا خالص"
)
AFTER = _words("بعد after")
BEFORE = _words("قبل before")
FROM = _words("من from between بين")
UNTIL = _words("الى لحد لغايه حتى لين ل to until till and و")
TO_JOINED = ("لل", "ل")  # «من ٤ للمغرب», «من ٤ ل٨»
ANY = _phrases("اي وقت|في اي وقت|اى وقت|اي ساعه|وقت ما تحبوا|كل الوقت|any time|anytime|at any time|whenever")
THE_HOUR_ITSELF = fold("الساعة")
THE_HOUR = _words("الساعه ساعه عند على ع at oclock o clock")

# A part of the day by the clock, when it begins and when it ends.
PARTS: dict[str, tuple[time, time]] = {
    **dict.fromkeys(_words("الصبح صبح صباحا الصباح بالصبح الصبحيه بدري الضحى morning mornings"), (time(5), time(12))),
    **dict.fromkeys(_words("الظهر الضهر ظهرا ظهر الظهريه noon"), (time(12), time(15))),
    **dict.fromkeys(_words("العصر عصرا العصريه العصاري afternoon afternoons"), (time(15), time(18))),
    **dict.fromkeys(_words("المغرب مغربا المغربيه المسا المساء مساء evening evenings"), (time(17), time(21))),
    **dict.fromkeys(_words("العشا العشاء عشا"), (time(18), time(21))),
    **dict.fromkeys(_words("الليل بالليل بليل ليلا ليل night nights"), (time(18), time(5))),
}
# What a prayer or a part of the day is as a moment: the earliest and the latest that it is in a year, in Kuwait and in
# Upper Egypt (summer time counted), so that «لا … بعد المغرب» is early enough and «بعد العصر» late enough.
MOMENTS: dict[str, tuple[time, time]] = {
    **dict.fromkeys(_words("الفجر فجر"), (time(4), time(6))),
    **dict.fromkeys(_words("الظهر الضهر ظهر noon"), (time(12), time(13))),
    **dict.fromkeys(_words("العصر عصر"), (time(14, 30), time(16, 30))),
    **dict.fromkeys(_words("المغرب مغرب sunset"), (time(17), time(20))),
    **dict.fromkeys(_words("العشا العشاء عشا"), (time(18), time(21, 30))),
}
