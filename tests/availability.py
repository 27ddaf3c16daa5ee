"""What happens to a test whose browser or database this machine lacks: skipped at home, failed under CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def unavailable(reason: str) -> NoReturn:
    """Fails the test where `CI` is set, for nothing may be skipped there; skips it with the reason elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
