"""«هل أنتم في أمان الآن؟» answered by how one is: «لا الحمد لله مفيش خطر», «كلنا بخير»; no word may be left over."""

from __future__ import annotations

from dialogs.understanding.folding import fold

LONGEST = 120  # characters


def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold, text.split()))


_WELL = _words(
    "بخير خير تمام كويس كويسة كويسين زين زينة زينين أمان بأمان آمنين آمن آمنة مطمنين مطمئنين سالمين سلام بسلام نعم "
    "أيوه ايوا "
    "اي إيه اه طيبين مرتاحين مستورين مستور مستورة fine safe ok okay good well yes"
)
_BESIDE = _words(
    "الحمد لله الحمدلله والحمد والحمدلله ولله في احنا إحنا نحن أنا كلنا والله الآن دلوقتي الحين في البيت "
    "عندنا "
    "عليكم السلام يا فندم رب العالمين فضل بفضل ربنا الله شكرا we are i am im all thanks thank god now here"
)
_NONE = _words("مفيش مافيش مافي ماكو بدون معندناش معنديش")
_NOT_THERE = {"لا": _words("يوجد توجد"), "ما": _words("في فيه عندنا عندي علينا به")}
_THREAT = _words("خطر خوف مشكلة مشاكل حاجة شي شيء تهديد عنف ضرب أذى قلق بأس باس مكروه")
_NO = _words("لا لأ no")
# What follows a bare «لا» that only leads in: «لا الحمد لله كويسين», «لا بخير»; but «لا أمان», «no good» deny it.
_LED_IN_TO = _words("الحمد الحمدلله والحمد والحمدلله احنا نحن أنا كلنا بخير تمام كويس كويسة كويسين we i im all")
_GREETING = ("سلام", "عليكم")
_PRAISE = _words("الحمد الحمدلله والحمدلله")
_ANY = _words("اي أي عندنا علينا")
_SOUND = _words("يخوف يقلق وحش وحشة علينا عندنا تخوف")


def read_safe(text: str) -> bool:
    """True where the words say for sure that all is well: each of them is known, and no «not» stands before a good one.

    A bare «لا», and «الحمد لله» after it alone, say nothing for sure.
    """
    words = fold(text).split() if len(text) <= LONGEST else []
    words = words[2:] if tuple(words[:2]) == _GREETING else words
    denies = len(words) > 1 and words[0] in _NO and not _no_threat(words)
    words = words[1:] if denies else words
    if denies and words[0] not in _LED_IN_TO and not _no_threat(words):
        return False
    said, at = 0, 0
    while at < len(words):
        size = _no_threat(words[at:])
        if size:
            said, at = said + 1, at + size
        elif words[at] in _WELL:
            said, at = said + 1, at + 1
        elif words[at] in _BESIDE:
            at += 1
        else:
            return False
    praised = not denies and not _PRAISE.isdisjoint(words)
    return bool(words) and (said > 0 or praised)


def _no_threat(words: list[str]) -> int:
    """How many words at the beginning say that there is no danger; 0 for none."""
    at = 0
    if words[0] in _NONE or words[0] == "ولا":
        at = 1
    elif len(words) > 1 and words[1] in _NOT_THERE.get(words[0], ()):
        at = 2  # «لا يوجد خطر»; «لا فيه خطر» is none
    if not at or len(words) <= at:
        return 0
    at += words[at] in _ANY and len(words) > at + 1
    if words[at] not in _THREAT:
        return 0
    at += 1
    while at < len(words) and words[at] in _SOUND:
        at += 1
    return at
