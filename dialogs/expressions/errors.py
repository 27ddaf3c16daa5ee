"""What is wrong with an expression, in words its author can act on."""

from __future__ import annotations


class ExpressionError(ValueError):
    """An expression that cannot be read; `cause` says why, `remedy` what to change."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause} {remedy}")
        self.cause = cause
        self.remedy = remedy
