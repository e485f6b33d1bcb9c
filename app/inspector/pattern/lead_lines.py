"""The lines of a pattern's detail that lead somewhere: its evidence, its family, what is used with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from tacit.app.inspector.leads.targets import Lead
from tacit.app.inspector.views.prose import more, section
from tacit.app.inspector.views.rows import VERDICT_INKS, label_cell, project_name
from tacit.core.loop.wording import came_of
from tacit.core.loop.wording import given as told
from tacit.core.model import Evidenced, Pattern
from tacit.core.present import (
    ago,
    day,
    interval,
    percent,
    plural,
    support,
    verdict_glyph,
    verdict_word,
)
from tacit.core.query_terms import quote
from tacit.core.text import one_line, pad, squeeze
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.app.inspector.pattern.known import Beside, Family
    from tacit.core.loop.offer_summary import Given

_SHOWN = 8  # files and projects, each on a line of its own


def evidence_lines(pattern: Pattern, evidence: Sequence[Evidenced] | None, now: int) -> list[PaneLine]:
    """The uses, newest first; each leads to its steps."""
    if evidence is None:
        return section("Evidence", "reading…")
    number = plural(pattern.uses, "use")
    lines = section("Evidence", f"{number}, newest first.{'  Enter shows the steps' if evidence else ''}")
    for date, uses in groupby(evidence, key=lambda use: day(use.at)):
        lines += [PaneLine(_use(use, date, now), use) for use in uses]
    older = pattern.uses - len(evidence)
    if evidence and older > 0:
        told = f"… and {plural(older, 'older use')}: memory show {pattern.id} tells all"
        lines.append(PaneLine([Cell(told, "muted")]))
    return lines


def family_lines(pattern: Pattern, family: Family | None, width: int) -> list[PaneLine]:
    """What it stands behind, and what stands behind it; each leads to that pattern."""
    if family is None:
        return []
    lines = []
    if family.head is not None:
        lines += section("Stands behind", "a row that says nearly the same")
        lines += _rows([family.head], width)
    if pattern.variants:
        lines += section(f"{plural(pattern.variants, 'pattern')} behind this one", "nearly the same habit")
        lines += _rows(family.behind, width)
        lines += more(pattern.variants - len(family.behind))
    return lines


def related_lines(beside: Beside | None, width: int) -> list[PaneLine]:
    """What is used in the same tasks more often than chance explains; each leads to that pattern."""
    if beside is None or not beside.related:
        return []
    lines = section("Used together with", "in the same tasks, more than by chance")
    for one in beside.related:
        note = f"{one.lift:.1f} times chance"
        lines.append(_row(one.pattern, note, width))
    return lines + more(beside.stand - len(beside.related))


def file_lines(pattern: Pattern) -> list[PaneLine]:
    """The files it is about; each leads to all patterns about that file."""
    return _named("Files", pattern.files, lambda path: Lead("patterns", f"file:{quote(path)}"))


def project_lines(pattern: Pattern) -> list[PaneLine]:
    """The projects it was seen in; each leads to what was learned there."""
    return _named("Projects", pattern.project_names, lambda name: Lead("patterns", f"project:{quote(name)}"))


def offer_lines(given: Given | None, now: int) -> list[PaneLine]:
    """The newest times it was given to an agent, or spoken of, and what came of each."""
    if given is None or not given.newest:
        return []
    note = f"{plural(given.times, 'time')}, newest first" if given.times else "only spoken of"
    lines = section("Offered to agents", note)
    for offer, answer in given.newest:
        when = f"{day(offer.at)}  {pad(ago(offer.at, now), 9)}"
        lines.append(PaneLine([Cell(when, "muted"), Cell(f" {told(offer)}: {came_of(offer, answer)}")]))
    return lines


def _rows(patterns: Iterable[Pattern], width: int) -> list[PaneLine]:
    return [_row(one, _brief_rate(one), width) for one in patterns]


def _row(pattern: Pattern, note: str, width: int) -> PaneLine:
    word = verdict_word(pattern)
    room = max(width - len(note) - 4, 10)
    title = pad(squeeze(one_line(pattern.title[:1000]), room), room)
    glyph = Cell(f"{verdict_glyph(word)} ", VERDICT_INKS.get(word, "muted"))
    return PaneLine([glyph, Cell(title), Cell(f"  {note}", "muted")], pattern)


def _brief_rate(pattern: Pattern) -> str:
    parts = (
        percent(pattern.rate),
        interval(pattern.low, pattern.high),
        support(pattern.judged, pattern.judged),
    )
    return " ".join(filter(None, parts))


def _named(title: str, names: Sequence[str], lead: Callable[[str], Lead]) -> list[PaneLine]:
    if not names:
        return []
    lines = section(title)
    lines += [PaneLine([Cell(one_line(name[:1000]))], lead(name)) for name in names[:_SHOWN]]
    return lines + more(len(names) - _SHOWN)


def _use(use: Evidenced, date: str, now: int) -> Line:
    steps = f"step {use.first}" if use.first == use.last else f"steps {use.first}–{use.last}"
    return [
        label_cell(use.result, 9),
        Cell(f" {date}  {pad(ago(use.at, now), 9)}", "muted"),
        Cell(f" {pad(steps, 12)}"),
        Cell(f" {project_name(use.project)}", "muted"),
    ]
