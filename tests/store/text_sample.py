"""Texts over the sample schema; also imported by the processes tests start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from store_sample import NOTES, STATE, Note

from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.schema import TextSource
from tacit.store.store import Store
from tacit.store.text_building import build
from tacit.store.text_following import Follower, folder_of
from tacit.store.text_look import Found, look
from tacit.store.text_place import locked
from tacit.store.text_runs import wants


def documents(read: Read, key: bytes, note: Note) -> list[tuple[int, str]]:
    """The name, and a tag each."""
    return [(0, note.name), *enumerate(note.tags, 1)]


SOURCES = (TextSource(NOTES, documents),)


def never() -> bool:
    return False


def put(store: Store, names: dict[int, str]) -> None:
    """Notes with these names, each with its number as a tag."""
    notes = {number: Note(name, tags=(f"number{number}",)) for number, name in names.items()}
    store.write(lambda write: [write.put(NOTES, u64(number), note) for number, note in notes.items()])


def many(count: int, first: int = 0) -> dict[int, str]:
    return {number: f"note {number} of {number % 7} kinds" for number in range(first, first + count)}


def built(
    store: Store,
    told: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = never,
) -> bool:
    """Build, or go on building."""
    with locked(folder_of(store)) as mine:
        return mine and build(Follower(store, SOURCES, cancelled), told)


def followed(store: Store, most: int | None = None) -> bool:
    """Catch up; not without an index that fits."""
    with locked(folder_of(store)) as mine:
        follower = Follower(store, SOURCES, never)
        position = follower.position()
        return mine and position is not None and follower.follow(position, most)


def candidates(store: Store, *words: str) -> Found | None:
    """What the index and the log say; ``None`` where only a scan can tell."""
    through = look(store, SOURCES)
    with store.read() as read:
        tail = None if through is None else through.tail(read)
        if through is None or tail is None:
            return None
        return through.candidates("notes", wants(words, ()), tail["notes"])


def numbers(found: Found | None) -> set[int] | None:
    return None if found is None else {int.from_bytes(key, "big") for key in found}


def text_folder(place: Path) -> Path:
    return place / "text"


def remember(store: Store) -> None:
    """A write that leaves no line in the log."""
    store.write(lambda write: write.set_value(STATE, b"k", b"v"))


def generations(place: Path) -> list[str]:
    return sorted(path.name for path in text_folder(place).glob("g-*"))


def sums(store: Store) -> dict[bytes, dict[int, int]]:
    """All documents of the index as they are in it."""
    through = look(store, SOURCES)
    assert through is not None
    return through.documents()["notes"]
