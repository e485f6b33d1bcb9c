"""A folder of Markdown notes, with front matter or without: basic-memory, Obsidian, agents' own files.

A note is a file; its id is its path inside the folder. Of the front matter ``title`` or ``name``,
``description``, ``type``, ``tags`` and the times are used; links are ``[[names]]``, with the words before
them where they stand in a list of relations.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tacit.core.limits import NOTE_FILE_BYTES, NOTE_LINKS
from tacit.core.notes.drafts import Drafting, NoteDraft, first_of
from tacit.core.notes.front_matter import BadFrontMatter, Fields, fields, split
from tacit.core.readers.discovery import DEEPEST, PASSED_OVER

ENDINGS = (".md", ".markdown")
_CREATED = ("created", "created_at", "creation_date", "date")
_CHANGED = ("modified", "changed", "updated", "updated_at", "last_modified", "lastmod", "last_updated")
_RELATION = re.compile(
    r"^[ \t]*[-*][ \t]++(?P<words>[^\[\]\n]{0,60})\[\[(?P<to>[^\[\]\n|#]{1,200})", re.MULTILINE
)
_LINK = re.compile(r"\[\[(?P<to>[^\[\]\n|#]{1,200})")
_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)
_PLAIN = frozenset(("note", "memory", ""))
"""Types that say nothing of a note."""


def files_in(folder: Path) -> Iterator[tuple[str, int]]:
    """(path inside the folder, size) of every file, in the order of their paths; hidden ones are left out.

    Links are not followed: one may lead out of the folder.
    """
    yield from _files(str(folder), "")


def _files(folder: str, inside: str, depth: int = 1) -> Iterator[tuple[str, int]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        try:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in PASSED_OVER and depth < DEEPEST:
                    yield from _files(entry.path, f"{inside}{entry.name}/", depth + 1)
            elif entry.is_file(follow_symlinks=False):
                yield f"{inside}{entry.name}", entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue


def read_markdown(path: Path, drafting: Drafting) -> Iterator[NoteDraft]:
    """A note for each Markdown file of a folder, or for the one file that is named."""
    if not path.is_dir():
        found = _note(path, path.name, drafting)
        yield from () if found is None else (found,)
        return
    for inside, size in files_in(path):
        if not inside.lower().endswith(ENDINGS):
            continue
        if size > NOTE_FILE_BYTES:
            drafting.tally.skip("too large")
        elif (found := _note(path / inside, inside, drafting)) is not None:
            yield found


def _note(path: Path, inside: str, drafting: Drafting) -> NoteDraft | None:
    try:
        with path.open("rb") as file:
            raw = file.read(NOTE_FILE_BYTES + 1)
    except OSError:
        drafting.tally.skip("unreadable")
        return None
    reason = _unusable(raw)
    if reason:
        drafting.tally.skip(reason)
        return None
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    above, body = split(text)
    said: Fields = {}
    try:
        said = {} if above is None else fields(above)
    except BadFrontMatter as bad:  # the note itself is none the worse for it
        drafting.tally.skip(str(bad))
    return _draft(inside, said, body.strip(), drafting)


def _unusable(raw: bytes) -> str:
    if len(raw) > NOTE_FILE_BYTES:
        return "too large"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "wrong encoding"
    if b"\0" in raw[:4096]:
        return "binary file"
    return "" if raw.strip() else "empty file"


def _draft(inside: str, said: Fields, body: str, drafting: Drafting) -> NoteDraft:
    heading = _HEADING.search(body[:4096])
    named = (_text(said.get("title")), _text(said.get("name")), heading[1] if heading else "")
    about = _text(said.get("description"))
    return drafting.draft(
        inside,
        next((one for one in named if one.strip()), inside.rpartition("/")[2].rpartition(".")[0]),
        f"{about}\n\n{body}".strip() if about and about not in body else body,
        tags=list(_tags(said)),
        links=_links(body),
        created=first_of(said, _CREATED),
        changed=first_of(said, _CHANGED),
    )


def _tags(said: Fields) -> Iterator[str]:
    """Its tags, and its type where that says something."""
    told = said.get("tags", said.get("tag"))
    if isinstance(told, str):
        yield from (one.strip("# ") for one in re.split(r"[,\s]+", told))
    elif isinstance(told, list):
        yield from (one.strip("# ") for one in told if isinstance(one, str))
    beside = said.get("metadata")
    kind = said.get("type", beside.get("type") if isinstance(beside, dict) else None)
    if isinstance(kind, str) and kind.strip().lower() not in _PLAIN:
        yield kind.strip()


def _links(body: str) -> list[str]:
    """``relates_to Coffee`` for a line of relations, ``Coffee`` for any other link."""
    if "[[" not in body:
        return []
    found: dict[str, None] = {}
    told = set()
    for one in _RELATION.finditer(body):
        found[f"{one['words'].strip()} {one['to'].strip()}".strip()] = None
        told.add(one["to"].strip())
        if len(found) > NOTE_LINKS:
            return list(found)
    for one in _LINK.finditer(body):
        if one["to"].strip() not in told:
            found[one["to"].strip()] = None
            if len(found) > NOTE_LINKS:
                break
    return list(found)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
