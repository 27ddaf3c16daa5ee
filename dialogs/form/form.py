"""A form that is ready to be asked: its questions, and the program that keeps their answers true."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogs.form.program import Program
from dialogs.form.question import Question


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form ready to be asked. Immutable: any number of instances may share one."""

    id: str
    version: str
    title: str
    languages: tuple[str, ...]  # as the columns name them: "Arabic (ar)"; empty when the form is not translated
    default_language: str
    questions: tuple[Question, ...]  # document order; groups, repeats, calculates and metadata included
    program: Program = field(repr=False)  # the compiled expressions; of no use outside dialogs.form
    warnings: tuple[str, ...] = ()  # what an author should know although the form works

    def question(self, ref: str) -> Question:
        """The question at `ref`, with or without positions; KeyError when the form has none there."""
        return self.program.definition(ref).question

    def named(self, name: str) -> tuple[Question, ...]:
        """Every question of that name, in document order; empty when there is none."""
        return tuple(question for question in self.questions if question.name == name)
