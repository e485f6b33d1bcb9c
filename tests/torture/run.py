"""Torture a store: real processes on it, killed, stopped and starved; then see that nothing is amiss.

    python tests/torture/run.py --seconds 60 --seed 7

The seed decides what is told, asked and deleted, and when whom what happens; a run that failed is
repeated with its seed. What it left is kept then, or always with --keep.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
import time
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
    print(f"torture: seed {seed}, {given.seconds:g} seconds", flush=True)
    root = given.keep or Path(tempfile.mkdtemp(prefix="torture-"))
    (root / "transcripts").mkdir(parents=True)
    wrong = torture(root, seed, given.seconds)
    for line in wrong:
        print(f"WRONG {line}")
    if given.keep or wrong:
        print(f"kept: {root}")
    else:
        shutil.rmtree(root)
    print(f"torture: seed {seed} {'FAILED' if wrong else 'passed'}")
    return 1 if wrong else 0


def torture(root: Path, seed: int, seconds: float) -> list[str]:
    """One run in an empty folder; what is wrong afterwards."""
    from storm import storm
    from story import plan
    from verdict import Verdict, counts

    from tacit import Memory

    plan(root, seed, max(24, int(3 * seconds)))
    Memory.open(root / "store").close()
    done, wrong = storm(root, seed, seconds)
    print("  " + ", ".join(f"{count} {what}" for what, count in sorted(done.items())))
    began = time.monotonic()
    verdict = Verdict(root, seed)
    print("\n".join(counts(verdict.journals)), flush=True)
    wrong += verdict.all()
    errors = (root / "errors").read_text(errors="replace").strip()
    if errors:
        wrong.append(f"said on stderr: {errors[-2000:]}")
    print(f"  judged in {time.monotonic() - began:.1f} s")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
