"""Before and after: the numbers of the list and what is stored, the rows that become one, what leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacit.app.inspector.views.prose import section
from tacit.core.model import KINDS, Pattern
from tacit.core.optimize_preview import Joined, Preview, Standing
from tacit.core.present import count, kind_word, plural, rate, size, verdict_word
from tacit.core.proposals import OPS, Proposal
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import Compose, PaneLine

_NUMBERS = (
    Column("name", 24, 10),
    Column("before", 12, 9, right=True),
    Column("after", 12, 9, right=True),
    Column("change", 10, 8, right=True),
)
_MOST = 200  # things of an operation that are named
_VERDICTS = ("helps", "harms", "unproven")  # the others are kinds of their own
_LEAVES = {
    "archive": "Put away until it is used again",
    "drop": "Deleted, with its variants",
    "retain": "Deleted, with what only they taught",
}


def preview_lines(made: Preview, proposals: Sequence[Proposal]) -> Compose:
    """The whole of it; rows of the list lead to their patterns."""

    def compose(width: int) -> Sequence[PaneLine]:
        return [
            *_left_out(made),
            *_numbers(made.before, made.after, width),
            *_joined(made.joined),
            *_leaving(made, proposals),
        ]

    return compose


def _left_out(made: Preview) -> Iterator[PaneLine]:
    left = len(made.receipt.left_out)
    if left:
        text = f" {plural(left, 'proposal')} no longer fit and would stay undone."
        yield PaneLine([Cell(text, "warn")])
        yield PaneLine([])


def _numbers(before: Standing, after: Standing, width: int) -> Iterator[PaneLine]:
    columns = fit(_NUMBERS, width)
    head = {name: Cell(name, "heading") for name in ("before", "after", "change")}
    yield PaneLine(lay(_NUMBERS, columns, head))
    for name, one, other, is_size in _rows(before, after):
        told = size if is_size else count
        change = other - one
        sign = "+" if change > 0 else "−" if change < 0 else ""
        cells = {
            "name": Cell(f" {name}"),
            "before": Cell(told(one), "muted"),
            "after": Cell(told(other), "strong" if change else "muted"),
            "change": Cell(
                f"{sign}{told(abs(change))}" if change else "as it is", "accent" if change else "muted"
            ),
        }
        yield PaneLine(lay(_NUMBERS, columns, cells))


def _rows(before: Standing, after: Standing) -> Iterator[tuple[str, int, int, bool]]:
    """Name, before, after, and whether they are bytes; what is nothing before and after is left out."""
    yield "patterns in the list", before.patterns, after.patterns, False
    for kind in KINDS:
        yield from _some(f"  {kind_word(kind)}", before.kinds.get(kind, 0), after.kinds.get(kind, 0))
    for verdict in _VERDICTS:
        yield from _some(f"  {verdict}", before.verdicts.get(verdict, 0), after.verdicts.get(verdict, 0))
    yield from _some("behind others", before.variants, after.variants)
    yield from _some("put away", before.archived, after.archived)
    yield "sessions", before.sessions, after.sessions, False
    yield "tasks", before.episodes, after.episodes, False
    yield "texts as they were told", before.bytes, after.bytes, True


def _some(name: str, one: int, other: int) -> Iterator[tuple[str, int, int, bool]]:
    if one or other:
        yield name, one, other, False


def _joined(joined: Sequence[Joined]) -> Iterator[PaneLine]:
    """Each row that others go behind: as they stand, then as it will."""
    for place, one in enumerate(joined[:_MOST]):
        yield from [PaneLine([])] if place else section("Rows that become one")
        for row in one.before:
            yield from _row("before", row)
        if one.after is not None:
            yield from _row("after ", one.after, follows=False)
    yield from _more(len(joined))


def _row(when: str, row: Pattern, *, follows: bool = True) -> Iterator[PaneLine]:
    title = Cell(one_line(row.title[:1000]))
    behind = f"  {plural(row.variants, 'row')} behind it" if row.variants else ""
    yield PaneLine([Cell(f" {when}  ", "muted"), title], row if follows else None)
    facts = f"{verdict_word(row)}  {rate(row)}  {plural(row.uses, 'use')}{behind}"
    yield PaneLine([Cell("         "), Cell(facts, "muted" if follows else "good")])


def _leaving(made: Preview, proposals: Sequence[Proposal]) -> Iterator[PaneLine]:
    """What leaves, by operation."""
    out = set(made.receipt.left_out)
    for op in OPS:
        gone = [thing for one in proposals if one.op == op and one.id not in out for thing in one.drop]
        if op not in _LEAVES or not gone:
            continue
        yield from section(_LEAVES[op], count(len(gone)))
        for thing in gone[:_MOST]:
            target = thing if isinstance(thing, Pattern) else None
            facts = rate(thing) if isinstance(thing, Pattern) else plural(thing.episodes, "task")
            title = Cell(f"  {one_line(thing.title[:1000])}")
            yield PaneLine([title, Cell(f"  {facts}", "muted")], target)
        yield from _more(len(gone))


def _more(number: int) -> Iterator[PaneLine]:
    if number > _MOST:
        yield PaneLine([Cell(f"  … {count(number - _MOST)} more", "muted")])
