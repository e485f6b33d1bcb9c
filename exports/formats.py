"""The forms of an export: what each is called, who writes it, and whether the mirror can have it.

A new form is one row here and one module that writes it. The writers are loaded when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

if TYPE_CHECKING:
    from tacit.exports.source import ExportReport, Progress, Selection, Source

    Writer = Callable[[Source, Path, Selection | None, Progress | None], ExportReport]

Format = Literal["json", "jsonl", "csv", "msgpack", "markdown"]


class Form(NamedTuple):
    """One form. ``writer`` is ``module:function``, ``mirrored`` whether it is kept up to date by itself."""

    writer: str
    what: str
    mirrored: bool = False


FORMS: dict[Format, Form] = {
    "json": Form("tree:write_tree", "a tree of JSON files", mirrored=True),
    "jsonl": Form("lines:write_lines", "one JSON Lines file", mirrored=True),
    "csv": Form("csv_files:write_csv", "tables for a spreadsheet"),
    "msgpack": Form("messagepack:write_messagepack", "one MessagePack stream"),
    "markdown": Form("pages:write_pages", "pages to read"),
}


def writer_of(name: Format) -> Writer:
    """The function that writes a form: of a source, or a selection of it, into a directory.

    Raises:
        Usage: there is no such form.
    """
    if name not in FORMS:
        from tacit.core.errors import Usage

        raise Usage(f"There is no export form “{name}”.", f"One of {', '.join(FORMS)}.")
    module, _, function = FORMS[name].writer.partition(":")
    return cast("Writer", getattr(import_module(f"tacit.exports.{module}"), function))
