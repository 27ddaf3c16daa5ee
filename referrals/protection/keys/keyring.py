"""The master key: from the setting, or from a key file that is made once beside the data."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from referrals.protection.vault import MasterKeys

KEY_FILE = "secret.key"
log = logging.getLogger("sanad")


def master_keys(setting: str | None, data: Path) -> MasterKeys:
    """The keys in force. Without a setting a key file under `data` is used, made when it is missing."""
    if setting:
        return MasterKeys.parse(setting)
    path = data / KEY_FILE
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(MasterKeys.new() + "\n")
        log.warning("made %s: without it nothing of a family can be read. Back it up, apart from the database.", path)
    return MasterKeys.parse(path.read_text().strip())
