"""What never changes about a form: where each question stands, which paths repeat, and in which languages it speaks."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from functools import lru_cache

from dialogs.form import Form
from dialogs.interview.prompts import Prompt

MOST_REMEMBERED = 4096  # groups and members of one form, whose containers are known

_POSITION = re.compile(r"\[(\d+)\]")


class Layout:
    """Look-ups over one form, made once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.index = {question.ref: place for place, question in enumerate(form.questions)}
        self.repeats = frozenset(q.ref for q in form.questions if q.kind == "repeat")
        repeats = (q for q in form.questions if q.kind == "repeat" and not q.open_ended)
        self.counted_repeats = tuple(q.ref for q in repeats if not self._inside(q.ref))
        self.lasting: dict[tuple[str, str], Prompt] = {}  # what `prompting` keeps of each question
        self.filtered_lists = any(q.expressions.choice_filter for q in form.questions)
        self.open_repeats = frozenset(q.ref for q in form.questions if q.kind == "repeat" and q.open_ended)
        self.root = f"/{form.program.root.name}"
        self.spoken: dict[str, str] = {}  # the form's own names of languages, as they were wanted
        self.narrowed: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}  # what `cascading` found of each list
        self.cascades: dict[Hashable, object] = {}  # and what it made of their choices
        self._containers: dict[str, tuple[str, ...]] = {}

    def _inside(self, ref: str) -> bool:
        return any(ref.startswith(repeat + "/") for repeat in self.repeats)

    @staticmethod
    def bare(ref: str) -> str:
        """The ref without positions."""
        return _POSITION.sub("", ref) if "[" in ref else ref

    @staticmethod
    def positions(ref: str) -> tuple[int, ...]:
        """The positions in the ref, outermost first."""
        return tuple(int(n) for n in _POSITION.findall(ref)) if "[" in ref else ()

    def placed(self, bare: str, positions: Sequence[int]) -> str:
        """The ref with these positions on its repeats, outermost first."""
        if not positions:
            return bare
        left = list(positions)
        path, placed = "", ""
        for part in bare.split("/")[1:]:
            path, placed = f"{path}/{part}", f"{placed}/{part}"
            if path in self.repeats and left:
                placed += f"[{left.pop(0)}]"
        return placed

    def open_containers(self, ref: str) -> tuple[str, ...]:
        """The open repeats around `ref`, innermost first, each as the ref a member is added to."""
        if not self.open_repeats or "[" not in ref:
            return ()
        above = ref.rpartition("/")[0]
        known = self._containers.get(above)
        if known is None:
            if len(self._containers) >= MOST_REMEMBERED:
                self._containers.clear()
            known = self._containers[above] = self._containers_in(above)
        return known

    def _containers_in(self, above: str) -> tuple[str, ...]:
        found = []
        parts = above.split("/")[1:]
        for size in range(1, len(parts) + 1):
            member = "/" + "/".join(parts[:size])
            if member.endswith("]") and self.bare(member) in self.open_repeats:
                found.append(member[: member.rindex("[")])
        return tuple(reversed(found))

    def language(self, wanted: str) -> str:
        """The form's own name of a language: «ar» finds «Arabic (ar)»; the default where it has none."""
        for language in self.form.languages:
            if language == wanted or language.endswith(f"({wanted})"):
                self.spoken[wanted] = language
                return language
        return self.form.default_language


@lru_cache(maxsize=32)
def layout_of(form: Form) -> Layout:
    """The form's layout, kept while the form is in use."""
    return Layout(form)
