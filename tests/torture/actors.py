"""The processes of a run. Each works on the one store until told to stop, and notes what was acknowledged.

python actors.py ROLE NUMBER ROOT SEED LIFE [--file-limit BYTES | --map BYTES]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random

import story
from journal import Journal, NoRoom

from tacit import Memory
from tacit.core.errors import NotFound, NothingUsable, StoreBusy, StoreFull
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS, key_of
from tacit.core.tombstones import tombstones
from tacit.store.store import Store

TABLES = {"p": PATTERNS, "s": SESSIONS, "e": EPISODES}


class Actor:
    """One process: an open memory, a journal, and chances that the seed decides."""

    def __init__(self, memory: Memory, journal: Journal, random: Random, root: Path, seed: int) -> None:
        self.memory = memory
        self.journal = journal
        self.random = random
        self.root = root
        self.seed = seed
        self.count = story.count(root)

    def importer(self) -> None:
        """Some transcripts grow; then they, or all, are imported."""
        folder = self.root / "transcripts"
        some = self._chosen(range(self.count))
        sizes = {number: story.grow(folder, self.seed, number, self.random) for number in some}
        paths = [story.path_of(folder, self.seed, number) for number in some]
        if self.random.random() < 0.2:
            paths = [folder]
            for number in range(self.count):
                path = story.path_of(folder, self.seed, number)
                if number not in sizes and path.exists():
                    sizes[number] = path.stat().st_size
        self.memory.import_paths(paths)
        self.journal.note("imported", sizes=sizes)

    def deleter(self) -> None:
        """Something is deleted, or the newest delete of this process and those before it undone."""
        if self.random.random() < 0.45:
            self.journal.note("undo")
            receipt = self.memory.undo()
            self.journal.note("undone", step=receipt and receipt.step)
            return
        ids = self._victims()
        if ids:
            self.journal.note("delete", ids=ids)
            receipt = self.memory.delete(ids, single=self.random.random() < 0.2)
            self.journal.note("deleted", ids=receipt.ids, step=receipt.step)

    def reader(self) -> None:
        """Lists, searches and pages agree with themselves, and what is deleted is nowhere."""
        memory = self.memory
        for table in ("patterns", "sessions", "episodes"):
            page = memory.page(table, memory.plan())
            if page.total != len(page.items):
                self.alarm(f"{table}: {page.total} counted, {len(page.items)} listed")
        hits = memory.search(self.random.choice(("parser", "ruff", "missing", "task 1")), limit=5)
        for hit in hits.items[:2]:
            memory.show(hit.id)
        memory.stats()
        self._buried()
        if self.random.random() < 0.1:
            bad = [f"{one.level}: {one.what} ({one.count})" for one in memory.doctor() if one.level != "ok"]
            if bad:
                self.alarm("the doctor found " + "; ".join(bad))
        self.journal.note("read")

    def exporter(self) -> None:
        """An export that ends is whole, even where the one before was killed."""
        folder = self.root / self.journal.path.stem
        self.memory.export(folder)
        for path in (*folder.glob("*.json"), *folder.glob("*/*.json")):
            json.loads(path.read_bytes())
        self.journal.note("exported")

    def alarm(self, what: str) -> None:
        """Note what must never be."""
        self.journal.note("alarm", what=what)

    def _chosen(self, among: range) -> list[int]:
        """One to four sessions: mostly those that all the others are at as well."""
        if self.random.random() < 0.7:
            return self.random.sample(story.hot(self.root, self.seed), self.random.randint(1, 3))
        return self.random.sample(among, self.random.randint(1, 4))

    def _victims(self) -> list[str]:
        """One or two things that are there."""
        hot = story.hot(self.root, self.seed)
        files = [story.path_of(self.root / "transcripts", self.seed, number) for number in hot]
        if self.random.random() < 0.5:
            natives = {path.stem for path in files}
            found = [one.id for one in self.memory.sessions() if one.native in natives]
        else:
            lists = (self.memory.patterns(), self.memory.sessions(), self.memory.episodes())
            found = [self.random.choice(some).id for some in lists if some]
        return self.random.sample(found, min(len(found), self.random.randint(1, 2)))

    def _buried(self) -> None:
        with self.memory._store.read() as read:
            back = [one for one, _ in tombstones(read) if read.get(TABLES[one[0]], key_of(one)) is not None]
        if back:
            self.alarm(f"deleted, and yet there: {' '.join(back)}")

    def live(self, deed: Callable[[], None]) -> None:
        """Do it again and again; what a person would be told about is noted, all else an alarm."""
        parent = os.getppid()
        while not (self.root / "stop").exists() and os.getppid() == parent:
            try:
                deed()
            except (StoreFull, StoreBusy, NotFound, NothingUsable) as error:
                self.journal.note("refused", why=type(error).__name__, what=str(error))
            except NoRoom:
                return
            except Exception:
                self.alarm(traceback.format_exc())
            time.sleep(self.random.random() * 0.03)


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
    random = Random(f"{given.seed}/{name}/{given.life}")
    try:
        memory = Memory.open(given.root / "store", actor=name, command=given.role)
    except (StoreFull, StoreBusy) as error:
        journal.note("refused", why=type(error).__name__, what=str(error))
        return
    except Exception:
        journal.note("alarm", what=traceback.format_exc())
        return
    with memory:
        actor = Actor(memory, journal, random, given.root, given.seed)
        actor.live(getattr(actor, given.role))


if __name__ == "__main__":
    main()
