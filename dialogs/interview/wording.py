"""The few words the interview offers on its own; the front desk may put others in their place by the option's name."""

from __future__ import annotations

_WORDS = {
    "ar": {
        "!done": "هذا كل شيء",
        "!another": "إضافة آخر",
        "!finish": "هذا كل شيء",
        "!later": "أرسل لاحقاً",
        "!keep": "كما هي",
        "!yes": "نعم",
        "!set_aside": "أجيب لاحقاً",
        "!remove": "حذف",
        "!members": "القائمة",
        "image": "صورة",
        "audio": "رسالة صوتية",
        "voice": "رسالة صوتية",
        "video": "فيديو",
        "file": "ملف",
        "point": "مكان على الخريطة",
        "and": "، ",
        "morning": "صباحاً",
        "noon": "ظهراً",
        "evening": "مساءً",
        "within_a_day": "±1 يوم",
        "other": "شيء آخر",
        "which_other": "ما هو الشيء الآخر؟",
    },
    "en": {
        "!done": "That is all",
        "!another": "Add another",
        "!finish": "That is all",
        "!later": "Send later",
        "!keep": "Keep it",
        "!yes": "Yes",
        "!set_aside": "Answer later",
        "!remove": "Remove",
        "!members": "List",
        "image": "a picture",
        "audio": "a voice note",
        "voice": "a voice note",
        "video": "a video",
        "file": "a file",
        "point": "a place on the map",
        "and": ", ",
        "morning": "am",
        "noon": "pm",
        "evening": "pm",
        "within_a_day": "±1 day",
        "other": "Other",
        "which_other": "What is the other thing?",
    },
}


def word(name: str, language: str) -> str:
    """The word in that language, Arabic where there is none."""
    return _WORDS.get(language[:2].lower(), _WORDS["ar"])[name]
