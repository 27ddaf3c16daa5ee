"""The many ways to say: send me nothing more. The whole message or none of it; what follows is a menu, never an end."""

from __future__ import annotations

import re
from functools import cache

from dialogs.understanding.keys import tight

# The patterns are read over the words without blanks; blanks in them are for the reader.
_MESSAGES = (
    r"(?: (?:اي|كل|جميع|دي|هده|هدي|هاي)? (?:ا?ل)? (?:رسايل|رساله|رسالات|مسجات|مسج|اشعارات|تنبيهات|اعلانات|"
    r"مراسلات|مراسله|ارسال|تدكيرات|تدكير) "
    r"(?:كم|كو|ك|تكم)? (?:دي|هدي|هده|هاي|ديه)? )"
)
_AGAIN = (
    r"(?: تاني|مجددا|مرهتانيه|مرهاخري|بعدالان|بعدكده|بعداليوم|بعدالحين|منكم|منك|خلاص|بقي|بقا|بقه|عاد|ابدا|نهاييا|"
    r"نهايي|لي|ليا|لنا|"
    r"لوسمحت|لوسمحتم|لوسمحتوا|منفضلكم|منفضلك|رجاء|طالعمركم|طالعمرك|اليخليكم )*"
)
_THINGS = r"(?: ايشي|اياشي|شييا|شيا|شي|ايحاجه|حاجه|احد|حد )"
_TO_ME = r"(?: لي|ليا|ليه|لنا|لينا|الي|علي|عليا|علينا|بي|بيا|بنا|بينا|معي|معايا|معنا|فيني|فينا|اياي )"
_ENDING = r"(?: وا|ون|و|ي|ين )?"
_ME = r"(?: ني|نا|لي|لنا|ليا|وني|ونا|ولي|ولنا )?"
_SEND = rf"(?: [تا]? (?:رسل|راسل|بعت|طرش|دز|كلم|تصل|اتصل|تواصل|زعج|ازعج|دق|كتب|ضايق|مسج|حاكي) {_ENDING} {_ME} )"
_WANT = (
    r"(?: (?:مش|مو|مب|مهب) (?:عايز|عاوز|حابب|حاب|محتاج) (?:ه|ين|كم|كو)? | ما? (?:ابي|ابغي|ابغا|نبي|نبغي|ودي|ودنا|"
    r"بدي|بدنا|احب|اريد)"
    r" (?:كم|كو|ك)? | لا (?:ا?ريد|نريد|ا?رغب|نرغب|ا?ود|نود|ا?حتاج) (?:في|ب|ان|كم)? ) (?:منكم|منك)?"
)
_RECEIVING = r"(?: (?:استقبال|استلام|تلقي|ارسال|وصول)? (?:المزيدمن|مزيدمن|مزيدا?من|اي)? )"
_REST = rf"(?: {_THINGS} | {_MESSAGES} | {_TO_ME} )*"
_STOPPING = (
    r"(?: بطل|وقف|اوقف|توقف|كف|انهي|اوقفو|ايقاف|وقفان|كفايه|كفايا|كفي|يكفي|بيكفي|بكفي|بسكم|سكر|خلص|الغ|الغي|لغ|"
    r"لغي|الغاء|الغا|انهاء|انها|"
    r"وقفل|بلاش )"
)
_TELL_LESS = (
    rf"{_STOPPING} {_ENDING} {_ME} (?:عن|بقي|بقا)? {_RECEIVING} {_MESSAGES}",
    rf"(?:بطل|وقف|توقف|بلاش|كفايه|كف) {_ENDING} (?:عن|من)? (?:{_SEND}|الارسال|ارسال|مراسلتي|مراسلتنا|مراسله|"
    rf"ازعاجي|ازعاجنا"
    rf"|ازعاج|الاتصالبي|الاتصال) {_REST}",
    rf"(?:وقف|اوقف|بطل|سكر) {_ENDING} (?:كلشي|كلحاجه|ده|دا|هدا|الكلامده|الموضوعده|الموضوع|الاشتراك|اشتراكي)",
    rf"(?:لا|ما|ولا) (?=ت) {_SEND} {_REST}",
    rf"ما? ت (?:بعت|كلم|ت?صل|راسل|زعج|ضايق|كتب|رسل) (?:وا|و|ي)? {_ME} ش {_REST}",
    rf"{_WANT} {_RECEIVING} {_MESSAGES} {_REST}",
    rf"{_WANT} (?:احد|حد|ان)? (?: [تي] (?:رسل|راسل|بعت|طرش|دز|كلم|تصل|تواصل|زعج|دق|كتب) {_ENDING} {_ME} ) {_REST}",
    rf"{_WANT} (?:ا|ن)? (?:كمل|ستمر|تابع|شترك|لاستمرار|ال?استمرار|اكمال|ال?متابعه) (?:معكم|معاكم|وياكم)?",
    r"(?:مش|مو|ماراح|لن) ه? (?:ا|ن)? كمل (?:معاكم|معكم)?",
    rf"(?:محدش|ماحدش|لاحد|محد) ي (?:بعت|راسل|رسل) {_ENDING} {_ME} {_REST}",
    r"(?:شيل|احدف|امسح|حدف|ازل|ازيل|طلع|الغ|شطب|اشطب) (?:وا|و|ي)? (?:ني|نا|رقمي|رقمنا|اسمي|نمرتي|تليفوني|جوالي)"
    r" (?:من(?:عندكم|عندكو|عندك|هنا|هني|القايمه|قايمتكم|قايمهالرسايل|الليسته|القروب|الجروب|السجل|الخدمه|البرنامج|"
    r"النظام|السيستم))?",
    r"(?:سيب|اترك|خل|هد|خلي)(?:و|وا)?(?:ني|نا) (?:في|ب)? (?:حالي|حالنا|شاني|وشاني|شاننا)?",
    r"(?:حل|حلوا|حلو|فك|فكو|فكوا|بعد|بعدو|ابعدوا) (?:عني|عنا|ني|نا) (?:من(?:ا?ل)?(?:رسايل|رسايلكم|مسجاتكم|الموضوع))?",
    r"(?:الغ|الغي|الغا|لغ|لغي|ايقاف|انها|انهي) (?:وا|و)? (?:ا?ل)? (?:اشتراك|تسجيل) (?:ي|نا|كم)? (?:معكم|عندكم)?",
    r"(?:انها|انهي|اغلاق|اقفل|اقفلو|اقفلوا|انهو|انهوا|سكر|سكروا|قفل|قفلوا) (?:ا?ل)? (?:محادته|خدمه|شات|دردشه|موضوع)",
)
_SENDING = "(?:send|text|messag|contact|call|bother|writ|email)"
_STOP_ENGLISH = (
    rf"(?:please )?(?:stop|quit|cease)(?: it| this| that| all| now| please| {_SENDING}\w*)*"
    r"(?: me| us)?(?: the| any| all| your| these)?(?: messages?| texts?| sms)?(?: please| now)?|"
    rf"(?:please )?(?:do not|don t|dont|never) {_SENDING}e? (?:me|us)?(?: any| more| anymore| again| messages?| "
    rf"please)*|"
    rf"(?:please )?(?:do not|don t|dont|never) {_SENDING}e?(?: any| more)* messages?|"
    r"(?:please )?(?:remove|delete|unsubscribe|take)(?: me| us| my number| my phone)(?: off| from)?(?: the| your|"
    r" this)?(?: list)?(?: please)?|"
    r"no more(?: messages?| texts?| sms)?(?: please)?|i (?:want|would like|d like|need) to (?:stop|quit|"
    r"unsubscribe|opt out|cancel)"
)


@cache
def _stop() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Made when the first sentence is read: most messages are a phrase that is known."""
    arabic = "|".join(rf"(?:{pattern}){_AGAIN}".replace(" ", "") for pattern in _TELL_LESS)
    return re.compile(arabic), re.compile(_STOP_ENGLISH)


def asks_to_stop(key: str) -> bool:
    """True when the whole folded message asks that nothing more be sent, or to leave the interview."""
    arabic, english = _stop()
    return arabic.fullmatch(tight(key)) is not None or english.fullmatch(key) is not None
