"""What upkeep proposes, as rows and as lines of the detail pane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from tacit.app.inspector.upkeep.board import Group
from tacit.app.inspector.views.prose import facts, wrapped
from tacit.app.inspector.views.rows import outcome_counts, project_name
from tacit.core.model import Pattern, Session
from tacit.core.present import count, day, plural, rate
from tacit.core.proposals import Op, Proposal
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine


class _Words(NamedTuple):
    title: str
    what: str
    keep: str
    goes: str


_WORDS: Mapping[Op, _Words] = {
    "merge": _Words(
        "Merge rows that say nearly the same",
        "The others go behind the first one; their uses are counted there and stay evidence.",
        "Stays",
        "Goes behind it",
    ),
    "archive": _Words(
        "Put away what has not been used for long",
        "It leaves the list and comes back by itself with its next use.",
        "",
        "Is put away",
    ),
    "drop": _Words(
        "Drop what will never be proven",
        "It is deleted, with its variants. New uses do not bring it back, undo does.",
        "",
        "Is deleted",
    ),
    "retain": _Words(
        "Let go of the oldest sessions",
        "They are deleted, with what only they taught, as far as you set a limit. Undo brings them back.",
        "",
        "Is deleted",
    ),
}
_GROUP = (Column("tick", 3, 9), Column("title", 20, 10, grows=3), Column("count", 22, 8))
_ROW = (
    Column("tick", 5, 9),
    Column("title", 24, 10, grows=3),
    Column("why", 24, 5, grows=2),
    Column("gain", 14, 7, grows=2),
)


def group_row(group: Group, width: int) -> Line:
    """``[~] ▾ Merge rows that say nearly the same   3 of 12 ticked``."""
    ticked, number = group.ticked, group.number
    sign = "[x]" if ticked == number else "[~]" if ticked else "[ ]"
    told = f"{count(ticked)} of {count(number)} ticked" if ticked else plural(number, "proposal")
    cells = {
        "tick": Cell(sign, "accent" if ticked else "muted"),
        "title": Cell(f"{'▸' if group.folded else '▾'} {_WORDS[group.op].title}", "heading"),
        "count": Cell(told, "muted"),
    }
    return lay(_GROUP, fit(_GROUP, width), cells)


def proposal_row(proposal: Proposal, ticked: bool, width: int) -> Line:
    """``  [x] title   why   2 fewer rows``."""
    cells = {
        "tick": Cell("  [x]" if ticked else "  [ ]", "accent" if ticked else "muted"),
        "title": Cell(one_line((proposal.keep or proposal.drop[0]).title[:1000])),
        "why": Cell(one_line(proposal.reason[:1000]), "muted"),
        "gain": Cell(one_line(proposal.gain[:1000]), "good"),
    }
    return lay(_ROW, fit(_ROW, width), cells)


def group_detail(op: Op, proposals: Sequence[Proposal]) -> Compose:
    """What the operation does, and how much it would do."""
    words = _WORDS[op]
    number = f"{plural(len(proposals), 'proposal')}, {rows_of(proposals)} in all"

    def compose(width: int) -> Sequence[PaneLine]:
        lines = [*wrapped(words.title, width, "heading"), [], *wrapped(words.what, width), []]
        return [PaneLine(line) for line in [*lines, *wrapped(number, width, "muted")]]

    return compose


def proposal_detail(proposal: Proposal) -> Compose:
    """The reason, the gain, and what it is about."""
    return partial(_lines, proposal)


def rows_of(proposals: Sequence[Proposal]) -> str:
    """``7 rows`` or ``2 sessions``: what the proposals would take."""
    taken = [one for proposal in proposals for one in proposal.drop]
    return plural(len(taken), "session" if taken and isinstance(taken[0], Session) else "row")


def _lines(proposal: Proposal, width: int) -> list[PaneLine]:
    words = _WORDS[proposal.op]
    lines: list[Line] = [
        *wrapped(words.title, width, "heading"),
        [],
        *facts([("Reason", proposal.reason), ("Gain", proposal.gain)], width),
        [],
        *wrapped(words.what, width, "muted"),
    ]
    shown = [PaneLine(line) for line in lines]
    if proposal.keep is not None:
        shown += _titled(words.keep, [proposal.keep])
    return shown + _titled(words.goes, proposal.drop)


def _titled(title: str, things: Sequence[Pattern | Session]) -> list[PaneLine]:
    hint = f"  Enter opens the {'pattern' if isinstance(things[0], Pattern) else 'session'}"
    lines = [PaneLine([]), PaneLine([Cell(title, "heading"), Cell(hint, "muted")])]
    for one in things:
        lines.append(PaneLine([Cell(f"  {one_line(one.title[:1000])}")], one))
        lines.append(PaneLine([Cell(f"    {_numbers(one)}", "muted")]))
    return lines


def _numbers(thing: Pattern | Session) -> str:
    if isinstance(thing, Pattern):
        return rate(thing)
    tasks = plural(thing.episodes, "task")
    parts = (day(thing.started), project_name(thing.project), tasks, outcome_counts(thing))
    return "  ".join(part for part in parts if part)
