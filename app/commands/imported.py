"""The report of an import, for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tacit.app.commands.output import paint
from tacit.app.commands.page import INDENT, facts, folded
from tacit.core.present import count, duration, plural
from tacit.core.text import clean

if TYPE_CHECKING:
    from tacit.core.funnel import Funnel
    from tacit.core.import_report import ImportReport


_WORDS = {
    "successes in one episode": "with successes in one episode only",
    "unexpected fields": "with unexpected fields",
}
"""How reasons read behind any number, one included, where their keys do not."""


def report_lines(report: ImportReport, funnel: Funnel | None = None) -> list[str]:
    """What an import added, what it left out and why; ``funnel`` is where the memory stands after it."""
    head = headline(report)
    done = report.changed and not report.dry_run
    return [paint(head, "bold") if done else head, *facts(facts_of(report)), *_thin(funnel)]


def _thin(funnel: Funnel | None) -> Iterator[str]:
    """Why there are few patterns or none."""
    from tacit.core.funnel import THIN, explained

    if funnel is not None and funnel.patterns < THIN:
        for line in explained(funnel):
            yield from (paint(INDENT + part, "dim") for part in folded(clean(line), len(INDENT)))


def headline(report: ImportReport) -> str:
    """What came of it, in one line."""
    what = ", ".join(
        (
            plural(report.sessions, "session"),
            plural(report.episodes, "episode"),
            plural(report.steps, "step"),
        )
    )
    if report.dry_run:
        return f"An import would add {what}. Nothing was stored."
    if not report.changed and not report.skipped.get("unchanged"):
        return "Nothing was imported: no transcript was found that could be used."
    if not report.changed:
        return f"Nothing new: all of it was known already ({duration(report.seconds)})."
    return f"Imported {what} in {duration(report.seconds)}."


def facts_of(report: ImportReport) -> Iterator[tuple[str, str]]:
    """What else there is to say, by name; an empty text is nothing to say."""
    apart = (
        (report.rejected_calls, "rejected"),
        (report.cancelled_calls, "cancelled"),
        (report.interrupted_calls, "interrupted"),
    )
    if report.errors:
        others = ", ".join(f"{count(number)} {name}" for number, name in apart if number)
        yield "errors", f"{count(report.errors)}, of which {others}" if others else count(report.errors)
    if report.subagent_steps:
        errors = plural(report.subagent_errors, "error")
        yield "sub-agents", f"{plural(report.subagent_steps, 'step')}, {errors}"
    yield "redacted", _counted(report.redacted)
    yield "skipped", _counted(report.skipped)
    yield "cut", _counted(report.cut)
    if report.patterns is not None:
        yield "patterns", f"{count(report.patterns)}, of which {count(report.new_patterns or 0)} new"
    yield "not learned", _counted(report.rejected)
    if report.embedded:
        yield "embedded", plural(report.embedded, "text")


def _counted(numbers: Mapping[str, int]) -> str:
    """``12: 7 password, 5 aws-key``, the most first."""
    found = sorted(
        ((number, name) for name, number in numbers.items() if number), key=lambda row: (-row[0], row[1])
    )
    if not found:
        return ""
    parts = ", ".join(f"{count(number)} {clean(_WORDS.get(name, name))}" for number, name in found)
    return parts if len(found) == 1 else f"{count(sum(number for number, _ in found))}: {parts}"
