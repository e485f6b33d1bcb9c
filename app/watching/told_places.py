"""The places a watcher looks into as a person reads them: those that are there, and how many are not."""

from __future__ import annotations

import os
from collections.abc import Sequence

_FEW = 3
_WAL = "-wal"
"""What the log of a database ends with; it is watched beside it."""


def told_places(places: Sequence[str]) -> str:
    """``~/.claude/projects, ~/.codex/sessions and 9 places that are not there yet``; a few are all named."""
    from tacit.core.places import short
    from tacit.core.present import plural

    shown = [place for place in places if not place.endswith(_WAL)]
    there = [place for place in shown if os.path.exists(place)]  # noqa: PTH110 - text
    away = len(shown) - len(there)
    if not away or len(shown) <= _FEW:
        return ", ".join(map(short, shown))
    more = f"{plural(away, 'place')} that {'is' if away == 1 else 'are'} not there yet"
    return f"{', '.join(map(short, there))} and {more}" if there else more
