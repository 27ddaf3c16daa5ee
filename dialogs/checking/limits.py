"""What a check must know of a channel: how much of a text and of a choice it can show."""

from __future__ import annotations

from typing import Protocol


class Limits(Protocol):
    """One channel. Lengths are in characters; the casework's `Capabilities` is one of these."""

    @property
    def channel(self) -> str:
        """Its name, as findings say it."""

    @property
    def buttons(self) -> int:
        """Choices it shows as buttons."""

    @property
    def button_title(self) -> int:
        """The length of a button."""

    @property
    def rows(self) -> int:
        """Choices it shows in one list."""

    @property
    def row_title(self) -> int:
        """The length of a row of that list."""

    @property
    def row_description(self) -> int:
        """The length of the smaller line below it; 0 where there is none."""

    @property
    def text(self) -> int:
        """The length of a message."""

    @property
    def text_with_choices(self) -> int:
        """The length of a message that carries buttons or a list."""

    @property
    def caption(self) -> int:
        """The length of the text below a picture."""
