"""The lists of the memory: pages and windows of patterns, sessions and episodes that fit a query."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tacit.core.answers import Answers
from tacit.core.errors import Usage
from tacit.core.listing import ROUTES, TABLES, Page, narrowed, page
from tacit.core.model import Episode, Pattern, Session
from tacit.core.query import Plan, parse
from tacit.core.query_meaning import Sought, ordered, seek

if TYPE_CHECKING:
    from tacit.core.query_complete import Completion
    from tacit.core.query_explain import Explained
    from tacit.core.querying import Listed, Query
    from tacit.core.texts import Glass
    from tacit.core.window import Window
    from tacit.core.window_groups import Grouped
    from tacit.store.schema import Table


class Lists(Answers):
    """An open memory as far as it has lists (see :class:`tacit.core.view.View`)."""

    def plan(self, text: str = "", **filters: Any) -> Plan:
        """Understand a query; see :func:`tacit.core.query.parse` for the filters.

        Raises:
            Usage: the query or a filter makes no sense; the message points at the spot.
        """
        return parse(text, **filters)

    def page(self, table: str, plan: Plan, limit: int | None = None, *, whole: bool = False) -> Page[Any]:
        """The first ``limit`` rows of ``patterns``, ``sessions``, ``episodes`` or ``notes``, and the total.

        Patterns of a project come with their numbers there, ``whole`` with those over all projects.
        """
        return self._listed(table, plan, limit, whole)[0]

    def explain(self, table: str, plan: Plan, limit: int | None = None) -> Explained:
        """How :meth:`page` answers: the plan as understood, the route, and the rows that were read."""
        return self._listed(table, plan, limit)[1]()

    def _listed(
        self, table: str, plan: Plan, limit: int | None, whole: bool = False
    ) -> tuple[Page[Any], Callable[[], Explained]]:
        """A page of a list, and what explains how it was found."""
        sought = self._sought(table, plan)
        through = self._glass(sought.plan, TABLES[table])
        with self._store.read() as read:
            route = narrowed(read, ROUTES[table](read, sought.plan, self.clock()), through)
            route = ordered(replace(route, view=None) if whole else route, sought)
            found = replace(page(read, route, limit), note=sought.note)

        def explain() -> Explained:
            from tacit.core.query_explain import explained

            return explained(table, sought.plan, route, found, read.rows_read)

        return found, explain

    def _sought(self, table: str, plan: Plan) -> Sought:
        return seek(self._store, self.config, table, plan, self.clock()) if plan.meaning else Sought(plan)

    def window(self, table: str, plan: Plan) -> Window[Any]:
        """A list of any length for a screen that scrolls."""
        from tacit.core.window import Window

        return Window(self._store, table, plan, self.clock, self._sought)

    def grouped(self, table: str, plan: Plan, by: str, folded: Collection[str] = ()) -> Grouped[Any]:
        """The same in groups, of which those named ``folded`` show their headings only.

        Patterns go by ``kind``, ``verdict`` or ``project``, sessions by ``project`` or ``day``, episodes by
        ``outcome`` or ``project``, notes by ``source``.

        Raises:
            Usage: the list has no such groups.
        """
        from tacit.core.window_grouped import grouped
        from tacit.core.window_groups import GROUPS

        names = GROUPS[table]
        if by not in names:
            raise Usage(f"{table.capitalize()} are not grouped by {by}.", f"Groups are {', '.join(names)}.")
        return grouped(self.window(table, plan), by, folded)

    def remaining(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of some whole ids that can still be rows of a list."""
        from tacit.core.remaining import remaining

        with self._store.read() as read:
            return remaining(read, ids)

    def query(self, table: str = "patterns", text: str = "") -> Query[Any]:
        """A query over ``patterns``, ``sessions`` or ``episodes`` that is built step by step.

        Raises:
            Usage: there is no such list, or the text is no query.
        """
        from tacit.core.querying import Query

        if table not in TABLES:
            raise Usage(f"There is no list “{table}”.", f"Lists are {', '.join(TABLES)}.")
        return Query[Any](self, table).where(text)

    @property
    def patterns(self) -> Listed[Pattern]:
        """The listed patterns that fit a query, best first; those of a project with their numbers there.

        ``memory.patterns("kind:recovery", limit=3)`` gives them, ``memory.patterns.query()`` builds the
        query step by step.
        """
        return self._list("patterns")

    @property
    def sessions(self) -> Listed[Session]:
        """The sessions that fit a query, newest first; called or built as :attr:`patterns`."""
        return self._list("sessions")

    @property
    def episodes(self) -> Listed[Episode]:
        """The episodes that fit a query, newest first; called or built as :attr:`patterns`."""
        return self._list("episodes")

    def _list(self, table: str) -> Listed[Any]:
        from tacit.core.querying import Listed

        return Listed(self, table)

    def complete(self, text: str, cursor: int, table: str | None = None) -> list[Completion]:
        """What may be written next in a query at a place of its text (see ``core/query_complete.py``)."""
        from tacit.core.query_complete import complete

        return complete(text, cursor, self.known, table)

    def known(self, field: str, begun: str = "") -> list[str]:
        """Values that the store has in a field of a query, for what is written of one so far."""
        from tacit.core.query_known import known

        with self._store.read() as read:
            return known(read, field, begun)

    def _glass(self, plan: Plan, table: Table[Any] | None = None) -> Glass | None:
        if not plan.has_text:
            return None
        from tacit.core.texts import glass

        return glass(self._store, plan, table)
