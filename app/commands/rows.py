"""How patterns, sessions and episodes look as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.app.commands.table import Cell, Column, table
from tacit.core import present
from tacit.core.learn.effectiveness import effectiveness
from tacit.core.model import Episode, Label, Outcome, Pattern, Session
from tacit.core.text import one_line, squeeze

ID = 8
"""Cells of an id in a list: enough to tell its rows apart and to be typed. JSON has whole ids."""

OUTCOMES: dict[str, Cell] = {
    "success": Cell("✓ success", "green"),
    "partial": Cell("◐ partial", "yellow"),
    "failure": Cell("✗ failure", "red"),
    "abstained": Cell("○ abstained", "dim"),
    "unknown": Cell("? unknown", "dim"),
}
_AGENT = 20
_VERDICTS = {"helps": "green", "harms": "red", "recovery": "cyan"}


def short_ids(ids: Sequence[str]) -> list[str]:
    """Ids cut to a length at which none begins like another."""
    length = ID
    while length < 14 and len({one[:length] for one in ids}) < len(set(ids)):
        length += 1
    return [one[:length] for one in ids]


def verdict_cell(pattern: Pattern) -> Cell:
    """Glyph and word."""
    word = present.verdict_word(pattern)
    return Cell(f"{present.verdict_glyph(word)} {word}", _VERDICTS.get(word, ""))


def outcome_cell(label: Label) -> Cell:
    """Glyph and word."""
    return OUTCOMES[label]


def because(outcome: Outcome) -> str:
    """``test`` for an outcome that a test run decided."""
    return outcome.source or ""


def _rate(pattern: Pattern) -> str:
    """The rate with its parts below those of the other rows; of what is shared that of whoever told it."""
    if pattern.borrowed:
        from tacit.core.elsewhere import surest, there

        return f"there {there(surest(pattern.elsewhere))}"
    return present.success(pattern.rate, pattern.low, pattern.high, pattern.judged, pattern.uses)


def _effective(pattern: Pattern, now: int) -> str:
    """``0.62``: between 0 and 1, two digits."""
    number = effectiveness(pattern, now)
    return present.NONE if number is None else f"{number:.2f}"


def _home(pattern: Pattern) -> str:
    """The project, or how many; of what is shared who told it."""
    if pattern.borrowed:
        from tacit.core.elsewhere import origin

        return origin(pattern)
    if pattern.projects == 1 and pattern.project_names:
        return short_project(pattern.project_names[0])
    return present.plural(pattern.projects, "project")


def short_project(name: str) -> str:
    """The last two parts of a project's name, which is what tells it from the others."""
    return "/".join(name.split("/")[-2:])


def pattern_rows(
    patterns: Sequence[Pattern], now: int, *, indent: str = "", effective: bool = False
) -> list[str]:
    """A list of patterns; ``effective`` adds the number it is sorted by."""
    if not patterns:
        return []
    columns = (
        Column("id"),
        *((Column("effective", right=True),) if effective else ()),
        Column("verdict"),
        Column("success"),
        Column("used", right=True, drop=1),
        Column("project", drop=2),
        Column("pattern"),
    )
    rows = [
        (
            Cell(short, "dim"),
            *((_effective(pattern, now),) if effective else ()),
            verdict_cell(pattern),
            _rate(pattern),
            Cell(present.ago(pattern.last_used, now) if pattern.uses else present.NONE, "dim"),
            Cell(_home(pattern), "dim"),
            f"{present.PIN} {pattern.title}" if pattern.pinned else pattern.title,
        )
        for short, pattern in zip(short_ids([one.id for one in patterns]), patterns, strict=True)
    ]
    return table(columns, rows, indent=indent)


def session_rows(sessions: Sequence[Session]) -> list[str]:
    """A list of sessions."""
    if not sessions:
        return []
    columns = (
        Column("id"),
        Column("started"),
        Column("episodes", right=True, drop=3),
        Column("steps", right=True),
        Column("errors", right=True, drop=4),
        Column("outcomes"),
        Column("agent", drop=2),
        Column("project", drop=1),
        Column("session"),
    )
    rows = [
        (
            Cell(short, "dim"),
            Cell(present.moment(session.started), ""),
            present.count(session.episodes),
            present.count(session.steps),
            present.count(session.errors),
            tally(session),
            Cell(squeeze(one_line(session.agent), _AGENT), "dim"),
            Cell(short_project(session.project), "dim"),
            session.title or "(no title)",
        )
        for short, session in zip(short_ids([one.id for one in sessions]), sessions, strict=True)
    ]
    return table(columns, rows)


def tally(session: Session) -> str:
    """``3✓ 1✗ 2?``: how the episodes of a session ended."""
    return " ".join(f"{number}{OUTCOMES[label].text[0]}" for label, number in session.outcomes if number)


def episode_rows(episodes: Sequence[Episode], *, indent: str = "", within: bool = False) -> list[str]:
    """A list of episodes; ``within`` one session the project is not repeated."""
    if not episodes:
        return []
    columns = [
        Column("id"),
        Column("started", drop=3),
        Column("outcome"),
        Column("because", drop=2),
        Column("steps", right=True),
        Column("errors", right=True, drop=4),
        Column("project", drop=1),
        Column("prompt"),
    ]
    rows: list[list[Cell | str]] = [
        [
            Cell(short, "dim"),
            present.moment(episode.started),
            outcome_cell(episode.outcome.label),
            Cell(because(episode.outcome), "dim"),
            present.count(episode.steps),
            present.count(episode.errors),
            Cell(short_project(episode.project), "dim"),
            episode.prompt[:2000],
        ]
        for short, episode in zip(short_ids([one.id for one in episodes]), episodes, strict=True)
    ]
    if within:
        columns.pop(6)
        rows = [row[:6] + row[7:] for row in rows]
    return table(columns, rows, indent=indent)
