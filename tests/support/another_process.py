"""The command line in a process of its own, on a store that the test has open meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def memory(store: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``memory --store STORE WORDS…``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "COLUMNS"))}
    done = subprocess.run(
        [sys.executable, "-m", "tacit", "--store", str(store), *words],
        env=kept | {"TACIT_HOME": str(store.parent / "home"), "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()
