"""The few words of the chat page itself; whatever is said in the conversation comes from the catalogues."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.words import is_right_to_left


@dataclass(frozen=True)
class PageWords:
    """The page's furniture in one language. `{number}` and `{of}` are filled where they stand."""

    language: str
    title: str
    subtitle: str
    hint: str
    hello: str
    urgent: str
    log: str
    answers: str
    attach: str
    your_message: str
    placeholder: str
    send: str
    arrived: str
    today: str
    yesterday: str
    send_location: str
    location: str
    location_refused: str
    photo: str
    voice: str
    file: str
    card: str
    tapped: str
    from_staff: str
    progress: str
    clock: str
    moves: tuple[tuple[str, str], ...]
    not_sent: str
    again: str
    too_large: str
    disconnected: str
    refused: str
    open_again: str
    anything_new: str
    writing: str


ARABIC = PageWords(
    language="ar",
    title="خدمة سند",
    subtitle="طلبات ومواعيد",
    hint="أهلاً بكم. معكم خدمة سند، والتقديم مجاني.\nاكتبوا لنا هنا، أو اختاروا التحية لنبدأ.",
    hello="السلام عليكم",
    urgent="مساعدة عاجلة",
    log="المحادثة",
    answers="الإجابات",
    attach="إرسال صورة أو صوت",
    your_message="رسالتكم",
    placeholder="اكتبوا هنا",
    send="إرسال",
    arrived="وصلت",
    today="اليوم",
    yesterday="أمس",
    send_location="أرسل مكاني على الخريطة",
    location="مكان على الخريطة",
    location_refused="لم نستطع معرفة المكان من هذا الهاتف. يمكنكم كتابة اسم المكان.",
    photo="صورة",
    voice="رسالة صوتية",
    file="ملف",
    card="بطاقة الموعد",
    tapped="اختيار من الأزرار",
    from_staff="رسالة من الموظفين",
    progress="السؤال {number} من {of}",
    clock="ساعة التجربة:",
    moves=(("+3h", "+٣ ساعات"), ("+1d", "+يوم"), ("+2d", "+يومان")),
    not_sent="لم تُرسل، أعيدوا المحاولة.",
    again="إعادة الإرسال",
    too_large="الملف كبير. أرسلوا صورة أصغر من ٢٠ ميغابايت.",
    disconnected="انقطع الاتصال. نحاول من جديد.",
    refused="مرّ وقت طويل على هذه الصفحة، ولم يصل ما أرسلتم. افتحوها من جديد، ثم أرسلوا مرة أخرى.",
    open_again="فتح المحادثة",
    anything_new="هل وصل جديد؟",
    writing="نكتب لكم",
)
ENGLISH = PageWords(
    language="en",
    title="Sanad service",
    subtitle="Applications and appointments",
    hint="Welcome. This is the Sanad service. Applying is free.\nWrite to us here, or tap the greeting to begin.",
    hello="Hello",
    urgent="Urgent help",
    log="Conversation",
    answers="Answers",
    attach="Send a photo or a voice note",
    your_message="Your message",
    placeholder="Write here",
    send="Send",
    arrived="Arrived",
    today="Today",
    yesterday="Yesterday",
    send_location="Send my place on the map",
    location="A place on the map",
    location_refused="We could not find the place from this phone. You can write its name instead.",
    photo="Photo",
    voice="Voice note",
    file="File",
    card="Appointment card",
    tapped="A button",
    from_staff="From our staff",
    progress="Question {number} of {of}",
    clock="Demonstration clock:",
    moves=(("+3h", "+3 hours"), ("+1d", "+1 day"), ("+2d", "+2 days")),
    not_sent="Not sent. Please try again.",
    again="Send again",
    too_large="The file is too large. Please send a photo under 20 MB.",
    disconnected="The connection was lost. Trying again.",
    refused="This page was open for a long time, and what you sent did not arrive. Open it again and send once more.",
    open_again="Open the chat",
    anything_new="Anything new?",
    writing="We are writing",
)


def page_words(language: str) -> PageWords:
    """The words in that language; English where we have none of it and it is not written right to left."""
    return ARABIC if is_right_to_left(language) else ENGLISH
