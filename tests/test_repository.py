"""What the repository promises about itself: exact locks without addresses, and tests that stay on this machine."""

from __future__ import annotations

import re
import socket
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")


def _locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = (line.partition("==") for line in lines if "==" in line)
    return {canonicalize_name(package): version for package, _, version in pins}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_exact_versions_and_no_address(name: str) -> None:
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.*|-r requirements\.lock|[\w.-]+==[\w.+-]+", line), line
        assert "://" not in line


def test_the_locks_keep_within_the_ranges_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    running = _locked("requirements.lock")
    testing = running | _locked("requirements-dev.lock")
    for wanted, locked in ((project["dependencies"], running), (project["optional-dependencies"]["dev"], testing)):
        for requirement in map(Requirement, wanted):
            version = locked.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is not locked: scripts/lock.sh"
            assert requirement.specifier.contains(version), f"{requirement} is locked at {version}: scripts/lock.sh"


def test_a_test_cannot_leave_this_machine() -> None:
    with socket.socket() as outward, pytest.raises(OSError, match="never use the network"):
        outward.connect(("192.0.2.1", 80))  # an address kept for documentation: nobody is there
