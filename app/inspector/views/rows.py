"""One row of facts for each thing a list can show."""

from __future__ import annotations

from collections.abc import Mapping

from tacit.core.elsewhere import origin, surest, there
from tacit.core.model import Label, Pattern, Session, Step
from tacit.core.present import (
    NONE,
    PIN,
    ago,
    count,
    interval,
    percent,
    support,
    verdict_glyph,
    verdict_word,
)
from tacit.core.text import clean, one_line, pad, squeeze
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell, Ink, Line

VERDICT_INKS: Mapping[str, Ink] = {"helps": "good", "harms": "bad", "recovery": "accent", "fact": "warn"}
LABEL_GLYPHS: Mapping[Label, str] = {
    "success": "✓",
    "partial": "◐",
    "failure": "✗",
    "abstained": "–",
    "unknown": "?",
}
LABEL_INKS: Mapping[Label, Ink] = {"success": "good", "partial": "warn", "failure": "bad"}

_PATTERN = (
    Column("glyph", 1, 9),
    Column("title", 30, 10, grows=3),
    Column("word", 8, 5),
    Column("rate", 14, 8),
    Column("n", 10, 7),
    Column("used", 8, 4),
    Column("where", 14, 3, grows=1),
)
_TIGHT = (
    Column("glyph", 1, 9),
    Column("title", 11, 10, grows=1),
    Column("word", 8, 5),
    Column("rate", 14, 8),
    Column("n", 6, 7),
)
_ROOMY = 70  # cells from which on there is room for more than what a row cannot do without
_STEP = (
    Column("mark", 1, 9),
    Column("n", 4, 8, right=True),
    Column("glyph", 1, 9),
    Column("kind", 6, 6),
    Column("what", 22, 10, grows=1),
    Column("status", 11, 5),
    Column("seconds", 7, 3, right=True),
)
_GLYPHS = {"ok": "✓", "error": "✗", "rejected": "⊘", "cancelled": "⊘", "interrupted": "⊘", "unfinished": "…"}


def pattern_row(pattern: Pattern, width: int, now: int) -> Line:
    """``▲ title  helps  96 % [79–99] n=23  2h ago  src/main.rs +3``."""
    word = verdict_word(pattern)
    ink = VERDICT_INKS.get(word, "muted")
    columns = _PATTERN if width >= _ROOMY else _TIGHT
    widths = fit(columns, width)
    pin = f"{PIN} " if pattern.pinned else ""
    cells = {
        "glyph": Cell(verdict_glyph(word), ink),
        "title": Cell(pin + squeeze(one_line(pattern.title[:1000]), widths["title"] - len(pin))),
        "word": Cell(word, ink),
        "rate": Cell(aligned_rate(pattern), "muted" if pattern.borrowed else ""),
        "n": Cell("" if pattern.borrowed else _support(pattern, widths.get("n", 0))),
        "used": Cell(ago(pattern.last_used, now) if pattern.uses else NONE, "muted"),
        "where": Cell(_where(pattern), "muted"),
    }
    return lay(columns, widths, cells)


def _support(pattern: Pattern, width: int) -> str:
    """How many uses are judged, and of how many, where there is room for both."""
    both = support(pattern.judged, pattern.uses)
    return both if len(both) <= width else support(pattern.judged, pattern.judged)


def aligned_rate(pattern: Pattern) -> str:
    """The rate with its interval, so that rows line up; of what is shared what its source counted."""
    if pattern.borrowed:
        return f"there {there(surest(pattern.elsewhere))}"
    number = pad(percent(pattern.rate), 5, right=True)
    return f"{number} {interval(pattern.low, pattern.high)}"


def outcome_counts(session: Session) -> str:
    """``✓2 ✗1 ?3``: how many of its tasks ended how."""
    numbers = dict(session.outcomes)
    return " ".join(
        f"{glyph}{count(numbers[label])}" for label, glyph in LABEL_GLYPHS.items() if numbers.get(label)
    )


def step_row(step: Step, width: int, marked: bool) -> Line:
    """``◆ 12 ✓ edit  edit src/main.rs  ok  0.4 s``; ``marked`` are those a pattern was learned from."""
    bad = is_bad(step)
    seconds = "" if step.seconds is None else f"{step.seconds:.1f} s"
    cells = {
        "mark": Cell("◆" if marked else " ", "accent"),
        "n": Cell(str(step.n), "muted"),
        "glyph": Cell("✗" if bad and step.status == "ok" else _GLYPHS[step.status], "bad" if bad else "good"),
        "kind": Cell(step.kind, "muted"),
        "what": Cell(("  ↳ " if step.agent else "") + ("(left) " if step.left else "") + step_title(step)),
        "status": Cell(step_status(step), "bad" if bad else "muted"),
        "seconds": Cell(seconds, "muted"),
    }
    return lay(_STEP, fit(_STEP, width), cells)


def is_bad(step: Step) -> bool:
    """Whether a call did not do what it should."""
    return step.status != "ok" or step.error is not None


def step_title(step: Step) -> str:
    """What a step did: its actions, or its tool, and the file."""
    deed = ", ".join(action.label for action in step.actions) or step.tool
    return one_line(f"{deed} · {step.target}"[:1000] if step.target else deed[:1000])


def step_status(step: Step) -> str:
    """``ok``, or the class of what went wrong."""
    if step.error is not None and step.error.family != "other":
        return clean(step.error.family)
    return "error" if step.error is not None else step.status


def label_cell(label: Label, width: int = 0) -> Cell:
    """``✓ success``: how a task ended, the word in at least ``width`` cells."""
    return Cell(f"{LABEL_GLYPHS[label]} {label:<{width}}", LABEL_INKS.get(label, "muted"))


def project_name(project: str) -> str:
    """The last two parts of a project's name: enough to know it."""
    parts = [part for part in one_line(project).split("/") if part]
    return "/".join(parts[-2:]) or "–"


def _where(pattern: Pattern) -> str:
    if pattern.borrowed:
        return one_line(origin(pattern))
    if pattern.projects > 1:
        return f"{pattern.projects} projects"
    if pattern.files:
        more = len(pattern.files) - 1
        name = one_line(pattern.files[0])
        return f"{name} +{more}" if more else name
    return project_name(pattern.project_names[0]) if pattern.project_names else ""
