"""A few seconds of torture; the long runs are `make torture SECONDS=60 SEED=N`."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

TORTURE = Path(__file__).parent.parent / "torture"


def test_nothing_is_lost_half_done_or_revived_whatever_happens_to_the_processes(tmp_path: Path):
    seed = secrets.randbelow(1_000_000)
    command = [sys.executable, str(TORTURE / "run.py"), "--seconds", "6", "--seed", str(seed)]
    command += ["--keep", str(tmp_path / "run")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    print(run.stdout)
    assert run.returncode == 0, f"replay with --seed {seed}\n{run.stdout}{run.stderr}"


def test_what_is_done_to_whom_and_when_follows_from_the_seed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(TORTURE)
    from blows import CAST, blows, survivors

    assert blows(7, 20) == blows(7, 60)[: len(blows(7, 20))]
    assert blows(7, 20) != blows(8, 20)
    done = Counter(blow.what for blow in blows(7, 60))
    assert done.keys() == {"kill", "starve", "cap", "stop", "fill"}
    assert {blow.who for blow in blows(7, 60)} == set(range(len(CAST)))
    assert len(survivors(7)) == len(CAST) // 2
