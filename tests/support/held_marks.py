"""The marks of Tacit's own readers, held against whatever a test shows to a reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tacit.core.readers.base import Reader
from tacit.core.readers.own import OwnReader

Recognises = Callable[..., bool]
"""The method of a reader, with the reader itself, a path and the first bytes."""


def marked(own: OwnReader, recognises: Recognises) -> Recognises:
    """The method as it is, which fails where what it recognises would not have been shown to the reader."""

    def recognised(reader: Reader, path: Path, head: bytes) -> bool:
        found = recognises(reader, path, head)
        assert not found or own.may_be(path, head), f"{own.name} recognises {path} by what is no mark of it"
        return found

    return recognised
