"""The blocks of the Stats screen that tell of tools, of files that go together, and of the funnel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.inspector.leads import Lead, ToPattern
from tacit.app.inspector.views.stats_lines import LEADS, heading, name_width, said
from tacit.core.funnel import Funnel, stages
from tacit.core.present import count, percent
from tacit.core.stats import Stats, ToolCount
from tacit.core.text import clean, cut, one_line, pad, wrap
from tacit.widgets.bars import Part, bar, scale_of
from tacit.widgets.ink import Cell
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
    names, errors = name_width(width), [_errors(tool) for tool in stats.tools]
    room = max(min(width - names - _NUMBER - max(map(len, errors)) - 6, 48), 4)
    scale = scale_of(max(tool.calls for tool in stats.tools), room)
    lines = [heading("Tools", "calls: █ ok ▒ error; › the tasks that called it")]
    for tool, wrong in zip(stats.tools, errors, strict=True):
        parts = [Part(tool.calls - tool.errors, "█", "accent"), Part(tool.errors, "▒", "bad")]
        line = [
            Cell(LEADS, "accent"),
            Cell(pad(one_line(tool.tool), names)),
            Cell(f"{count(tool.calls):>{_NUMBER}}", "strong"),
            Cell("  "),
            *bar(parts, scale, room),
            Cell(f"  {wrong}", "bad"),
        ]
        lines.append(PaneLine(line, Lead("episodes", f"tool:{tool.tool}")))
    return lines


def _errors(tool: ToolCount) -> str:
    return f"✗ {count(tool.errors)} ({percent(tool.errors / tool.calls)})" if tool.errors else ""


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
