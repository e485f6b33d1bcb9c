"""A few seconds of torture of the doors; the long runs are `make torture SECONDS=60 SEED=N`."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

TORTURE = Path(__file__).parent.parent / "torture"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")


def test_nothing_is_lost_and_nobody_left_whatever_happens_to_those_who_use_the_memory(tmp_path: Path) -> None:
    seed = secrets.randbelow(1_000_000)
    command = [sys.executable, str(TORTURE / "doors.py"), "--seconds", "8", "--seed", str(seed)]
    command += ["--keep", str(tmp_path / "run")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    print(run.stdout)
    assert run.returncode == 0, f"replay with --seed {seed}\n{run.stdout}{run.stderr}"


def test_what_befalls_whom_and_when_follows_from_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(TORTURE)
    from doors_cast import TARGETS, blows

    assert blows(7, 20) == blows(7, 60)[: len(blows(7, 20))]
    assert blows(7, 20) != blows(8, 20)
    assert Counter(blow.what for blow in blows(7, 60)).keys() == {"kill", "terminate", "suspend"}
    assert {blow.who for blow in blows(7, 60)} == set(range(TARGETS))
