"""``memory audit-store``: what another memory's store is worth, before it is imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import days, format_option

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.core.notes.audit import StoreAudit
    from tacit.core.notes.records import NoteStore

_PART = 1_000_000
_LOOKED = 1_000
"""Bytes of standard input that are read at a time, and files of a folder in which a store is looked for."""


@click.command("audit-store", cls=Command, short_help="What is worth taking along of another memory's store.")
@click.argument("path", metavar="PATH", type=click.Path(allow_dash=True))
@click.option(
    "--stale-after", metavar="SPAN", default="180d", show_default=True,
    help="What was last changed longer ago is stale: 30d, 4w, 6m or 1y.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", default=1, show_default=True,
    help="At most so many examples of each finding; 0 for all.",
)  # fmt: skip
@format_option
def audit_store(path: str, stale_after: str, limit: int, form: str) -> None:
    """Look through the store of another memory: what in it is a copy, stale, secret-looking or leads nowhere.

    PATH is the JSON Lines graph of an MCP memory server, a folder of Markdown notes, or a JSON list of texts;
    - is standard input. Nothing is imported and nothing written. For the memory of Tacit itself there are
    `memory doctor` and `memory optimize`.

    \b
      memory audit-store ~/.mcp/memory.jsonl
      memory audit-store ~/notes --stale-after 1y --limit 5
      memory audit-store - --format json < facts.json
    """  # noqa: D301
    from tacit.app.commands.output import say, write

    found = _audited(path, days(stale_after), limit or None)
    if form == "table":
        from tacit.app.commands.audit_store_page import rest, store_page

        write(store_page(found))
        say(rest(found))
        say(_next(path, found), "dim")
        return
    from tacit.app.commands.output import write_rows
    from tacit.core.notes.audit_form import audit_json, findings_json

    findings = findings_json(found.findings)
    write_rows(form, "findings", findings, more=audit_json(found))


def _audited(path: str, stale_after: int, examples: int | None) -> StoreAudit:
    """What was found; the settings say what only looks secret, as for an import."""
    from tacit.core.clock import DAY, system_clock
    from tacit.core.config import load
    from tacit.core.errors import NothingUsable
    from tacit.core.notes.audit import audit
    from tacit.core.notes.audit_reading import survey
    from tacit.core.notes.stores import source_of
    from tacit.core.places import Places
    from tacit.core.redaction import Redactor

    redact = Redactor(b"", load(Places(store=door().store)).redact_allow)
    with _there(path) as lying:
        store = _kind(path, lying)
        told, tally = survey(lying, store, redact)
    if not told:
        why = ", ".join(sorted(tally.skipped)) or "it is empty"
        raise NothingUsable(f"{_named(path)} holds no note that can be read: {why}.", "")
    return audit(
        store,
        "standard input" if path == "-" else source_of(lying),
        told,
        stale_before=(system_clock() // DAY - stale_after) * DAY,
        examples=examples,
        unreadable=tally.skipped.items(),
    )


@contextmanager
def _there(path: str) -> Iterator[Path]:
    """The path, or a file that holds what standard input brings, for as long as it is needed.

    Raises:
        NothingUsable: there is no such file, or more comes than a store may hold.
    """
    from pathlib import Path
    from stat import S_ISDIR

    if path == "-":
        from tacit.core.places import places
        from tacit.core.scratch import scratch

        with scratch(places().cache) as folder:
            file = folder / "stdin"
            _keep(file)
            yield file
        return
    lying = Path(path)
    try:
        there = lying.stat()
        _check_size(0 if S_ISDIR(there.st_mode) else there.st_size, path)
    except OSError as error:
        from tacit.core.errors import NothingUsable

        why = (error.strerror or "it cannot be looked at").lower()
        raise NothingUsable(f"{path} cannot be read: {why}.", "Name a file or a folder.") from None
    yield lying


def _keep(file: Path) -> None:
    """Write what standard input brings."""
    taken = 0
    with file.open("wb") as out:
        while part := sys.stdin.buffer.read(_PART):
            taken += len(part)
            _check_size(taken, _named("-"))
            out.write(part)


def _check_size(number: int, named: str) -> None:
    from tacit.core.errors import NothingUsable
    from tacit.core.limits import NOTE_STORE_BYTES
    from tacit.core.present import size

    if number > NOTE_STORE_BYTES:
        raise NothingUsable(f"{named} is larger than {size(NOTE_STORE_BYTES)}.", "Look at a part of it.")


def _kind(path: str, lying: Path) -> NoteStore:
    """What kind of store it is.

    Raises:
        NothingUsable: none that is known; the hint says what lies there instead.
    """
    from itertools import islice

    from tacit.core.errors import NothingUsable
    from tacit.core.notes.markdown import files_in
    from tacit.core.notes.stores import is_graph_file, recognised

    found = recognised(lying, told=True)
    if found is not None:
        return found
    if (lying / "data.mdb").exists() or lying.name == "data.mdb":
        hint = "This is a store of Tacit: `memory doctor` checks it, `memory optimize` tidies it."
        raise NothingUsable(f"{path} is no store of another memory.", hint)
    if lying.is_dir():
        for inside, _ in islice(files_in(lying), _LOOKED):
            if is_graph_file(lying / inside):
                hint = f"There is one in it: `memory audit-store {lying / inside}`."
                raise NothingUsable(f"{path} holds no Markdown notes.", hint)
    hint = "It reads the graph of an MCP memory server, a folder of Markdown notes, and a JSON list of texts."
    raise NothingUsable(f"{_named(path)} is no store of another memory that is known here.", hint)


def _named(path: str) -> str:
    return "Standard input" if path == "-" else path


def _next(path: str, found: StoreAudit) -> str:
    """What to do now, and what that would do. What an import would not take for notes it is told of."""
    from pathlib import Path
    from shlex import quote

    from tacit.core.notes.stores import recognised
    from tacit.core.present import plural

    told = "" if path == "-" or recognised(Path(path)) is not None else "--notes "
    taken = plural(found.notes, "note")
    return (
        f"Next: `memory import {told}{quote(path)}` takes {taken} in, secrets replaced. Searches find them, "
        "no rate counts them, and `memory delete` takes single ones out again."
    )
