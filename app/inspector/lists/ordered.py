"""In which order a list stands and how it is grouped; both are chosen in a dialog and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from tacit.app.inspector.lists.marked import MarkedList
from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.present import count, plural
from tacit.core.text import one_line
from tacit.core.window_groups import Grouped, Heading
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import PaneLine
from tacit.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from tacit.core.query import Plan
    from tacit.core.window import Window

R = TypeVar("R", Pattern, Session, Episode, Note)

UNGROUPED = "none"

MEANT = {
    "rank": "what is proven first",
    "effectiveness": "what works surely, lately and often first",
    "uses": "what was used most first",
    "success": "what succeeds most surely first",
    "recent": "what was used last first",
    "title": "by name",
    UNGROUPED: "one list",
    "kind": "sequences, recoveries, decisions, …",
    "verdict": "what helps, what harms, …",
    "project": "what is in several stands under each",
    "outcome": "how the tasks ended",
    "day": "when it began, newest first",
}
"""What each order and group means, in the words of the dialog."""


class HeadedList(VirtualList[R]):
    """A list in which headings may stand: they are an ``entry``, and no ``row``."""

    @property
    def row(self) -> R | None:
        """The record under the cursor; ``None`` where there is none, or a heading."""
        entry = self.entry
        return None if isinstance(entry, Heading) else entry


class Ordered(MarkedList[R]):
    """A list with an order and groups. ``ORDERS`` and ``GROUPS`` are those that ``o`` and ``O`` offer."""

    table: ClassVar[str]
    ORDERS: ClassVar[tuple[str, ...]] = ()
    GROUPS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, number: int, inner: bool = False) -> None:
        super().__init__(number, inner)
        self.list: VirtualList[R] = HeadedList(self._paint_entry, self._identity, id="list")
        self.list.marked = self.marks
        self._folded: dict[str, set[str]] = {}

    # What holds

    @property
    def order_name(self) -> str:
        """The order that was chosen, for words that say none."""
        names = self.ORDERS or ("rank",)
        return self.inspector.remembered.get(f"order.{self.table}", names[0], dict.fromkeys(names))

    @property
    def group_name(self) -> str:
        """By what the list is grouped, or :data:`UNGROUPED`."""
        choices = dict.fromkeys((UNGROUPED, *self.GROUPS))
        return self.inspector.remembered.get(f"group.{self.table}", UNGROUPED, choices)

    def planned(self, text: str) -> Plan:
        """What words ask for, in the order that was chosen unless they say another.

        What is put away has one order, and what is asked for by meaning comes nearest first.

        Raises:
            Usage: the words make no sense.
        """
        from msgspec.structs import replace

        from tacit.core.query_parser import Parser

        plan = self.inspector.memory.plan(text, table=self.table)
        if plan.archived or plan.meaning or "sort" in Parser(text, self.table).alone:
            return plan
        return replace(plan, sort=self.order_name)

    def opened(self, plan: Plan) -> Window[R] | Grouped[R]:
        """The window for a plan, grouped as was chosen."""
        memory, by = self.inspector.memory, self.group_name
        if by == UNGROUPED or plan.meaning:
            return memory.window(self.table, plan)
        return memory.grouped(self.table, plan, by, self._folded.get(by, ()))

    def put(self, window: Any, index: int = 0, top: int | None = None) -> None:
        """Show a window, of rows alone or with headings between (see :meth:`VirtualList.show`)."""
        self.list.show(window, index, top)

    # Choosing

    def offers(self, action: str) -> bool:
        """Order and groups where there are several; folding where there are groups."""
        if action in {"order", "group"}:
            return bool(self.ORDERS if action == "order" else self.GROUPS)
        if action == "fold_all":
            return self._grouped is not None and self.list.total > 0
        if action == "mark_row" and self.heading is not None:
            return True
        return super().offers(action)

    def called(self, action: str) -> str:
        """What opens and marks a row folds a heading."""
        heading = self.heading
        if action in {"open", "mark_row"} and heading is not None and self.list.has_focus:
            return "unfold" if heading.folded else "fold"
        return super().called(action)

    def action_order(self) -> None:
        """Choose the order."""
        self._choose("Sort by what?", self.ORDERS, self.order_name, f"order.{self.table}")

    def action_group(self) -> None:
        """Choose the groups."""
        self._choose("Group by what?", (UNGROUPED, *self.GROUPS), self.group_name, f"group.{self.table}")

    def _choose(self, title: str, names: Sequence[str], holds: str, place: str) -> None:
        from tacit.widgets.choose import Choose

        def chosen(name: str | None) -> None:
            if name is not None and name != holds:
                self.inspector.remembered.put(place, name)
                self.renew()

        self.app.push_screen(Choose(title, [(name, MEANT[name]) for name in names], holds), chosen)

    # Groups

    @property
    def _grouped(self) -> Grouped[Any] | None:
        return self.window if isinstance(self.window, Grouped) else None

    @property
    def heading(self) -> Heading | None:
        """The heading under the cursor."""
        entry: object = self.list.entry
        return entry if isinstance(entry, Heading) else None

    def action_fold_all(self) -> None:
        """Fold all groups, or unfold them."""
        window = self._grouped
        if window is not None:
            name, _ = window.spot(self.list.index)
            window.fold_all()
            self._refold(window, window.at(name, 0))

    def action_mark_row(self) -> None:
        """Mark a row; fold a heading, or unfold it."""
        if not self._fold():
            super().action_mark_row()

    def on_virtual_list_opened(self) -> None:
        """Enter, or a click: open a row, fold a heading or unfold it."""
        if not self._fold():
            super().on_virtual_list_opened()

    def _fold(self) -> bool:
        heading, window = self.heading, self._grouped
        if heading is None or window is None:
            return False
        window.fold(heading.name)
        self._refold(window, self.list.index)
        return True

    def _refold(self, window: Grouped[R], index: int) -> None:
        self._folded[window.by] = window.folded
        self.put(window, index)
        self.refresh_bindings()

    # What headings look like

    def _identity(self, entry: Any) -> str:
        return entry.id if isinstance(entry, Heading) else self.identity(entry)

    def _paint_entry(self, entry: Any, width: int) -> Line:
        if not isinstance(entry, Heading):
            return self.paint_row(entry, width)
        glyph = "▸" if entry.folded else "▾"
        return [
            Cell(f"{glyph} ", "accent"),
            Cell(one_line(entry.name[:1000]) or "(none)", "heading"),
            Cell(f"  {count(entry.count)}", "muted"),
        ]

    def fill_detail(self, keep: bool = False) -> None:
        """What the row tells; of a heading only how many stand under it."""
        heading = self.heading
        if heading is None or self.detail is None:
            super().fill_detail(keep)
            return
        self.workers.cancel_group(self, "detail")
        one, every = map(self.inspector.telling.key, ("open", "fold_all"))
        lines = [
            [Cell(one_line(heading.name[:1000]) or "(none)", "heading")],
            [Cell(plural(heading.count, self.noun), "muted")],
            [Cell(f"{one} folds the group and unfolds it, {every} all of them.", "muted")],
        ]
        self.detail.show(lambda _: [PaneLine(line) for line in lines])
