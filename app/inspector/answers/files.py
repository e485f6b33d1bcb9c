"""Which files go together, and which patterns were used with one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.answers.answer import MOST, Answer, line, shown_of, words
from tacit.app.inspector.pattern.known import pattern_of
from tacit.app.inspector.views.prose import section
from tacit.app.inspector.views.rows import VERDICT_INKS, project_name
from tacit.core.present import NONE, ago, count, verdict_glyph, verdict_word
from tacit.core.recall.worded import STANDING, changed, success
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.core.model import Pattern
    from tacit.core.recall.files import FilesTogether
    from tacit.core.recall.files_groups import FileGroup
    from tacit.core.recall.files_patterns import FilePattern
    from tacit.memory import Memory

_GROUP = (
    Column("files", 30, 10, grows=1),
    Column("together", 13, 8, right=True),
    Column("lift", 5, 7, right=True),
    Column("standing", 10, 6),
    Column("success", 21, 4),
    Column("project", 14, 3),
)
_PATTERN = (
    Column("glyph", 1, 9),
    Column("title", 26, 10, grows=1),
    Column("uses", 14, 7, right=True),
    Column("success", 21, 6),
    Column("used", 8, 4),
)


class _Known(NamedTuple):
    group: FileGroup
    pattern: Pattern | None


def ask(memory: Memory, text: str) -> Answer:
    """The groups that stand; of a path, what was changed with it and what was used."""
    path = text.strip() or None
    found = memory.files_together(path)
    if path is not None and not found.meant:
        return Answer(words(f"No episode changed a file called {path}."), "0")
    if not found.groups and path is None:
        return Answer(
            words("No files are known to go together. Type / and a path to see what goes with it."), "0"
        )
    known = [_Known(one, pattern_of(memory, one.pattern)) for one in found.groups[:MOST]]
    lines = partial(_groups, known) if path is None else partial(_file, found, known, memory.clock())
    return Answer(lines, f"{shown_of(len(known), len(found.groups))} go together")


def _file(found: FilesTogether, known: Sequence[_Known], now: int, width: int) -> list[PaneLine]:
    lines = section("Changed together", changed(found))[1:]
    lines += _groups(known, width) or [line("nothing else", "muted")]
    lines += section("Patterns used in these episodes", "on file: in steps that worked on it")
    widths = fit(_PATTERN, width)
    used = found.patterns[:MOST]
    lines += [PaneLine(lay(_PATTERN, widths, _pattern(one, now)), one.pattern) for one in used]
    return lines if used else [*lines, line("none", "muted")]


def _groups(known: Sequence[_Known], width: int) -> list[PaneLine]:
    widths = fit(_GROUP, width)
    return [PaneLine(lay(_GROUP, widths, _group(one.group)), one.pattern) for one in known]


def _group(one: FileGroup) -> dict[str, Cell]:
    return {
        "files": Cell(one_line(" + ".join(one.files)[:1000])),
        "together": Cell(f"{count(one.together)} of {'/'.join(map(count, one.changed))}"),
        "lift": Cell(NONE if one.standing == "few" else f"×{one.lift:.1f}", "accent"),
        "standing": Cell(STANDING[one.standing], "good" if one.standing == "stands" else "muted"),
        "success": Cell(success(one.rate, one.low, one.high, one.judged)),
        "project": Cell(project_name(one.project), "muted"),
    }


def _pattern(one: FilePattern, now: int) -> dict[str, Cell]:
    word = verdict_word(one.pattern)
    return {
        "glyph": Cell(verdict_glyph(word), VERDICT_INKS.get(word, "muted")),
        "title": Cell(one_line(one.pattern.title[:1000])),
        "uses": Cell(f"{count(one.uses)}, {count(one.on_file)} on file", "muted"),
        "success": Cell(success(one.rate, one.low, one.high, one.judged)),
        "used": Cell(ago(one.last_used, now), "muted"),
    }
