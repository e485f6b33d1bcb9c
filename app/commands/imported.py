"""The report of an import, for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tacit.app.commands.output import paint
from tacit.app.commands.page import INDENT, facts, folded
from tacit.core.present import count, duration, plural
from tacit.core.text import clean, one_line

if TYPE_CHECKING:
    from tacit.core.funnel import Funnel
    from tacit.core.import_report import ImportReport
    from tacit.core.notes.report import NotesTaken


_KINDS = 4
"""So many kinds of drift are named of an agent; JSON names all."""

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


def only_notes(report: ImportReport) -> bool:
    """Whether notes came, or were found again, and no transcript was read."""
    return report.notes is not None and not (report.sessions or report.read)


def found_nothing(report: ImportReport) -> bool:
    """Whether there was neither a transcript nor a note to be read, known or not."""
    known = report.read or report.skipped.get("unchanged") or (report.notes and report.notes.notes)
    return not report.changed and not known


def headline(report: ImportReport) -> str:
    """What came of it, in one line."""
    what = ", ".join(_came(report))
    if report.dry_run:
        return f"An import would add {what}. Nothing was stored."
    if found_nothing(report):
        return "Nothing was imported: no transcript was found that could be used."
    if not report.changed:
        return f"Nothing new: all of it was known already ({duration(report.seconds)})."
    if (report.joined or report.parted) and not (report.read or report.sessions or report.notes):
        return f"No transcript is new, but projects go by other names now ({duration(report.seconds)})."
    return f"Imported {what} in {duration(report.seconds)}."


def _came(report: ImportReport) -> Iterator[str]:
    """``2 sessions``, ``5 episodes``, …; where only notes came, these alone."""
    notes = report.notes
    if not only_notes(report):
        yield plural(report.sessions, "session")
        yield plural(report.episodes, "episode")
        yield plural(report.steps, "step")
    if notes is not None:
        yield plural(notes.new + notes.changed, "note")


def _noted(taken: NotesTaken) -> Iterator[tuple[str, str]]:
    """What came of notes of other memories."""
    parts = [f"{count(taken.new)} new from {', '.join(map(one_line, taken.sources))}"]
    others = ((taken.changed, "updated"), (taken.unchanged, "known already"), (taken.deleted, "deleted here"))
    yield "notes", ", ".join([*parts, *(f"{count(number)} {word}" for number, word in others if number)])
    yield "left out", _counted(taken.skipped)
    yield "notes cut", _counted(taken.cut)


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
    if report.notes is not None:
        yield from _noted(report.notes)
    yield "redacted", _counted(report.redacted)
    yield "skipped", _counted(report.skipped)
    yield "such as", "; ".join(f"{clean(path)} ({why})" for why, path in report.left_out.items())
    yield "cut", _counted(report.cut)
    yield "drift", _drifted(report.drift)
    if report.joined:
        joined = "; ".join(clean(one) for one in report.joined)
        yield "joined", f"{joined} (`memory undo --of import` takes it back)"
    if report.parted:
        parted = "; ".join(clean(one) for one in report.parted)
        yield "parted", f"{parted} (it may be another one; `memory project merge` makes them one)"
    if report.patterns is not None and not only_notes(report):
        yield "patterns", f"{count(report.patterns)}, of which {count(report.new_patterns or 0)} new"
    yield "not learned", _counted(report.rejected)
    if report.embedded:
        yield "embedded", plural(report.embedded, "text")


def _drifted(numbers: Mapping[str, int]) -> str:
    """``19 unlike what readers know: codex 6 unknown event x, 3 unknown item y; cursor 1 unknown part z``."""
    agents: dict[str, list[tuple[int, str]]] = {}
    for name, number in numbers.items():
        agent, _, what = name.partition(": ")
        agents.setdefault(agent, []).append((-number, what))
    told = []
    for agent, kinds in sorted(agents.items()):
        shown = [f"{count(-number)} {what}" for number, what in sorted(kinds)[:_KINDS]]
        more = len(kinds) - len(shown)
        told.append(f"{agent} {', '.join(shown)}" + (f" and {plural(more, 'more kind')}" if more else ""))
    return (
        clean(f"{count(sum(numbers.values()))} unlike what readers know: {'; '.join(told)}") if told else ""
    )


def _counted(numbers: Mapping[str, int]) -> str:
    """``12: 7 password, 5 aws-key``, the most first."""
    found = sorted(
        ((number, name) for name, number in numbers.items() if number), key=lambda row: (-row[0], row[1])
    )
    if not found:
        return ""
    parts = ", ".join(f"{count(number)} {clean(_WORDS.get(name, name))}" for number, name in found)
    return parts if len(found) == 1 else f"{count(sum(number for number, _ in found))}: {parts}"
