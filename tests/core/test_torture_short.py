"""A few seconds of torture; the long runs are `python tests/torture/run.py --seconds 60`."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parent.parent / "torture" / "run.py"


def test_nothing_is_lost_half_done_or_revived_whatever_happens_to_the_processes(tmp_path: Path):
    seed = secrets.randbelow(1_000_000)
    command = [
        sys.executable,
        str(RUN),
        "--seconds",
        "6",
        "--seed",
        str(seed),
        "--keep",
        str(tmp_path / "run"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    print(run.stdout)
    assert run.returncode == 0, f"replay with --seed {seed}\n{run.stdout}{run.stderr}"
