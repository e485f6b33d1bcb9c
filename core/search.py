"""Search over everything that is stored, by words and meaning, best first.

Fields, quoted texts and negations of the query must hold; free words rank, and any of them finds. Each hit
is read from the snapshot that answers, so what is gone is in no answer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tacit.core.errors import Usage
from tacit.core.excerpts import Excerpts
from tacit.core.hits import Found, hits_of, once, step_of
from tacit.core.notes.mixing import is_note, mixed
from tacit.core.pattern_counts import borrowed
from tacit.core.project_query import meant
from tacit.core.query import Plan, judge, positive, render
from tacit.core.query_tree import Text
from tacit.core.recall.held import Accept, among, possible
from tacit.core.recall.hybrid import Asking
from tacit.core.recall.ranked import Mode, Ranked, Scored, Type
from tacit.core.recall.spots import TABLE_OF
from tacit.core.tables import PATTERNS
from tacit.core.words import step_words
from tacit.store.reading import Read

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.store import Store

EVERYWHERE: tuple[Type, ...] = ("pattern", "session", "episode", "step", "note")


class Search:
    """A search, ready to be run in one snapshot that begins after it was made.

    Args:
        store: where to look.
        config: which model is in use.
        plan: what is looked for.
        types: what is meant.
        mode: by words, by meaning, or both.
        said: what the vector is of, where a person wrote more than the plan keeps (see
            :func:`~tacit.core.query_spoken.spoken`).
        scan: look at every text, as without a text index.

    Raises:
        Usage: there is nothing to look for, or an order is asked for.
    """

    def __init__(
        self,
        store: Store,
        config: Config,
        plan: Plan,
        *,
        types: Sequence[Type] = EVERYWHERE,
        mode: Mode = "hybrid",
        said: str = "",
        scan: bool = False,
    ) -> None:
        words = " ".join(_texts(plan))
        if not words and not plan.meaning:
            raise Usage("There is nothing to search for.", 'For example: memory search "cargo check".')
        if plan.sort != "rank":
            raise Usage("What a search finds comes best first.", "Leave the order out.")
        if not words and mode == "lexical":
            raise Usage("There is no word to look for.", "Leave the ~ or the mode out.")
        self._plan, self._types = plan, possible(plan, types)
        self._asking = Asking(
            store,
            config,
            words,
            types=self._types,
            mode=mode,
            meaning=said or " ".join((words, *plan.meaning)).strip(),
            phrases=plan.phrases,
            archived=bool(plan.archived),
            scan=scan,
        )
        own = tuple(one for one in self._types if one != "note")
        self._own = self._asking.only(own) if own and own != self._types else None

    def run(self, read: Read, limit: int | None, now: int, diverse: float = 0.0) -> Found:
        """The best hits.

        Args:
            read: the snapshot.
            limit: at most so many hits; the plan may say less.
            now: milliseconds, for spans of time.
            diverse: see :func:`~tacit.core.recall.hybrid.ranked`.
        """
        plan = meant(read, self._plan)
        bounds = [one for one in (limit, plan.limit) if one is not None]
        most = min(bounds, default=None)
        wanted = _told(plan)
        only, settled = among(read, wanted, now, self._types)
        accept = None if settled.issuperset(self._types) else _accept(wanted, now, settled)
        found = self._asking.answer(read, _roomy(most), accept, diverse, only)
        lent = _lent(read, found.hits)
        if lent:
            own = self._asking.answer(read, _roomy(most), _seen_here(accept), diverse, only)
            found = replace(found, hits=(*own.hits, *lent))
        if self._own is not None and most is not None and _crowds(found):
            own = self._own.answer(read, _roomy(most), accept, diverse, only)
            found = replace(found, hits=mixed(found.hits, own.hits, most))
        every = hits_of(read, found, Excerpts(_texts(plan)))
        hits = tuple(every if most is None else islice(once(every), most))
        truncated = len(hits) < found.total
        return Found(
            total=found.total,
            truncated=truncated,
            items=hits,
            mode=found.mode,
            query=render(plan),
            note=found.note,
            waiting=found.waiting,
            rows=read.rows_read,
        )


def search(
    store: Store, config: Config, plan: Plan, limit: int | None, now: int, *, scan: bool = False
) -> Found:
    """Search everything by words and meaning; see :class:`Search`."""
    asked = Search(store, config, plan, scan=scan)
    with store.read() as read:
        return asked.run(read, limit, now)


def _texts(plan: Plan) -> list[str]:
    """All words and quoted texts of a plan that may stand in what it finds."""
    inner = [one.value for node in plan.where for one in positive(node) if isinstance(one, Text)]
    return list(dict.fromkeys((*plan.words, *plan.phrases, *inner)))


def _told(plan: Plan) -> Plan:
    """What must hold of a hit besides its words.

    No index knows a word without a letter or digit, so that has to stand in the text.
    """
    marks = tuple(word for word in plan.words if not any(map(str.isalnum, word)))
    return replace(plan, words=(), phrases=(*plan.phrases, *marks), meaning=(), limit=None)


def _accept(plan: Plan, now: int, settled: Collection[Type]) -> Accept | None:
    """What sees to that, but for types of which it is known; ``None`` where nothing must hold."""
    if plan == Plan():
        return None
    fits = judge(plan, now)

    def accept(read: Read, one: Scored) -> bool:
        if one.type in settled:
            return True
        record = read.get(TABLE_OF[one.type], one.key)
        if record is None or one.step is None:
            return record is not None and fits(record, None)
        step = step_of(read, record, one.step)
        return step is not None and fits(record, step_words(step))

    return accept


def _lent(read: Read, hits: Sequence[Scored]) -> list[Scored]:
    """Of these the patterns that only other memories speak for, which come behind all that was seen here."""
    return [one for one in hits if _is_lent(read, one)] if borrowed(read) else []


def _is_lent(read: Read, one: Scored) -> bool:
    record = read.get(PATTERNS, one.key) if one.type == "pattern" else None
    return record is not None and record.borrowed


def _seen_here(accept: Accept | None) -> Accept:
    """What holds of a hit that must be more than what others told."""
    return lambda read, one: not _is_lent(read, one) and (accept is None or accept(read, one))


def _crowds(found: Ranked) -> bool:
    """Whether notes may have taken the place of something else."""
    return len(found.hits) < found.total and any(map(is_note, found.hits))


def _roomy(most: int | None) -> int | None:
    """How many hits are fetched so that ``most`` of them differ, as a rule."""
    return None if most is None else max(2 * most, most + 20)
