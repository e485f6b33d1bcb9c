"""Search in stores of several sizes, by words, by meaning, by both and filtered, against FTS5 and NumPy.

The vectors are a real model's. Rivals: SQLite's FTS5 over the same texts, and the vectors as one f32 matrix,
multiplied whole. Both sides embed the question with the same provider and give the ten best with their
titles; ours also counts all and says why each fits. Every question is asked once, so none is remembered.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Line, child_environment, lines_table, quantile
from benchmarks.model_here import at_home
from benchmarks.phrases import questions
from benchmarks.recall_store import home_of, patterns, texts, vectors
from tacit import Memory
from tacit.core.embedding.choice import provider_of
from tacit.core.recall.meaning import FLOOR

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from tacit.core.embedding.provider import Provider

_SHOWN = 10
_WARM = 5
_KIND = "error_recovery"
_FOUND = "SELECT rowid, rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
_COUNT = "SELECT count(*) FROM texts WHERE texts MATCH ?"
_TITLE = "SELECT title FROM patterns WHERE rowid = ?"
_ALIKE = 0.001  # cosines that are as good as the same: the store keeps f16


class Rival:
    """FTS5 and a matrix, as one would put them together in an afternoon."""

    def __init__(self, size: int, provider: Provider) -> None:
        import numpy as np

        self._provider = provider
        self.matrix = vectors(size)
        every = list(patterns(size))
        self._kinds = np.array([pattern.kind == _KIND for pattern in every])
        self._lite = sqlite3.connect(":memory:")
        self._lite.execute("CREATE VIRTUAL TABLE texts USING fts5(body)")
        self._lite.execute("CREATE TABLE patterns (id TEXT, title TEXT)")
        self._lite.executemany("INSERT INTO texts VALUES (?)", ((text,) for text in texts(size)))
        rows = ((pattern.id, pattern.title) for pattern in every)
        self._lite.executemany("INSERT INTO patterns VALUES (?, ?)", rows)
        self.ids = [pattern.id for pattern in every]

    def lexical(self, question: str) -> list[str]:
        """The titles that FTS5 finds best, all counted."""
        return self._titles([place for place, _ in self._words(question, _SHOWN)])

    def vector(self, question: str) -> list[str]:
        """The titles whose vectors are nearest."""
        return self._titles(self.nearest(self._provider.embed([question], "query")[0]))

    def hybrid(self, question: str) -> list[str]:
        """Both, their scores made alike and added."""
        cosines = self.matrix @ self._provider.embed([question], "query")[0]
        return self._titles(self._together(question, cosines))

    def filtered(self, question: str) -> list[str]:
        """The same among the patterns of one kind."""
        cosines = self.matrix @ self._provider.embed([question], "query")[0]
        cosines[~self._kinds] = -1
        return self._titles([at for at in self._together(question, cosines) if self._kinds[at]])

    def nearest(self, query: NDArray[float32]) -> list[int]:
        """The places of the nearest vectors, exactly."""
        return _top(self.matrix @ query, _SHOWN)

    def _together(self, question: str, cosines: NDArray[float32]) -> list[int]:
        words = dict(self._words(question, 100))
        best = {at: float(cosines[at]) for at in (*_top(cosines, 100), *words)}
        most = max(words.values(), default=1.0)
        return sorted(best, key=lambda at: -(best[at] + words.get(at, 0.0) / most))[:_SHOWN]

    def _words(self, question: str, most: int) -> Iterator[tuple[int, float]]:
        match = " OR ".join(f'"{word}"' for word in question.split())
        self._lite.execute(_COUNT, (match,)).fetchone()
        for row, rank in self._lite.execute(_FOUND, (match, most)):
            yield row - 1, -rank

    def _titles(self, places: Sequence[int]) -> list[str]:
        return [self._lite.execute(_TITLE, (at + 1,)).fetchone()[0] for at in places]


def report(sizes: Sequence[int], runs: int) -> list[str]:
    """``runs`` questions of each kind at each size."""
    lines: list[Line] = []
    notes: list[str] = []
    for size in sizes:
        found, note = _size(size, runs)
        lines += found
        notes.append(note)
    return [lines_table(lines, "FTS5, NumPy f32"), *notes]


def _size(size: int, runs: int) -> tuple[list[Line], str]:
    home = home_of(size)
    with at_home(home) as config:
        provider = provider_of(config)
        rival = Rival(size, provider)
        with Memory.open(Path(child_environment(home)["TACIT_HOME"]) / "store") as memory:
            start = time.perf_counter()
            first = memory.search("anything at all", _SHOWN)
            opened = time.perf_counter() - start
            if first.mode != "hybrid":
                raise RuntimeError(f"no vectors answered: {first.note}")
            asked = iter(questions(4 * (runs + _WARM) + 2 * runs))
            kinds: list[tuple[str, Callable[[str], object], Callable[[str], object]]] = [
                ("lexical", lambda text: memory.search(text, _SHOWN, mode="lexical"), rival.lexical),
                ("vector", lambda text: memory.search(text, _SHOWN, mode="vector"), rival.vector),
                ("hybrid", lambda text: memory.search(text, _SHOWN), rival.hybrid),
                ("filtered", lambda text: memory.search(f"kind:{_KIND} {text}", _SHOWN), rival.filtered),
            ]
            lines = [_line(f"{name} of {size:,}", ours, theirs, asked, runs) for name, ours, theirs in kinds]
            share = _recall(memory, rival, provider, [next(asked) for _ in range(runs)])
        embedding = quantile([_seconds(provider.embed, [next(asked)]) for _ in range(runs)], 0.5)
        provider.close()
    return lines, (
        f"{size:,}: recall@10 {share:.3f} (aim: 0.98); first question of a process {opened * 1000:.0f} ms;"
        f" on both sides {embedding * 1000:.1f} ms of a vector or hybrid search embed the question"
    )


def _line(
    name: str,
    ours: Callable[[str], object],
    theirs: Callable[[str], object],
    asked: Iterator[str],
    runs: int,
) -> Line:
    pairs = [(_seconds(ours, text), _seconds(theirs, text)) for text in islice(asked, runs + _WARM)]
    mine, other = zip(*pairs[_WARM:], strict=True)
    half, most = quantile(mine, 0.5), quantile(mine, 0.99)
    rival = quantile(other, 0.5)
    told = f"{half * 1000:.2f} ms, 99th {most * 1000:.1f}"
    return Line(name, told, f"{rival * 1000:.2f} ms", half / rival)


def _recall(memory: Memory, rival: Rival, provider: Provider, asked: Sequence[str]) -> float:
    """The share of the ten exactly nearest that a search by meaning finds."""
    right = every = 0
    places = {one: at for at, one in enumerate(rival.ids)}
    for text in asked:
        query = provider.embed([text], "query")[0]
        cosines = rival.matrix @ query
        wanted = [cosines[at] for at in rival.nearest(query) if cosines[at] >= FLOOR + _ALIKE]
        hits = memory.search(text, _SHOWN, mode="vector").items
        found = [cosines[places[hit.id]] for hit in hits]
        every += len(wanted)
        right += sum(one >= wanted[-1] - _ALIKE for one in found[: len(wanted)]) if wanted else 0
    return right / every if every else 1.0


def _top(scores: NDArray[float32], most: int) -> list[int]:
    import numpy as np

    most = min(most, len(scores))
    best = np.argpartition(-scores, most - 1)[:most]
    return [int(at) for at in best[np.argsort(-scores[best])]]


def _seconds(job: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    job(*arguments)
    return time.perf_counter() - start
