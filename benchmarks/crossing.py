"""Looking at every vector against a graph of neighbours: from how many rows on the graph is quicker.

Vectors of a real model; `Block` is what a store below the limit searches with, `Graph` what one above does.
NumPy multiplies the whole matrix in f32, twice the memory.
"""

from __future__ import annotations

import mmap
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import WORK, Line, lines_table, quantile
from benchmarks.model_here import model
from benchmarks.phrases import questions
from benchmarks.recall_store import vectors
from tacit.core.embedding.local import LocalProvider
from tacit.store.vector_block import Block
from tacit.store.vector_graph import Graph, add, empty

if TYPE_CHECKING:
    from numpy import float32, uint64
    from numpy.typing import NDArray

_WANTED = 10
_LOOKED = 20  # what a store looks at for ten: some may be gone


def report(sizes: Sequence[int], runs: int) -> list[str]:
    """``runs`` questions at each size; the graph is grown from one size to the next."""
    import numpy as np

    every = vectors(max(sizes))
    asked = LocalProvider(model()).embed(questions(runs), "query")
    numbers = np.arange(len(every), dtype=np.uint64)
    index = empty(every.shape[1])
    lines: list[Line] = []
    spent = 0.0
    for before, size in zip((0, *sizes), sizes, strict=False):
        start = time.perf_counter()
        add(index, numbers[before:size], every[before:size].astype(np.float16))
        spent += time.perf_counter() - start
        with tempfile.TemporaryDirectory(dir=WORK) as place:
            graph = _saved(index, numbers[:size], Path(place) / "graph")
            lines += _size(graph, numbers[:size], every[:size], asked)
            del graph
        lines.append(Line(f"{size:,} rows: the graph is built in", f"{spent:.1f} s"))
    return [lines_table(lines, "every row, f16")]


def _size(
    graph: Graph, numbers: NDArray[uint64], every: NDArray[float32], asked: NDArray[float32]
) -> list[Line]:
    import numpy as np

    block = Block.of(numbers, numbers, every.astype(np.float16))
    exact = _median(lambda query: block.nearest(query, _LOOKED), asked)
    near = _median(lambda query: graph.nearest(query, _LOOKED), asked)
    plain = _median(lambda query: np.argpartition(-(every @ query), _WANTED)[:_WANTED], asked)
    found = [
        len(set(graph.nearest(query, _LOOKED)[0][:_WANTED]) & set(block.nearest(query, _LOOKED)[0][:_WANTED]))
        for query in asked
    ]
    recall = sum(found) / (_WANTED * len(asked))
    told = f"{exact * 1000:.2f} ms"
    name = f"{len(every):,} rows"
    return [
        Line(f"{name}: NumPy f32", f"{plain * 1000:.2f} ms", told, plain / exact),
        Line(f"{name}: the graph", f"{near * 1000:.2f} ms", told, near / exact),
        Line(f"{name}: recall@10 of the graph", f"{recall:.3f}", "", None, "0.98", recall >= 0.98),
    ]


def _saved(index: Any, numbers: NDArray[uint64], path: Path) -> Graph:
    """The graph as a store opens it: mapped from its file."""
    index.save(str(path))
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Graph(numbers, numbers, data, index.ndim)


def _median(job: Callable[[NDArray[float32]], object], asked: NDArray[float32]) -> float:
    job(asked[0])
    spent = []
    for query in asked:
        start = time.perf_counter()
        job(query)
        spent.append(time.perf_counter() - start)
    return quantile(spent, 0.5)
