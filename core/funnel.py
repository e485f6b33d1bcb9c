"""From what was read to what is listed, in numbers and words, so that a thin memory explains itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from tacit.core.learn.state import ReviewState, last_review
from tacit.core.learn.waiting import waiting
from tacit.core.model import JUDGED_LABELS, SOURCES, Kind
from tacit.core.pattern_counts import learned
from tacit.core.present import count, kind_word, noun, plural
from tacit.core.query_fields import List
from tacit.core.query_terms import quote
from tacit.core.tables import CANDIDATES, EPISODES, LABELS, SESSIONS, kind_of
from tacit.core.text import cut, one_line
from tacit.store.keys import text
from tacit.store.reading import Read
from tacit.store.schema import Table

_TITLE = 48
THIN = 20
"""A list of fewer patterns is thin: it explains itself wherever it is spoken of."""

_WHY = {
    "too few episodes": "seen in too few tasks: a recovery or a fact needs 2, all else 3",
    "too few successes": "a recovery that helped fewer than two times",
    "successes in one episode": "a recovery that helped in one task only",
    "one session": "seen in one session only",
    "of no known project": "about a project that no transcript names",
    "generic": "without a command or an error in it, and not proven to help or harm",
    "explained by a longer one": "never outside a longer one that is listed",
    "all uses are one exact error": "a class of errors that is one exact error",
    "no alternative": "a decision that never went another way",
    "together by chance": "files that change together no more than by chance",
    "fewer than two steps": "of fewer than two steps: nothing is learned from them",
    "no prompt": "without a prompt: nothing is learned from them",
    "abandoned before its first success": "abandoned before anything succeeded: nothing is learned from them",
}


class Near(Struct, frozen=True):
    """A candidate that lacks one episode to become a pattern: it has ``episodes`` of ``needed``."""

    kind: Kind
    title: str
    episodes: int
    needed: int


class Funnel(Struct, frozen=True):
    """From sessions to patterns: what was read, judged and by what, left out and rejected, and why.

    ``lacking`` counts the candidates that lack one episode, ``near`` are a few of them; ``waiting`` are
    episodes that nothing was learned from yet.
    """

    sessions: int
    episodes: int
    judged: int
    unworthy: dict[str, int]
    candidates: int
    rejected: dict[str, int]
    variants: int
    patterns: int
    archived: int = 0
    sources: dict[str, int] = {}
    lacking: int = 0
    near: tuple[Near, ...] = ()
    waiting: int = 0


class Stage(Struct, frozen=True):
    """One line of the funnel. ``note`` lines explain the one above them, ``minus`` lines lessen it.

    ``table`` is the list that holds just what is counted, where there is one, and ``query`` what it is
    narrowed by.
    """

    number: int | None
    text: str
    role: Literal["stage", "minus", "note"] = "stage"
    table: List | None = None
    query: str = ""


def funnel(read: Read) -> Funnel:
    """The funnel as the last review left it, and the counters."""
    state = last_review(read) or ReviewState(0, 0, {}, 0, 0)
    ends = {label: read.count(EPISODES, "outcome", text(label)) for label in LABELS}
    sources = _named(read, EPISODES, "source")
    return Funnel(
        sessions=read.count(SESSIONS, "total"),
        episodes=sum(ends.values()),
        judged=sum(ends[label] for label in JUDGED_LABELS),
        unworthy=_named(read, EPISODES, "unworthy"),
        candidates=state.candidates,
        rejected=state.rejected,
        variants=state.variants,
        patterns=learned(read),
        archived=state.archived,
        sources={name: sources[name] for name in SOURCES if name in sources},
        lacking=state.lacking,
        near=tuple(_near(read, state.near)),
        waiting=waiting(read),
    )


def _near(read: Read, owners: tuple[int, ...]) -> Iterator[Near]:
    """What the last review named, as it is now; it keeps numbers only, the titles lie in the evidence."""
    from tacit.core.learn.candidates import support_of
    from tacit.core.learn.near import candidate_key
    from tacit.core.learn.titles import title_of

    for owner in owners:
        key = candidate_key(read, owner)
        if key is not None:
            kind = kind_of(owner)
            episodes = read.tally(CANDIDATES, owner)[5]
            yield Near(kind, title_of(kind, key), episodes, support_of(kind).episodes)


def stages(found: Funnel) -> Iterator[Stage]:
    """The funnel line by line."""
    yield Stage(found.sessions, f"{noun(found.sessions, 'session')} read", table="sessions")
    yield Stage(found.episodes, f"{noun(found.episodes, 'task')} in them", table="episodes")
    yield from _reasons(found.unworthy, "episodes")
    by = ", ".join(f"{name} {count(number)}" for name, number in found.sources.items())
    known = f"{noun(found.judged, 'task')} whose end is known"
    judged = f"outcome:{','.join(JUDGED_LABELS)}"
    yield Stage(found.judged, f"{known}, by {by}" if by else known, table="episodes", query=judged)
    if found.episodes > found.judged:
        left, text = found.episodes - found.judged, "whose end nothing tells: they count in no rate"
        yield Stage(left, text, "minus", "episodes", "outcome:abstained,unknown")
    yield Stage(found.candidates, "habits, recoveries and facts seen at all")
    yield from _reasons(found.rejected)
    if found.variants:
        yield Stage(found.variants, "behind another that stands for them", "minus")
    if found.archived:
        text = "archived until they are used again"
        yield Stage(found.archived, text, "minus", "patterns", "archived:yes")
    yield Stage(found.patterns, f"{noun(found.patterns, 'pattern')} in the list", table="patterns")
    yield from (Stage(None, line, "note") for line in explained(found))


def explained(found: Funnel) -> Iterator[str]:
    """Why there is little or nothing, and what is nearly there."""
    if not found.sessions:
        yield "Nothing was read yet: `memory import` reads what your coding agents did."
    elif not found.candidates and not found.waiting:
        yield "No task in them has two steps to learn from."
    elif not found.patterns and not found.waiting:
        yield "Nothing was seen often enough: more sessions of the same projects will show what is usual."
    if found.waiting:
        what = plural(found.waiting, "episode waits", "episodes wait")
        yield f"{what} to be learned from: `memory learn` does that."
    if found.episodes and not found.judged:
        yield "No task shows how it ended, so nothing has a rate: `memory mark` says how one ended."
    if found.lacking:
        yield f"{plural(found.lacking, 'candidate lacks', 'candidates lack')} one task, such as:"
        for one in found.near:
            title = cut(one_line(one.title), _TITLE)
            yield f"  {title} ({kind_word(one.kind)}, {one.episodes} of {one.needed} tasks)"


def _reasons(reasons: Mapping[str, int], table: List | None = None) -> Iterator[Stage]:
    """What was left out and why; of a ``table`` that knows why."""
    for why, number in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        query = "" if table is None else f"unworthy:{quote(f'={why}')}"
        yield Stage(number, _WHY.get(why, why), "minus", table, query)


def _named(read: Read, table: Table[Any], counter: str) -> dict[str, int]:
    return {group.rstrip(b"\0").decode(): number for group, number in read.groups(table, counter)}
