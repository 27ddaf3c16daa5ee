"""What a channel can fail with, in the one shape that inbox and delivery ask about."""

from __future__ import annotations

from dataclasses import dataclass


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

    `whole_account` says that `retry_after` holds for everything this account sends, not for one person or template.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        uncertain: bool = False,
        whole_account: bool = False,
    ) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after)
        self.uncertain = uncertain
        self.whole_account = whole_account


class FetchFailed(ChannelFailed):
    """A file that a person sent could not be fetched; it is gone or too large when `permanent`."""


class PollFailed(ChannelFailed):
    """Long polling was refused (a wrong token when `permanent`) or the platform cannot be reached."""


@dataclass(frozen=True)
class Sent:
    """The platform took it: its own ids of the messages made, in the order they appear in the chat."""

    external_ids: tuple[str, ...]
