"""Every acknowledged import, delete, mark, decision and undo is there, and nothing that was not asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import story
from journal import Entry
from msgspec.structs import replace
from record import Record, Telling, some, tellings

from tacit import Memory
from tacit.core.aliases import alias_key, aliases
from tacit.core.decisions import decisions
from tacit.core.learn.outcome import as_judged, overruled
from tacit.core.marks import history, mark_of
from tacit.core.tables import EPISODES, MARKS, PATTERNS, SESSIONS, key_of
from tacit.core.tombstones import tombstones
from tacit.core.undo_steps import UndoStep

TABLES = {"p": PATTERNS, "s": SESSIONS, "e": EPISODES}


def wrong_steps(record: Record, memory: Memory) -> Iterator[str]:
    """Acknowledged deletes, marks, decisions and undos that are not there, and steps nobody asked for."""
    steps = memory.undo_list()
    gone, _ = record.forgotten()
    for name, journal in record.journals.items():
        own = {step.number: step for step in steps if step.actor == name}
        yield from _steps_of(name, journal, own, gone | record.touched())


def _steps_of(name: str, journal: list[Entry], steps: dict[int, UndoStep], gone: set[str]) -> Iterator[str]:
    undone = {entry["step"] for entry in journal if entry["op"] == "undone"}
    known = {entry["step"]: set(entry["ids"]) for entry in journal if entry["op"] in {"deleted", "decided"}}
    known |= {entry["step"]: {entry["id"]} for entry in journal if entry["op"] == "marked"}
    asked = sum(entry["op"] in {"delete", "mark", "decide"} for entry in journal)
    for number, ids in known.items():
        step = steps.get(number)
        there = set() if step is None else _names(step)
        if not ids - gone <= there:
            yield f"{name}: the acknowledged step {number} about {some(ids)} is not there"
        elif step is not None and number in undone and not step.undone:
            yield f"{name}: the acknowledged undo of {number} is not there"
    if len(steps) > asked:
        yield f"{name}: {len(steps)} steps of undo, more than the {asked} it asked for"


def _names(step: UndoStep) -> set[str]:
    """Everything that a step says something of."""
    return {*(one.id for one in step.removed), *step.marked, *step.decided, *step.merged}


def wrong_decisions(record: Record, memory: Memory) -> Iterator[str]:
    """What was decided of patterns and what projects were merged into is what the standing steps say."""
    wanted: dict[str, list[int]] = {}
    for step in reversed(memory.undo_list()):
        for one in (*step.decided, *step.merged) if not step.undone else ():
            wanted.setdefault(one, []).append(step.number)
    with memory._store.read() as read:
        found = {one: [word.step for word in said] for one, said in decisions(read).items()}
        found |= {alias_key(one.name).hex(): [word.step for word in one.said] for one in aliases(read)}
    for one in found.keys() | wanted.keys():
        if found.get(one, []) != wanted.get(one, []):
            yield f"{one}: decided by {found.get(one)}, not by {wanted.get(one)}"


def wrong_tombstones(record: Record, memory: Memory) -> Iterator[str]:
    """What stands deleted is what the steps and the forgotten say, and it is in no list."""
    asked, acknowledged = record.forgotten()
    wanted = {one.id for step in memory.undo_list() if not step.undone for one in step.removed}
    with memory._store.read() as read:
        stones = dict(tombstones(read))
        back = [one for one in stones if read.get(TABLES[one[0]], key_of(one)) is not None]
    forgotten = {one for one, role in stones.items() if role == "forgotten"}
    buried = stones.keys() - forgotten
    if buried != wanted - forgotten:
        yield f"tombstones {some(buried - wanted)} too many, {some(wanted - buried - forgotten)} missing"
    if not acknowledged <= forgotten <= asked:
        yield f"forgotten: {some(forgotten - asked)} too many, {some(acknowledged - forgotten)} missing"
    if back:
        yield f"deleted, and yet there: {some(back)}"
    listed = {thing.id for each in (memory.patterns, memory.sessions, memory.episodes) for thing in each()}
    if listed & stones.keys():
        yield f"deleted, and yet listed: {some(listed & stones.keys())}"


def wrong_marks(record: Record, memory: Memory) -> Iterator[str]:
    """What was said of each episode is what the steps that stand say, and it is judged so."""
    steps = memory.undo_list()
    said = {entry["step"]: entry["label"] for entry in record.each("marked")}
    touched = record.touched()
    standing: dict[str, list[int]] = {}
    for step in reversed(steps):
        for one in step.marked if not step.undone else ():
            standing.setdefault(one, []).append(step.number)
    with memory._store.read() as read:
        for one in {key.decode() for key, _ in read.items(MARKS)} | standing.keys():
            there = history(read, one)
            if [said.step for said in there] != standing.get(one, []) and one not in touched:
                yield f"{one}: marked by {[said.step for said in there]}, not by {standing.get(one)}"
            for word in there:
                label = word.mark and word.mark.label
                if said.get(word.step, label) != label:
                    yield f"{one}: step {word.step} said {said[word.step]}, not {label}"
        for _, episode in read.records(EPISODES):
            mark = mark_of(read, episode.id)
            judged = as_judged(episode)
            if episode != (judged if mark is None else overruled(judged, mark)):
                yield f"{episode.id} is {episode.outcome.label}, and its mark {mark}"


def wrong_tellings(record: Record, memory: Memory) -> Iterator[str]:
    """Every session tells what its file held at some moment, none before its last acknowledged import."""
    acknowledged = _acknowledged(record, memory)
    projects = memory.aliases()
    with memory._store.read() as read:
        gone = {one for one, _ in tombstones(read)}
    for number, public in record.sessions():
        if public not in gone:
            told = tellings(memory, public)
            low = acknowledged.get(number, 0)
            yield from _telling(record, number, told, gone, low, projects)


def _telling(
    record: Record,
    number: int,
    told: dict[str, Telling],
    gone: set[str],
    low: int,
    projects: Mapping[str, str],
) -> Iterator[str]:
    public, high = record.public(number), record.path(number).stat().st_size
    left = dict(told)
    missing: set[str] = set()
    for size in story.beginnings(record.seed, number, low, high)[:: -1 if not low else 1]:
        expected = {
            one: (replace(episode, project=projects.get(episode.project, episode.project)), steps)
            for one, (episode, steps) in record.beginning(number, size).items()
        }
        if size == low:
            missing = expected.keys() - told.keys() - gone
        left = {one: telling for one, telling in left.items() if expected.get(one) != telling}
        if not left:
            break
    if missing:
        yield f"{public}: acknowledged up to {low} bytes, yet {some(missing)} is missing"
    if left:
        yield f"{public}: {some(left)} is as it never was between {low} and {high} bytes"


def _acknowledged(record: Record, memory: Memory) -> dict[int, int]:
    """The size up to which each file is known to be stored: until somebody first deleted of it."""
    first: dict[str, float] = {}
    for entry in record.each("delete", "forget"):
        for one in entry["ids"]:
            first[one] = min(entry["at"], first.get(one, entry["at"]))
    touched = {}
    for number, public in record.sessions():
        ids = {public, *tellings(memory, public)}
        touched[number] = min((first[one] for one in ids if one in first), default=float("inf"))
    sizes: dict[int, int] = {}
    for entry in record.each("imported"):
        for number, size in entry["sizes"].items():
            if entry["at"] < touched.get(int(number), float("inf")):
                sizes[int(number)] = max(size, sizes.get(int(number), 0))
    return sizes
