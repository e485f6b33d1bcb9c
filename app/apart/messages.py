"""What is said between the inspector or the watcher and a process of its own that does long work for it.

One wish goes in, as a line of JSON on stdin; lines of JSON come out on stdout, the last of which ends it.
Stdin stays open as long as the work is wanted: closing it asks for an end, and so does a caller that dies.
"""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tacit.core.import_report import ImportReport
from tacit.core.learned_report import Learned
from tacit.core.watching_report import Taken

Work = Literal["import", "rebuild", "learn", "watch"]


class Wish(Struct, frozen=True, forbid_unknown_fields=True):
    """What to do, with which store and in whose name; ``paths`` of an import, none for the usual folders.

    To watch is to import of the ``paths`` what has changed, and with ``upkeep`` to review and embed too.
    ``create``: the store may be made.
    """

    work: Work
    store: str
    actor: str
    demo: bool = False
    paths: tuple[str, ...] = ()
    create: bool = False
    upkeep: bool = False


class Step(Struct, frozen=True, forbid_unknown_fields=True, tag="step"):
    """How far it is; ``total`` is 0 where nobody knows, ``far`` says it in words where counts do not."""

    done: int
    total: int
    far: str = ""


class Imported(Struct, frozen=True, forbid_unknown_fields=True, tag="imported"):
    """The end of an import; ``hints`` say why few patterns came of it, where few are there."""

    report: ImportReport
    hints: tuple[str, ...] = ()


class Relearned(Struct, frozen=True, forbid_unknown_fields=True, tag="relearned"):
    """The end of learning, from everything anew or from what waited, also of a run that was asked to end."""

    learned: Learned


class Watched(Struct, frozen=True, forbid_unknown_fields=True, tag="watched"):
    """The end of one turn of watching.

    ``owed``: a review or embedding is due for later; ``upkept``: it was done. ``not_embedded`` says why
    embedding came to no end.
    """

    taken: Taken
    owed: bool = False
    upkept: bool = False
    not_embedded: str = ""


class Stopped(Struct, frozen=True, forbid_unknown_fields=True, tag="stopped"):
    """It ended because it was asked to; ``far`` is how far it came."""

    far: str


class Trouble(Struct, frozen=True, forbid_unknown_fields=True, tag="trouble"):
    """It failed: why, what to do next, and whether the store is the cause, or a fault of Tacit."""

    message: str
    hint: str
    store: bool = False
    fault: bool = False


End = Imported | Relearned | Watched | Stopped | Trouble
Answer = Step | End

CHANGED = "Where Tacit was updated meanwhile, start it again."
"""What to do when one side does not understand the other."""


def packed(said: Wish | Answer) -> bytes:
    """A line of ASCII; paths that are no text go through it unharmed."""
    return json.dumps(msgspec.to_builtins(said)).encode("ascii") + b"\n"


def unpacked(line: bytes, wanted: Any) -> Any:
    """What :func:`packed` made a line of.

    Args:
        line: with its end or without.
        wanted: :class:`Wish` or :data:`Answer`, which is what comes back.

    Raises:
        ValueError: it is none of these, as of another version of this code.
    """
    try:
        return msgspec.convert(json.loads(line), wanted)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError("not of this protocol") from error
