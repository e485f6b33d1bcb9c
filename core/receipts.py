"""What a step did, in words."""

from __future__ import annotations

from tacit.core.deletion import Receipt
from tacit.core.present import plural


def upkeep(receipt: Receipt) -> str:
    """``merged 3 rows, archived 2 rows, dropped 1 row and 2 behind it, let go of 3 sessions``; or nothing."""
    parts = [
        _told("merged", receipt.merged, "row"),
        _told("archived", receipt.archived, "row"),
        _dropped(receipt),
        _told("let go of", receipt.sessions, "session"),
        _told("pinned", receipt.pinned, "pattern"),
        _told("unpinned", receipt.unpinned, "pattern"),
    ]
    return ", ".join(filter(None, parts))


def decided(receipt: Receipt) -> bool:
    """Whether anything was decided of patterns in it, which is more than deleting."""
    return any((receipt.merged, receipt.archived, receipt.pinned, receipt.unpinned))


def behind(receipt: Receipt) -> str:
    """`` and 2 behind it``: what went along with the patterns."""
    if not receipt.hidden:
        return ""
    them = "it" if receipt.patterns - receipt.hidden == 1 else "them"
    return f" and {receipt.hidden:,} behind {them}"


def _dropped(receipt: Receipt) -> str:
    told = _told("dropped", receipt.patterns - receipt.hidden, "row")
    return told + behind(receipt) if told else ""


def _told(verb: str, number: int, noun: str) -> str:
    return f"{verb} {plural(number, noun)}" if number else ""
