"""What every page works with: the store, the clocks, the templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from referrals.asset_addresses import asset
from referrals.staff.passwords import Passwords
from referrals.store.unit_of_work import Store

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Console:
    """The composed console. `clock` is the casework's time; `session_clock` counts sessions, links and wrong passwords.

    They differ while a demonstration runs: moving its clock by two days must not sign everybody out.
    """

    store: Store
    clock: Callable[[], datetime]
    session_clock: Callable[[], datetime]
    base_url: str
    secure_cookies: bool
    passwords: Passwords
    templates: Environment = field(repr=False)

    @property
    def host(self) -> str:
        """Host and port of the address that the console is known by."""
        return urlsplit(self.base_url).netloc


def console_of(request: Request) -> Console:
    """The console that a request came to."""
    found = request.app.state.console
    assert isinstance(found, Console)
    return found


def load_templates() -> Environment:
    """The templates: everything escaped, and a missing value is an error rather than a blank."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["asset"] = asset
    return templates
