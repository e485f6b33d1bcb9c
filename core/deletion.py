"""Delete: a thing goes out of every answer, index, export and count, into the trash.

A tombstone is set, so that new evidence does not bring it back; :mod:`tacit.core.undoing` lifts it. Deleting
a listed pattern deletes the habit: its variants and the shorter sequences it explained go with it. Each call
is one step of undo, whatever it deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from tacit.core.errors import NotFound
from tacit.core.holding import copies_of, elect, episodes_of, judge_told, recount, told_by, withdraw
from tacit.core.learn.contribution import Exchange
from tacit.core.learn.state import touch
from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.tables import COPIES, EPISODES, NOTES, PATTERNS, SESSIONS, key_of
from tacit.core.tellings import trash_telling
from tacit.core.things import Thing
from tacit.core.tombstones import bury, is_buried, table_of
from tacit.core.undo_steps import Removed, UndoStep, next_number, put_step, standing
from tacit.store.reading import Read
from tacit.store.transaction import Write


class Receipt(Struct, frozen=True):
    """What a delete takes, took or an undo brought back.

    ``patterns``, ``sessions``, ``episodes`` and ``notes`` are how many of each, with all that goes along;
    ``hidden`` of the patterns were variants or explained, so not rows of their own; ``marks`` is of how
    many episodes a mark was taken back, ``said`` of how many patterns feedback. ``pinned``, ``unpinned``,
    ``archived`` and ``merged`` are of how many patterns that was decided, or taken back, ``projects`` of how
    many projects a merge was.
    ``left_out`` are the proposals that no longer held.
    """

    step: int
    ids: tuple[str, ...]
    label: str
    patterns: int = 0
    sessions: int = 0
    episodes: int = 0
    notes: int = 0
    hidden: int = 0
    marks: int = 0
    pinned: int = 0
    unpinned: int = 0
    archived: int = 0
    merged: int = 0
    projects: int = 0
    said: int = 0
    left_out: tuple[str, ...] = ()


def label_of(things: Sequence[Thing]) -> str:
    """What a person knows things by: the title of the first, and how many more; empty for none."""
    if not things:
        return ""
    first = things[0]
    text = first.prompt.split("\n", 1)[0] if isinstance(first, Episode) else first.title
    return text if len(things) == 1 else f"{text} and {len(things) - 1} more"


def plan_removal(read: Read, things: Sequence[Thing], *, single: bool = False) -> Receipt:
    """What deleting these would take."""
    removed = _removals(things, single=single)
    episodes = {one.id for one in things if isinstance(one, Episode)}
    for one in things:
        if isinstance(one, Session):
            episodes.update(episode.id for episode in episodes_of(read, one.id))
    patterns = [one for one in removed if one.table == "patterns"]
    return Receipt(
        step=0,
        ids=tuple(one.id for one in things),
        label=label_of(things),
        patterns=len(patterns),
        sessions=sum(1 for one in things if isinstance(one, Session)),
        episodes=len(episodes),
        notes=sum(1 for one in things if isinstance(one, Note)),
        hidden=sum(1 for one in patterns if one.role == "with"),
    )


def remove(write: Write, things: Sequence[Thing], at: int, actor: str, *, single: bool = False) -> Receipt:
    """Delete things as one step of undo.

    Raises:
        NotFound: somebody else deleted all of them a moment ago.
    """
    things = _alive(write, things)
    receipt = plan_removal(write, things, single=single)
    number = next_number(write)
    removed = take_out(write, things, single=single)
    put_step(write, UndoStep(number, at, actor, "delete", removed))
    if any(not isinstance(one, Note) for one in things):
        touch(write)
    return msgspec.structs.replace(receipt, step=number)


def take_out(
    write: Write, things: Sequence[Thing], *, single: bool = False, told: Callable[[], None] | None = None
) -> tuple[Removed, ...]:
    """Delete things that are there; what a step of undo has to name. ``told`` hears of each one."""
    removed = _buried_by(write, _removals(things, single=single))
    exchange = Exchange(write)
    for one in removed:
        bury(write, one.table, one.id, one.role)
        if one.table == "patterns":
            write.trash(PATTERNS, key_of(one.id))
    for thing in things:
        if isinstance(thing, Session):
            _remove_session(write, exchange, thing.id)
        elif isinstance(thing, Episode):
            _remove_episode(write, exchange, thing.id)
        elif isinstance(thing, Note):
            write.trash(NOTES, key_of(thing.id))
        if told is not None:
            told()
    exchange.settle()
    return removed


def _removals(things: Sequence[Thing], *, single: bool) -> tuple[Removed, ...]:
    found: dict[str, Removed] = {}
    for thing in things:
        if isinstance(thing, Pattern):
            alone = single or thing.head is not None
            found[thing.id] = Removed("patterns", thing.id, "single" if alone else "head")
            if not alone:
                for other in (*thing.variant_ids, *thing.explained):
                    found.setdefault(other, Removed("patterns", other, "with"))
        else:
            found[thing.id] = Removed(table_of(thing.id), thing.id, "single")
    return tuple(found.values())


def _alive(read: Read, things: Sequence[Thing]) -> list[Thing]:
    """What of these nobody deleted since they were looked at."""
    alive = [thing for thing in things if not is_buried(read, thing.id)]
    if not alive:
        raise NotFound(f"{things[0].id} was deleted.", "`memory undo --list` shows what can be taken back.")
    return alive


def _buried_by(read: Read, removed: Sequence[Removed]) -> tuple[Removed, ...]:
    """What a step may take back: not what is buried without any step, by an export that was restored."""
    wanted = {one.id for one in standing(read)}
    return tuple(one for one in removed if one.id in wanted or not is_buried(read, one.id))


def _remove_session(write: Write, exchange: Exchange, session_id: str) -> None:
    told = told_by(write, session_id)
    for episode in episodes_of(write, session_id):
        withdraw(write, exchange, episode)
        _let_another_hold(write, exchange, episode)
    for copy in copies_of(write, session_id):
        trash_telling(write, copy)
    write.trash(SESSIONS, key_of(session_id))
    judge_told(write, exchange, [one.id for one in told])  # what agents said in it goes along


def _let_another_hold(write: Write, exchange: Exchange, episode: Episode) -> None:
    trash_telling(write, episode)
    elect(write, exchange, episode.id)


def _remove_episode(write: Write, exchange: Exchange, episode_id: str) -> None:
    held = write.get(EPISODES, key_of(episode_id))
    if held is not None:  # else its session went in the same step
        withdraw(write, exchange, held)
    for _, key in list(write.scan(COPIES, "episode", key_of(episode_id))):
        copy = write.get(COPIES, key)
        if copy is not None:
            trash_telling(write, copy)
            recount(write, copy.session)
