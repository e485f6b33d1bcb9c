"""What compressing large values saves and costs: from which size on, and how hard.

A process for each setting imports the same transcripts and tells how long it took and what lies on the
disk; the settings take turns. The steps of those transcripts are then packed and unpacked one by one.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

import zstandard
from msgspec.msgpack import Encoder

from benchmarks.measure import WORK, Line, child_environment, inner, lines_table
from benchmarks.scale import scaled
from benchmarks.sizes import live
from benchmarks.tasks import stretches

OFF = 1 << 40
_LEVELS = (1, 3, 9)
_FROM = (512, 1024, 2048, 4096, 8192)
_IMPORT = """
import pathlib, sys, time
from tacit.store import codec
codec.LARGE, codec._LEVEL = int(sys.argv[3]), int(sys.argv[4])
from tacit import Memory
folder, store = map(pathlib.Path, sys.argv[1:3])
with Memory.open(store) as memory:
    start = time.perf_counter()
    memory.import_paths([folder])
    print(time.perf_counter() - start)
"""

Setting = tuple[int, int]
"""The size above which values are compressed, and the level."""


def report(size: int, runs: int) -> list[str]:
    """Import of ``size`` megabytes with every setting, and the time for one value."""
    settings = [
        (OFF, 3),
        *((least, 3) for least in _FROM),
        *((4096, level) for level in _LEVELS if level != 3),
    ]
    seconds: dict[Setting, list[float]] = {setting: [] for setting in settings}
    sizes: dict[Setting, int] = {}
    for run in range(runs + 1):
        for setting in settings:
            taken, sizes[setting] = _imported(scaled(size), setting)
            if run:
                seconds[setting].append(taken)
    off = settings[0]
    lines = [
        Line(
            _name(setting),
            f"{sizes[setting] / 1e6:.1f} MB, {median(seconds[setting]):.2f} s",
            f"{sizes[off] / 1e6:.1f} MB, {median(seconds[off]):.2f} s",
            sizes[setting] / sizes[off],
            f"time × {median(a / b for a, b in zip(seconds[setting], seconds[off], strict=True)):.2f}",
        )
        for setting in settings[1:]
    ]
    return [lines_table(lines, "without"), lines_table(_values(), "bytes before")]


def _imported(folder: Path, setting: Setting) -> tuple[float, int]:
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        store = Path(home) / "store"
        words = (folder, store, str(setting[0]), str(setting[1]))
        return inner(_IMPORT, words, child_environment(Path(home))), live(store)


def _values() -> list[Line]:
    """Every step of the transcripts that is over the size, by size and level: what is left, and µs."""
    encode = Encoder().encode
    steps = [encode(step) for stretch in stretches() for step in stretch]
    found = []
    for least in _FROM:
        large = [value for value in steps if len(value) > least]
        for level in _LEVELS:
            pack = zstandard.ZstdCompressor(level=level).compress
            unpack = zstandard.ZstdDecompressor().decompress
            packed = [pack(value) for value in large]
            down = _each(pack, large)
            up = _each(unpack, packed)
            before, after = sum(map(len, large)), sum(map(len, packed))
            name = f"{len(large)} of {len(steps)} steps over {least:,} bytes, level {level}"
            ours = f"{after:,} bytes, {down:.0f} µs to pack, {up:.0f} µs to unpack"
            found.append(Line(name, ours, f"{before:,}", after / before))
    return found


def _each(do: object, values: list[bytes], rounds: int = 20) -> float:
    """Microseconds for one value, the median of some rounds over all."""
    assert callable(do)
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        for value in values:
            do(value)
        taken.append((time.perf_counter() - start) / len(values))
    return median(taken) * 1e6


def _name(setting: Setting) -> str:
    return f"import, values over {setting[0]:,} bytes, level {setting[1]}"
