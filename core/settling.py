"""Sessions under the projects that their told names mean, with all that they tell.

Whatever changes an alias ends here: sessions, the episodes they hold and their copies are renamed in one
transaction, and the held ones wait to be learned from anew. What lies in the trash is settled on its way
back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.holding import copies_of, episodes_of
from tacit.core.learn.waiting import enqueue
from tacit.core.model import Session
from tacit.core.projects import Names, names_of, sessions_told, told_of, told_pairs
from tacit.core.tables import COPIES, EPISODES, SESSIONS, body_of, key_of
from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

Configured = Mapping[str, str]
"""The aliases of the configuration: other name -> project."""


class Settled(Struct, frozen=True):
    """How many sessions got another project, and how many episodes wait to be learned from for it."""

    sessions: int = 0
    episodes: int = 0


def settled(session: Session, names: Names) -> Session:
    """The session under the project that its told name means."""
    told = told_of(session)
    project = names.of(told)
    return replace(session, project=project, told_project="" if project == told else told)


def is_settled(read: Read, configured: Configured) -> bool:
    """Whether every live session is of the project that its told name means."""
    return next(_unsettled(read, names_of(read, configured)), None) is None


def resettle(write: Write, configured: Configured) -> Settled:
    """Give every live session the project that its told name means now; drain the queue afterwards."""
    names = names_of(write, configured)
    sessions = list(_unsettled(write, names))
    held: list[str] = []
    for session in sessions:
        renamed = settled(session, names)
        write.put(SESSIONS, key_of(session.id), renamed)
        held += rename_told(write, renamed)
    enqueue(write, held, write.at)
    return Settled(len(sessions), len(held))


def settle_store(store: Store, configured: Configured) -> int:
    """Do so where the configuration says otherwise than it did; how many sessions were renamed."""
    with store.read() as read:
        if is_settled(read, configured):
            return 0
    return store.write(lambda write: resettle(write, configured), large=True).sessions


def rename_told(write: Write, session: Session) -> list[str]:
    """Let all that a session tells be of its project; the ids of the episodes it holds that were not.

    What those contributed stays as it was: they have to be learned from anew.
    """
    renamed = []
    for episode in episodes_of(write, session.id):
        if episode.project != session.project:
            write.put(EPISODES, key_of(episode.id), replace(episode, project=session.project))
            renamed.append(episode.id)
    for copy in copies_of(write, session.id):
        if copy.project != session.project:
            write.put(COPIES, u64(body_of(copy.id, session.id)), replace(copy, project=session.project))
    return renamed


def _unsettled(read: Read, names: Names) -> Iterator[Session]:
    pairs = [*told_pairs(read), *((name, name) for name in names.others())]
    for told, project in pairs:
        if names.of(told) != project:
            yield from sessions_told(read, told, project)
