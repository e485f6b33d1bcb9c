"""The processes of a run. Each works on the one store until told to stop, and notes what was acknowledged.

python actors.py ROLE NUMBER ROOT SEED LIFE [--file-limit BYTES | --map BYTES]
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import time
import traceback
from contextlib import suppress
from pathlib import Path
from random import Random

import deeds
import keeping
import recording
import story
import vectors
from journal import Journal, NoRoom

from tacit import Memory
from tacit.core import texts
from tacit.core.errors import NotFound, NothingUsable, StoreBusy, StoreError, StoreFull, Usage
from tacit.store.store import Store

NO_LEARNING = "learning stopped for now: "
"""How a memory begins to tell that its thread waits until there is room again."""

FEW = 50
"""The text index is asked from so few records on; otherwise a short run would never need it."""


DEEDS = {
    **{
        role: getattr(deeds, role)
        for role in ("importer", "marker", "deleter", "reader", "exporter", "backup", "forgetter")
    },
    "recorder": recording.recorder,
    "keeper": keeping.keeper,
    "embedder": vectors.embedder,
}


class Noting(logging.Handler):
    """Writes down what is logged: that a thread cannot learn while there is no room, all else an alarm."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(logging.WARNING)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """Write it down, if that can be."""
        text = record.getMessage()
        with suppress(NoRoom):
            told = text.startswith(NO_LEARNING) and ".py" not in text  # else a mistake, by its place
            self._journal.note("warned" if told else "alarm", what=text)


class Actor:
    """One process: an open memory, a journal, and chances that the seed decides."""

    def __init__(self, memory: Memory, journal: Journal, root: Path, seed: int) -> None:
        self.memory = memory
        self.journal = journal
        self.root = root
        self.seed = seed
        self.random = Random()
        self.name = journal.path.stem
        self.folder = root / "transcripts"
        self.count = story.count(root)
        self.life = 0
        self.logged: dict[str, int] = {}

    def alarm(self, what: str) -> None:
        """Note what must never be."""
        self.journal.note("alarm", what=what)

    def live(self, role: str, life: int) -> None:
        """Do it again and again; what a person would be told about is noted, all else an alarm.

        The chances of a deed depend on its number alone, not on how those before it went.
        """
        parent = os.getppid()
        self.life = life
        deed = DEEDS[role]
        number = 0
        while not (self.root / "stop").exists() and os.getppid() == parent:
            number += 1
            self.random = Random(f"{self.seed}/{self.name}/{life}/{number}")
            pause = self.random.random() * 0.03
            try:
                deed(self)
            except (StoreFull, StoreBusy, NotFound, NothingUsable) as error:
                self.journal.note("refused", why=type(error).__name__, what=str(error))
            except NoRoom:
                return
            except StoreError as error:
                if "is closed" not in error.message:
                    self.alarm(traceback.format_exc())
                    continue
                self.journal.note("refused", why="closed", what=str(error))
                return  # a compaction found no room to open the store again; the next life does
            except Exception:
                self.alarm(traceback.format_exc())
            time.sleep(pause)


def main() -> None:
    """Live until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("role")
    parser.add_argument("number", type=int)
    parser.add_argument("root", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("life", type=int)
    parser.add_argument("--file-limit", type=int)
    parser.add_argument("--map", type=int)
    given = parser.parse_args()
    name = f"{given.role}-{given.number}"
    journal = Journal(given.root / f"{name}.journal")
    if given.file_limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (given.file_limit, resource.RLIM_INFINITY))
    if given.map:
        Store.open.__func__.__kwdefaults__["_map_sizes"] = (given.map,)  # type: ignore[attr-defined]
    texts.LEAST = FEW
    logging.getLogger("tacit").addHandler(Noting(journal))
    try:
        memory = Memory.open(given.root / "disk" / "store", actor=name, command=given.role)
    except (StoreFull, StoreBusy) as error:
        journal.note("refused", why=type(error).__name__, what=str(error))
        return
    except StoreError as error:
        if not given.map or "MAP_RESIZED" not in error.message:
            raise
        journal.note("refused", why="outgrown", what=str(error))  # others wrote since its map was measured
        return
    except Exception:
        journal.note("alarm", what=traceback.format_exc())
        return
    try:
        with memory:
            Actor(memory, journal, given.root, given.seed).live(given.role, given.life)
    except (StoreFull, StoreBusy, NotFound, Usage) as error:  # what was logged last is not kept, and said so
        journal.note("refused", why=type(error).__name__, what=str(error))


if __name__ == "__main__":
    main()
