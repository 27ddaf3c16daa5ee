"""What each error code of the Cloud API means for delivery, whether it came as an answer or in a failed status.

Source: Meta's page of error codes (copy of 15 May 2026) and `platform-limits`: codes come at once, later, or both.
"""

from __future__ import annotations

from bot.channels.failures import DeliveryFailed

HOUR = 3600.0
WINDOW_CLOSED = "window_closed"

# For good: this message to this person will never go out as it is.
_PERMANENT = {
    131047: WINDOW_CLOSED,  # more than 24 hours since the person's last message: only a template may be sent
    131026: "undeliverable",  # no WhatsApp, an old version, or the terms not accepted
    131050: "marketing_opt_out",
    131021: "own_number",
    131030: "not_allowed_recipient",  # a test number sends only to its list
    131051: "unsupported_type",
    131053: "media_refused",
    131008: "parameter_missing",
    131009: "parameter_invalid",
    130472: "experiment",  # the person is in a group that gets no marketing
    130497: "country_restricted",
    132000: "template_parameters",
    132001: "template_unknown",
    132005: "template_too_long",
    132007: "template_policy",
    132012: "template_parameters",
    132016: "template_disabled",
    132018: "template_parameters",
    100: "parameter_invalid",
    33: "parameter_invalid",
}
# Try again, not before so many seconds; None leaves the pause to delivery's own backoff.
_LATER: dict[int, tuple[str, float | None]] = {
    131049: ("marketing_cap", 24 * HOUR),  # per-person cap of marketing; trying within a day makes it worse
    131056: ("pair_rate", 6.0),  # one message every 6 seconds to one person; then 4^n
    130429: ("throughput", 1.0),
    131048: ("spam_rate", HOUR),
    80007: ("account_rate", 60.0),
    4: ("application_rate", 60.0),
    132015: ("template_paused", 3 * HOUR),
    131057: ("maintenance", 300.0),
    131016: ("unavailable", None),
    131000: ("unknown_error", None),
    133004: ("unavailable", None),
    2: ("unavailable", None),
    1: ("unknown_error", None),
    # The account, not the message: an operator has to act, and then it goes out.
    190: ("token_refused", 300.0),
    0: ("token_refused", 300.0),
    3: ("permission", 300.0),
    10: ("permission", 300.0),
    131005: ("permission", 300.0),
    131042: ("payment", HOUR),
    131031: ("account_locked", HOUR),
    131045: ("number_not_registered", HOUR),
    133010: ("number_not_registered", HOUR),
    368: ("account_blocked", HOUR),
}


_ONE_PERSON_OR_TEMPLATE = frozenset({131049, 131056, 132015})


def failure_of(code: int, *, http_status: int = 400, retry_after: float | None = None) -> DeliveryFailed:
    """The failure that this code stands for; `retry_after` of the HTTP answer wins over ours. The code is in `reason`.

    An unknown code is permanent where the platform blames the request (HTTP 400–499 but 401, 403, 408 and 429).
    """
    if code in _PERMANENT:
        return DeliveryFailed(_reason(_PERMANENT[code], code), permanent=True)
    if code in _LATER:
        name, pause = _LATER[code]
        return DeliveryFailed(
            _reason(name, code),
            retry_after=pause if retry_after is None else retry_after,
            whole_account=code not in _ONE_PERSON_OR_TEMPLATE,
        )
    if 200 <= code <= 299:
        return DeliveryFailed(_reason("permission", code), retry_after=300.0, whole_account=True)
    blames_request = 400 <= http_status < 500 and http_status not in {401, 403, 408, 429}
    name = "refused" if blames_request else f"platform error {http_status}"
    return DeliveryFailed(_reason(name, code), permanent=blames_request, retry_after=retry_after)


def _reason(name: str, code: int) -> str:
    return name if name == WINDOW_CLOSED else f"{name}: {code}"
