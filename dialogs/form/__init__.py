"""The form engine: XLSForm in, an instance that keeps relevance, constraints and calculations true as answers come."""

from __future__ import annotations

from dialogs.form.compiling import compile_xlsform
from dialogs.form.errors import FormError, FormProblem
from dialogs.form.instance import Instance
from dialogs.form.loading import load_xform
from dialogs.form.question import ChoiceItem, Expressions, Form, NodeState, Question

__all__ = [
    "ChoiceItem",
    "Expressions",
    "Form",
    "FormError",
    "FormProblem",
    "Instance",
    "NodeState",
    "Question",
    "compile_xlsform",
    "load_xform",
]
