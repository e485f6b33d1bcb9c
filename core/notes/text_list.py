"""A plain JSON list of texts, as many memories export what they hold.

A list of strings, or of objects with their text under ``memory``, ``text``, ``content`` or ``fact``, and
with or without ``id``, ``title``, ``tags``, ``created_at``, ``updated_at`` and ``metadata``; as it is, or
under ``results``, ``memories``, ``facts``, ``notes``, ``items`` or ``data`` of an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from tacit.core.notes.drafts import Drafting, NoteDraft, first_of
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import FLAWS
from tacit.core.readers.mapped import MappedFile

_TEXTS = ("memory", "text", "content", "fact")
_LISTS = (b"results", b"memories", b"facts", b"notes", b"items", b"data")
_CREATED = ("created_at", "createdAt", "created", "timestamp")
_CHANGED = ("updated_at", "updatedAt", "updated", "modified")
_TAGS = ("tags", "categories")
_LOOKED = 20
"""So many of the first items are looked at to tell what a list is of."""

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
"""A mark, or a string whole: one without an end goes to the end, else each quote in it would be tried."""

_OPENS = re.compile(rb"\s*:\s*\[")
_OPEN, _CLOSE, _COMMA, _QUOTE = b"[{", b"]}", ord(","), ord('"')


def is_list(path: Path) -> bool:
    """Whether a file is such a list, judged by its first items.

    Raises:
        Unreadable: the file cannot be read at all.
    """
    file = MappedFile(path)
    raw = file.view[file.start :]
    return any(_text_of(_item(one)) for one in islice(_items(raw), _LOOKED) if one is not None)


def read_list(path: Path, drafting: Drafting) -> Iterator[NoteDraft]:
    """A note for each text; of a file that ends too early for the items that are whole.

    Raises:
        Unreadable: the file cannot be read at all.
    """
    file = MappedFile(path)
    for raw in _items(file.view[file.start :]):
        item: Any = None if raw is None else _item(raw)
        text = _text_of(item)
        if raw is None:
            drafting.tally.skip("not JSON")
        elif not text:
            drafting.tally.skip("no text")
        elif isinstance(item, str):
            yield drafting.draft(None, "", text)
        else:
            yield _draft(item, text, drafting)


def _items(raw: memoryview) -> Iterator[memoryview | None]:
    """Each item of the list as it is written, one at a time; ``None`` for an end that is missing.

    Nothing is decoded: a hostile list may have a hundred million items.
    """
    at = _opening(raw)
    if at is None:
        return
    depth, begins = 0, at + 1
    for token in _TOKEN.finditer(raw, at):
        mark = raw[token.start()]
        depth += (mark in _OPEN) - (mark in _CLOSE)
        if depth == 0 or (mark == _COMMA and depth == 1):
            piece = raw[begins : token.start()]
            if bytes(piece[:1_000]).strip():
                yield piece
            begins = token.end()
        if depth == 0:
            return
    yield None


def _opening(raw: memoryview) -> int | None:
    """Where the list opens: at the beginning, or behind a name of the object around it."""
    first = bytes(raw[:64]).lstrip()[:1]
    if first == b"[":
        return bytes(raw[:64]).index(b"[")
    depth = 0
    for token in _TOKEN.finditer(raw) if first == b"{" else ():
        mark = raw[token.start()]
        depth += (mark in _OPEN) - (mark in _CLOSE)
        if mark == _QUOTE and depth == 1 and bytes(raw[token.start() + 1 : token.end() - 1][:20]) in _LISTS:
            opens = _OPENS.match(raw, token.end())
            if opens is not None:
                return opens.end() - 1
    return None


def _item(raw: memoryview) -> Any:
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            return msgspec.json.decode(without_lone_surrogates(bytes(raw)))
        except FLAWS:
            return None


def _text_of(item: Any) -> str:
    """The text of an item; empty where it has none."""
    found = item
    if isinstance(item, dict):
        found = next((item[name] for name in _TEXTS if isinstance(item.get(name), str)), "")
    return found if isinstance(found, str) and found.strip() else ""


def _draft(item: dict[str, Any], text: str, drafting: Drafting) -> NoteDraft:
    metadata = item.get("metadata")
    beside = metadata if isinstance(metadata, dict) else {}
    native, title = item.get("id"), item.get("title")
    return drafting.draft(
        str(native)[:10_000] if isinstance(native, str | int) and str(native).strip() else None,
        title if isinstance(title, str) else "",
        text,
        tags=[*_tags(item), *_tags(beside), *_facts(beside)],
        created=first_of(item, _CREATED) or first_of(beside, _CREATED),
        changed=first_of(item, _CHANGED) or first_of(beside, _CHANGED),
    )


def _tags(item: dict[str, Any]) -> Iterator[str]:
    for name in _TAGS:
        told = item.get(name)
        if isinstance(told, str):
            yield from (one.strip() for one in told.split(","))
        elif isinstance(told, list):
            yield from (one for one in told if isinstance(one, str))


def _facts(metadata: dict[str, Any]) -> Iterator[str]:
    """What the metadata says in a word, as ``type:preference``."""
    for name, value in metadata.items():
        if name not in (*_TAGS, *_CREATED, *_CHANGED) and isinstance(value, str) and len(value) <= 100:
            yield f"{name}:{value}"
