"""A form as the chat it will be: the bot's bubbles in order, when each is asked, what may be tapped."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.listing import Listing, listing_of, written
from dialogs.checking.plain_words import PlainWords
from dialogs.form import Form
from dialogs.form.definition import Compiled, Definition
from dialogs.interview.layout import layout_of

SHOWN = 12  # choices of a list that are written out
LONGEST = 200  # characters of a calculation in words
STEP = "    "
KINDS = {  # what is expected, where nothing is tapped
    "text": "words, or a voice note",
    "integer": "a whole number",
    "decimal": "a number",
    "range": "a number",
    "date": "a day",
    "dateTime": "a day and an hour",
    "time": "an hour",
    "geopoint": "a place on the map",
    "image": "a photo",
    "audio": "a voice note",
    "video": "a video",
    "file": "a file",
    "barcode": "the number under the bars",
}


class Outline:
    """Writes one form down in one language."""

    def __init__(self, form: Form, language: str) -> None:
        self.form = form
        self.language = layout_of(form).language(language)
        self.words = PlainWords(form.program, self.language)
        self.number = 0

    def lines(self) -> Iterator[str]:
        """The whole chat."""
        yield from self._inside(self.form.program.root, "")

    def _inside(self, definition: Definition, margin: str) -> Iterator[str]:
        for child in definition.children:
            if child.is_repeat:
                yield from self._repeat(child, margin)
            elif child.children:
                yield from self._group(child, margin)
            elif child.question.asked:
                yield from self._question(child, margin)
            elif child.calculate is not None and child.question.kind == "calculate":
                yield f"{margin}<{child.name}: {self._short(self.words.of(child.calculate, child))}>"

    def _group(self, group: Definition, margin: str) -> Iterator[str]:
        if not any(below.question.asked for below in group.below()):
            return
        title = self._text(group, "label") or group.name
        yield ""
        yield f"{margin}== {title} =={self._when(group.relevant, group)}"
        yield from self._inside(group, margin)

    def _repeat(self, repeat: Definition, margin: str) -> Iterator[str]:
        title = self._text(repeat, "label") or repeat.name
        often = "as often as they say there is one more"
        if repeat.count is not None:
            often = f"as often as: {self.words.of(repeat.count, repeat)}"
        yield ""
        yield f"{margin}== {title}: {often} =={self._when(repeat.relevant, repeat)}"
        yield from self._inside(repeat, margin + STEP)

    def _question(self, question: Definition, margin: str) -> Iterator[str]:
        bare = question.question
        condition = self._when(question.relevant, question)
        if condition:
            yield f"{margin}({condition.strip()})"
        label = self._text(question, "label") or question.name
        if bare.kind == "note":
            yield from _bubble(margin, [label])
            return
        self.number += 1
        hint = self._text(question, "hint")
        listing = listing_of(self.form.program, question)
        buttons = self._buttons(question, listing)
        yield from _bubble(margin, [*([hint] if hint else []), label, *([buttons] if buttons else [])])
        about = [f"{self.number}. {bare.name}", bare.kind, "required" if question.required else "may be left"]
        if question.constraint is not None:
            about.append(f"taken when {self.words.of(question.constraint, question)}")
        if listing is not None and listing.filtered:
            about.append("choices depend on earlier answers")
        marks = [name for name, text in bare.chat.items() if text.strip().lower() == "yes"]
        yield f"{margin}      <{'; '.join([*about, *marks])}>"

    def _buttons(self, question: Definition, listing: Listing | None) -> str:
        if listing is None:
            expected = KINDS.get(question.question.kind, "")
            return f"({expected})" if expected else ""
        labels = [choice.labels.get(self.language) or choice.name for choice in listing.choices]
        shown = " ".join(f"[{label}]" for label in labels[:SHOWN])
        return shown if len(labels) <= SHOWN else f"{shown} … ({len(labels)} choices)"

    @staticmethod
    def _short(said: str) -> str:
        return said if len(said) <= LONGEST else f"{said[:LONGEST]} …"

    def _when(self, relevant: Compiled | None, reader: Definition) -> str:
        return "" if relevant is None else f"  only if {self.words.of(relevant, reader)}"

    def _text(self, definition: Definition, part: str) -> str:
        wordings = getattr(definition, part)
        return written(wordings, self.language) or written(wordings, self.form.default_language)


def _bubble(margin: str, lines: list[str]) -> Iterator[str]:
    first, *rest = [part for line in lines for part in line.split("\n") if part.strip()] or [""]
    yield f"{margin}بوت: {first}"
    yield from (f"{margin}      {line}" for line in rest)
