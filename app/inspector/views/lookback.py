"""What is said of a task in looking back, as lines."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from tacit.app.inspector.views.prose import facts, section
from tacit.app.inspector.views.rows import label_cell
from tacit.core.learn.remarks import Remark
from tacit.core.lookback import Lookback
from tacit.core.marks import Mark
from tacit.core.model import Episode
from tacit.core.text import clean, wrap
from tacit.core.worded import made_facts, mark_text, reward_text, work_text
from tacit.widgets.ink import Cell, Ink, Line
from tacit.widgets.lines_pane import Compose, PaneLine

_LISTS: tuple[tuple[str, str, Ink], ...] = (
    ("successes", "What went well", "good"),
    ("improvements", "What to do better", "warn"),
    ("insights", "Worth knowing", "accent"),
)


def lookback_page(episode: Episode, found: Lookback, mark: Mark | None) -> Compose:
    """Task and end, reward, what it made, and the remarks; each remark leads to its first step."""
    return partial(_lines, episode, found, mark)


def _lines(episode: Episode, found: Lookback, mark: Mark | None, width: int) -> list[PaneLine]:
    work = work_text(episode)
    told = wrap(clean(found.summary.told), width, 5)
    pairs = [("Marked", "" if mark is None else mark_text(mark)), ("Reward", reward_text(found, episode))]
    pairs += [(name.capitalize(), text) for name, text in made_facts(episode)]
    pairs.append(("Context", episode.context))
    lines: list[Line] = [
        [label_cell(episode.outcome.label), Cell(f" · {work}" if work else "", "muted")],
        *([Cell(line, "strong")] for line in told),
        [],
        *facts(pairs, width),
    ]
    page = [PaneLine(line) for line in lines]
    for name, title, ink in _LISTS:
        page += _remarks(getattr(found.reflection, name), title, ink, width)
    if not any(getattr(found.reflection, name) for name, _, _ in _LISTS):
        page += [PaneLine([]), PaneLine([Cell("There is nothing to say of it.", "muted")])]
    return page


def _remarks(remarks: Iterable[Remark], title: str, ink: Ink, width: int) -> Iterable[PaneLine]:
    for place, remark in enumerate(remarks):
        if not place:
            yield from section(title)
        first, *more = wrap(clean(remark.sentence), max(width - 2, 10))
        yield PaneLine([Cell("• ", ink), Cell(first)], next(iter(remark.steps), None))
        yield from (PaneLine([Cell(f"  {line}")]) for line in more)
