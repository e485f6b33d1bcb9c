"""Episodes that are stored to be learned from later, and the evidence of a store without its layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from transcript import START

from tacit import Memory
from tacit.core.holding import enter, read_steps, recount, told_by
from tacit.core.learn.candidates import events_of
from tacit.core.learn.contribution import Exchange
from tacit.core.learn.outcome import as_judged
from tacit.core.model import Episode, Session, Step
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, PENDING, SESSIONS, key_of
from tacit.store.transaction import Write

Told = tuple[Session, Episode, list[Step]]


def clock() -> int:
    """The fixed time of these tests."""
    return START


def told_in(memory: Memory) -> list[Told]:
    """All that the sessions of a memory tell, as it was judged."""
    with memory._store.read() as read:
        return [
            (session, as_judged(episode), read_steps(read, episode))
            for session in memory.sessions()
            for episode in told_by(read, session.id)
        ]


def store_later(memory: Memory, told: Iterable[Told]) -> None:
    """Store tellings in one transaction, to be learned from later."""

    def job(write: Write) -> None:
        exchange = Exchange(write)
        for session, episode, steps in told:
            known = write.get(SESSIONS, key_of(session.id))
            if known is None:
                write.put(SESSIONS, key_of(session.id), session)
            enter(write, exchange, episode, steps, None, later=True)
            recount(write, session.id, known or session)
        exchange.settle()

    memory._store.write(job)


def contributed(memory: Memory, episode_id: str) -> bool:
    """Whether an episode was learned from."""
    with memory._store.read() as read:
        return read.get(CONTRIBUTIONS, key_of(episode_id)) is not None


def waits(memory: Memory, episode_id: str) -> bool:
    """Whether an episode is to be learned from."""
    with memory._store.read() as read:
        return read.get(PENDING, key_of(episode_id)) is not None


def evidence_of(memory: Memory) -> dict[str, Any]:
    """Contributions, tallies and events, wherever their rows lie."""
    with memory._store.read() as read:
        contributions = {
            key: (
                one.targets and {(n, one.words[word]) for n, word in one.targets},
                one.open_steps,
                {
                    (share.owner, share.counts, tuple(one.words[part] for part in share.parts))
                    for share in one.shares
                },
            )
            for key, one in read.records(CONTRIBUTIONS)
        }
        tallies = dict(read.tallies(CANDIDATES))
        events = {owner: Counter(events_of(read, owner)) for owner in tallies}
    return {"contributions": contributions, "tallies": tallies, "events": events}


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    """The files of an export, of a memory that has been looked over."""
    assert [one for one in memory.doctor() if one.level != "ok"] == []
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}
