"""Forms and families made by dice, the same for the same seed: to see that shortcuts change nothing."""

from __future__ import annotations

from functools import cache
from random import Random

from dialogs.form import Form, compile_xlsform, load_xform
from dialogs.interview import Asked, Event, Reviewed, Said, StaleButton

_HEADER = (
    "type name label relevant constraint required read_only choice_filter repeat_count calculation appearance".split()
)
_CHOICES = """
| choices |
| | list_name | name | label | of |
| | yn | yes | نعم | |
| | yn | no | لا | |
| | place | r1 | قنا | |
| | place | r2 | الأقصر | |
| | town | t1 | قوص | r1 |
| | town | t2 | نجع | r1 |
| | town | t3 | إسنا | r2 |
"""


class _Author:
    """Writes rows; a question may read those before it, and inside a repeat those of its own member too."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.rows: list[dict[str, str]] = []
        self.integers: list[str] = []
        self.selects: list[str] = []
        self.places: list[str] = []

    def form(self) -> str:
        self._questions(4)
        self._block("begin group", "end group", 3)
        self._block("begin repeat", "end repeat", 3)
        counted = {"repeat_count": f"${{{self.integers[0]}}} mod 4"} if self.integers else {}
        self._block("begin repeat", "end repeat", 2, **counted)
        self._questions(3)
        lines = [f"| | {' | '.join(row.get(name, '') for name in _HEADER)} |" for row in self.rows]
        return "\n".join(["| survey |", f"| | {' | '.join(_HEADER)} |", *lines]) + _CHOICES

    def _block(self, begin: str, end: str, size: int, **columns: str) -> None:
        known = [list(names) for names in (self.integers, self.selects, self.places)]
        name = f"b{len(self.rows)}"
        self.rows.append({"type": begin, "name": name, "label": f"باب {name}", "relevant": self._maybe(0.4)} | columns)
        self._questions(size)
        if begin == "begin repeat" and self.integers[len(known[0]) :]:
            inside = self.integers[-1]
            self._calculate(f"${{{inside}}} + position(..)")
        self.rows.append({"type": end})
        if begin == "begin repeat":
            inner = self.integers[len(known[0]) :]
            self.integers, self.selects, self.places = known
            if inner:
                self.integers.append(self._calculate(f"sum(${{{inner[0]}}})"))

    def _calculate(self, calculation: str) -> str:
        name = f"c{len(self.rows)}"
        self.rows.append({"type": "calculate", "name": name, "calculation": calculation})
        return name

    def _questions(self, count: int) -> None:
        for _ in range(count):
            kinds = (
                self._integer,
                self._yes_no,
                self._place,
                self._town,
                self._text,
                self._date,
                self._note,
                self._many,
            )
            self.dice.choice((self._integer, *kinds))()

    def _maybe(self, chance: float) -> str:
        """An expression over what came before, or nothing."""
        if self.dice.random() > chance or not (self.integers or self.selects):
            return ""
        if self.integers and (not self.selects or self.dice.random() < 0.5):
            sign = self.dice.choice([">", "<=", "!="])
            return f"${{{self.dice.choice(self.integers)}}} {sign} {self.dice.randint(0, 3)}"
        return f"${{{self.dice.choice(self.selects)}}} {self.dice.choice(['=', '!='])} 'yes'"

    def _row(self, kind: str, **columns: str) -> str:
        name = f"q{len(self.rows)}"
        row = {"type": kind, "name": name, "label": f"سؤال {name}", "relevant": self._maybe(0.5)}
        row |= {"required": "yes" if self.dice.random() < 0.3 else self._maybe(0.2)}
        if self.integers and self.dice.random() < 0.3:
            row["label"] += f" ${{{self.dice.choice(self.integers)}}}"
        self.rows.append(row | columns)
        return name

    def _integer(self) -> None:
        limit = (
            f" and . < ${{{self.dice.choice(self.integers)}}} + 5" if self.integers and self.dice.random() < 0.4 else ""
        )
        self.integers.append(self._row("integer", constraint=f". >= 0{limit}"))
        if self.dice.random() < 0.3:
            self.integers.append(self._calculate(f"${{{self.dice.choice(self.integers)}}} * 2"))

    def _yes_no(self) -> None:
        self.selects.append(self._row("select_one yn"))

    def _place(self) -> None:
        self.places.append(self._row("select_one place"))

    def _town(self) -> None:
        if self.places:
            self._row("select_one town", choice_filter=f"of = ${{{self.dice.choice(self.places)}}}")

    def _many(self) -> None:
        self._row("select_multiple place", constraint="count-selected(.) < 2" if self.dice.random() < 0.5 else "")

    def _text(self) -> None:
        self._row("text", read_only=self._maybe(0.3))

    def _date(self) -> None:
        self._row("date", constraint=". <= today()")

    def _note(self) -> None:
        self._row("note", appearance="pause" if self.dice.random() < 0.3 else "", required="")


@cache
def random_form(seed: int) -> Form:
    """The form of that seed: some thirty rows with groups, an open and a counted repeat."""
    return load_xform(compile_xlsform(_Author(seed).form().encode(), name=f"random{seed}.md"))


class RandomFamily:
    """Says something to the last events: mostly an answer, sometimes a step back, an old button, a change, nonsense."""

    WORDS = (
        "رجوع",
        "مراجعة",
        "تخطي",
        "لا أعرف كم",
        "٢",
        "0",
        "99",
        "نعم",
        "لا",
        "نص ما",
        "15/3/2024",
        "1، 2",
        "أجيب لاحقاً",
    )

    def __init__(self, seed: int) -> None:
        self.dice = Random(f"family {seed}")
        self.seen: list[str] = []

    def next(self, events: tuple[Event, ...]) -> Said:
        last = events[-1] if events else None
        if isinstance(last, Asked):
            self.seen += [option.id for option in last.prompt.options]
        if isinstance(last, Reviewed) and last.lines and self.dice.random() < 0.8:
            return Said(choice=self.dice.choice(last.lines).key)
        for event in events:
            if isinstance(event, StaleButton) and event.key and self.dice.random() < 0.7:
                return Said(choice=event.key)
        if self.seen and self.dice.random() < 0.15:
            return Said(choice=self.dice.choice(self.seen))
        if self.dice.random() < 0.15 or not isinstance(last, Asked):
            return Said(text=self.dice.choice(self.WORDS))
        return self._answer(last)

    def _answer(self, asked: Asked) -> Said:
        prompt = asked.prompt
        if prompt.options and self.dice.random() < 0.9:
            return Said(choice=self.dice.choice(prompt.options).id)
        words = {"number": str(self.dice.randint(0, 6)), "date": self.dice.choice(["15/3/2024", "15/3/2099"])}
        return Said(text=words.get(prompt.expects, "كلام قصير"))
