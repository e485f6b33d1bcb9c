"""Where notes came from."""

from __future__ import annotations

from tacit.core.tables import NOTES
from tacit.store.keys import text_of
from tacit.store.reading import Read


def sources(read: Read) -> dict[str, int]:
    """How many notes there are of each source, by name; the counter knows."""
    found = ((text_of(group), number) for group, number in read.groups(NOTES, "source"))
    return dict(sorted(found))
