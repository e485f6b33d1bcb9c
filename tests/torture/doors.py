"""Torture a memory through its doors: servers, watcher, hooks, inspector and commands, killed at random.

    python tests/torture/doors.py --seconds 60 --seed 7

Two ``memory mcp`` servers are asked and told, a ``memory watch`` learns from transcripts that grow line by
line, hooks come in bursts, a person sits at the inspector and runs a command now and then. All of them are
killed, ended and suspended as the seed decides, and begun anew. Then nothing that was acknowledged is lost,
the memory is that of its transcripts and of what it was told, and nobody and nothing is left behind.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]


def main() -> int:
    """Run, judge and report; 1 when anything is amiss."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=None, help="default: one that is drawn and printed")
    parser.add_argument("--keep", type=Path, help="a new folder for all that the run leaves")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    root = given.keep or Path(tempfile.mkdtemp(prefix="torture-"))
    print(f"torture of the doors: seed {seed}, {given.seconds:g} seconds", flush=True)
    wrong = torture(root.resolve(), seed, given.seconds)
    for what, count in Counter(wrong).items():
        print(f"WRONG {what}" + (f" ({count} times)" if count > 1 else ""))
    if given.keep or wrong:
        print(f"kept: {root}")
    else:
        shutil.rmtree(root)
    print(f"torture of the doors: seed {seed} {'FAILED' if wrong else 'passed'}")
    return 1 if wrong else 0


def torture(root: Path, seed: int, seconds: float) -> list[str]:
    """One run in an empty folder; what is wrong afterwards."""
    from doors_cast import Cast
    from doors_place import Place
    from doors_verdict import wrong_after

    place = Place(root, seed)
    place.begin(max(8, int(seconds / 2)))
    cast = Cast(place)
    cast.rage(seconds)
    print("  " + ", ".join(f"{count} {what}" for what, count in sorted(cast.done.items())))
    print(f"  {place.ledger.counts()}", flush=True)
    began = time.monotonic()
    wrong = [*cast.wrong, *wrong_after(place)]
    print(f"  judged in {time.monotonic() - began:.1f} s")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
