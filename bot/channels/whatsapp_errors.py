"""What each error code of the Cloud API is called here, whether it came as an answer or in a failed status.

Source: Meta's page of error codes (copy of 15 May 2026). What a name asks for stands in `referrals.outbox.outcomes`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels.failures import DeliveryFailed, failed
from referrals.outbox.outcomes import UNKNOWN

WINDOW_CLOSED = "window_closed"
NO_CODE = -1

NAMES: Mapping[int, str] = {
    # what sends: its token, its permissions, its account
    0: "token_refused",
    190: "token_refused",
    3: "permission",
    10: "permission",
    131005: "permission",
    131042: "payment",
    134011: "payment",  # the terms of payments were not accepted
    131031: "account_locked",
    133005: "account_locked",  # the two-step PIN
    133008: "account_locked",
    133009: "account_locked",
    368: "account_blocked",
    131063: "account_blocked",  # marketing is switched off for this account
    131064: "account_blocked",  # limited, since templates were put in the wrong category
    135001: "account_blocked",
    33: "number_not_registered",  # the number was deleted
    131045: "number_not_registered",
    133000: "number_not_registered",
    133006: "number_not_registered",
    133010: "number_not_registered",
    133015: "number_not_registered",
    133016: "number_not_registered",
    131037: "display_name",
    # how fast
    4: "application_rate",
    613: "application_rate",
    80007: "account_rate",
    130429: "throughput",
    131056: "pair_rate",
    131048: "spam_rate",
    131049: "marketing_cap",
    # the platform itself
    1: "unknown_error",
    131000: "unknown_error",
    2: "unavailable",
    131016: "unavailable",
    133004: "unavailable",
    131057: "maintenance",
    131052: "file_lost",  # a file could not be downloaded
    # this person
    131047: WINDOW_CLOSED,  # more than 24 hours since they wrote: only a template may be sent
    131026: "undeliverable",  # no WhatsApp, an old version, or the terms not accepted
    131062: "hidden_number",  # this kind of message is not for a business-scoped user id
    130403: "undeliverable",  # we blocked this person
    130497: "country_restricted",
    131050: "marketing_opt_out",
    130472: "experiment",  # the person is in a group that gets no marketing
    131021: "own_number",
    131030: "not_allowed_recipient",  # a test number sends only to its list
    # this message
    100: "parameter_invalid",
    803: "parameter_invalid",
    131009: "parameter_invalid",
    135000: "parameter_invalid",
    131008: "parameter_missing",
    131051: "unsupported_type",
    131055: "unsupported_type",
    131060: "unsupported_type",
    131053: "media_refused",
    132000: "template_parameters",
    132012: "template_parameters",
    132018: "template_parameters",
    132001: "template_unknown",
    132005: "template_too_long",
    132007: "template_policy",
    132015: "template_paused",
    132016: "template_disabled",
    132068: "flow_blocked",
    132069: "flow_throttled",
    134100: "template_policy",  # only marketing templates go this way
    134101: "template_paused",  # still being synchronised: up to ten minutes
    134102: "template_disabled",
}


def name_of_code(code: int) -> str:
    """Our name of an error code; `unknown` for one that the page does not have."""
    return "permission" if 200 <= code <= 299 else NAMES.get(code, UNKNOWN.name)


def reason_of_code(code: int | str) -> str:
    """The reason that a failed status is kept with: «undeliverable: 131026»."""
    number = int(code) if str(code).isdecimal() else NO_CODE
    name = name_of_code(number)
    return name if name == WINDOW_CLOSED else f"{name}: {str(code)[:40]}"


def failure_of(
    code: int, *, http_status: int = 400, retry_after: float | None = None, transient: bool = False
) -> DeliveryFailed:
    """The failure that this code stands for; `retry_after` of the HTTP answer wins over ours. The code is in `reason`.

    An unknown code is for good where the platform blames the request (HTTP 400–499 but 401, 403, 408 and 429), and so
    is a known one unless the platform itself calls it `transient`.
    """
    name = name_of_code(code)
    if name != UNKNOWN.name:
        failure = failed(name, "" if name == WINDOW_CLOSED else str(code), retry_after=retry_after)
        if not (transient and failure.permanent and failure.then == "staff"):
            return failure
    elif http_status == 429:
        return failed("throughput", str(code), retry_after=retry_after)
    elif http_status in {401, 403}:
        return failed("permission", str(code), retry_after=retry_after)
    elif 400 <= http_status < 500 and http_status != 408 and not transient:
        return failed("refused", str(code))
    return failed("platform_error", f"{http_status} {code}", retry_after=retry_after)
