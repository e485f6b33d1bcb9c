"""Which patterns mean nearly the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tacit.app.inspector.answers.answer import MOST, Answer, line, shown_of, words
from tacit.app.inspector.views.prose import section
from tacit.app.inspector.views.rows import pattern_row
from tacit.core.present import count, plural
from tacit.core.recall.worded import success
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.core.recall.clusters import Cluster, Clusters
    from tacit.memory import Memory

_MEMBERS = 8


def ask(memory: Memory, text: str) -> Answer:
    """The groups, the largest first, then near-duplicates; what is typed names a project."""
    found = memory.clusters(project=text.strip() or None)
    said = f"{shown_of(min(len(found.clusters), MOST), len(found.clusters))} by {found.by}"
    notes = tuple(_notes(found))
    if not found.clusters and not found.near:
        none = "No group: no three patterns are close to each other."
        return Answer(words(none if found.looked_at else "No pattern yet."), "0", notes)
    return Answer(partial(_lines, found, memory.clock()), said, notes)


def _notes(found: Clusters) -> list[str]:
    notes = []
    if found.by == "words" and found.looked_at:
        notes.append(f"Grouped by common words, not by meaning. {found.note}")
    elif found.note:
        notes.append(found.note)
    if found.waiting:
        notes.append(f"{plural(found.waiting, 'pattern is', 'patterns are')} not embedded yet.")
    if found.cut:
        notes.append(f"Only the first {count(found.looked_at + found.waiting)} of the list were compared.")
    return notes


def _lines(found: Clusters, now: int, width: int) -> list[PaneLine]:
    lines: list[PaneLine] = []
    for one in found.clusters[:MOST]:
        lines += _group(one, now, width)
    if found.near:
        lines += section("Near-duplicates", "cosine")
    for pair in found.near[:MOST]:
        lines.append(line(pair.one.title, target=pair.one, head=f"{pair.cosine:.2f}  "))
        lines.append(line(pair.other.title, target=pair.other, head=" " * 6))
    if found.clusters and found.noise:
        lines += [
            PaneLine([]),
            line(f"{plural(found.noise, 'pattern stands', 'patterns stand')} in no group.", "muted"),
        ]
    return lines[1:]


def _group(one: Cluster, now: int, width: int) -> list[PaneLine]:
    told = success(one.rate, one.low, one.high, one.judged).strip()
    lines = section(one.label, f"{plural(len(one.patterns), 'pattern')} · {told}")
    lines += [PaneLine(pattern_row(member, width, now), member) for member in one.patterns[:_MEMBERS]]
    left = len(one.patterns) - _MEMBERS
    return [*lines, line(f"… {plural(left, 'more pattern')}", "muted")] if left > 0 else lines
