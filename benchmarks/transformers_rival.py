"""The same model through sentence-transformers: what recall is held against."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.measure import CannotRun, child_environment
from tacit.core.embedding.packaged import packaged_folder

THREADS = 2

COLD = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer
folder, place, question = sys.argv[1:]
model = SentenceTransformer(folder, device="cpu")
vectors = np.load(place + "/vectors.npy")
titles = json.load(open(place + "/titles.json"))
query = model.encode([question], normalize_embeddings=True)[0]
for at in np.argsort(-(vectors @ query))[:10]:
    print(titles[at])
"""
"""From the folder of a model, the folder of vectors and titles, and a question, the ten best titles."""

_WARM = """
import json, sys, time
import numpy as np
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
vectors = np.load(sys.argv[2] + "/vectors.npy")
print("ready", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    start = time.perf_counter()
    rows = model.encode(asked, batch_size=64, normalize_embeddings=True)
    encoded = time.perf_counter()
    best = np.argpartition(-(vectors @ rows[0]), 10)[:10]
    print(encoded - start, time.perf_counter() - start, flush=True)
"""


def folder() -> str:
    """Where the weights lie.

    Raises:
        CannotRun: they are not installed.
    """
    found = packaged_folder()
    if found is None:
        raise CannotRun("the extra `models` is not installed")
    return found


def environment(home: Path) -> dict[str, str]:
    """As many threads as ours, and no network."""
    return {
        **child_environment(home),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": str(THREADS),
        "TOKENIZERS_PARALLELISM": "false",
    }


class Transformers:
    """A process with the model loaded, which tells how long it took for what it is asked."""

    def __init__(self, home: Path, place: Path) -> None:
        words = [sys.executable, "-c", _WARM, folder(), str(place)]
        self._process = subprocess.Popen(
            words,
            env=environment(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._line()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def seconds(self, texts: Sequence[str]) -> tuple[float, float]:
        """(to encode these texts, to find the ten nearest of the first one as well)."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(list(texts)) + "\n")
        self._process.stdin.flush()
        encoded, found = self._line().split()
        return float(encoded), float(found)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise CannotRun("sentence-transformers ended unexpectedly")
        return line
