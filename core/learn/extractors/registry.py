"""The extractors in effect: Tacit's own, what ``patterns.toml`` declares, and the plug-ins.

Entry points and the file are read with the first episode that is derived, the file anew when it
changed. So a change of it takes effect with the next import, for what is derived then.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tacit.core.learn.extractors.base import GROUP, Extractor
from tacit.core.learn.extractors.context import ContextExtractor
from tacit.core.learn.extractors.decision import DecisionExtractor
from tacit.core.learn.extractors.file_group import FileGroupExtractor
from tacit.core.learn.extractors.heuristic import HeuristicExtractor
from tacit.core.learn.extractors.hybrid import HybridExtractor
from tacit.core.learn.extractors.recovery import RecoveryExtractor
from tacit.core.learn.extractors.sequence import SequenceExtractor
from tacit.core.model import Episode, Step, Use
from tacit.core.places import places

if TYPE_CHECKING:
    from tacit.core.learn.extractors.foreign import Foreign

HERE = "tacit.core.learn.extractors."
_State = tuple[str, int, int, int]

OWN: tuple[Extractor, ...] = (
    SequenceExtractor(),
    DecisionExtractor(),
    ContextExtractor(),
    FileGroupExtractor(),
    RecoveryExtractor(),
    HeuristicExtractor(),
)


class Registry:
    """The extractors of this process. One is enough (:data:`REGISTRY`)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._foreign: tuple[Foreign, ...] | None = None
        self._state: _State | None = None
        self._all = HybridExtractor(OWN)

    def extractor(self) -> Extractor:
        """All of them as one, as they are now.

        Raises:
            Usage: ``patterns.toml`` is wrong.
        """
        path = places().patterns
        state = _state_of(path)
        with self._lock:
            if self._foreign is None or state != self._state:
                foreign = _plugins() if self._foreign is None else self._foreign
                self._all = HybridExtractor((*OWN, *_declared(state), *foreign))
                self._foreign, self._state = foreign, state
            return self._all

    def end_run(self) -> Counter[str]:
        """End the plug-ins' processes and say what went wrong with them since the last time."""
        troubles: Counter[str] = Counter()
        for foreign in self._foreign or ():
            for why, count in foreign.close().items():
                troubles[f"by extractor {foreign.name}: {why}"] += count
        return troubles


def _state_of(path: str) -> _State:
    """What a file is recognised by; zeros where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - asked for every episode
    except OSError:
        return path, 0, 0, 0
    return path, status.st_mtime_ns, status.st_size, status.st_ino


def _declared(state: _State) -> tuple[Extractor, ...]:
    if not any(state[1:]):
        return ()
    from tacit.core.learn.extractors.custom import CustomExtractor
    from tacit.core.patterns_file import load_patterns

    declared = load_patterns(state[0])
    return (CustomExtractor(declared),) if declared else ()


def _plugins() -> tuple[Foreign, ...]:
    """The plug-ins, not yet loaded, by name."""
    from importlib.metadata import entry_points

    found = {(one.name, one.value) for one in entry_points(group=GROUP) if not one.value.startswith(HERE)}
    if not found:
        return ()
    from tacit.core.learn.extractors.foreign import Foreign

    return tuple(Foreign(name, value) for name, value in sorted(found))


REGISTRY = Registry()
atexit.register(REGISTRY.end_run)


def extract(episode: Episode, steps: Sequence[Step]) -> list[Use]:
    """The uses of every kind of pattern in an episode.

    Raises:
        Usage: ``patterns.toml`` is wrong.
    """
    return REGISTRY.extractor().extract(episode, steps)
