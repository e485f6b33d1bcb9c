"""All that is known of a pattern, as lines for the detail pane."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.views.prose import fact, facts, wrapped
from tacit.app.inspector.views.rows import (
    LABEL_GLYPHS,
    LABEL_INKS,
    VERDICT_INKS,
    project_name,
)
from tacit.core.clock import WEEK, week_start
from tacit.core.model import Evidenced, Pattern
from tacit.core.present import (
    PIN,
    ago,
    count,
    day,
    expectation,
    kind_word,
    percent,
    plural,
    rate,
    trend_said,
    verdict_glyph,
    verdict_word,
    week,
    yardstick,
)
from tacit.core.text import one_line, pad
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine
from tacit.widgets.trend import LEGEND, Week, trend_lines

if TYPE_CHECKING:
    from tacit.memory import Memory

_WEEKS = 12
_TOGETHER = 3
_VERDICTS = {
    "helps": "tasks with it succeed more often than like tasks without",
    "harms": "tasks with it succeed less often than like tasks without",
    "unproven": "not told apart from chance yet",
    "recovery": "what left this error behind",
    "fact": "what is run in this project, and how it goes",
}


class Beside(NamedTuple):
    """What is told besides of a pattern: its trend in words, and the titles of what is used with it."""

    trend: str = ""
    together: tuple[str, ...] = ()


def read_beside(memory: Memory, pattern: Pattern, project: str | None = None) -> Beside:
    """The trend of a pattern, where one is told, and what stands of what is used with it; for a worker."""
    from tacit.core.recall.related import Relations
    from tacit.core.recall.trends import Trend

    trend, found = memory.trends(pattern.id, project=project), memory.related(pattern.id, project=project)
    said = ""
    if isinstance(trend, Trend) and trend.word != "unknown":
        said = trend_said(trend.word, trend.change, trend.low, trend.high)
    rows = found.patterns if isinstance(found, Relations) else ()
    stands = [one for one in rows if one.stands and not one.shares]
    together = (f"{one.pattern.title} ({one.lift:.1f} times chance)" for one in stands[:_TOGETHER])
    return Beside(said, tuple(together))


def pattern_detail(
    pattern: Pattern,
    evidence: Sequence[Evidenced] | None,
    now: int,
    whole: Pattern | None = None,
    beside: Beside | None = None,
) -> Compose:
    """The lines of a pattern.

    Args:
        pattern: with the numbers to show.
        evidence: its uses; ``None`` while they are still being read.
        now: milliseconds.
        whole: the pattern over all projects, where the numbers are those of one.
        beside: its trend and what is used with it, where that was read.
    """
    return partial(_lines, pattern, evidence, now, whole=whole, beside=beside or Beside())


def _lines(
    pattern: Pattern,
    evidence: Sequence[Evidenced] | None,
    now: int,
    width: int,
    *,
    whole: Pattern | None,
    beside: Beside,
) -> list[PaneLine]:
    lines: list[Line] = [
        *wrapped(pattern.title, width, "heading"),
        [Cell(f"{kind_word(pattern.kind)} · {pattern.id}", "muted"), *_decided(pattern)],
        [],
        *_place(pattern, whole, width),
        *_verdict(pattern, width),
        [],
        *wrapped(statement(pattern), width),
        [],
        *_facts(pattern, now, width),
        *_trend(pattern, now, width),
        *_names("Projects", [project_name(name) for name in pattern.project_names], width),
        *_names("Files", pattern.files, width),
        *_names("Trend", [beside.trend] if beside.trend else [], width),
        *_together(beside.together, width),
    ]
    shown = [PaneLine(line) for line in lines]
    return shown + _evidence(pattern, evidence, now)


def statement(pattern: Pattern) -> str:
    """What the pattern says, as a sentence."""
    key = [one_line(part[:400]) for part in pattern.key]
    if pattern.kind == "error_recovery" and len(key) > 2:
        return f"After “{key[1]}”: {', then '.join(f'“{part}”' for part in key[2:])}."
    if pattern.kind == "heuristic" and len(key) == 3:
        return f"In {project_name(key[0])}, to {key[1]}: “{key[2]}”."
    if pattern.kind == "tool_sequence" and len(key) > 1:
        return f"First {', then '.join(f'“{part}”' for part in key)}."
    return one_line(pattern.title[:4000])


def _place(pattern: Pattern, whole: Pattern | None, width: int) -> list[Line]:
    """Where the numbers are from, and beside them those over all projects."""
    if whole is None:
        return []
    here = ", ".join(map(project_name, pattern.project_names))
    beside = f"over all {plural(whole.projects, 'project')}: {rate(whole)}; {expectation(whole)}"
    return [*wrapped(f"In {here}", width, "accent"), *wrapped(beside, width, "muted"), []]


def _decided(pattern: Pattern) -> Line:
    """What a person decided of it."""
    pinned = [Cell(f"  {PIN} pinned", "accent")] if pattern.pinned else []
    archived = [Cell("  put away until it is used again", "warn")] if pattern.archived else []
    return [*pinned, *archived]


def _verdict(pattern: Pattern, width: int) -> list[Line]:
    word = verdict_word(pattern)
    ink = VERDICT_INKS.get(word, "muted")
    first: Line = [Cell(f"{verdict_glyph(word)} {word}", ink), Cell(f"   {rate(pattern)}", "strong")]
    why = _VERDICTS.get(word, "")
    if pattern.expected is not None:
        why += f": {expectation(pattern)}, going by {yardstick(pattern)}"
    return [first, *wrapped(why, width, "muted")] if why else [first]


def _facts(pattern: Pattern, now: int, width: int) -> list[Line]:
    ends = f"{count(pattern.successes)} went well, {count(pattern.failures)} did not"
    if pattern.partial:
        ends += f", {count(pattern.partial)} partly"
    unjudged = pattern.uses - pattern.judged
    if unjudged:
        ends += f", {count(unjudged)} not judged"
    places = ", ".join(
        (
            plural(pattern.episodes, "task"),
            plural(pattern.sessions, "session"),
            plural(pattern.projects, "project"),
        )
    )
    pairs = [
        ("Support", f"{plural(pattern.uses, 'use')}: {ends}"),
        ("Seen in", places),
        (
            "Used",
            f"{day(pattern.first_used)} to {day(pattern.last_used)}, last {ago(pattern.last_used, now)}",
        ),
        ("Learned", _since(pattern)),
    ]
    if pattern.variants:
        pairs.append(("Variants", f"{plural(pattern.variants, 'pattern')} behind this one"))
    return facts(pairs, width)


def _since(pattern: Pattern) -> str:
    text = day(pattern.learned_at)
    if pattern.claim is not None:
        text += f" at {percent(pattern.claim.rate)} of {count(pattern.claim.judged)}"
    since = pattern.since
    if since is not None and since.judged:
        text += f"; since then {percent(since.rate)} of {count(since.judged)}"
    elif since is not None:
        text += "; not judged since" if since.uses else "; not used since"
    return text


def _trend(pattern: Pattern, now: int, width: int) -> list[Line]:
    """The last weeks with uses, gaps drawn as gaps."""
    if not pattern.weeks:
        return []
    last = min(pattern.weeks[-1][0], week_start(now))
    first = max(pattern.weeks[0][0], last - (_WEEKS - 1) * WEEK)
    known = {at: rest for at, *rest in pattern.weeks}
    weeks = []
    for at in range(first, last + 1, WEEK):
        uses, judged, successes = known.get(at, (0, 0, 0))
        weeks.append(Week(week(at), uses, judged, successes))
    return [[], [Cell("By week  ", "heading"), *LEGEND], *trend_lines(weeks, width)]


def _names(title: str, names: Sequence[str], width: int) -> list[Line]:
    if not names:
        return []
    return [[], *fact(title, ", ".join(one_line(name) for name in names), width)]


def _together(titles: Sequence[str], width: int) -> list[Line]:
    """What is used with it, one a line."""
    lines = [line for title in titles for line in wrapped(one_line(title), width)]
    return [[], [Cell("Used together with", "heading")], *lines] if lines else []


def _evidence(pattern: Pattern, evidence: Sequence[Evidenced] | None, now: int) -> list[PaneLine]:
    if evidence is None:
        return [PaneLine([]), PaneLine([Cell("Evidence", "heading"), Cell("  reading…", "muted")])]
    number = plural(pattern.uses, "use")
    hint = "  Enter shows the steps" if evidence else ""
    lines = [
        PaneLine([]),
        PaneLine([Cell("Evidence", "heading"), Cell(f"  {number}, newest first.{hint}", "muted")]),
    ]
    for date, uses in groupby(evidence, key=lambda use: day(use.at)):
        lines += [PaneLine(_use(use, date, now), use) for use in uses]
    return lines


def _use(use: Evidenced, date: str, now: int) -> Line:
    steps = f"step {use.first}" if use.first == use.last else f"steps {use.first}–{use.last}"
    return [
        Cell(f"{LABEL_GLYPHS[use.result]} {pad(use.result, 9)}", LABEL_INKS.get(use.result, "muted")),
        Cell(f" {date}  {pad(ago(use.at, now), 9)}", "muted"),
        Cell(f" {pad(steps, 12)}"),
        Cell(f" {project_name(use.project)}", "muted"),
    ]
