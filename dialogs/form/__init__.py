"""The form engine: XLSForm in, an instance that keeps relevance, constraints and calculations true as answers come."""

from __future__ import annotations

from dialogs.form.compiling import compile_xlsform, form_xml_of, read_form, sheets_of
from dialogs.form.errors import FormError, FormProblem
from dialogs.form.form import Form
from dialogs.form.instance import Instance
from dialogs.form.loading import load_xform
from dialogs.form.question import ChoiceItem, Expressions, NodeState, Question
from dialogs.form.rows import Rows

__all__ = [
    "ChoiceItem",
    "Expressions",
    "Form",
    "FormError",
    "FormProblem",
    "Instance",
    "NodeState",
    "Question",
    "Rows",
    "compile_xlsform",
    "form_xml_of",
    "load_xform",
    "read_form",
    "sheets_of",
]
