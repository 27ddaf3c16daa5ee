"""What stops a page, each with the status and the words that staff read."""

from __future__ import annotations


class PageStopped(Exception):
    """A page that is answered with words of ours instead: `status` and the keys of its title and text."""

    status = 500
    key = "broken"


class NotHere(PageStopped):
    """There is no such thing, or it is not this member's to see: nobody can tell which."""

    status = 404
    key = "not_here"


class NotAllowed(PageStopped):
    """The member's role does not have this."""

    status = 403
    key = "not_allowed"


class FormRefused(PageStopped):
    """An unsafe request that did not come from a page of ours, or from one that is too old."""

    status = 403
    key = "form_refused"


class FileTooLarge(PageStopped):
    """A file of at most 20 MB, one at a time."""

    status = 413
    key = "file_too_large"


class NoLongerSo(PageStopped):
    """Somebody else was faster, and what was asked is not possible any more."""

    status = 409
    key = "no_longer_so"


class SignInNeeded(Exception):
    """Nobody is signed in; `to` is the page to come back to."""

    def __init__(self, to: str = "") -> None:
        super().__init__(to)
        self.to = to
