"""What of some ids is still there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tacit.core.model import Pattern
from tacit.core.tables import key_of
from tacit.core.things import TABLES
from tacit.store.reading import Read


def remaining(read: Read, ids: Iterable[str]) -> frozenset[str]:
    """Those of some whole ids that can still be rows of a list: not gone, not behind another pattern."""
    return frozenset(one for one in ids if _stands(read.get(TABLES[one[0]], key_of(one))))


def _stands(record: Any) -> bool:
    return record is not None and not (isinstance(record, Pattern) and record.head is not None)
