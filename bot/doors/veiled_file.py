"""A part of a post that is too large for memory waits on disk under a key that only this process knows."""

from __future__ import annotations

import os
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

IN_MEMORY = 1024 * 1024  # bytes of a part that need no disk


class VeiledFile:
    """Written once from its beginning, then read from its beginning; on disk it is noise, and gone with the process."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._max_size, self._rolled = in_memory, False  # by these names Starlette asks whether a write needs a thread
        self._file: IO[bytes] = BytesIO()
        self._cipher = Cipher(AES(os.urandom(32)), CTR(os.urandom(16)))
        self._stream: CipherContext | None = None
        self._size = 0

    def write(self, content: bytes) -> int:
        """Adds to the end; how many bytes."""
        self._size += len(content)
        if not self._rolled and self._size > self._max_size:
            self._move_to_disk()
        self._file.write(self._stream.update(content) if self._stream else content)
        return len(content)

    def seek(self, offset: int) -> int:
        """Back to the beginning, to read. Raises ValueError for any other place."""
        if offset:
            raise ValueError("a part that came over the network is read from its beginning")
        self._stream = self._cipher.decryptor() if self._rolled else None
        return self._file.seek(0)

    def tell(self) -> int:
        """How far it was written or read."""
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as they came."""
        content = self._file.read(size)
        return self._stream.update(content) if self._stream else content

    def close(self) -> None:
        """Nothing of it is left."""
        self._file.close()

    def _move_to_disk(self) -> None:
        self._file.seek(0)
        came, self._file = self._file.read(), TemporaryFile()  # noqa: SIM115 - open until `close`
        self._stream = self._cipher.encryptor()
        self._file.write(self._stream.update(came))
        self._rolled = True
