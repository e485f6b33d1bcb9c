"""A store of N made-up patterns, to see what size costs.

    python -m benchmarks.generate DIRECTORY --patterns 100000 --events 10

The patterns are as varied as learned ones (kinds, projects, files, counts, weeks) and are written
through the store's own transactions, so that every index and counter is what it would be. With events,
each has so many rows and a tally, of episodes that are not there: lists cost the same, `doctor` would
miss them.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Literal

from benchmarks.measure import WORK
from tacit.core import model, tables
from tacit.core.clock import DAY, WEEK, system_clock, week_start
from tacit.core.ids import content_key, format_id, parse_id, pattern_id, session_id
from tacit.core.learn.statistics import wilson
from tacit.core.model import Pattern, Session
from tacit.core.tables import CANDIDATES, EVENT, EVENTS, PATTERNS, SCHEMA, SESSIONS, key_of, owner_of
from tacit.store.keys import descending, f64, u32
from tacit.store.store import Store
from tacit.store.transaction import Write

_BATCH = 5_000
NOW = 1_770_000_000_000
_PROGRAMS = ("cargo check", "cargo test", "npm run build", "pytest", "go test", "make lint", "terraform plan")
_ENDINGS = ("rs", "ts", "tsx", "py", "go", "tf", "md")
_ERRORS = (
    "E0432 unresolved import",
    "TS2345 argument type",
    "ModuleNotFoundError",
    "edit refused",
    "undefined",
)
_Kind = Literal["tool_sequence", "error_recovery", "heuristic"]
_KINDS: tuple[_Kind, ...] = ("tool_sequence", "error_recovery", "heuristic")


def generate(directory: Path, patterns: int, events: int = 0, seed: int = 7) -> float:
    """Make the store, with so many event rows a pattern; returns the seconds it took."""
    start = time.perf_counter()
    rng = Random(seed)
    with Store.open(directory, SCHEMA, command="generate", clock=system_clock) as store:
        for batch in _batches(patterns):
            store.write(partial(_write, rng, batch, events))
    return time.perf_counter() - start


def generated(patterns: int, events: int = 0) -> Path:
    """The store of that many patterns, made on first use and anew when what is stored has changed."""
    stem = f"store-{patterns}-{events}"
    folder = WORK / f"{stem}-{fingerprint()}"
    if not folder.is_dir():
        for older in WORK.glob(f"{stem}-*"):
            shutil.rmtree(older)
        building = folder.with_suffix(".part")
        WORK.mkdir(parents=True, exist_ok=True)
        generate(building, patterns, events)
        building.rename(folder)
    return folder


def fingerprint() -> str:
    """Of the declarations and of this file."""
    sources = (Path(__file__), Path(tables.__file__), Path(model.__file__))
    return blake2b(b"".join(path.read_bytes() for path in sources), digest_size=4).hexdigest()


def _batches(patterns: int) -> Iterator[range]:
    return (range(first, min(first + _BATCH, patterns)) for first in range(0, patterns, _BATCH))


def _write(rng: Random, batch: range, events: int, write: Write) -> None:
    for number in batch:
        pattern = made_up(rng, number)
        write.put(PATTERNS, key_of(pattern.id), pattern)
        if events:
            owner = owner_of(pattern.kind, parse_id(pattern.id))
            write.add_rows(EVENTS, owner, b"".join(_event(pattern, number, n) for n in range(events)))
            write.add_tally(CANDIDATES, owner, (events, events, events, 0, 0, events))
        if number % 50 == 0:
            session = _session(rng, number)
            write.put(SESSIONS, key_of(session.id), session)


def _event(pattern: Pattern, number: int, n: int) -> bytes:
    at = pattern.last_used - n * DAY
    return EVENT.pack(number * 64 + n, number * 64, at, n, n + 3, 0, 3)


def _key(rng: Random, kind: _Kind, number: int) -> tuple[str, ...]:
    program, ending = rng.choice(_PROGRAMS), rng.choice(_ENDINGS)
    if kind == "heuristic":
        return f"project-{number % 40}", "test", f"{program} {number}"
    if kind == "error_recovery":
        return f"{rng.choice(_ERRORS)} {number}", f"edit *.{ending}"
    return f"edit *.{ending}", f"{program} failed", f"edit area-{number}/*.{ending}"


def made_up(rng: Random, number: int) -> Pattern:
    """The pattern of that number, as varied as learned ones."""
    kind = rng.choices(_KINDS, (8, 3, 1))[0]
    key = _key(rng, kind, number)
    judged = min(int(rng.paretovariate(0.9)) + 2, 5_000)
    successes = sum(rng.random() < 0.7 for _ in range(min(judged, 40))) * judged // min(judged, 40)
    low, high = wilson(successes, judged)
    last = NOW - int(rng.random() ** 2 * 26 * WEEK)
    tie = content_key("rank", *key).to_bytes(8, "big")
    return Pattern(
        id=pattern_id(kind, key),
        kind=kind,
        title=" → ".join(key),
        key=key,
        uses=judged + number % 7,
        judged=judged,
        successes=successes,
        failures=judged - successes,
        partial=0,
        episodes=judged,
        sessions=max(2, judged // 2),
        first_used=last - 90 * DAY,
        last_used=last,
        learned_at=last - 60 * DAY,
        rank=bytes([_KINDS.index(kind) + 1]) + descending(u32(successes)) + descending(f64(low)) + tie,
        verdict="unproven" if kind == "tool_sequence" else None,
        rate=successes / judged,
        low=low,
        high=high,
        projects=1 + number % 3,
        project_names=tuple(f"project-{(number + step) % 40}" for step in range(1 + number % 3)),
        files=tuple(
            f"src/area{number % 900}/file{step}.{rng.choice(_ENDINGS)}" for step in range(number % 6)
        ),
        weeks=tuple((week_start(last) - back * WEEK, 3, 2, 1) for back in range(8, -1, -1)),
    )


def _session(rng: Random, number: int) -> Session:
    started = NOW - number * 60_000
    return Session(
        id=session_id("claude-code", f"bench-{number}"),
        native=f"bench-{number}",
        agent="claude-code",
        project=f"project-{number % 40}",
        title=f"Session {format_id('s', number)}",
        directory=f"/home/mira/project-{number % 40}",
        started=started,
        ended=started + rng.randrange(3_600_000),
        episodes=3,
        steps=rng.randrange(10, 200),
        outcomes=(("success", 2), ("unknown", 1)),
    )


def main() -> None:
    """Generate from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--patterns", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=0, help="event rows of each")
    given = parser.parse_args()
    seconds = generate(given.directory, given.patterns, given.events)
    print(f"{given.patterns} patterns in {given.directory}, {seconds:.1f} s")


if __name__ == "__main__":
    main()
