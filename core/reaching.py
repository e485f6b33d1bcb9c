"""Which of two files that tell one session tells more of it, so that no order of imports matters."""

from __future__ import annotations

from msgspec.structs import replace

from tacit.core.holding import AS_FAR, FURTHER, GROWN, LESS_FAR, Rank
from tacit.core.model import Session

_TOLD_TWICE = frozenset({"cursor"})
"""Agents that keep a session twice: in full with the version of its form, and without results and version."""


def rank_of(known: Session | None, session: Session, grown: bool) -> Rank:
    """How far a file tells its session, against what is stored."""
    if known is None or _reach(session) > _reach(known):
        return FURTHER
    if _reach(session) < _reach(known):
        return LESS_FAR
    return GROWN if grown else AS_FAR


def newer(known: Session | None, session: Session, *, retitled: bool) -> Session:
    """Of two heads of one session the one that reaches further, so that order does not matter."""
    head = session if known is None or _extent(session) >= _extent(known) else known
    return replace(head, retitled=retitled or (known is not None and known.retitled))


def _reach(session: Session) -> tuple[bool, int]:
    """How far a file tells its session.

    Only of an agent that keeps it in two forms a version says which. Elsewhere it may be missing from the
    longer file: its head was damaged, or somebody took it out.
    """
    return session.agent in _TOLD_TWICE and session.version is not None, session.ended


def _extent(session: Session) -> tuple[bool, int, int, str, str, str, str]:
    """To order the heads of one session by how far they reach, the same in every run."""
    said = (session.version or "", session.model or "", session.branch or "")
    return (*_reach(session), -session.started, session.title, *said)
