"""A line to a database that can be cut: a relay on loopback that ends every connection and takes no new one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy.engine import URL, make_url

from tests.route.running import free_port

PIECE = 64 * 1024


@dataclass
class CutLine:
    """`with relayed(url) as line:` a service connects to `line.url`; `line.cut()`, `line.mend()`, ever again."""

    database: URL
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._thread.start()

    @property
    def url(self) -> str:
        """The database's address through this line."""
        through = URL.create(
            self.database.drivername,
            self.database.username,
            self.database.password,
            "127.0.0.1",
            self.port,
            self.database.database,
        )
        return through.render_as_string(hide_password=False)

    def mend(self) -> None:
        """Takes connections from now on."""
        self._run(self._listen())

    def cut(self) -> None:
        """Ends every connection at once, in the middle of whatever it says, and refuses new ones."""
        self._run(self._hang_up())

    def end(self) -> None:
        self._run(self._hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    def _run(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)  # type: ignore[arg-type]  # a coroutine of ours

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)

    async def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        self._open.clear()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await self._connect()
        self._open |= {writer, there_writer}
        with suppress(ConnectionError, OSError):
            await asyncio.gather(_pass_on(reader, there_writer), _pass_on(there_reader, writer))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host = self.database.host or str(self.database.query.get("host", ""))
        port = self.database.port or int(str(self.database.query.get("port", 5432)))
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host or "127.0.0.1", port)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    finally:
        writer.close()


@contextmanager
def relayed(url: str) -> Iterator[CutLine]:
    """A line that works, until it is cut."""
    line = CutLine(make_url(url))
    line.mend()
    try:
        yield line
    finally:
        line.end()
