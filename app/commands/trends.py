"""``memory trends``: what gets better, what gets worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import complete_ids, format_option, limit_of, limit_option, project_option

if TYPE_CHECKING:
    from tacit.app.commands.table import Cell
    from tacit.core.recall.trends import Trend, Trends, TrendWeek

WEEKS = 26
_ALONE = {"overall": None, "looked_at": None, "listed": None, "few": None}
_STYLES = {"rising": "green", "falling": "red"}


@click.command(cls=Command, short_help="What gets better, what gets worse, week by week.")
@click.argument("id_", metavar="[ID]", required=False, shell_complete=complete_ids)
@project_option()
@limit_option
@format_option
def trends(id_: str | None, project: str | None, limit: int | None, form: str) -> None:
    """Show whether patterns get better or worse, and all episodes together.

    CHANGE is by how many percent points a line through all judged episodes goes up from the first to the
    last, with its 95 % interval. Rising and falling are only told where that is more than chance explains, of
    many patterns where it is so for as many; steady, where the whole interval is below 25 points; anything
    else is unknown. The bars are the success of four weeks each.

    With ID: that pattern by week.

    \b
      memory trends
      memory trends p-3f9k2m
      memory trends --project jdx/mise --format json
    """  # noqa: D301
    from tacit.core.recall.trends import Trend

    with door().read() as memory:
        found = memory.trends(id_, project=project)
    if isinstance(found, Trend):
        _tell_one(found, form)
    else:
        _tell_all(found, limit_of(limit, form), form)


def _tell_one(trend: Trend, form: str) -> None:
    from tacit.app.commands.output import write, write_rows
    from tacit.app.commands.page import facts, heading, title
    from tacit.core.present import plural, trend_said
    from tacit.core.recall.worded import chance

    if form != "table":
        from tacit.core.recall.relations_form import trend_json

        write_rows(form, "trends", [trend_json(trend)], 1, more=_ALONE)
        return
    pattern = trend.pattern
    lines = [] if pattern is None else title(pattern.title, pattern.id)
    judged = f"{plural(trend.episodes, 'judged episode')}"
    if trend.p is not None:
        judged += f", p {chance(trend.p)}"
    lines += facts((("trend", trend_said(trend.word, trend.change, trend.low, trend.high)), ("from", judged)))
    if trend.weeks:
        lines += [*heading("By week", "uses; success, and over four weeks"), *_weeks(trend.weeks)]
    write(lines)


def _weeks(weeks: Sequence[TrendWeek]) -> list[str]:
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import count, percent, week

    shown = weeks[-WEEKS:]
    most = max(one.uses for one in shown) or 1
    rows = [
        (
            week(one.start),
            Cell("█" * -(-one.uses * 20 // most), "cyan"),
            count(one.uses),
            percent(one.successes / one.judged if one.judged else None),
            Cell(f"{count(one.successes)} of {count(one.judged)} judged", "dim"),
            percent(one.average),
        )
        for one in shown
    ]
    heads = (
        Column("week"),
        Column("uses"),
        Column("", right=True),
        Column("success", right=True),
        Column(""),
        Column("4 weeks", right=True),
    )
    return table(heads, rows, indent="  ")


def _tell_all(found: Trends, limit: int | None, form: str) -> None:
    from tacit.app.commands.output import say, tell_cut, write, write_rows
    from tacit.core.present import count, plural

    shown = found.patterns[:limit]
    if form != "table":
        from tacit.core.recall.relations_form import trend_json, trends_json

        write_rows(form, "trends", list(map(trend_json, shown)), len(found.patterns), more=trends_json(found))
        return
    write(_rows(found.overall, shown))
    tell_cut(len(shown), len(found.patterns), "patterns")
    if found.few:
        say(f"{plural(found.few, 'pattern has', 'patterns have')} too few judged episodes to tell.", "dim")
    if found.looked_at < found.listed:
        say(f"Only the {count(found.looked_at)} most used of {count(found.listed)} patterns are told.", "dim")


def _rows(overall: Trend, patterns: Sequence[Trend]) -> list[str]:
    from tacit.app.commands.rows import short_ids
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import count, levels, percent, points
    from tacit.core.recall.worded import chance

    columns = (
        Column("id"),
        Column("trend"),
        Column("change"),
        Column("n", right=True, drop=2),
        Column("p", right=True, drop=3),
        Column("weeks", drop=1),
        Column("now", right=True),
        Column("pattern"),
    )
    ids = short_ids([one.pattern.id for one in patterns if one.pattern is not None])
    rows = []
    for short, one in zip(("", *ids), (overall, *patterns), strict=True):
        averages = [week.average for week in one.weeks[-WEEKS:]]
        rows.append(
            (
                Cell(short, "dim"),
                _word(one),
                points(one.change, one.low, one.high),
                count(one.episodes),
                Cell("" if one.p is None else chance(one.p), "dim"),
                Cell(levels(averages), "cyan"),
                percent(averages[-1] if averages else None),
                Cell("all episodes", "bold") if one.pattern is None else one.pattern.title,
            )
        )
    return table(columns, rows)


def _word(trend: Trend) -> Cell:
    from tacit.app.commands.table import Cell
    from tacit.core.present import trend_word

    return Cell(trend_word(trend.word), _STYLES.get(trend.word, "dim"))
