"""What a pattern says, how it went and what that is compared with, as lines."""

from __future__ import annotations

from tacit.app.inspector.views.prose import facts, wrapped
from tacit.app.inspector.views.rows import VERDICT_INKS, project_name
from tacit.core.clock import WEEK, week_start
from tacit.core.elsewhere import told
from tacit.core.loop.wording import since_offered
from tacit.core.model import Pattern
from tacit.core.present import (
    PIN,
    ago,
    count,
    day,
    expectation,
    percent,
    plural,
    rate,
    verdict_glyph,
    verdict_word,
    week,
    yardstick,
)
from tacit.core.text import one_line
from tacit.widgets.bars import LEGEND
from tacit.widgets.ink import Cell, Line
from tacit.widgets.trend import Week, trend_lines

_WEEKS = 12
_VERDICTS = {
    "helps": "tasks with it succeed more often than like tasks without",
    "harms": "tasks with it succeed less often than like tasks without",
    "unproven": "not told apart from chance yet",
    "recovery": "what left this error behind",
    "fact": "what is run in this project, and how it goes",
    "shared": "told by another memory, and not seen here often enough to be learned",
}


def statement(pattern: Pattern) -> str:
    """What the pattern says, as a sentence."""
    key = [one_line(part[:400]) for part in pattern.key]
    if pattern.kind == "error_recovery" and len(key) > 2:
        return f"After “{key[1]}”: {', then '.join(f'“{part}”' for part in key[2:])}."
    if pattern.kind == "heuristic" and len(key) == 3:
        return f"In {project_name(key[0])}, to {key[1]}: “{key[2]}”."
    if pattern.kind == "tool_sequence" and len(key) > 1:
        return f"First {', then '.join(f'“{part}”' for part in key)}."
    if pattern.kind == "custom":
        return f"Declared by a person or a plug-in: “{one_line(pattern.title[:4000])}”."
    return one_line(pattern.title[:4000])


def decided(pattern: Pattern) -> Line:
    """What a person decided of it."""
    pinned = [Cell(f"  {PIN} pinned", "accent")] if pattern.pinned else []
    archived = [Cell("  put away until it is used again", "warn")] if pattern.archived else []
    return [*pinned, *archived]


def place_lines(pattern: Pattern, whole: Pattern | None, width: int) -> list[Line]:
    """Where the numbers are from, and beside them those over all projects."""
    if whole is None:
        return []
    here = ", ".join(map(project_name, pattern.project_names))
    beside = f"over all {plural(whole.projects, 'project')}: {rate(whole)}; {expectation(whole)}"
    return [*wrapped(f"In {here}", width, "accent"), *wrapped(beside, width, "muted"), []]


def verdict_lines(pattern: Pattern, width: int) -> list[Line]:
    """The verdict with the rate, and what it is compared with."""
    word = verdict_word(pattern)
    ink = VERDICT_INKS.get(word, "muted")
    first: Line = [Cell(f"{verdict_glyph(word)} {word}", ink), Cell(f"   {rate(pattern)}", "strong")]
    why = _VERDICTS.get(word, "")
    if pattern.expected is not None:
        why += f": {expectation(pattern)}, going by {yardstick(pattern)}"
    return [first, *wrapped(why, width, "muted")] if why else [first]


def fact_lines(pattern: Pattern, now: int, width: int, times: int | None = None) -> list[Line]:
    """Support, where and when, how it held since it was learned, and since it was given to agents.

    ``times`` is how often it was, where that was read.
    """
    ends = f"{count(pattern.successes)} went well, {count(pattern.failures)} did not"
    if pattern.partial:
        ends += f", {count(pattern.partial)} partly"
    unjudged = pattern.uses - pattern.judged
    if unjudged:
        ends += f", {count(unjudged)} not judged"
    places = (
        plural(pattern.episodes, "task"),
        plural(pattern.sessions, "session"),
        plural(pattern.projects, "project"),
    )
    elsewhere = "; ".join(one_line(told(one)) for one in pattern.elsewhere)
    offered = since_offered(pattern.offered, times).removeprefix("offered ")
    if not pattern.uses:
        return facts([("Seen here", "not yet"), ("Elsewhere", elsewhere), ("Offered", offered)], width)
    used = f"{day(pattern.first_used)} to {day(pattern.last_used)}, last {ago(pattern.last_used, now)}"
    pairs = [
        ("Support", f"{plural(pattern.uses, 'use')}: {ends}"),
        ("Seen in", ", ".join(places)),
        ("Used", used),
        ("Learned", "" if pattern.borrowed else _since(pattern)),
        ("Elsewhere", elsewhere),
        ("Offered", offered),
    ]
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


def week_lines(pattern: Pattern, now: int, width: int) -> list[Line]:
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
