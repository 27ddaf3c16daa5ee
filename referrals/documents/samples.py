"""Invented facts for trying the drawing out: the bench and the tests draw these, and nobody real stands in them."""

from __future__ import annotations

from collections.abc import Callable

from referrals.documents.card_facts import CardFacts, CardWords
from referrals.documents.paper_facts import AppointmentFacts, Kind, LetterFacts, PaperFacts, PosterFacts, ReceiptFacts

CHAT = "https://sanad.example/chat/qena"
CENTRE = "مركز الخدمة في قوص (عيّنة)"
ADDRESS = "شارع السوق، بجوار مكتب البريد، قوص"
KEEP = "احتفظوا بهذا الرقم. التقديم مجاني، ولا يطلب منكم أحد مالاً باسمنا."


def sample_card(number: str = "٤٨٢١٧") -> CardFacts:
    """An appointment's card."""
    return CardFacts(
        programme="برنامج خدمات الأسرة في قنا",
        number=number,
        day="الأحد ٦ ديسمبر",
        time="الساعة ١٠:٣٠ صباحاً",
        centre=CENTRE,
        address=ADDRESS,
        bring=("بطاقة الرقم القومي", "شهادات ميلاد الأولاد"),
        qr=f"SANAD:{number}",
        footer="إن تغيّر شيء، اكتبوا لنا في هذه المحادثة.",
        words=CardWords(title="خدمة سند", number="رقم الموعد", bring="أحضروا معكم"),
    )


def sample_paper(kind: Kind, number: str = "٤٨\u00a0٢١\u00a0٧") -> PaperFacts:
    """A paper of each kind."""
    made: dict[Kind, Callable[[str], PaperFacts]] = {
        "receipt": _receipt,
        "appointment": _appointment,
        "letter": _letter,
        "poster": _poster,
    }
    return made[kind](number)


def _receipt(number: str) -> ReceiptFacts:
    return ReceiptFacts(
        title="خدمة سند",
        arrived="وصل طلبكم إلينا يوم الأحد ٢٢ نوفمبر.",
        label="رقم الطلب",
        number=number,
        answer="يصلكم الرد يوم الخميس ٣ ديسمبر أو قبله.",
        place=(CENTRE, ADDRESS, "+20 96 321 1234"),
        ask="للسؤال عن طلبكم",
        ask_how="صوّروا هذا الرمز بالهاتف، ثم اكتبوا: أين وصل طلبي؟ أو اسألوا الموظفين، ومعكم هذا الرقم.",
        keep=KEEP,
        qr=CHAT,
        address=CHAT,
    )


def _appointment(number: str) -> AppointmentFacts:
    return AppointmentFacts(
        title="خدمة سند",
        label="رقم الموعد",
        number=number,
        day="الأحد ٦ ديسمبر",
        time="١٠:٣٠ صباحاً",
        centre=CENTRE,
        place=(ADDRESS,),
        bring_label="أحضروا معكم",
        bring=("هذه الورقة", "بطاقة الهوية"),
        footer="إن تأخّرتم أو لم تستطيعوا الحضور، اكتبوا لنا في المحادثة أو اتصلوا بالمكان.",
        qr=f"SANAD:{number}",
    )


def _letter(number: str) -> LetterFacts:
    return LetterFacts(
        title="خدمة سند",
        programme="برنامج خدمات الأسرة في قنا",
        to=f"إلى: {CENTRE}",
        place=("جمعية تنمية المجتمع (عيّنة)", ADDRESS),
        dated="الأحد ٢٢ نوفمبر",
        label="رقم الطلب",
        number=number,
        opening="تحية طيبة. اختارت هذه الأسرة مركزكم، ونرجو أن تستقبلوها.",
        fields=(
            ("الاسم", "(أم أحمد) فاطمة محمّد عبد الرّحمن «عيّنة»"),
            ("الهاتف", "+20 96 321 1234"),
            ("مكان السكن", "قوص، حجازة"),
            ("أفراد الأسرة", "٦"),
        ),
        agreed="وافقت الأسرة على إرسال هذه المعلومات إلى مركزكم، لا غيرها.",
        due="نرجو الرد يوم الخميس ٣ ديسمبر أو قبله.",
        signed="طبعها: هدى (عيّنة)",
        footer="خدمة سند · هذه معلومات أسرة: لا تُصوَّر الورقة ولا تُترك حيث يراها غيركم.",
    )


def _poster(number: str) -> PosterFacts:
    return PosterFacts(
        service="خدمة سند",
        programme="برنامج خدمات الأسرة في قنا",
        title="نكتب معكم طلبكم",
        lines=("نرسله إلى أقرب مركز يناسبكم.", "نسألكم أولاً، ولا نرسل شيئاً قبل موافقتكم.", f"من ٩-٢، عيّنة {number}"),
        scan="صوّروا هذا الرمز بالهاتف لتبدأ المحادثة",
        free="التقديم مجاني، ولا يطلب منكم أحد مالاً باسمنا.",
        phone_label="أو اتصلوا:",
        phone="096 321 1234",
        qr=CHAT,
        address="sanad.example/chat/qena",
    )
