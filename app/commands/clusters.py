"""``memory clusters``: which patterns mean nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, limit_of, limit_option, project_option

if TYPE_CHECKING:
    from tacit.core.recall.clusters import Cluster, Clusters, NearPair

MEMBERS = 5
"""Members of a group that a page shows; JSON has all."""


@click.command(cls=Command, short_help="Groups of patterns that mean nearly the same.")
@project_option()
@limit_option
@format_option
def clusters(project: str | None, limit: int | None, form: str) -> None:
    """Group patterns by what they mean: where at least three lie close to each other.

    A group is named by the words that set it apart. What is close to nothing is counted, not shown.
    Below come near-duplicates: pairs of one kind that read almost alike. `memory optimize` proposes to merge
    those whose commands, failures and error codes are the same as well.

    Until a model is ready, groups are those of common words.

    \b
      memory clusters
      memory clusters --project jdx/mise --format json
    """  # noqa: D301
    from tacit.app.commands.output import say, write_rows

    with door().ask() as memory:
        found = memory.clusters(project=project)
    most = limit_of(limit, form)
    if form != "table":
        from tacit.core.recall.relations_form import cluster_json, clusters_json

        write_rows(
            form,
            "clusters",
            list(map(cluster_json, found.clusters[:most])),
            len(found.clusters),
            more=clusters_json(found),
        )
    else:
        _tell(found, most)
    if found.by == "words" and found.looked_at:
        say(f"Grouped by common words, not by meaning. {found.note}", "yellow")
    elif found.note:
        say(found.note, "yellow")


def _tell(found: Clusters, limit: int | None) -> None:
    from tacit.app.commands.output import say, tell_cut, write
    from tacit.core.present import count, plural

    shown, near = found.clusters[:limit], found.near[:limit]
    lines: list[str] = []
    for one in shown:
        lines += [*([""] if lines else []), *_cluster_lines(one)]
    if near:
        from tacit.app.commands.page import heading

        lines += [*heading("Near-duplicates", "cosine")[0 if lines else 1 :], *_near_rows(near)]
    write(lines)
    tell_cut(len(shown), len(found.clusters), "groups")
    tell_cut(len(near), len(found.near), "near-duplicates")
    if not found.clusters:
        say("No group: no three patterns are close to each other." if found.looked_at else "No pattern yet.")
    elif found.noise:
        say(f"{plural(found.noise, 'pattern stands', 'patterns stand')} in no group.", "dim")
    if found.waiting:
        say(f"{plural(found.waiting, 'pattern is', 'patterns are')} not embedded yet.", "yellow")
    if found.cut:
        say(f"Only the first {count(found.looked_at + found.waiting)} of the list were compared.", "dim")


def _cluster_lines(one: Cluster) -> list[str]:
    """The name of a group with its numbers, and its first members."""
    from tacit.app.commands.output import paint
    from tacit.app.commands.rows import short_ids, verdict_cell
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import plural
    from tacit.core.recall.worded import success
    from tacit.core.text import one_line

    told = success(one.rate, one.low, one.high, one.judged).strip()
    head = f"{paint(one_line(one.label), 'bold')}  {plural(len(one.patterns), 'pattern')} · {told}"
    members = one.patterns[:MEMBERS]
    rows = [
        (Cell(short, "dim"), verdict_cell(pattern), pattern.title)
        for short, pattern in zip(short_ids([member.id for member in members]), members, strict=True)
    ]
    lines = [head, *table((Column(""), Column(""), Column("")), rows, indent="  ")]
    left = len(one.patterns) - len(members)
    return [*lines, paint(f"  … {plural(left, 'more pattern')}", "dim")] if left else lines


def _near_rows(near: Sequence[NearPair]) -> list[str]:
    from tacit.app.commands.rows import ID
    from tacit.app.commands.table import Cell, Column, table

    rows = [
        (
            f"{pair.cosine:.2f}",
            Cell(pair.one.id[:ID], "dim"),
            pair.one.title,
            Cell(pair.other.id[:ID], "dim"),
            pair.other.title,
        )
        for pair in near
    ]
    return table(tuple(Column("") for _ in range(5)), rows, indent="  ")
