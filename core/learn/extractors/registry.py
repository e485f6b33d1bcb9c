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
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from tacit.core.learn.extractors.base import GROUP, Extractor
from tacit.core.model import Episode, Step, Use
from tacit.core.places import places
from tacit.core.plug_ins import plug_ins

if TYPE_CHECKING:
    from tacit.core.learn.extractors.foreign import Foreign
    from tacit.core.patterns_file import Declared

_State = tuple[str, int, int, int]
Plugin = tuple[str, str, str]
"""Name, place (``module:attribute``) and version of the distribution."""

OWN = {
    "SequenceExtractor": "sequence",
    "DecisionExtractor": "decision",
    "ContextExtractor": "context",
    "FileGroupExtractor": "file_group",
    "RecoveryExtractor": "recovery",
    "HeuristicExtractor": "heuristic",
}
"""Tacit's own, in their order, and the module each is in: an import that finds nothing new loads none."""


@cache
def own_extractors() -> tuple[Extractor, ...]:
    """Tacit's own, loaded when something is derived."""
    modules = {name: import_module(f"tacit.core.learn.extractors.{module}") for name, module in OWN.items()}
    return tuple(getattr(module, name)() for name, module in modules.items())


class Registry:
    """The extractors of this process. One is enough (:data:`REGISTRY`)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._foreign: tuple[Foreign, ...] | None = None
        self._state: _State | None = None
        self._all: Extractor | None = None
        self._declared: tuple[Declared, ...] = ()
        self._plugins: tuple[Plugin, ...] = ()

    def extractor(self) -> Extractor:
        """All of them as one, as they are now.

        Raises:
            Usage: ``patterns.toml`` is wrong.
        """
        with self._lock:
            foreign, declared = self._now()
            if self._all is None:
                from tacit.core.learn.extractors.hybrid import HybridExtractor

                self._all = HybridExtractor((*own_extractors(), *_custom(declared), *foreign))
            return self._all

    def declared(self) -> tuple[Declared, ...]:
        """What ``patterns.toml`` declares, as it is now; read again only when it changed.

        Raises:
            Usage: it is wrong.
        """
        with self._lock:
            return self._now()[1]

    def plugins(self) -> tuple[Plugin, ...]:
        """The plug-ins in effect; those of a process stay as they were at its first episode."""
        with self._lock:
            self._now()
            return self._plugins

    def _now(self) -> tuple[tuple[Foreign, ...], tuple[Declared, ...]]:
        """The plug-ins and what is declared; under the lock."""
        state = _state_of(places().patterns)
        if self._foreign is None or state != self._state:
            if self._foreign is None:
                self._plugins = _plugins()
            foreign = _foreign(self._plugins) if self._foreign is None else self._foreign
            declared = _declared(state)
            self._all = None
            self._foreign, self._state, self._declared = foreign, state, declared
        return self._foreign, self._declared

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


def _declared(state: _State) -> tuple[Declared, ...]:
    if not any(state[1:]):
        return ()
    from tacit.core.patterns_file import load_patterns

    return tuple(load_patterns(state[0]))


def _custom(declared: tuple[Declared, ...]) -> tuple[Extractor, ...]:
    if not declared:
        return ()
    from tacit.core.learn.extractors.custom import CustomExtractor

    return (CustomExtractor(declared),)


def _plugins() -> tuple[Plugin, ...]:
    found = ((one.name, one.value, one.dist.version if one.dist else "") for one in plug_ins(GROUP))
    return tuple(sorted(set(found)))


def _foreign(plugins: tuple[Plugin, ...]) -> tuple[Foreign, ...]:
    """The plug-ins, not yet loaded, by name."""
    if not plugins:
        return ()
    from tacit.core.learn.extractors.foreign import Foreign

    named = dict.fromkeys((name, value) for name, value, _ in plugins)
    return tuple(Foreign(name, value) for name, value in named)


REGISTRY = Registry()
atexit.register(REGISTRY.end_run)


def extract(episode: Episode, steps: Sequence[Step]) -> list[Use]:
    """The uses of every kind of pattern in an episode.

    Raises:
        Usage: ``patterns.toml`` is wrong.
    """
    return REGISTRY.extractor().extract(episode, steps)
