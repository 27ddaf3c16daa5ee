"""What the signs of a message say: thumbs, ticks, arrows, question marks; their colour of skin and sex say nothing."""

from __future__ import annotations

import re
from functools import cache

SIGNS = {
    "yes": "👍 ✅ 👌 ✔ ☑ 🆗 🤝 💯 🙆 🫡 + ✓ 🟢",
    "no": "👎 ❌ ✖ 🚫 🙅 ⛔ ❎ ✗ ✘ 🔴",
    "stop": "🛑 ✋ ⏹ 🔕",
    "back": "⬅ ◀ 🔙 ↩ ← ⏪ ⏮ 👈 # < «",
    "help": "? ؟ 🆘 ❓ ❔ ⁉",
    "skip": "⏭ ⏩ ➡ ▶ → 👉 > »",
    "restart": "🔄 🔁 ↻ *",
    "human": "🙋 👤 🧑‍💼 👩‍💼 👨‍💼 ☎ 📞 📱",
    "greeting": "👋",
    "thanks": "🙏 ❤ 🌹 💐 🌷",
}
_DASHES = re.compile(r"\s*[-–—―_ـ.…]+\s*")
_SILENT = re.compile("[-\\s!.,،…~'\"()\\[\\]️︎‍♀♂🏻🏼🏽🏾🏿⃣]")
_PROFESSION = re.compile("[🧑👩👨]‍💼")


@cache
def _of_sign() -> dict[str, str]:
    return {_SILENT.sub("", sign)[:1]: intent for intent, signs in SIGNS.items() for sign in signs.split()}


def signs_of(text: str) -> frozenset[str]:
    """The intents of the signs in a message, empty where there is none; beside words only of thumbs and ticks."""
    if len(text) > 200:
        return frozenset()
    if _DASHES.fullmatch(text):
        return frozenset({"skip"})
    plain = _SILENT.sub("", _PROFESSION.sub("👤", text))
    known = _of_sign()
    if any(sign.isalnum() for sign in plain):
        return frozenset(known[sign] for sign in plain if known.get(sign) in {"yes", "no"} and sign != "+")
    return frozenset(known.get(sign, "other") for sign in plain)
