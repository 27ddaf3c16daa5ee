"""An event of the audit in the words of a page: who did what, and why; no code and no name of a table."""

from __future__ import annotations

from collections.abc import Mapping

from console.wording import REASON_WORDS
from console.words import Words
from referrals.protection.audit_trail.log import Line, kind_of
from referrals.protection.audit_trail.who_saw import READS


def done_words(words: Words, action: str) -> str:
    """What somebody did, as a clerk would say it; for what has no words of its own, whether they looked or changed."""
    kind, _, event = action.partition(".")
    if words.has(f"audit.did.{action}"):
        return words.t(f"audit.did.{action}")
    if kind == "referral" and words.has(f"event.{event}"):
        return words.t(f"event.{event}")
    if kind == "application" and words.has(f"application.event.{event}"):
        return words.t(f"application.event.{event}")
    return words.t("audit.did.read" if action.rpartition(".")[2] in READS else "audit.did.changed")


def doer_words(words: Words, line: Line, names: Mapping[str, str]) -> str:
    """Who did it: a colleague by name where the reader may know it, else by number; anybody else by what they are."""
    kind, _, number = line.actor.partition(":")
    if kind == "staff":
        return names.get(line.actor) or words.t("audit.staff_number", number=words.number(number))
    by = kind_of(line.actor)
    return words.t(f"audit.by.{by}") if by else line.actor


def doer_place(words: Words, line: Line) -> str:
    """Their role and centre as they were then; blank for who has none."""
    role = words.t(f"role.{line.role}") if words.has(f"role.{line.role}") else ""
    return " · ".join(filter(None, (role, line.place)))


def reason_words(words: Words, kind: str, step: tuple[str, str] | None) -> str:
    """Why, in a line; blank where no reason is chosen for such a step."""
    event, reason = step or ("", "")
    starts = ("application.reason.",) if kind == "application" else REASON_WORDS.get(event, ("reason.",))
    found = next((words.t(f"{each}{reason}") for each in starts if reason and words.has(f"{each}{reason}")), "")
    return words.t("audit.why", reason=found) if found else ""


def files_words(words: Words, numbers: list[str]) -> str:
    """In whose file: the number of the application, or how many files a list showed."""
    if len(numbers) == 1:
        return words.t("audit.of", number=words.number(numbers[0]))
    return words.n("audit.files", len(numbers)) if numbers else ""


def kind_words(words: Words, line: Line) -> str:
    """What it was done to, by its kind and its number in its own list."""
    return f"{words.t(f'audit.kind.{line.object_kind}')} {words.number(line.object_id)}"
