"""What a platform's refusal means for a message that is owed: one table by stable names, for answers and statuses.

A reason begins with its name: `window_closed`, `undeliverable: 131026`, `blocked: bot was blocked by the user`. What
each platform calls it is translated to a name where its answers and statuses are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Then = Literal["retry", "template", "elsewhere", "stop", "staff"]

HOUR = 3600.0


@dataclass(frozen=True)
class Outcome:
    """What is done with a message that did not go, and who hears of it.

    `then`: retry = again after `retry_after` seconds, or the backoff where there is none; template = only as its
    approved template; elsewhere = this person cannot be reached like this: another identity of theirs, else a call;
    stop = never again for this purpose; staff = somebody has to mend something first.
    With `then` staff, a message that is not `permanent` is good and waits `retry_after`; a permanent one is parked.
    `whole_account` says that the wait holds for everything the account sends. With `alert` staff are told in any case.
    With `unreachable` the platform says of the person, not of the message, that nothing arrives there.
    """

    name: str
    then: Then
    permanent: bool = False
    retry_after: float | None = None
    whole_account: bool = False
    alert: bool = False
    unreachable: bool = False


def _retry(after: float | None = None, *, whole: bool = False, alert: bool = False) -> Outcome:
    return Outcome("", "retry", retry_after=after, whole_account=whole, alert=alert)


def _account(after: float) -> Outcome:
    """The account, not the message: an operator has to act, and then it goes out."""
    return Outcome("", "staff", retry_after=after, whole_account=True, alert=True)


def _for_good(then: Then, *, alert: bool = False, unreachable: bool = False) -> Outcome:
    return Outcome("", then, permanent=True, alert=alert or then == "staff", unreachable=unreachable)


_TABLE: Mapping[str, Outcome] = {
    # again later
    "rate_limit": _retry(whole=True),  # Telegram's 429: the whole bot waits as long as it says
    "throughput": _retry(1.0, whole=True),
    "pair_rate": _retry(6.0),  # one message every 6 seconds to one person
    "account_rate": _retry(60.0, whole=True),
    "application_rate": _retry(60.0, whole=True),
    "spam_rate": _retry(HOUR, whole=True, alert=True),
    "maintenance": _retry(300.0, whole=True),
    "marketing_cap": _retry(24 * HOUR),  # trying again within a day makes it worse
    "unavailable": _retry(),
    "unknown_error": _retry(),
    "flow_throttled": _retry(60.0),
    "unreachable": _retry(),  # refused before anything was sent
    "answer_lost": _retry(),  # it may have arrived: delivery keeps it as uncertain
    "answer_unreadable": _retry(),
    "platform_error": _retry(),
    "file_lost": _retry(),
    "conflict": _retry(30.0),
    # only an approved template may go
    "window_closed": _for_good("template"),
    # not here: another identity of theirs, else a call
    "blocked": _for_good("elsewhere", unreachable=True),
    "deactivated": _for_good("elsewhere", unreachable=True),
    "never_started": _for_good("elsewhere", unreachable=True),
    "chat_gone": _for_good("elsewhere", unreachable=True),
    "undeliverable": _for_good("elsewhere", unreachable=True),
    "hidden_number": _for_good("elsewhere"),  # this message may not go to who hides their number
    "country_restricted": _for_good("elsewhere", alert=True),
    "template_unknown": _for_good("elsewhere", alert=True),
    "template_paused": _for_good("elsewhere", alert=True),
    "template_disabled": _for_good("elsewhere", alert=True),
    "template_missing": _for_good("elsewhere"),  # no template says this thing
    # never again for this purpose
    "marketing_opt_out": _for_good("stop"),
    "experiment": _for_good("stop"),
    "own_number": _for_good("stop"),
    # somebody has to mend the message, the template or what sends it
    "not_allowed_recipient": _for_good("staff"),
    "unsupported_type": _for_good("staff"),
    "media_refused": _for_good("staff"),
    "parameter_missing": _for_good("staff"),
    "parameter_invalid": _for_good("staff"),
    "template_parameters": _for_good("staff"),
    "template_too_long": _for_good("staff"),
    "template_policy": _for_good("staff"),
    "flow_blocked": _for_good("staff"),
    "too_long": _for_good("staff"),
    "buttons_invalid": _for_good("staff"),
    "refused": _for_good("staff"),
    # somebody has to mend the account; whatever is owed waits for it
    "token_refused": _account(300.0),
    "permission": _account(300.0),
    "payment": _account(HOUR),
    "account_locked": _account(HOUR),
    "account_blocked": _account(HOUR),
    "number_not_registered": _account(HOUR),
    "display_name": _account(HOUR),
}
OUTCOMES: Mapping[str, Outcome] = {name: replace(outcome, name=name) for name, outcome in _TABLE.items()}
UNKNOWN = Outcome("unknown", "staff", permanent=True, alert=True)


def outcome_of(reason: str) -> Outcome:
    """What the reason of a failed send or of a failed status asks for; `UNKNOWN` where no name of ours leads it."""
    return OUTCOMES.get(name_of(reason), UNKNOWN)


def name_of(reason: str) -> str:
    """The stable name that a reason begins with: the key of its Arabic is `sending.reason.<name>`."""
    name = reason.partition(":")[0].strip()
    return name if name in OUTCOMES else UNKNOWN.name
