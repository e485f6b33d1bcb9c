"""What each kind of process does again and again: one deed a call, written down when it is acknowledged."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

import story

from tacit.core.backups import verify_backup
from tacit.core.errors import TacitError
from tacit.core.marks import MARK_LABELS
from tacit.core.search import Search
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS, key_of
from tacit.core.texts import rebuild_text
from tacit.core.tombstones import tombstones

if TYPE_CHECKING:
    from actors import Actor

    from tacit import Memory

TABLES = {"p": PATTERNS, "s": SESSIONS, "e": EPISODES}
WORDS = ("parser", "ruff", "missing", "task 1", '"os` imported"', "pars fix", "h", "nothing-like-this")

NO_DAMAGE = ("forgotten, but perhaps still in", "the store takes")
"""How the doctor begins to tell what a forget has still to do, and that a small map is nearly full."""


def importer(actor: Actor) -> None:
    """Some transcripts grow; then they, or all, are imported."""
    some = _chosen(actor)
    whole = actor.random.random() < 0.2
    sizes = {number: story.grow(actor.folder, actor.seed, number, actor.random) for number in some}
    paths = [story.path_of(actor.folder, actor.seed, number) for number in some]
    if whole:
        paths = [actor.folder]
        for number in range(actor.count):
            path = story.path_of(actor.folder, actor.seed, number)
            if number not in sizes and path.exists():
                sizes[number] = path.stat().st_size
    actor.memory.import_paths(paths)
    actor.journal.note("imported", sizes=sizes)


def marker(actor: Actor) -> None:
    """An episode is marked, its mark cleared, or the newest word of this process taken back."""
    if actor.random.random() < 0.25:
        _undo(actor)
        return
    label = actor.random.choice((*MARK_LABELS, None))
    episodes = _hot_episodes(actor)
    if not episodes:
        return
    chosen = actor.random.choice(episodes)
    note = f"{label} because of {actor.name}" if actor.random.random() < 0.5 else ""
    actor.journal.note("mark", id=chosen)
    marking = actor.memory.mark(chosen, label, note) if label else actor.memory.unmark(chosen)
    if marking.step:
        actor.journal.note("marked", id=chosen, step=marking.step, label=label)


def deleter(actor: Actor) -> None:
    """Something is deleted, or the newest delete of this process and those before it undone."""
    if actor.random.random() < 0.45:
        _undo(actor)
        return
    ids = _victims(actor)
    if ids:
        actor.journal.note("delete", ids=ids)
        receipt = actor.memory.delete(ids, single=actor.random.random() < 0.2)
        actor.journal.note("deleted", ids=receipt.ids, step=receipt.step)


def reader(actor: Actor) -> None:
    """Lists, searches and pages agree with themselves and each other; what is deleted is nowhere."""
    memory = actor.memory
    for table in ("patterns", "sessions", "episodes"):
        page = memory.page(table, memory.plan())
        if page.total != len(page.items):
            actor.alarm(f"{table}: {page.total} counted, {len(page.items)} listed")
    for words in actor.random.sample(WORDS, 3):
        _same_found(actor, words)
    for hit in memory.search(actor.random.choice(WORDS), limit=2).items:
        memory.show(hit.id)
    memory.stats()
    _buried(actor)
    if actor.random.random() < 0.03:
        rebuild_text(memory._store)
    if actor.random.random() < 0.1:
        found = [one for one in memory.doctor() if one.level != "ok" and not one.what.startswith(NO_DAMAGE)]
        for one in found:
            actor.alarm(f"the doctor found {one.level}: {one.what} ({one.count})")
    actor.journal.note("read")


def exporter(actor: Actor) -> None:
    """An export that ends is whole, even where the one before was killed; one without room halves no file."""
    folder = actor.root / actor.name
    ended = {"op": "exported"}
    try:
        actor.memory.export(folder)
    except TacitError as error:
        if not isinstance(error.__cause__, OSError) or error.__cause__.errno != errno.EFBIG:
            raise
        ended = {"op": "refused", "why": "FileTooLarge"}
    for path in (*folder.glob("*.json"), *folder.glob("*/*.json")):
        json.loads(path.read_bytes())
    actor.journal.note(**ended)


def backup(actor: Actor) -> None:
    """A backup that was made can be read from end to end."""
    made = actor.memory.create_backup()
    verify_backup(str(made))
    actor.journal.note("backup", path=str(made))
    backups = sorted(made.parent.iterdir())
    if len(backups) > 4:
        actor.random.choice([one for one in backups if one != made]).unlink(missing_ok=True)


def forgetter(actor: Actor) -> None:
    """Now and then a session is forgotten; nobody ever sees it again."""
    if actor.random.random() > 0.05:
        return
    sessions = actor.memory.sessions()
    if len(sessions) > 3:
        chosen = actor.random.choice(sessions).id
        actor.journal.note("forget", ids=[chosen])
        actor.memory.forget(sessions=[chosen])
        actor.journal.note("forgotten", ids=[chosen])


def _undo(actor: Actor) -> None:
    actor.journal.note("undo")
    receipt = actor.memory.undo()
    actor.journal.note("undone", step=receipt and receipt.step)


def _chosen(actor: Actor) -> list[int]:
    """One to four sessions: mostly those that all the others are at as well."""
    if actor.random.random() < 0.7:
        return actor.random.sample(story.hot(actor.root, actor.seed), actor.random.randint(1, 3))
    return actor.random.sample(range(actor.count), actor.random.randint(1, 4))


def _hot_sessions(actor: Actor) -> list[str]:
    """The sessions that all the others are at as well, as far as they are known."""
    natives = {story.path_of(actor.folder, actor.seed, one).stem for one in story.hot(actor.root, actor.seed)}
    return [one.id for one in actor.memory.sessions() if one.native in natives]


def _hot_episodes(actor: Actor) -> list[str]:
    told = [one.id for session in _hot_sessions(actor) for one in actor.memory.episodes_of(session)]
    return told or [one.id for one in actor.memory.episodes(limit=20)]


def _victims(actor: Actor) -> list[str]:
    """One or two things that are there."""
    if actor.random.random() < 0.5:
        found = _hot_sessions(actor)
    else:
        memory = actor.memory
        lists = (memory.patterns(), memory.sessions(), memory.episodes())
        found = [actor.random.choice(some).id for some in lists if some]
    return actor.random.sample(found, min(len(found), actor.random.randint(1, 2)))


def _same_found(actor: Actor, words: str) -> None:
    """With the text index a search finds what looking at everything finds, in the same snapshot."""
    quick, slow = both_ways(actor.memory, words)
    if more := quick ^ slow:
        actor.alarm(f"“{words}”: {len(quick)} found through the index, {len(slow)} without: {list(more)[:4]}")
    actor.journal.note("searched")


def both_ways(memory: Memory, words: str) -> tuple[set[tuple[str, int | None]], ...]:
    """What is found through the text index, and by looking at everything, in the same snapshot."""
    store, plan = memory._store, memory.plan(words)
    ways = [Search(store, memory.config, plan, scan=scan) for scan in (False, True)]
    with store.read() as read:
        return tuple({(one.id, one.step) for one in way.run(read, None, 0).items} for way in ways)


def _buried(actor: Actor) -> None:
    with actor.memory._store.read() as read:
        back = [one for one, _ in tombstones(read) if read.get(TABLES[one[0]], key_of(one)) is not None]
    if back:
        actor.alarm(f"deleted, and yet there: {' '.join(back)}")
