"""The books: every accepted message is handled, waiting or parked; everything owed is in exactly one state."""

from referrals.books.balancing import INBOX_STATES, OUTBOX_STATES, PUSH_STATES, Books, Line, books, days

__all__ = ["INBOX_STATES", "OUTBOX_STATES", "PUSH_STATES", "Books", "Line", "books", "days"]
