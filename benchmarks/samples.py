"""What is learned from the sample transcripts, and what the judge says of runs whose reward is known.

Counts, not times. The samples lie beside the checkout or nowhere.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from benchmarks.measure import WORK, Line, lines_table
from benchmarks.scale import SAMPLES
from tacit import Memory
from tacit.core.learn.outcome import judge
from tacit.core.learn.understand import understand
from tacit.core.model import KINDS, SOURCES, Episode, Label
from tacit.core.readers.base import Source
from tacit.core.readers.tau_bench.reader import TauBenchReader
from tacit.core.redaction import Redactor

_REWARDED = SAMPLES.parent / "tau-bench"


def report() -> list[str]:
    """Patterns by kind and verdict, outcomes by source, and the judge against the rewards."""
    pieces = []
    for folder, part in ((SAMPLES, _learned), (_REWARDED, _judged)):
        pieces += part(folder) if folder.is_dir() else [f"skipped: there are no samples at {folder}"]
    return pieces


def _learned(folder: Path) -> list[str]:
    WORK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as home, Memory.open(Path(home) / "store") as memory:
        memory.import_paths([folder])
        rows: Counter[tuple[str, str]] = Counter(
            (row.kind, row.verdict or "none") for row in memory.patterns(limit=None)
        )
        told = [one for session in memory.export_sessions() for one, _ in memory.export_episodes(session)]
    return [
        f"{folder.name}: {len(told)} episodes, {sum(rows.values())} patterns in the list.",
        lines_table(_rows(rows), "verdict"),
        lines_table(list(_sources(told)), "outcomes"),
    ]


def _rows(rows: Counter[tuple[str, str]]) -> list[Line]:
    return [
        Line(kind, str(rows[kind, verdict]), verdict)
        for kind in KINDS
        for verdict in ("helps", "harms", "unproven", "none")
        if rows[kind, verdict]
    ]


def _sources(told: list[Episode]) -> Iterator[Line]:
    judged = [one for one in told if one.outcome.source is not None]
    yield Line("judged", _share(len(judged), len(told)), _labels(judged))
    for source in SOURCES:
        some = [one for one in judged if one.outcome.source == source]
        if some:
            yield Line(f"judged by {source}", _share(len(some), len(told)), _labels(some))


def _labels(told: list[Episode]) -> str:
    return ", ".join(
        f"{count} {label}" for label, count in Counter(one.outcome.label for one in told).items()
    )


def _judged(folder: Path) -> list[str]:
    """How the judge, shown everything but the reward, ends each run, against the reward."""
    cells: Counter[tuple[Label, Label]] = Counter()
    by: Counter[str] = Counter()
    for path in sorted(folder.glob("*.json")):
        for label, said, source in _verdicts(path):
            cells[label, said] += 1
            by[source] += said != "unknown"
    runs = sum(cells.values())
    judged = sum(count for (_, said), count in cells.items() if said != "unknown")
    right = sum(count for (label, said), count in cells.items() if label == said)
    sources = ", ".join(f"{count} by {source}" for source, count in by.items() if count)
    lines = [
        Line("judged without the reward", _share(judged, runs), sources),
        Line("of these as the reward says", _share(right, judged) if judged else "–"),
        *(
            Line(f"reward {label}, judged {said}", str(count))
            for (label, said), count in sorted(cells.items())
        ),
    ]
    return [f"{folder.name}: {runs} runs with a reward.", lines_table(lines, "judge")]


def _verdicts(path: Path) -> Iterator[tuple[Label, Label, str]]:
    """Of each rewarded run its label, what the judge says without it, and by which evidence."""
    for transcript in TauBenchReader().read(Source(path), Redactor(b"bench")):
        for draft in transcript.episodes():
            if draft.label is not None:
                steps = [understand(step, "") for step in (*draft.steps, *draft.middle)]
                steps.sort(key=lambda step: step.n)
                found = judge(replace(draft, label=None), steps)
                yield draft.label, found.label, found.source or ""


def _share(count: int, of: int) -> str:
    return f"{count} of {of}" + (f", {count / of:.0%}" if of else "")
