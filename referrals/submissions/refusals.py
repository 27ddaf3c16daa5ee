"""Why a submission is not taken: what a phone shows of it, and the kind of refusal that a door makes a status of."""

from __future__ import annotations

from typing import Any


class SubmissionRefused(ValueError):
    """Nothing of it was kept. `key` names the sentence to show, `values` what it is about."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key + "".join(f" {name}={value!r}" for name, value in values.items()))
        self.key, self.values = key, values


class Unfit(SubmissionRefused):
    """What was sent is no submission of its form: sending it again will not help."""


class NotFound(SubmissionRefused):
    """The form, its version or the submission that is to be replaced is not here."""


class Conflict(SubmissionRefused):
    """Something else stands under this instance id or file name already, or the edited copy is out of date."""


class TooBig(SubmissionRefused):
    """A file or the XML is larger than is ever kept."""
