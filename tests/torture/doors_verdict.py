"""What must be true after a run through the doors."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Iterator

from doors_ledger import Begun
from doors_place import Place
from record import some
from verdict import _say, _tree

from tacit import Memory
from tacit.core.errors import NotFound
from tacit.core.holding import episodes_of, read_steps
from tacit.core.live.storing import read_open
from tacit.core.loop.offers import offers_of
from tacit.core.loop.outcomes import all_told
from tacit.core.merging import JOINER
from tacit.core.places import Places
from tacit.core.tables import OFFERS, OUTCOMES
from tacit.core.tombstones import tombstones
from tacit.core.watching import watcher_state
from tacit.store.lock_owners import owners

GONE = 120.0
"""Seconds in which who worked for a process that was killed is gone."""

LEFT = re.compile(
    r"tacit\.log(\.1)?|watcher(\.json)?|inspector\.json"
    r"|store/(tacit-store|data\.mdb|lock\.mdb|presence|writer|sound|embedding\.lock)"
    r"|store/text/(position|lock|g-[0-9a-f]+/[^/]+)"
)
"""All that lies in a home after everybody has left it."""


def wrong_after(place: Place) -> Iterator[str]:
    """Everything that is wrong, in this order: the later parts change the store."""
    for look in (_processes, _locks, _told, _doctor, _kept, _same, _left, _said):
        try:
            yield from look(place)
        except Exception:
            yield f"{look.__name__}: {traceback.format_exc()}"


def _processes(place: Place) -> Iterator[str]:
    """No process of the run lives on."""
    end = time.monotonic() + GONE
    while (living := list(place.alive())) and time.monotonic() < end:
        time.sleep(0.05)
    yield from (f"process {number} lives on: {words}" for number, words in living)


def _locks(place: Place) -> Iterator[str]:
    """Nobody holds a lock on any file."""
    for path in sorted(place.home.rglob("*")):
        if path.is_file() and (held := owners(str(path))):
            yield f"{path.relative_to(place.home)} is locked by {sorted(held)}"
    if watcher_state(Places({"TACIT_HOME": str(place.home)})).running:
        yield "a watcher is said to run"


def _told(place: Place) -> Iterator[str]:
    """The first ones who come after it find all in order."""
    for words in (("watch", "--once", str(place.folder)), ("learn",), ("doctor",), ("stats",)):
        done = place.run(*words)
        if done.returncode:
            said = (done.stdout + done.stderr).decode()[-1500:]
            yield f"memory {words[0]} ended with {done.returncode}: {said}"


def _doctor(place: Place) -> Iterator[str]:
    with Memory.open(place.store, create=False, command="verdict") as memory:
        for one in memory.doctor():
            if one.level != "ok":
                yield f"doctor: {one.level}: {one.what} ({one.count})"
        if waiting := memory.waiting():
            yield f"{waiting} episodes wait after everything was learned"


def _kept(place: Place) -> Iterator[str]:
    """What was acknowledged is there, and nothing that nobody told."""
    ledger = place.ledger
    with Memory.open(place.store, create=False, command="verdict") as memory:
        for begun in ledger.episodes.values():
            yield from _episode(memory, begun)
        yield from _feedback(place, memory)
        with memory._store.read() as read:
            told = {one.note: one for one in all_told(read) if one.label is not None}
            gone = {one for one, _ in tombstones(read) if one.startswith("p-")}
        listed = {one.id for one in memory.patterns()}
        deletes = memory.undo_list()
    for note, (session, label) in ledger.outcomes.items():
        found = told.get(note)
        if found is None or (found.session, found.label) != (session, label):
            yield f"the outcome {label} of {session} ({note}) is not there, but {found}"
    if more := told.keys() - ledger.maybe:
        yield f"outcomes that nobody told: {some(more)}"
    if not ledger.deleted <= gone or listed & gone:
        yield f"deleted, and there: {some((ledger.deleted - gone) | (listed & gone))}"
    for step in deletes:
        if step.actor == JOINER and step.merged:
            continue  # names that the transcripts show to be one
        if not ledger.deleting & {one.id for one in step.removed}:
            yield f"nobody asked for the delete {step.number} by {step.actor}"


def _episode(memory: Memory, begun: Begun) -> Iterator[str]:
    """Every step that was acknowledged is there once, and the outcome."""
    episode, steps = None, ()
    if memory.open_episode(begun.id) is not None:
        with memory._store.read() as read:
            steps = read_open(read, begun.id)[1]
    else:
        try:
            episode, steps = memory.get(begun.id), memory.steps(begun.id)
        except NotFound:
            yield f"{begun.id} was begun, and is neither open nor ended"
            return
    texts = [step.observation for step in steps]
    if len(texts) != len(set(texts)) or not begun.kept <= set(texts) <= begun.tried:
        yield f"{begun.id} has the steps {texts}, not {sorted(begun.kept)}"
    if episode is None and begun.ended is not None:
        yield f"{begun.id} was ended as {begun.ended!r}, and is open"
    elif episode is not None and not begun.ending:
        yield f"{begun.id} is ended, and nobody asked for that"
    elif begun.ended and episode.outcome.label != begun.ended:
        yield f"{begun.id} was ended as {begun.ended}, and is {episode.outcome.label}"


def _feedback(place: Place, memory: Memory) -> Iterator[str]:
    for pattern, session, said in place.ledger.feedback:
        with memory._store.read() as read:
            words = [one.feedback for one in offers_of(read, pattern) if one.session == session]
        if words != [said]:
            yield f"the feedback {said} on {pattern} is not there"


def _same(place: Place) -> Iterator[str]:
    """The store equals a new one that read the transcripts and was told the same."""
    with (
        Memory.open(place.store, create=False, command="verdict") as memory,
        Memory.open(place.root / "fresh") as fresh,
    ):
        memory.finish_chores()
        memory.export(place.root / "left")
        _say_beside(fresh, memory)
        fresh.import_paths([place.folder])
        run = fresh.restoring()
        with memory._store.read() as read:
            for session in memory.sessions():
                if session.native.startswith("live:"):
                    told = episodes_of(read, session.id)
                    run.take(session, [(episode, read_steps(read, episode)) for episode in told])
        run.finish(time.monotonic())
        fresh.learn()
        fresh.export(place.root / "right")
        memory.rebuild()
        memory.export(place.root / "rebuilt")
    left = _tree(place.root / "left")
    for name in ("right", "rebuilt"):
        other = _tree(place.root / name)
        differ = sorted(one for one in left.keys() | other.keys() if left.get(one) != other.get(one))
        if differ:
            yield f"the export differs from {name} in {some(differ)} ({len(differ)})"


def _say_beside(fresh: Memory, memory: Memory) -> None:
    """Tell a new store what was deleted in another, and what passed between it and agents."""
    with memory._store.read() as read:
        offers = list(read.records(OFFERS))
        outcomes = list(read.items(OUTCOMES))
    fresh._store.write(lambda write: _say(write, memory))
    fresh._store.write(lambda write: [write.put(OFFERS, key, one) for key, one in offers])
    fresh._store.write(lambda write: [write.set_value(OUTCOMES, key, one) for key, one in outcomes])


def _left(place: Place) -> Iterator[str]:
    """No file is left that does not belong there."""
    for path in sorted(place.home.rglob("*")):
        name = str(path.relative_to(place.home))
        if path.is_file() and not LEFT.fullmatch(name):
            yield f"left over in the home: {name}"
    for folder in ("tmp", "person"):
        for path in sorted((place.root / folder).rglob("*")):
            yield f"left over in {folder}: {path.relative_to(place.root / folder)}"


def _said(place: Place) -> Iterator[str]:
    """Nobody met what was unforeseen, and nobody said anything on stderr."""
    log = "".join(
        path.read_text("utf-8", "replace") for path in sorted(place.home.glob("tacit.log*"))
    ).splitlines()
    told = (line.split(" ", 2)[2] for line in log if line.count(" ") > 1)
    yield from (f"logged: {line}" for line in told if ".py:" in line and "why=StoreBusy" not in line)
    errors = place.errors.read_text("utf-8", "replace").strip()
    if errors:
        yield f"said on stderr: {errors[-1500:]}"
