"""What a fresh process spends on its first readings: `python -m bot.benches.first_reading [KIND ...]`, milliseconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

FIRST = {
    "number": "خمسه وعشرين",
    "date": "بعد بكرة",
    "intent": "لا مانع",
    "choice": "ارملة",
    "phone": "٠١٠١٢٣٤٥٦٧٨",
    "national_id": "٣٠٢٠٥٠٣٢٧٨٩٨٩٥",
    "place": "نجع سالم",
    "name": "فاطمة سالم",
}
FEW = 350  # places: governorates and districts, as many as a programme begins with


def reader_of(kind: str, few: int | None = None) -> Callable[[str], Any]:
    """The reader of a kind, with what it needs besides the text; nothing of it is loaded before it is asked for.

    A place is looked for among all sample places, or the first `few`.
    """
    from datetime import date

    from dialogs import understanding as read

    if kind == "date":
        today = date(2026, 11, 22)
        return lambda text: read.read_date(text, today=today)
    if kind == "choice":
        from bot.benches.sample_texts import OPTIONS

        options = [read.ChoiceWords(str(n), label) for n, label in enumerate(OPTIONS)]
        return lambda text: read.read_choice(text, options)
    if kind == "phone":
        return lambda text: read.read_phone(text, "EG")
    if kind == "national_id":
        return lambda text: read.read_national_id(text, "EG")
    if kind == "place":
        from bot.benches.sample_places import sample_places
        from dialogs.understanding import Gazetteer, read_place

        gazetteer = Gazetteer.of(sample_places()[:few])
        return lambda text: read_place(text, gazetteer)
    if kind == "name":
        from dialogs.understanding import read_name

        return read_name
    return {"number": read.read_number, "intent": read.read_intent}[kind]


def main(kinds: list[str]) -> tuple[float, float]:
    """Milliseconds to load the package, and then to read one text of each of these kinds."""
    began = time.perf_counter()
    import dialogs.understanding  # noqa: F401 # it is the loading that is measured

    loaded = time.perf_counter() - began
    spent = 0.0
    for kind in kinds:
        if kind == "place":  # the names of a made-up country are no part of what is measured
            from bot.benches.sample_places import sample_places

            sample_places()
        began = time.perf_counter()
        reader_of(kind, FEW)(FIRST[kind])
        spent += time.perf_counter() - began
    return loaded * 1e3, spent * 1e3


if __name__ == "__main__":
    sys.stdout.write("{} {}".format(*main(sys.argv[1:])))
