"""What leads from a question to its answer: the keys of the indexes and counters that recall asks.

They are declared in :mod:`tacit.core.tables`. A counter of contributions has one row for each candidate, be
it a pattern or still below support, however many episodes feed it.
"""

from __future__ import annotations

import re

from tacit.core.ids import content_key
from tacit.core.learn.records import Contribution
from tacit.core.model import KINDS
from tacit.store.keys import text, u32, u64

LEAST_ASKED = 10
"""Bytes of the words of a request below which the same words need not mean the same task."""

_RECOVERY, _FACT = KINDS.index("error_recovery"), KINDS.index("heuristic")
_WORD = re.compile(r"\w+")

Group = list[tuple[bytes, int]]


def error_group(level: str, signature: str) -> bytes:
    """What the recoveries of an error are counted under: ``exact`` and a line, or ``class`` and a family."""
    return u64(content_key("error", level, signature))


def aim_key(aim: str) -> bytes:
    """What the recoveries of an error that lead back to one thing share."""
    return u32(content_key("aim", aim) >> 28)


def recoveries(one: Contribution) -> Group:
    """One for each recovery in an episode: its error, what it leads back to, the candidate."""
    found: Group = []
    for share in one.shares:
        if share.kind == _RECOVERY and len(share.parts) == 4:
            level, signature, _, aim = (one.words[part] for part in share.parts)
            found.append((error_group(level, signature) + aim_key(aim) + u64(share.owner), 1))
    return found


def commands(one: Contribution) -> Group:
    """One for each command that was run in an episode: its project, its intent, the candidate."""
    found: Group = []
    for share in one.shares:
        if share.kind == _FACT and len(share.parts) == 3:
            project, intent, _ = (one.words[part] for part in share.parts)
            found.append((text(project) + text(intent) + u64(share.owner), 1))
    return found


def asked_key(prompt: str) -> list[bytes]:
    """What episodes with the same request share, however it is spaced, capitalised and punctuated.

    None of a request that is too short to mean one task.
    """
    told = " ".join(_WORD.findall(prompt.casefold()))
    return [u64(content_key("asked", told))] if len(told.encode("utf-8", "replace")) >= LEAST_ASKED else []
