"""Many transcripts out of few: copies with fresh ids and shifted times, up to a size.

    python -m benchmarks.scale DIRECTORY --size 500 [--source TRANSCRIPTS]

Every id (of sessions, records, messages, calls) is replaced by another of the same shape, the same one
wherever it occurs in a copy, and every time is moved back by some days, so that an importer sees new
sessions of the same nature and not copies it knows.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from pathlib import Path

from benchmarks.measure import ROOT, WORK

SAMPLES = ROOT.parent / "shared" / "data" / "sessions" / "claude-code"
_NOW = 1_770_000_000_000
_FORM = "%Y-%m-%dT%H:%M:%S.%f"
_MARKS = re.compile(
    rb"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    rb"|(?:toolu|msg|req)_[0-9A-Za-z]{10,}"
    rb"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"
)


def source_transcripts() -> tuple[Path, str]:
    """The folder to start from and what to call it: the samples, or the demo where they are absent."""
    if SAMPLES.is_dir():
        return SAMPLES, "samples"
    folder = WORK / "demo"
    if not folder.is_dir():
        from tacit.core.demo.transcripts import write_transcripts

        write_transcripts(folder, _NOW)
    return folder, "demo transcripts"


def scale(source: Path, target: Path, size: int) -> int:
    """Fill ``target`` with copies until it holds ``size`` bytes; returns how many it holds."""
    files = [
        (path.relative_to(source), _MARKS.split(path.read_bytes()))
        for path in sorted(source.rglob("*.jsonl"))
    ]
    written = 0
    for copy in range(1, 100_000):
        fresh = _Fresh(copy)
        for relative, pieces in files:
            if written >= size:
                return written
            body = b"".join(piece if even else fresh[piece] for piece, even in _flagged(pieces))
            path = (
                target
                / f"copy-{copy:05}"
                / _MARKS.sub(partial(_renamed, fresh), str(relative).encode()).decode()
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            written += len(body)
    return written


def scaled(size_mb: int) -> Path:
    """The scaled set of that size, made on first use."""
    folder = WORK / f"scaled-{size_mb}"
    if not folder.is_dir():
        building = WORK / f"scaled-{size_mb}.part"
        scale(source_transcripts()[0], building, size_mb * 1_000_000)
        building.rename(folder)
    return folder


def giant_line(size_mb: int = 84) -> Path:
    """A transcript with one line of that size, as a pasted picture leaves it."""
    path = WORK / f"giant-{size_mb}" / "giant.jsonl"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        '{{"parentUuid":{parent},"isSidechain":false,"userType":"external","cwd":"/home/mira/src/pictures",'
        '"sessionId":"0a0a0a0a-0000-4000-a000-000000000000","version":"2.1.7","gitBranch":"main",'
        '"uuid":"0a0a0a0a-0000-4000-a000-00000000000{n}","timestamp":"2026-01-20T10:00:0{n}.000Z",'
    )
    call = (
        '{"type":"tool_use","id":"toolu_01giantgiantgiant","name":"Read",'
        '"input":{"file_path":"/home/mira/src/pictures/a.png"}}'
    )
    with path.open("w") as file:
        file.write(
            head.format(parent="null", n=1)
            + '"type":"user","message":{"role":"user","content":"Describe a.png"}}\n'
        )
        file.write(head.format(parent='"0a0a0a0a-0000-4000-a000-000000000001"', n=2))
        file.write(
            '"type":"assistant","message":{"id":"msg_01giant","role":"assistant","content":[' + call + "]}}\n"
        )
        file.write(head.format(parent='"0a0a0a0a-0000-4000-a000-000000000002"', n=3))
        file.write(
            '"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_01giantgiantgiant",'
        )
        file.write('"content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"')
        for _ in range(size_mb):
            file.write("iVBORw0KGgoAAAAN" * 62_500)
        file.write('"}}]}]}}\n')
    return path


class _Fresh(dict[bytes, bytes]):
    """The id or time that stands in a copy for each of the original."""

    def __init__(self, copy: int) -> None:
        super().__init__()
        self._salt = copy.to_bytes(4, "big")
        self._shift = timedelta(days=copy % 400)

    def __missing__(self, mark: bytes) -> bytes:
        if mark.endswith(b"Z") and mark[4:5] == b"-":
            moved = datetime.strptime(mark[:-1].decode(), _FORM) - self._shift
            fresh = moved.strftime(_FORM)[:-3].encode() + b"Z"
        else:
            digest = blake2b(mark, key=self._salt, digest_size=32).hexdigest().encode()
            prefix, under, rest = mark.partition(b"_")
            if under:
                fresh = prefix + under + digest[: len(rest)]
            else:
                fresh = b"-".join(
                    (digest[:8], digest[8:12], b"4" + digest[13:16], digest[16:20], digest[20:32])
                )
        self[mark] = fresh
        return fresh


def _renamed(fresh: _Fresh, match: re.Match[bytes]) -> bytes:
    return fresh[match[0]]


def _flagged(pieces: list[bytes]) -> Iterable[tuple[bytes, bool]]:
    return ((piece, place % 2 == 0) for place, piece in enumerate(pieces))


def main() -> None:
    """Scale from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--size", type=int, default=500, help="megabytes")
    parser.add_argument(
        "--source", type=Path, help="transcripts to copy; default: the samples, else the demo"
    )
    given = parser.parse_args()
    written = scale(given.source or source_transcripts()[0], given.directory, given.size * 1_000_000)
    print(f"{written / 1e6:.0f} MB in {given.directory}")


if __name__ == "__main__":
    main()
