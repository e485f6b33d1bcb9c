"""Commands in containers: other process ids, other mounts."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from awaited import PATIENCE

OWN_IDS = ("unshare", "--map-root-user", "--fork", "--pid", "--mount-proc", "--kill-child")
"""Runs a command as the first process of a space of process ids of its own."""


def own_ids() -> Sequence[str]:
    """What runs a command where its process id is 1; skips the test where that may not be."""
    return _tried(OWN_IDS)


def read_only(folder: Path) -> Sequence[str]:
    """What runs a command that sees a folder as a sandbox does: nothing in it can be written, by nobody."""
    mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    return _tried(("unshare", "--map-root-user", "--mount", "sh", "-c", mount, str(folder)))


def _tried(around: Sequence[str]) -> Sequence[str]:
    try:
        done = subprocess.run([*around, "true"], capture_output=True, timeout=PATIENCE, check=False)
    except OSError as error:
        pytest.skip(f"no container can be made here: {error}")
    if done.returncode:
        pytest.skip(f"no container can be made here: {done.stderr.decode().strip()}")
    return around
