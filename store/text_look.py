"""Looking something up in the text index: which records may hold it.

The order makes it exact: first the position is read, then the index is opened, and only then the
snapshot begins in which the answer is verified. So whatever changed after the position, be it in the
index already or not, is named by the change log of the snapshot, and counts as found.
"""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from tacit.store.errors import Corrupt
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.text_files import check
from tacit.store.text_following import Sources, due, folder_of, spec_of
from tacit.store.text_index import TextIndex, Unusable
from tacit.store.text_place import POSITION, Position, decoded, fits, raw
from tacit.store.text_runs import Want

Found = dict[bytes, "set[int] | None"]
"""Record key to the numbers of its documents that may hold it all; ``None`` for every one."""

TAIL = 5_000
"""Lines of the change log an index may be behind. What they name is looked at as a scan would; past
this, reading them costs more than the index saves."""


class Look:
    """An index open at a position. Begin the snapshot it is asked in after making it."""

    def __init__(self, folder: str, position: Position, names: Sequence[str]) -> None:
        """Open the generation that answers.

        Raises:
            Unusable: it is damaged, or gone by now.
        """
        check(f"{folder}/{position.generation}", position.files)
        self.index = TextIndex(f"{folder}/{position.generation}", names)
        self._names = names
        self.position = position

    def tail(self, read: Read) -> dict[str, set[bytes]] | None:
        """Per table the records that the index may not know as they are; ``None`` if it does not fit."""
        position = self.position
        if read.sequence() - position.seq > TAIL:
            return None
        try:
            if not fits(read.kv, position, position.spec):
                return None
            units = due(read, position.seq, self._names)[1]
        except Corrupt:
            return None
        tail: dict[str, set[bytes]] = {name: set() for name in self._names}
        for name, key in units:
            tail[name].add(key)
        return tail

    def candidates(self, name: str, wanted: Sequence[Want], tail: set[bytes]) -> Found | None:
        """The records of a table that may have all these terms, those of the tail whole.

        Returns:
            ``None`` when a scan is better: half of all documents have them, or the index is damaged.
        """
        try:
            hits = self.index.find(name, wanted, most=self.index.documents() // 2)
        except Unusable:
            return None
        if hits is None:
            return None
        found: Found = dict.fromkeys(tail)
        for number, document in hits:
            key = number.to_bytes(8, "big")
            numbers = found.setdefault(key, set())
            if numbers is not None:
                numbers.add(document)
        return found

    def documents(self) -> dict[str, dict[bytes, dict[int, int]]]:
        """Table, record key and document number to the checksum of the terms, of all documents.

        Raises:
            Unusable: the index is damaged.
        """
        found: dict[str, dict[bytes, dict[int, int]]] = {name: {} for name in self._names}
        for name, number, document, checksum in self.index.everything():
            found[name].setdefault(number.to_bytes(8, "big"), {})[document] = checksum
        return found


_open: WeakKeyDictionary[Store, tuple[bytes, Look]] = WeakKeyDictionary()


def look(store: Store, sources: Sources) -> Look | None:
    """The index of a store, open at its newest position; ``None`` when there is none that can be used."""
    folder = folder_of(store)
    for _ in range(3):  # a position and its generation may be replaced between the two looks
        noted = raw(f"{folder}/{POSITION}")
        held = _open.get(store)
        if held is not None and held[0] == noted:
            return held[1]
        _open.pop(store, None)
        position = decoded(noted)
        if position is None or position.spec != spec_of(sources):
            return None
        try:
            found = Look(folder, position, [source.table.name for source in sources])
        except Unusable:
            if raw(f"{folder}/{POSITION}") == noted:
                return None
            continue
        _open[store] = (noted, found)
        return found
    return None
