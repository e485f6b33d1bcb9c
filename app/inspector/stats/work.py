"""The blocks of the Stats screen that tell of tools, of files that go together, and of the funnel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.inspector.leads.targets import Lead, ToPattern
from tacit.app.inspector.stats.lines import LEADS, Barred, barred, said
from tacit.app.inspector.views.prose import heading
from tacit.core.funnel import Funnel, stages
from tacit.core.present import count, percent
from tacit.core.stats import Stats, ToolCount
from tacit.core.text import clean, cut, one_line, wrap
from tacit.widgets.bars import Part
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.core.recall.files import FilesTogether
    from tacit.core.recall.files_groups import FileGroup

GROUPS = 8
"""So many groups of files are shown."""

_NUMBER = 9


def tools(stats: Stats, width: int) -> list[PaneLine]:
    """Calls, and how many of them were errors; each leads to the tasks that called it."""
    if not stats.tools:
        return []
    rows = [
        Barred(
            tool.tool,
            tool.calls,
            [Part(tool.calls - tool.errors, "█", "accent"), Part(tool.errors, "▒", "bad")],
            Lead("episodes", f"tool:{tool.tool}"),
            _errors(tool),
        )
        for tool in stats.tools
    ]
    return [heading("Tools", "calls: █ ok ▒ error; › the tasks that called it"), *barred(rows, width)]


def _errors(tool: ToolCount) -> Line:
    share = f"✗ {count(tool.errors)} ({percent(tool.errors / tool.calls)})" if tool.errors else ""
    return [Cell(share, "bad")] if share else []


def files(found: FilesTogether, width: int) -> list[PaneLine]:
    """The groups of files that are changed together more often than chance explains."""
    note = "in so many tasks, times more often than chance"
    lines = [heading("Files that go together", note if width >= 70 else "in so many tasks")]
    if not found.groups:
        return [*lines, said("  None yet that chance does not explain.")]
    for group in found.groups[:GROUPS]:
        lines += _group(group, width)
    return lines


def _group(group: FileGroup, width: int) -> list[PaneLine]:
    target = None if group.pattern is None else ToPattern(group.pattern)
    numbers = f"{count(group.together):>6}  {f'{group.lift:.1f}×':>6}  "
    room = max(width - len(LEADS) - len(numbers), 10)
    names = [cut(one_line(name), room) for name in group.files]
    mark = Cell(LEADS if target is not None else "  ", "accent")
    first = PaneLine([mark, Cell(numbers, "strong"), Cell(names[0])], target)
    blank = " " * (len(LEADS) + len(numbers))
    return [first, *(PaneLine([Cell(blank), Cell(name, "muted")]) for name in names[1:])]


def funnel(found: Funnel, width: int) -> list[PaneLine]:
    """From what was read to what is listed, so that a short list explains itself."""
    lines = [heading("From sessions to patterns")]
    for stage in stages(found):
        number = "" if stage.number is None else count(stage.number)
        text = clean(f"{'− ' if stage.role == 'minus' else ''}{stage.text}")
        first, *more = wrap(text, max(width - _NUMBER - 4, 10))
        plain = stage.role == "stage"
        target = Lead(stage.table, stage.query) if stage.table is not None and stage.number else None
        line = [
            Cell(LEADS if target else "  ", "accent"),
            Cell(f"{number:>{_NUMBER}}  ", "strong" if plain else "muted"),
            Cell(first, "" if plain else "muted"),
        ]
        lines.append(PaneLine(line, target))
        lines += [PaneLine([Cell(" " * (_NUMBER + 4) + text, "muted")]) for text in more]
    return lines
