"""In which directory a session of Gemini CLI was: its file tells only the SHA-256 of the path.

So a path that is met is the directory if its hash is the one that is told, and nothing else is. Paths are met
in ``.project_root`` beside the folder of the session (since 0.29), in the workspace's directories where
the file lists them, and wherever it names files: the directory is one of the folders around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from tacit.core.readers.gemini.log import GeminiLog
from tacit.core.readers.loose import items_of, text_of
from tacit.core.readers.made_names import around, hash_of, named

MARKER = ".project_root"

_SHORTEST = 16
_LOOKED_AT = 4_000_000
_MOST = 20_000
_QUOTED = re.compile(rb'"((?:/|[A-Za-z]:\\\\)[^"\n]{1,1000})"')
_LISTED = re.compile(rb'(?:- |directory: )((?:/|[A-Za-z]:\\\\)(?:[^"\\\n]|\\\\){1,1000})')
_BARE = re.compile(rb"(?<![\w/.:-])(/[^\s\"'\\:;,<>|*?()\[\]{}`]{2,1000})")
_LOWERED = re.compile(r"[a-z]:\\")


def directory_of(log: GeminiLog, marker: str) -> str:
    """The working directory; where no path proves to be it a name made of the hash, the same for all there.

    Args:
        log: the session.
        marker: what stands in ``.project_root``, if it is there.
    """
    told = text_of(log.head.hash)
    if len(told) >= _SHORTEST:
        listed = (text_of(item) for item in items_of(log.head.directories))
        for path in _each_once(chain((marker,), listed, around(_named(log)))):
            if hash_of(path).startswith(told):
                return path
    if _LOWERED.match(marker):  # on Windows it is written in lower case, which no hash can prove
        return marker
    return named(told)


def _each_once(paths: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for path in paths:
        if path not in seen:
            seen.add(path)
            yield path
        if len(seen) >= _MOST:
            return


def _named(log: GeminiLog) -> Iterator[str]:
    """The absolute paths that are met in the beginning of the file, the surest first."""
    text = bytes(log.file.view[:_LOOKED_AT])
    for pattern in (_QUOTED, _LISTED, _BARE):
        for found in pattern.finditer(text):
            yield found[1].decode("utf-8", "replace").replace("\\\\", "\\")
