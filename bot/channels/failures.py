"""What a channel can fail with, in the one shape that inbox and delivery ask about."""

from __future__ import annotations

from dataclasses import dataclass

from referrals.conversations.faults import harmless
from referrals.inbound import Address
from referrals.outbox.outcomes import OUTCOMES, UNKNOWN, Then, outcome_of


class UnreadablePayload(ValueError):
    """What arrived is not an event of this platform; answer 4xx, or park it with `reason` (nothing personal)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChannelFailed(Exception):
    """A request to a platform failed: for good when `permanent`, else try again, after `retry_after` seconds."""

    def __init__(self, reason: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after


class DeliveryFailed(ChannelFailed):
    """A message was not sent, or, when `uncertain`, its answer was lost after it was written: it may have arrived.

    `reason` begins with a stable name of `referrals.outbox.outcomes`; `then` says what is done with the message.
    `whole_account` says that `retry_after` holds for everything this account sends, not for one person or template.
    `moved_to` is the address that the platform says this chat has now.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        uncertain: bool = False,
        whole_account: bool = False,
        then: Then | None = None,
    ) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after)
        self.uncertain = uncertain
        self.whole_account = whole_account
        self.then: Then = then or _meant(reason, permanent)
        self.moved_to: Address | None = None


def _meant(reason: str, permanent: bool) -> Then:
    """What the name of the reason asks for, where it goes together with whether it is for good."""
    outcome = outcome_of(reason)
    if outcome is UNKNOWN or outcome.permanent != permanent:
        return "staff" if permanent else "retry"
    return outcome.then


def failed(name: str, told: str = "", *, retry_after: float | None = None, uncertain: bool = False) -> DeliveryFailed:
    """The failure of that name as the table has it; `told` is the platform's own word, `retry_after` wins over ours.

    Of that word nothing stays that could be repeated of ours: the reason stands unsealed beside the message.
    """
    outcome, told = OUTCOMES[name], harmless(told)
    return DeliveryFailed(
        f"{name}: {told}" if told else name,
        permanent=outcome.permanent,
        retry_after=outcome.retry_after if retry_after is None else retry_after,
        uncertain=uncertain,
        whole_account=outcome.whole_account,
        then=outcome.then,
    )


class FetchFailed(ChannelFailed):
    """A file that a person sent could not be fetched; it is gone or too large when `permanent`."""


class PollFailed(ChannelFailed):
    """Long polling was refused (a wrong token when `permanent`) or the platform cannot be reached."""


@dataclass(frozen=True)
class Sent:
    """The platform took it: its own ids of the messages made, in the order they appear in the chat.

    `moved_to` is where this chat is from now on, when the platform said so.
    """

    external_ids: tuple[str, ...]
    moved_to: Address | None = None
