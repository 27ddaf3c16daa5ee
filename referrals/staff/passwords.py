"""Passwords: hashed with Argon2, checked in the same time whether or not the account exists."""

from __future__ import annotations

from functools import cached_property
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 12
FEWEST_SIGNS = 5  # «aaaaaaaaaaaa» and «121212121212» are long and still guessed first
AT_ONCE = 2  # one check takes 64 MiB and about a quarter of a second: more of them together starve the service


class WeakPassword(ValueError):
    """A password needs at least 12 characters, of at least 5 kinds, and must not be the name or the address."""


class Passwords:
    """Hashes and checks; slow on purpose, so call it outside any transaction and in a thread."""

    def __init__(self, *, memory_kib: int = 65536, time_cost: int = 3, parallelism: int = 4) -> None:
        self._hash = PasswordHash((Argon2Hasher(memory_cost=memory_kib, time_cost=time_cost, parallelism=parallelism),))
        self._turns = BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """The hash to store."""
        with self._turns:
            return self._hash.hash(password)

    def verify(self, password: str, stored: str) -> bool:
        """Whether it is the one; a blank `stored` takes as long as a wrong password does."""
        nobodys = self._nobodys
        with self._turns:
            return self._hash.verify(password, stored or nobodys) and bool(stored)

    @cached_property
    def _nobodys(self) -> str:
        return self._hash.hash("a password that nobody has")


def refuse_weak(password: str, *own_words: str) -> None:
    """Raises `WeakPassword` for what is guessed first; `own_words` are the person's name and address."""
    folded = password.casefold()
    known = [word.casefold() for text in own_words for word in text.replace("@", " ").split() if len(word) > 3]
    bare = folded
    for word in known:
        bare = bare.replace(word, "")
    if len(password) < SHORTEST or len(set(bare)) < FEWEST_SIGNS:
        raise WeakPassword(WeakPassword.__doc__)
