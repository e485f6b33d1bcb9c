"""The reading side of the memory: single things, evidence and totals.

Loads only what reading needs; the rest when it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tacit.core.errors import NotFound, Usage
from tacit.core.ids import LENGTH, Prefix, format_id, id_range
from tacit.core.leafing import Leafing
from tacit.core.model import Episode, Evidenced, Pattern
from tacit.core.query import parse
from tacit.core.things import TABLES, Thing
from tacit.store.keys import u64

if TYPE_CHECKING:
    from tacit.core.auditing import Auditor
    from tacit.core.doctor import Finding
    from tacit.core.hits import Found
    from tacit.core.learn.remarks import Reflection
    from tacit.core.learn.reward import Reward
    from tacit.core.lookback import Lookback
    from tacit.core.patterns_file import Declared
    from tacit.core.recall.ranked import Mode, Type
    from tacit.core.stats import Stats
    from tacit.core.undo_steps import UndoStep

R = TypeVar("R")
LISTS = "`memory patterns` and `memory sessions` list"
"""Who tells ids, in a hint; a door that has other names for them puts its own there."""


class View(Leafing):
    """An open memory as far as one can look at it (see :class:`tacit.core.facade.Core`)."""

    def sequence(self) -> int:
        """The newest number of the change log: it moves with every write of any process."""
        return self._store.sequence()

    def get(self, public_id: str) -> Thing:
        """The pattern, session, episode or note of an id, or of an unambiguous beginning of one.

        Raises:
            NotFound: there is none; ``nearest`` are ids that look alike.
            Usage: it is no id, or the beginning of several.
        """
        table = TABLES.get(public_id[:1].lower()) if public_id[1:2] == "-" else None
        if table is None:
            raise NotFound(
                f"“{public_id}” is no id.",
                "Ids look like p-3f9k2m7q0xvb (pattern), s-… (session), e-… (episode), n-… (note).",
            )
        if len(public_id) < 6:
            raise Usage(f"“{public_id}” is too short.", "Give at least four characters after the dash.")
        try:
            low, high = id_range(public_id)
        except ValueError as error:
            raise NotFound(f"“{public_id}” is no id: {error}.", "Copy it from a list.") from None
        with self._store.read() as read:
            keys = []
            for key in read.keys(table, u64(low), u64(high + 1)):
                keys.append(key)
                if len(keys) > 5:
                    break
            if not keys:
                raise self._not_found(public_id)
            if len(keys) > 1:
                letter = cast(Prefix, public_id[0].lower())
                ids = ", ".join(format_id(letter, int.from_bytes(key, "big")) for key in keys)
                raise Usage(f"“{public_id}” begins several ids.", f"One of {ids}?")
            found: Thing | None = read.exact(table, keys[0])
        if found is None:
            raise self._not_found(public_id)
        return found

    def _not_found(self, public_id: str) -> NotFound:
        from tacit.core.loop.spans import told_by_now
        from tacit.core.nearest import nearest_ids

        with self._store.read() as read:
            deleted = len(public_id) == LENGTH + 2 and self._buried(public_id)
            after = told_by_now(read, public_id)
            near = nearest_ids(read, TABLES[public_id[0].lower()], public_id)
        if after:
            what = f"{public_id} was recorded live; a transcript tells it now."
            return NotFound(what, f"It is {after}.", (after,))
        if deleted:
            return NotFound(f"{public_id} was deleted.", "`memory undo --list` shows what can be taken back.")
        hint = f"Nearest: {', '.join(near)}." if near else f"{LISTS} ids."
        return NotFound(f"There is no {public_id}.", hint, near)

    def _buried(self, public_id: str) -> bool:
        from tacit.core.tombstones import is_buried

        with self._store.read() as read:
            return is_buried(read, public_id)

    def show(self, public_id: str) -> Thing:
        """The same as :meth:`get`."""
        return self.get(public_id)

    def evidence(
        self, pattern_id: str, limit: int | None = None, projects: Collection[str] | None = None
    ) -> tuple[Evidenced, ...]:
        """The uses a pattern was learned from, newest first; only those in some projects, where named."""
        from tacit.core.evidence import evidence

        pattern = self.get(pattern_id)
        if not isinstance(pattern, Pattern):
            raise Usage(f"{pattern_id} is no pattern.", "Only patterns have evidence.")
        with self._store.read() as read:
            return evidence(read, pattern, limit, projects)

    def patterns_of(self, episode_id: str) -> tuple[Pattern, ...]:
        """The listed patterns that an episode feeds, in the order of the list."""
        from tacit.core.evidence import patterns_of

        with self._store.read() as read:
            return patterns_of(read, episode_id)

    def look_back(self, episode_id: str) -> Lookback:
        """Reward, reflection, salient features and summary of an episode.

        Raises:
            NotFound: there is no such episode.
            Usage: it is no episode.
        """
        from tacit.core.lookback import look_back

        thing = self.get(episode_id)
        if not isinstance(thing, Episode):
            raise Usage(f"{thing.id} is no episode.", "`memory episodes` lists those.")
        with self._store.read() as read:
            return look_back(read, thing.id)

    def reward(self, episode_id: str) -> Reward | None:
        """The reward of an episode with its parts; ``None`` where nobody could judge how it ended."""
        return self.look_back(episode_id).reward

    def reflection(self, episode_id: str) -> Reflection:
        """What went well in an episode, what to do better, what is worth knowing."""
        return self.look_back(episode_id).reflection

    def stats(self) -> Stats:
        """The totals of the store."""
        from tacit.core.stats import stats

        with self._store.read() as read:
            return stats(read)

    def search(
        self,
        text: str,
        limit: int | None = 20,
        *,
        project: str | None = None,
        types: Sequence[Type] = (),
        mode: Mode = "hybrid",
        diverse: float = 0.0,
    ) -> Found:
        """The patterns, sessions, episodes and steps that fit a query best, by words and meaning.

        Args:
            text: words, of which any finds; quoted texts, fields and negations, which must hold; and
                ``~text``, which is looked for by its meaning alone.
            limit: at most so many.
            project: only of this one: its name or whole parts of it.
            types: only these; all, if none is named.
            mode: ``hybrid``, ``lexical`` or ``vector``. While no vectors can be asked, words answer, and a
                thread of a memory open for changes embeds what waits, where a model is ready.
            diverse: from 0, the order of relevance, to 1, that of difference.

        Raises:
            Usage: the query makes no sense, or there is nothing to look for.
        """
        from tacit.core.query_spoken import spoken
        from tacit.core.searching import Asked

        plan = parse(text, project=project)
        asked = Asked(self.config, plan, spoken(text), types=types, mode=mode, limit=limit, diverse=diverse)
        found = asked.answer(self._store, self.clock)
        if found.waiting or found.note:
            self.embed_soon()
        return found

    def audit(self, *, since: int = 0, actor: str | None = None) -> Auditor:
        """The change log from its oldest line on: of a time in milliseconds or later, of one actor."""
        from tacit.core.auditing import Auditor

        return Auditor(self._store, since=since, actor=actor)

    def undo_list(self) -> tuple[UndoStep, ...]:
        """All steps of undo, newest first, whoever made them."""
        from tacit.core.undo_steps import undo_steps

        with self._store.read() as read:
            return tuple(undo_steps(read))

    def declaration(self, fields: Mapping[str, Any]) -> Declared:
        """What :meth:`tacit.Memory.declare` would add. Nothing is done.

        Raises:
            Usage: a field is wrong, or ``patterns.toml`` is.
        """
        from tacit.core.patterns_file import declaration, load_patterns
        from tacit.core.places import places

        return declaration(fields, load_patterns(places().patterns))

    def declared_uses(self, name: str) -> int:
        """How many uses of a declared pattern were found so far, be they enough to list it or not."""
        from tacit.core.ids import pattern_key
        from tacit.core.learn.events import events_of
        from tacit.core.tables import owner_of

        with self._store.read() as read:
            return len(events_of(read, owner_of("custom", pattern_key("custom", (name,)))))

    def review_due(self) -> bool:
        """Whether evidence changed since patterns were derived from it."""
        from tacit.core.learn.state import review_due

        with self._store.read() as read:
            return review_due(read)

    @property
    def left_out(self) -> frozenset[tuple[str, str]]:
        """(table, key in hex) of what was found damaged so far and left out of answers, or set aside."""
        return frozenset(self._store.left_out)

    def doctor(self, step: Callable[[int], None] | None = None) -> tuple[Finding, ...]:
        """Check that every record is whole and every count and index equals the records.

        ``step`` is told how many records were looked at so far.
        """
        from tacit.core.doctor import examine, told_of_provider

        found = examine(self._store, step, quota=self.config.store_quota)
        return (*found, *told_of_provider(self.config))
