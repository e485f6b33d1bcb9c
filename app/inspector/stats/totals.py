"""The blocks of the Stats screen that tell how much there is, and how tasks ended."""

from __future__ import annotations

from collections.abc import Mapping

from tacit.app.inspector.leads.targets import Lead, named
from tacit.app.inspector.stats.lines import Figure, figures
from tacit.app.inspector.views.prose import heading
from tacit.app.inspector.views.rows import LABEL_GLYPHS, LABEL_INKS, VERDICT_INKS
from tacit.core.model import Label
from tacit.core.outcome_counts import Outcomes
from tacit.core.present import count, kind_word, percent, plural, verdict_glyph
from tacit.core.stats import Stats
from tacit.core.stats_project import ProjectStats
from tacit.widgets.lines_pane import PaneLine

_FILLS: Mapping[Label, str] = {
    "success": "█",
    "partial": "▓",
    "failure": "▒",
    "abstained": "░",
    "unknown": "░",
}
_SUMS = (
    ("steps", "steps"),
    ("errors", "errors"),
    ("rejected", "rejected"),
    ("cancelled", "cancelled"),
    ("interrupted", "interrupted"),
    ("subagent_steps", "sub-agent steps"),
    ("subagent_errors", "sub-agent errors"),
    ("tokens", "tokens"),
)


def totals(stats: Stats, width: int) -> list[PaneLine]:
    """Patterns, sessions, tasks, and what was done in them."""
    rows = [
        Figure("patterns", stats.patterns, Lead("patterns"), ""),
        Figure("sessions", stats.sessions, Lead("sessions"), ""),
        Figure("tasks", stats.episodes, Lead("episodes"), ""),
    ]
    if stats.notes:
        rows.append(Figure("notes", stats.notes, Lead("notes"), "", note="of other memories"))
    rows += [Figure(name, number, None, "") for field, name in _SUMS if (number := stats.sums.get(field, 0))]
    return [heading("Totals", "› leads to the list"), *figures(rows, width)]


def project_totals(stats: ProjectStats, width: int) -> list[PaneLine]:
    """The same of one project."""
    name = stats.project
    rows = [
        Figure("patterns", stats.patterns, named("patterns", "project", name), ""),
        Figure("sessions", stats.sessions, named("sessions", "project", name), ""),
        Figure("tasks", stats.outcomes.total, named("episodes", "project", name), ""),
        Figure("learned from", stats.worthy, None, "", note="tasks"),
        Figure("changed files", stats.changed, None, "", note="tasks"),
    ]
    return [heading(f"Project {name}", "› leads to the list"), *figures(rows, width)]


def outcomes(found: Outcomes, width: int, project: str = "") -> list[PaneLine]:
    """How the tasks ended, of all or of one project."""
    note = f"{percent(found.rate)} of {plural(found.judged, 'judged task')} succeed"
    note = note if found.judged else "no task is judged"
    numbers: dict[Label, int] = {
        "success": found.success,
        "partial": found.partial,
        "failure": found.failure,
        "abstained": found.abstained,
        "unknown": found.unknown,
    }
    rows = [
        Figure(
            f"{LABEL_GLYPHS[label]} {label}",
            number,
            _ended(label, project),
            _FILLS[label],
            LABEL_INKS.get(label, "muted"),
        )
        for label, number in numbers.items()
        if number
    ]
    return [heading("Outcomes", note), *figures(rows, width, found.total)]


def _ended(label: Label, project: str) -> Lead | None:
    query = f"outcome:{label}"
    return named("episodes", "project", project, query) if project else Lead("episodes", query)


def sources(stats: Stats, width: int) -> list[PaneLine]:
    """What tells how they ended."""
    rows = [
        Figure(name, number, Lead("episodes", f"source:{name}")) for name, number in stats.sources.items()
    ]
    return [heading("Judged by"), *figures(rows, width)] if rows else []


def kinds(stats: Stats, width: int) -> list[PaneLine]:
    """Patterns by kind."""
    rows = [
        Figure(kind_word(kind), number, Lead("patterns", f"kind:{kind_word(kind)}"))
        for kind, number in stats.kinds.items()
    ]
    return [heading("Patterns by kind"), *figures(rows, width)] if rows else []


def verdicts(stats: Stats, width: int) -> list[PaneLine]:
    """Patterns by what is known of their worth."""
    order = ("helps", "harms", "unproven", "recovery", "fact")
    rows = [
        Figure(
            f"{verdict_glyph(word)} {word}",
            stats.verdicts[word],
            Lead("patterns", f"verdict:{word}"),
            ink=VERDICT_INKS.get(word, "muted"),
        )
        for word in order
        if stats.verdicts.get(word)
    ]
    if stats.elsewhere:
        lead = Lead("patterns", "verdict:shared")
        rows.append(Figure(f"{verdict_glyph('shared')} shared", stats.elsewhere, lead, ink="muted"))
    return [heading("Patterns by verdict"), *figures(rows, width)] if rows else []


def offered(stats: Stats, width: int) -> list[PaneLine]:
    """How often patterns were given to agents, and what came of it, each task once."""
    ends = stats.offered
    rows = [Figure("given", stats.offers, None, "", note="times")] if stats.offers else []
    if ends is not None:
        rows += [
            Figure("what came of it", ends.known, note="tasks"),
            Figure("used in", ends.applied),
            Figure("went well", ends.successes, note=f"of {count(ends.judged)} judged"),
        ]
    most = None if ends is None else ends.known
    return [heading("Offered to agents"), *figures(rows, width, most)] if rows else []


def agents(stats: Stats, width: int) -> list[PaneLine]:
    """Sessions by the agent that told them."""
    most = sorted(stats.agents.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [Figure(name, number, named("sessions", "agent", name)) for name, number in most]
    return [heading("Sessions by agent"), *figures(rows, width)] if rows else []
