"""Opens a form written as Markdown tables in a test, at a frozen moment, so that tests read as a form author does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import dedent

from dialogs.form import Form, FormError, Instance, compile_xlsform, load_xform

NOON = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
INSTANCE_ID = "3b241101-e2bb-4255-8caf-4136c566a962"


def form_of(markdown: str, attachments: Mapping[str, bytes] | None = None) -> Form:
    """The form of these tables."""
    return load_xform(compile_xlsform(dedent(markdown).encode(), name="sample.md"), attachments or {})


def filling(
    markdown: str,
    *,
    now: datetime = NOON,
    time_zone: str = "UTC",
    instance_id: str = INSTANCE_ID,
    preload: Mapping[str, str] | None = None,
    attachments: Mapping[str, bytes] | None = None,
) -> Instance:
    """A new instance of the form of these tables."""
    form = form_of(markdown, attachments)
    return Instance.start(form, now=now, time_zone=time_zone, instance_id=instance_id, preload=preload or {})


def answer(instance: Instance, **answers: str) -> Instance:
    """Sets answers by question name, outside repeats."""
    for name, value in answers.items():
        (question,) = instance.form.named(name)
        instance.set(question.ref, value)
    return instance


def value(instance: Instance, name: str) -> str:
    """The answer of the one question of that name."""
    (question,) = instance.form.named(name)
    return instance.node(question.ref).value


def asked(instance: Instance) -> list[str]:
    """The names of the questions asked at this moment, with the positions of repeat members."""
    return [ref.removeprefix("/data/") for ref in instance.walk()]


def complaint(markdown: str | bytes) -> str:
    """What the author of a form that cannot be used is told."""
    content = markdown if isinstance(markdown, bytes) else dedent(markdown).encode()
    try:
        compile_xlsform(content, name="sample.md")
    except FormError as error:
        return str(error)
    return ""
