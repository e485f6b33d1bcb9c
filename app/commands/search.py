"""``memory search``: what fits a text best, by words and meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from tacit.app.commands.door import door
from tacit.app.commands.explaining import explain_option, write_explained
from tacit.app.commands.options import (
    QueryCommand,
    complete_query,
    format_option,
    limit_of,
    limit_option,
    project_option,
)
from tacit.core.recall.ranked import Mode, Type

if TYPE_CHECKING:
    from tacit.core.hits import Found, Hit

_SOURCE = 28
"""Cells that say where a note is from."""

_DIVERSE = 0.5
"""How much difference counts beside relevance, of 1."""


@click.command(cls=QueryCommand, short_help="Find what fits a text best in all that is stored.")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...", shell_complete=complete_query)
@project_option()
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice(get_args(Type)),
    help="Only these; may be given again.",
)
@click.option(
    "--mode", type=click.Choice(get_args(Mode)), default="hybrid",
    help="By words and meaning (hybrid), words alone, or meaning alone.",
)  # fmt: skip
@click.option("--diverse", is_flag=True, help="Hits that differ come before more of the same.")
@limit_option
@explain_option
@format_option
def search(text: tuple[str, ...], limit: int | None, explain: bool, form: str, **options: Any) -> None:
    """Find patterns, sessions, episodes, steps and notes by words and meaning, best first.

    Any word finds, more words and rarer ones count more. A '"quoted text"' and field:value pairs must
    hold, -word excludes, and '~text' is looked for by its meaning alone. While no embedding model is
    built, words answer alone.

    \b
    memory search cargo check fails
    memory search '"exit status" project:mise -windows'
    memory search '~"tests fail after an upgrade"' --type episode
    """  # noqa: D301 - \b keeps click from folding the examples
    from tacit.app.commands.output import say, tell_rest, write, write_list

    options["diverse"] = _DIVERSE if options["diverse"] else 0.0
    with door().ask() as memory:
        plan = memory.plan(" ".join(text), project=options["project"])
        found = memory.search(" ".join(text), limit_of(limit, form, plan), **options)
    if explain:
        _explain(found, form)
        return
    if form == "table":
        write(_rows(found, parts=False))
    else:
        write_list(form, "results", found, lambda hit: _form(hit, found.mode))
    tell_rest(found, "results", plan)
    if found.waiting:
        say(f"{_waiting(found)}: `memory import` goes on with it.", "dim")
    if not found.total:
        say("Nothing found. Other or shorter words may find more.")


def _explain(found: Found, form: str) -> None:
    from tacit.app.commands.output import write
    from tacit.app.commands.page import facts
    from tacit.core.present import count, plural

    if form != "table":
        hits = [_form(hit, found.mode) for hit in found.items]
        said = {"query": found.query, "mode": found.mode, "total": found.total, "shown": len(hits)}
        said |= {"rows_read": found.rows, "waiting": found.waiting, "note": found.note, "results": hits}
        write_explained(form, said)
        return
    write(
        facts(
            (
                ("query", found.query),
                ("by", {"hybrid": "words and meaning", "lexical": "words", "vector": "meaning"}[found.mode]),
                ("total", count(found.total)),
                ("shown", count(len(found.items))),
                ("read", plural(found.rows, "row")),
                ("waiting", _waiting(found) if found.waiting else ""),
                ("note", found.note),
            )
        )
    )
    write(["", *_rows(found, parts=True)] if found.items else [])


def _waiting(found: Found) -> str:
    from tacit.core.present import plural

    return plural(found.waiting, "record has no vector yet", "records have no vector yet")


def _rows(found: Found, *, parts: bool) -> list[str]:
    from itertools import chain

    from tacit.app.commands.rows import short_ids
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import day

    if not found.items:
        return []
    columns = [Column("score", right=True, drop=2), Column("id"), Column("where"), Column("day", drop=1)]
    rows: list[tuple[Cell | str, ...]] = [
        (
            Cell(f"{hit.score:.2f}", "dim"),
            Cell(short, "dim"),
            _where(hit),
            Cell(day(hit.at), "dim"),
            hit.excerpt,
        )
        for short, hit in zip(short_ids([hit.id for hit in found.items]), found.items, strict=True)
    ]
    head, *lines = table([*columns, Column("text")], rows)
    below = [f"       {_parts(hit)}" for hit in found.items] if parts else []
    return [head, *chain.from_iterable(zip(lines, below, strict=True))] if parts else [head, *lines]


def _where(hit: Hit) -> str:
    """``pattern``, ``step 4``, ``note from …``; ``shared`` of what only other memories speak for."""
    if hit.type == "note":
        from tacit.core.text import cut, one_line

        return cut(f"note from {one_line(hit.origin)}", _SOURCE)
    if hit.origin:
        return "shared"
    return hit.type if hit.step is None else f"step {hit.step}"


def _parts(hit: Hit) -> str:
    """``words 1.20 (BM25 7.31), meaning 0.84 (cosine 0.61)``."""
    raw = {"words": ("BM25", hit.words), "meaning": ("cosine", hit.meaning)}
    said = []
    for name, share in hit.parts:
        measure, value = raw.get(name, ("", None))
        behind = f" ({measure} {value:.2f})" if value is not None and value != share else ""
        said.append(f"{name} {share:.2f}{behind}")
    return ", ".join(said)


def _form(hit: Hit, mode: str) -> dict[str, Any]:
    from tacit.core.clock import rfc3339
    from tacit.core.jsonform import without_hash

    parts = {name.replace(" ", "_"): round(share, 4) for name, share in hit.parts}
    return {
        "id": hit.id,
        "type": hit.type,
        "step": hit.step,
        "title": without_hash(hit.title),
        "excerpt": without_hash(hit.excerpt),
        "at": rfc3339(hit.at),
        "score": round(hit.score, 4),
        "parts": parts,
        "bm25": None if hit.words is None else round(hit.words, 4),
        "cosine": None if hit.meaning is None else round(hit.meaning, 4),
        "origin": hit.origin or None,
        "trust": hit.trust or None,
        "mode": mode,
    }
