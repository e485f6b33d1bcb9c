"""The first stage of learning: what one episode adds to the counts, exactly and invertibly.

Storing, growing, re-judging, deleting and undoing an episode are one operation,
:meth:`Exchange.replace`: its old contribution is subtracted and the new one added, in the caller's
transaction. Nothing else writes a candidate's tally or event rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add

from tacit.core.errors import TacitError
from tacit.core.failing import place_of
from tacit.core.ids import parse_id, pattern_key
from tacit.core.learn.extractors.registry import extract
from tacit.core.learn.extractors.runs import stretches
from tacit.core.learn.records import Contribution, Share
from tacit.core.model import JUDGED_LABELS, KINDS, SOURCES, Episode, Label, Step, Use
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, EVENT, EVENTS, LABELS, key_of, owner_of
from tacit.store.keys import u64
from tacit.store.transaction import Write


class Underivable(Exception):
    """An extractor failed on an episode; the text says how and where, without a word of the episode."""


class Share0:
    """A share before its event rows have a place."""

    __slots__ = ("counts", "kind", "owner", "parts", "rows")

    def __init__(self, owner: int, kind: int, parts: tuple[int, ...]) -> None:
        self.owner = owner
        self.kind = kind
        self.parts = parts
        self.counts = [0, 0, 0, 0, 0, 1]
        self.rows: list[bytes] = []

    def add(self, result: Label, row: bytes) -> None:
        """Count one use."""
        counts = self.counts
        counts[0] += 1
        if result in JUDGED_LABELS:
            counts[1] += 1
            counts[{"success": 2, "failure": 3, "partial": 4}[result]] += 1
        self.rows.append(row)


class Draft:
    """What an episode is about to contribute."""

    __slots__ = ("episode", "open_steps", "shares", "targets", "words")

    def __init__(self, episode: Episode, uses: Sequence[Use], steps: Sequence[Step]) -> None:
        self.episode = parse_id(episode.id)
        self.words: dict[str, int] = {}
        shares: dict[int, Share0] = {}
        source = episode.outcome.source
        evidence = 0 if source is None else SOURCES.index(source) + 1
        session = parse_id(episode.session)
        for use in uses:
            owner = owner_of(use.kind, pattern_key(use.kind, use.key))
            share = shares.get(owner)
            if share is None:
                parts = tuple([self._word(part) for part in use.key])
                share = shares[owner] = Share0(owner, KINDS.index(use.kind), parts)
            result = LABELS.index(use.result)
            row = EVENT.pack(self.episode, session, use.at, use.first, use.last, result, evidence)
            share.add(use.result, row)
        self.shares = list(shares.values())
        self.open_steps = sum(map(len, stretches(episode, steps)))
        self.targets = tuple((step.n, self._word(step.target)) for step in steps if step.target)

    def _word(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words))


def derive(episode: Episode, steps: Sequence[Step]) -> Draft | None:
    """What an episode adds; ``None`` for one that nothing is learned from.

    Raises:
        Underivable: one of Tacit's own extractors failed. Such an episode waits, and the others go on.
        Usage: ``patterns.toml`` is wrong.
    """
    if episode.unworthy is not None:
        return None
    try:
        return Draft(episode, extract(episode, steps), steps)
    except (TacitError, MemoryError):
        raise
    except Exception as error:
        raise Underivable(place_of(error)) from error


class Exchange:
    """Old contributions against new ones, for any number of episodes in one transaction.

    Rows of one candidate from many episodes are written together. Call :meth:`settle` before the
    transaction ends.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._deltas: dict[int, list[int]] = {}
        self._rows: dict[int, list[tuple[bytes, list[int]]]] = {}
        self._drafts: dict[int, tuple[Draft, list[tuple[Share0, list[int]]]]] = {}

    def replace(self, episode: str, draft: Draft | None) -> None:
        """Take out what the episode had added and put the draft in its place."""
        key = key_of(episode)
        number = parse_id(episode)
        if number in self._drafts:
            self.settle()
        old = self._write.get(CONTRIBUTIONS, key)
        if old is not None:
            self._subtract(number, old)
            if draft is None:
                self._write.delete(CONTRIBUTIONS, key)
        if draft is not None:
            self._add(number, draft)

    def settle(self) -> None:
        """Write what has gathered."""
        for owner, waiting in self._rows.items():
            packed = b"".join(row for row, _ in waiting)
            for chunk, (_, chunks) in zip(self._write.add_rows(EVENTS, owner, packed), waiting, strict=True):
                chunks.append(chunk)
        for owner, deltas in self._deltas.items():
            if any(deltas):
                self._write.add_tally(CANDIDATES, owner, tuple(deltas))
        for number, (draft, shares) in self._drafts.items():
            self._write.put(CONTRIBUTIONS, u64(number), _stored(draft, shares))
        self._rows.clear()
        self._deltas.clear()
        self._drafts.clear()

    def _subtract(self, number: int, old: Contribution) -> None:
        mark = number.to_bytes(8, "little")
        for share in old.shares:
            self._count(share.owner, [-count for count in share.counts])
            self._write.remove_rows(EVENTS, share.owner, set(share.chunks), lambda row: row[:8] == mark)

    def _add(self, number: int, draft: Draft) -> None:
        shares = []
        for share in draft.shares:
            self._count(share.owner, share.counts)
            chunks: list[int] = []
            waiting = self._rows.setdefault(share.owner, [])
            waiting.extend((row, chunks) for row in share.rows)
            shares.append((share, chunks))
        self._drafts[number] = (draft, shares)

    def _count(self, owner: int, counts: list[int]) -> None:
        deltas = self._deltas.get(owner)
        self._deltas[owner] = list(counts) if deltas is None else list(map(add, deltas, counts))


def _stored(draft: Draft, shares: list[tuple[Share0, list[int]]]) -> Contribution:
    return Contribution(
        words=tuple(draft.words),
        shares=tuple(
            Share(share.owner, share.kind, share.parts, tuple(share.counts), tuple(sorted(set(chunks))))
            for share, chunks in shares
        ),
        targets=draft.targets,
        open_steps=draft.open_steps,
    )
