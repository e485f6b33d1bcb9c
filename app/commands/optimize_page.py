"""The plan of upkeep as a page: proposal by proposal under what would be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tacit.app.commands.output import paint
from tacit.app.commands.rows import short_ids
from tacit.app.commands.table import Cell, Column, table
from tacit.core.model import Pattern
from tacit.core.present import plural
from tacit.core.text import one_line

if TYPE_CHECKING:
    from tacit.core.proposals import Op, Proposal

_HEADINGS: dict[Op, tuple[str, str]] = {
    "merge": ("Merge", "rows that say nearly the same stand behind one of them"),
    "archive": ("Archive", "they leave the list until they are used again"),
    "drop": ("Drop", "they are deleted, and new uses do not bring them back"),
    "retain": ("Let go", "sessions are deleted; `memory trash purge` gives their space back"),
}


def page(found: Sequence[Proposal], limit: int | None) -> list[str]:
    """All lines; at most ``limit`` proposals of each operation are shown."""
    lines: list[str] = []
    for op, (word, meaning) in _HEADINGS.items():
        own = [one for one in found if one.op == op]
        if own:
            lines.append(f"{paint(f'{word} {len(own):,}', 'bold')}  {paint(meaning, 'dim')}")
            shown = own[:limit]
            lines += _merges(shown) if op == "merge" else _single(shown)
            if len(shown) < len(own):
                lines.append(paint(f"  … {len(own) - len(shown):,} more; --limit 0 shows all", "dim"))
            lines.append("")
    return lines[:-1]


def _merges(found: Sequence[Proposal]) -> Iterator[str]:
    """What stays and what goes behind it, then why."""
    columns = (Column(""), Column(""), Column("", right=True), Column(""))
    for one in found:
        rows = [pattern for pattern in (one.keep, *one.drop) if isinstance(pattern, Pattern)]
        ids = short_ids([row.id for row in rows])
        cells = [
            ("merge" if n else "keep", Cell(ids[n], "dim"), plural(row.uses, "use"), row.title)
            for n, row in enumerate(rows)
        ]
        yield from table(columns, cells, indent="  ")
        yield paint(f"    {one_line(one.reason)}; {one_line(one.gain)}", "dim")


def _single(found: Sequence[Proposal]) -> list[str]:
    columns = (Column("id"), Column("why"), Column("gain", drop=1), Column("what"))
    ids = short_ids([one.drop[0].id for one in found])
    rows = [
        (Cell(short, "dim"), one.reason, Cell(one.gain, "dim"), one.drop[0].title)
        for short, one in zip(ids, found, strict=True)
    ]
    return table(columns, rows, indent="  ")
