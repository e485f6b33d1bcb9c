"""What was moved in from another memory, as it lies in the store."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

NoteStore = Literal["mcp-memory", "markdown", "json"]
"""What kind of memory a note was moved in from."""


class Note(Struct, frozen=True, omit_defaults=True):
    """A text that another memory held. Nobody here saw it prove right: it counts in no rate.

    ``source`` is what its store is called, ``native`` its own id there (an entity's name, a path inside the
    folder, a hash of the text), which with ``store`` and ``source`` makes its ``id``. ``links`` are its
    relations to others, one readable line each. ``created`` and ``changed`` are what its store says, in
    milliseconds, ``None`` where it says nothing; ``taken_at`` is when it came here.
    """

    id: str
    store: NoteStore
    source: str
    native: str
    title: str
    text: str
    taken_at: int
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    created: int | None = None
    changed: int | None = None

    @property
    def told_at(self) -> int | None:
        """When it was last changed, as far as its store says."""
        return self.created if self.changed is None else self.changed

    @property
    def dated(self) -> int:
        """When it was last changed as far as anybody says, else when it came here."""
        return self.taken_at if self.told_at is None else self.told_at
