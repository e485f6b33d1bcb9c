"""Torture a store: real processes on it, killed, stopped and starved; then see that nothing is amiss.

    python tests/torture/run.py --seconds 60 --seed 7

The seed decides what is told, asked, marked and deleted, and when whom what happens; a run that failed
is repeated with its seed. What it left is kept then, or always with --keep. Where a tmpfs may be mounted
the store lies on a small one that is filled now and then; everywhere some processes may write no file
beyond a size.
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

from disk import Disk, go_apart  # noqa: E402 - found by the line above


def main() -> int:
    """Run, judge and report; 1 when anything is amiss."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=None, help="default: one that is drawn and printed")
    parser.add_argument("--keep", type=Path, help="a new folder for all that the run leaves")
    parser.add_argument("--apart", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.apart:
        go_apart([__file__, *sys.argv[1:], "--apart"])
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    root = given.keep or Path(tempfile.mkdtemp(prefix="torture-"))
    (root / "transcripts").mkdir(parents=True)
    disk = Disk(root / "disk", mount=given.apart)
    where = "on a small disk" if disk.small else "no disk of its own"
    print(f"torture: seed {seed}, {given.seconds:g} seconds, {where}", flush=True)
    wrong = torture(root, seed, given.seconds, disk)
    for line in wrong:
        print(f"WRONG {line}")
    keep = bool(given.keep or wrong)
    disk.leave(keep)
    if keep:
        print(f"kept: {root}")
    else:
        shutil.rmtree(root)
    print(f"torture: seed {seed} {'FAILED' if wrong else 'passed'}")
    return 1 if wrong else 0


def torture(root: Path, seed: int, seconds: float, disk: Disk) -> list[str]:
    """One run in an empty folder; what is wrong afterwards."""
    from storm import Storm
    from story import plan
    from verdict import Verdict, counts

    from tacit import Memory

    plan(root, seed, max(24, int(3 * seconds)))
    Memory.open(disk.folder / "store").close()
    storm = Storm(root, seed, disk)
    storm.rage(seconds)
    print("  " + ", ".join(f"{count} {what}" for what, count in sorted(storm.done.items())))
    began = time.monotonic()
    verdict = Verdict(root, seed)
    print("\n".join(counts(verdict.journals)), flush=True)
    wrong = storm.wrong + verdict.all()
    errors = (root / "errors").read_text(errors="replace").strip()
    if errors:
        wrong.append(f"said on stderr: {errors[-2000:]}")
    print(f"  judged in {time.monotonic() - began:.1f} s")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
