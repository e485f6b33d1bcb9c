"""Measuring child processes against a baseline, pair by pair, and saying it in a table."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".bench"
"""Where generated transcripts and stores lie; ``make clean`` removes it."""

MEMORY = Path(sys.executable).with_name("memory")
MIB = 1 << 20


class CannotRun(Exception):
    """A part of the benchmark has not what it needs; the message says what."""


class Figure(NamedTuple):
    """One measured figure: ours and the baseline's seconds, run by run in alternation."""

    name: str
    ours: tuple[float, ...]
    baseline: tuple[float, ...]
    against: str
    aim: str = ""
    note: str = ""

    @property
    def ratios(self) -> list[float]:
        """Ours as a multiple of the baseline run next to it."""
        return [mine / theirs for mine, theirs in zip(self.ours, self.baseline, strict=True)]


class Line(NamedTuple):
    """One figure of a benchmark that measures inside a process, with what it is held against.

    ``ratio`` is ours as a multiple of the alternative's; ``met`` is ``None`` where nothing is aimed at.
    """

    name: str
    ours: str
    other: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None


class Peak(NamedTuple):
    """The most memory a process had: its own (RssAnon, Linux only) and with mapped files."""

    anonymous: int | None
    resident: int


def alternate(
    name: str, ours: Callable[[], float], baseline: Callable[[], float], runs: int, **more: str
) -> Figure:
    """Run both in turn, ours and baseline, after one of each that does not count."""
    baseline()
    ours()
    pairs = [(ours(), baseline()) for _ in range(runs)]
    mine, theirs = zip(*pairs, strict=True)
    return Figure(name, mine, theirs, **more)


def child_environment(home: Path) -> dict[str, str]:
    """An environment that owes nothing to the person's own settings."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
    return {**kept, "HOME": str(home), "TACIT_HOME": str(home / "tacit"), "TERM": "xterm-256color"}


def wall(command: Sequence[str | Path], environment: dict[str, str]) -> float:
    """Seconds from the start of a process to its end, its output thrown away."""
    words = [str(word) for word in command]
    start = time.perf_counter()
    done = subprocess.run(
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    seconds = time.perf_counter() - start
    _must(done.returncode, words, done.stderr)
    return seconds


def inner(code: str, arguments: Sequence[str | Path], environment: dict[str, str]) -> float:
    """Seconds that a Python program measured itself and printed as its last line."""
    words = [sys.executable, "-c", code, *(str(word) for word in arguments)]
    done = subprocess.run(words, env=environment, capture_output=True, check=False)
    _must(done.returncode, words[:1], done.stderr)
    return float(done.stdout.split()[-1])


def peak(command: Sequence[str | Path], environment: dict[str, str]) -> Peak:
    """The memory of a process at its highest, looked at every half millisecond."""
    words = [str(word) for word in command]
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        seen: list[tuple[int, int]] = []
        watcher = threading.Thread(target=_watch, args=(process.pid, seen), daemon=True)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watcher.join()
    _must(process.returncode, words, b"")
    if not seen:
        return Peak(None, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    return Peak(max(own for own, _ in seen), max(most for _, most in seen))


def compile_bytecode() -> None:
    """Compile Tacit's modules, as ``make run`` does; a start without takes three times as long."""
    folders = [str(path) for path in (ROOT / "src" / "tacit").iterdir() if path.is_dir()]
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", str(ROOT / "src" / "tacit"), *folders], check=False
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, milliseconds, medians with (lowest–highest)."""
    rows = [("figure", "ratio", "ours ms", "baseline ms", "aim", "baseline and remarks")]
    for figure in figures:
        ratio = figure.ratios
        most = float(figure.aim.strip("< ").split(",")[0]) if figure.aim else None
        rows.append(
            (
                figure.name,
                _spread(ratio, 2),
                _spread([value * 1000 for value in figure.ours], 0),
                _spread([value * 1000 for value in figure.baseline], 0),
                _aim(figure.aim, None if most is None else median(ratio) < most),
                figure.against + (f"; {figure.note}" if figure.note else ""),
            )
        )
    return _markdown(rows)


def lines_table(lines: Sequence[Line], other: str) -> str:
    """The lines as a Markdown table; ``other`` is what they are held against."""
    rows = [("figure", "ratio", "ours", other, "aim")]
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        rows.append((line.name, ratio, line.ours, line.other, _aim(line.aim, line.met)))
    return _markdown(rows)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least that share of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, ceil(share * len(ordered)) - 1))]


def megabytes(size: int | None) -> str:
    """``31.4 MB``, or what to say where the system does not tell."""
    return "not told by this system" if size is None else f"{size / 1e6:.1f} MB"


def _aim(aim: str, met: bool | None) -> str:
    return aim if met is None else f"{aim}: {'met' if met else 'MISSED'}"


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _spread(values: Sequence[float], digits: int) -> str:
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def _watch(pid: int, seen: list[tuple[int, int]]) -> None:
    """Append (RssAnon, VmHWM) in bytes until the process is gone; nothing where there is no /proc.

    The resources ``wait4`` reports are of no use on Linux: they begin with the size of the parent.
    """
    path = f"/proc/{pid}/status"
    while True:
        try:
            with open(path, encoding="ascii") as file:  # noqa: PTH123 (read a thousand times a second)
                text = file.read()
        except (FileNotFoundError, ProcessLookupError):
            return
        fields = dict(line.split(":", 1) for line in text.splitlines())
        if "RssAnon" not in fields:
            return
        own, most = (int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "VmHWM"))
        seen.append((own, most))
        time.sleep(0.0005)


def _must(code: int, words: Sequence[str], said: bytes) -> None:
    if code != 0:
        last = said.decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
        raise CannotRun(f"`{' '.join(words)[:120]}` ended with {code}, saying: {last[0][:300]}")
