"""From a question to the memories that fit it, cold and warm, against sentence-transformers.

The rival is the least that anybody would write: load the model, encode the question, multiply with the
vectors in a file, print ten titles. Ours is the whole search by words and meaning over the same texts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measure import (
    MEMORY,
    WORK,
    CannotRun,
    Line,
    alternate,
    child_environment,
    lines_table,
    megabytes,
    peak,
    quantile,
    table,
    wall,
)
from benchmarks.model_here import at_home, give
from benchmarks.phrases import paragraphs, questions
from benchmarks.recall_store import home_of, patterns, vectors
from benchmarks.transformers_rival import COLD, Transformers, environment, folder
from tacit import Memory
from tacit.core.embedding.choice import provider_of

_QUESTION = "what went wrong with the login form after the merge"


def report(size: int, runs: int) -> list[str]:
    """Cold processes and their memory, then a warm one, over ``size`` patterns."""
    home = home_of(size)
    with tempfile.TemporaryDirectory(dir=WORK) as place:
        _files(Path(place), size)
        return [*_cold(home, Path(place), size, runs), *_warm(home, Path(place), size, 20 * runs)]


def throughput(count: int, runs: int) -> list[str]:
    """``count`` texts in batches of 64, in turn with sentence-transformers."""
    texts = paragraphs(count)
    with tempfile.TemporaryDirectory(dir=WORK) as place, at_home(Path(place)) as config:
        _files(Path(place), 100)
        provider = provider_of(config)

        def ours() -> float:
            start = time.perf_counter()
            for at in range(0, count, config.batch):
                provider.embed(texts[at : at + config.batch])
            return time.perf_counter() - start

        with Transformers(Path(place), Path(place)) as rival:
            name = f"{count:,} texts of {sum(map(len, texts)) // count} characters"
            figure = alternate(
                name, ours, lambda: rival.seconds(texts)[0], runs, against="encode()", aim="< 0.2"
            )
    rate = (
        f"{count / median(figure.ours):,.0f} texts a second, against {count / median(figure.baseline):,.0f}"
    )
    return [table([figure]), rate]


def _files(place: Path, size: int) -> None:
    """What the rival searches."""
    import numpy as np

    np.save(place / "vectors.npy", vectors(size))
    (place / "titles.json").write_text(json.dumps([pattern.title for pattern in patterns(size)]))


def _cold(home: Path, place: Path, size: int, runs: int) -> list[str]:
    mine = (MEMORY, "search", _QUESTION, "--limit", "10", "--format", "json")
    theirs = (sys.executable, "-c", COLD, folder(), place, _QUESTION)
    ours, others = give(home), environment(place)
    _must_be_hybrid(mine, ours)
    figure = alternate(
        f"cold `memory search` of {size:,}",
        partial(wall, mine, ours),
        partial(wall, theirs, others),
        runs,
        against="sentence-transformers, whole process",
        aim="< 0.1",
        note=f"aim: under 600 ms; `memory --version` {_bare(ours):.0f} ms",
    )
    own = [peak(mine, ours) for _ in range(3)]
    other = [peak(theirs, others) for _ in range(3)]
    return [
        table([figure]),
        _memory([one.anonymous or 0 for one in own], [one.anonymous or 0 for one in other]),
    ]


def _bare(ours: dict[str, str]) -> float:
    return 1000 * median(wall((MEMORY, "--version"), ours) for _ in range(5))


def _must_be_hybrid(words: tuple[str | Path, ...], ours: dict[str, str]) -> None:
    done = subprocess.run(
        [str(word) for word in words], env=ours, capture_output=True, text=True, check=False
    )
    hits = json.loads(done.stdout or "{}").get("results", ())
    if [hit["mode"] for hit in hits] != ["hybrid"] * 10:
        raise CannotRun(f"the search is not by words and meaning: {done.stderr.strip()[:300]}")


def _memory(ours: list[int], theirs: list[int]) -> str:
    if not all(ours):
        return "memory: not told by this system"
    share = median(ours) / median(theirs)
    return (
        f"memory of its own (RssAnon) at most {megabytes(int(median(ours)))} against"
        f" {megabytes(int(median(theirs)))}: {share:.2f} (aim: under 0.33)"
    )


def _warm(home: Path, place: Path, size: int, count: int) -> list[str]:
    found: dict[str, list[float]] = {"embed": [], "search": [], "encode": [], "rival": []}
    with at_home(home) as config, Transformers(place, place) as rival:
        provider = provider_of(config)
        with Memory.open(Path(child_environment(home)["TACIT_HOME"]) / "store") as memory:
            for number, question in enumerate(questions(count + 20)):
                start = time.perf_counter()
                memory.search(question, 10)
                searched = time.perf_counter()
                provider.embed([question], "query")
                embedded = time.perf_counter()
                encoded, all_of_it = rival.seconds([question])
                if number >= 20:
                    found["search"].append(searched - start)
                    found["embed"].append(embedded - searched)
                    found["encode"].append(encoded)
                    found["rival"].append(all_of_it)
        provider.close()
    return [lines_table(_warm_lines(found, size), "sentence-transformers")]


def _warm_lines(found: dict[str, list[float]], size: int) -> list[Line]:
    lines = []
    for share, name in ((0.5, "median"), (0.99, "99th of 100")):
        at = {part: quantile(values, share) * 1000 for part, values in found.items()}
        lines.append(
            Line(
                f"warm search of {size:,}, {name}",
                f"{at['search']:.2f} ms",
                f"{at['rival']:.2f} ms",
                at["search"] / at["rival"],
            )
        )
        lines.append(
            Line(
                f"embedding the question, {name}",
                f"{at['embed']:.2f} ms",
                f"{at['encode']:.2f} ms",
                at["embed"] / at["encode"],
            )
        )
    more = [search - embed for search, embed in zip(found["search"], found["embed"], strict=True)]
    beyond = median(more) * 1000
    lines.append(Line("search beyond embedding, median", f"{beyond:.2f} ms", "", None, "< 3 ms", beyond < 3))
    return lines
