"""Names of one project, told apart by what agents write down: joined where transcripts show them to be one.

One agent tells the address of a repository, another only the directory. Where a session with an address lay
in the very directory that another project is named after, and no session with another address ever did, the
two are one. The join is a merge like a person's: one step of undo, and never made again once taken back.
"""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.aliases import Merge as Target
from tacit.core.aliases import alias_key, history, keep, mark_of_merge
from tacit.core.gone import UNMERGED
from tacit.core.learn.paths import is_scratch
from tacit.core.learn.state import touch
from tacit.core.merging import APART, JOINER
from tacit.core.projects import is_project, names_of
from tacit.core.settling import Configured, resettle
from tacit.core.tables import SESSIONS, STATE
from tacit.core.undo_steps import UndoStep, next_number, put_step
from tacit.store.keys import successor, text_of
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

_NOWHERE = frozenset(("", "~", "/", "unknown"))


def join(store: Store, configured: Configured) -> tuple[str, ...]:
    """Join what is shown to be one, all as one step of undo; ``A into B`` of each. Drain the queue then."""
    with store.read() as read:
        if not any(True for _ in _due(read, configured)):
            return ()
    return store.write(lambda write: _join(write, configured), large=True)


def _join(write: Write, configured: Configured) -> tuple[str, ...]:
    due = list(_due(write, configured))
    if not due:
        return ()
    number = next_number(write)
    merged = tuple(alias_key(name).hex() for name, _ in due)
    put_step(write, UndoStep(number, write.at, JOINER, "merge project", (), merged=merged))
    for name, target in due:
        keep(write, name, (*history(write, name), Target(number, target)))
    resettle(write, configured)
    touch(write)
    return tuple(f"{name} into {target}" for name, target in due)


def _due(read: Read, configured: Configured) -> Iterator[tuple[str, str]]:
    """(name of a directory, project by its address) of what is one and does not go by one name yet."""
    names = names_of(read, configured)
    kept = {key for prefix in (APART, UNMERGED) for key, _ in read.items(STATE, prefix, lambda _: b"")}
    for name, addresses in _lay(read):
        target = names.of(addresses[0])
        known = name == target or names.of(name) != name or not is_project(read, name)
        marks = {prefix + mark_of_merge(name, target) for prefix in (APART, UNMERGED)}
        if len(addresses) == 1 and not known and kept.isdisjoint(marks):
            yield name, target


def _lay(read: Read) -> Iterator[tuple[str, list[str]]]:
    """Every directory's name with the addresses that sessions told there, each once, in order."""
    found: dict[str, list[str]] = {}
    start: bytes | None = b""
    while start is not None:
        entry = next(read.scan(SESSIONS, "lay", start=start), None)
        if entry is None:
            break
        name, address, *_ = map(text_of, entry[0].split(b"\0"))
        if name not in _NOWHERE and not is_scratch(f"{name}/"):
            found.setdefault(name, []).append(address)
        start = successor(entry[0])
    yield from found.items()
