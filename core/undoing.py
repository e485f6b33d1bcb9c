"""Undo: the newest step that still stands is taken back, be it a delete, a mark, a pin, a merge or feedback.

Tombstones are lifted, what lay in the trash comes back, and what follows from it is derived again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from tacit.core import decisions
from tacit.core.decisions import Decision
from tacit.core.deletion import Receipt, label_of
from tacit.core.holding import elect, judge_told, recount, told_by
from tacit.core.learn.contribution import Exchange
from tacit.core.learn.state import touch
from tacit.core.loop import feedback
from tacit.core.marking import take_back
from tacit.core.merging import Unmerged, unmerge
from tacit.core.model import Episode
from tacit.core.pinning import show_pins
from tacit.core.projects import names_of
from tacit.core.settling import Configured, settled
from tacit.core.tables import COPIES, EPISODES, NOTES, PATTERNS, SESSIONS, key_of
from tacit.core.tellings import restore_telling, trashed_tellings
from tacit.core.things import Thing
from tacit.core.tombstones import bury, lift
from tacit.core.undo_steps import Removed, UndoStep, put_step, standing, undo_steps
from tacit.store.reading import Read
from tacit.store.schema import Table
from tacit.store.transaction import Write

Lying = tuple[int, Episode]
"""A telling in the trash, by its body."""


def undo(write: Write, actor: str, configured: Configured) -> Receipt | None:
    """Take back the newest step of this actor that still stands; ``None`` when there is none.

    ``configured`` are the aliases of the configuration. Drain the queue afterwards: what a merge had renamed
    waits to be learned from.
    """
    step = next((one for one in undo_steps(write) if one.actor == actor and not one.undone), None)
    if step is None:
        return None
    exchange = Exchange(write)
    step = replace(step, undone=True)
    put_step(write, step)
    lifted = _lift(write, step)
    lying = _lying(write, lifted)
    for one in lifted:
        if one.table == "patterns":
            write.restore(PATTERNS, key_of(one.id))
        elif one.table == "sessions":
            _restore_session(write, exchange, one.id, lying.get(one.id, ()), configured)
        elif one.table == "notes":
            write.restore(NOTES, key_of(one.id))
        else:
            _restore_episode(write, exchange, one.id, lying.get(one.id, ()))
    marks = take_back(write, exchange, step)
    decided = decisions.take_back(write, step.number, step.decided)
    show_pins(write, step.decided)
    said = feedback.take_back(write, step)
    exchange.settle()
    unmerged = unmerge(write, step, configured)
    touch(write)
    receipt = _restored(write, step, lifted, marks, decided, said=said)
    return receipt if not unmerged.count else _with_projects(receipt, unmerged)


def _lift(write: Write, step: UndoStep) -> list[Removed]:
    """Take away the tombstones of an undone step but those that another step wants too."""
    for one in step.removed:
        lift(write, one.id)
    ids = {one.id for one in step.removed}
    kept = [one for one in standing(write) if one.id in ids]
    for one in kept:
        bury(write, one.table, one.id, one.role)
    return [one for one in step.removed if all(one.id != other.id for other in kept)]


def _lying(read: Read, lifted: Sequence[Removed]) -> dict[str, list[Lying]]:
    """What the trash holds of these sessions and episodes, by their ids; it is gone through once."""
    wanted = {one.id for one in lifted if one.table in {"sessions", "episodes"}}
    found: dict[str, list[Lying]] = {}
    for body, copy in trashed_tellings(read) if wanted else ():
        for public_id in wanted.intersection((copy.id, copy.session)):
            found.setdefault(public_id, []).append((body, copy))
    return found


def _restore_session(
    write: Write, exchange: Exchange, session_id: str, lying: Sequence[Lying], configured: Configured
) -> None:
    write.restore(SESSIONS, key_of(session_id))
    session = write.get(SESSIONS, key_of(session_id))
    if session is not None:
        write.put(SESSIONS, key_of(session_id), settled(session, names_of(write, configured)))
    for body, copy in lying:
        restore_telling(write, body, copy)
        elect(write, exchange, copy.id)
    recount(write, session_id)
    judge_told(write, exchange, [one.id for one in told_by(write, session_id)])


def _restore_episode(write: Write, exchange: Exchange, episode_id: str, lying: Sequence[Lying]) -> None:
    for body, copy in lying:
        if write.get(SESSIONS, key_of(copy.session)) is not None:
            restore_telling(write, body, copy)
    elect(write, exchange, episode_id)
    for _, key in write.scan(COPIES, "episode", key_of(episode_id)):
        copy_now = write.get(COPIES, key)
        if copy_now is not None:
            recount(write, copy_now.session)


def _restored(
    write: Write,
    step: UndoStep,
    lifted: Sequence[Removed],
    marks: int,
    decided: Sequence[Decision],
    *,
    said: Sequence[str],
) -> Receipt:
    tables = [one.table for one in lifted]
    shown = [one for one in lifted if one.role != "with"]
    things = [thing for one in shown if (thing := _find(write, one.table, one.id)) is not None]
    things += [thing for one in step.marked if (thing := _find(write, "episodes", one)) is not None]
    spoken_of = (*step.decided, *said)
    things += [thing for one in spoken_of if (thing := _find(write, "patterns", one)) is not None]
    whats = [one.what for one in decided]
    return Receipt(
        step=step.number,
        ids=(*(one.id for one in shown), *step.marked, *spoken_of),
        label=label_of(things),
        patterns=tables.count("patterns"),
        sessions=tables.count("sessions"),
        episodes=tables.count("episodes"),
        notes=tables.count("notes"),
        hidden=sum(1 for one in lifted if one.role == "with"),
        marks=marks,
        pinned=whats.count("pin"),
        unpinned=whats.count("unpin"),
        archived=whats.count("archive"),
        merged=whats.count("merge"),
        said=len(said),
    )


def _with_projects(receipt: Receipt, unmerged: Unmerged) -> Receipt:
    return replace(
        receipt,
        label=unmerged.label,
        sessions=unmerged.settled.sessions,
        episodes=unmerged.settled.episodes,
        projects=unmerged.count,
    )


def _find(read: Read, table: str, public_id: str) -> Thing | None:
    tables: dict[str, Table[Any]] = {
        "patterns": PATTERNS,
        "sessions": SESSIONS,
        "episodes": EPISODES,
        "notes": NOTES,
    }
    found: Thing | None = read.get(tables[table], key_of(public_id))
    return found
