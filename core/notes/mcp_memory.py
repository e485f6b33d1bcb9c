"""The graph of the MCP reference memory server: entities with observations, and relations between them.

JSON Lines, one ``{"type": "entity", "name", "entityType", "observations": [...]}`` or ``{"type":
"relation", "from", "to", "relationType"}`` a line. Some servers that grew out of it write observations
as objects with ``content`` and a time; those are understood too, and so are times of entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tacit.core.limits import NOTE_BYTES, NOTE_LINKS
from tacit.core.notes.drafts import Drafting, NoteDraft, first_of
from tacit.core.readers.base import ReadTally
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import heads, records

_decoder = msgspec.json.Decoder(dict[str, Any])
_BEGUN = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"type"\s*:\s*"(?:entity"\s*,\s*"name"|relation"\s*,\s*"from")\s*:\s*"'
)
"""How a first line begins that is longer than what is looked at."""

_CONTENT = ("content", "text", "observation")
_CREATED = ("createdAt", "created_at", "timestamp")
_CHANGED = ("updatedAt", "updated_at", "lastModified")


def is_graph(head: bytes) -> bool:
    """Whether the first bytes of a file are those of such a graph."""
    found = list(heads(head, _decoder))
    return _BEGUN.match(head) is not None or any(_is_entity(one) or _is_relation(one) for one in found[:50])


def read_graph(path: Path, drafting: Drafting) -> Iterator[NoteDraft]:
    """A note for each entity: its observations, its type as a tag, its relations as links.

    Raises:
        Unreadable: the file cannot be read at all.
    """
    file = MappedFile(path)
    links = _links(file, drafting)
    lines = ReadTally()
    for record in records(file, _decoder, lines):
        if _is_entity(record):
            yield _entity(record, links.get(record["name"], ()), drafting)
        elif not _is_relation(record):
            drafting.tally.skip("no entity and no relation")
    for reason, count in lines.skipped.items():
        drafting.tally.skip(reason, count)


def _entity(record: dict[str, Any], links: tuple[str, ...] | list[str], drafting: Drafting) -> NoteDraft:
    kind = record["entityType"]
    said = list(_observations(record["observations"]))
    drafting.tally.skip("an observation that is no text", len(record["observations"]) - len(said))
    return drafting.draft(
        record["name"],
        record["name"],
        "\n".join(said),
        tags=[kind] if isinstance(kind, str) and kind else [],
        links=links,
        created=first_of(record, _CREATED),
        changed=first_of(record, _CHANGED),
    )


def _observations(told: list[Any]) -> Iterator[str]:
    for one in told:
        text = one if isinstance(one, str) else first_of(one, _CONTENT) if isinstance(one, dict) else None
        if isinstance(text, str):
            yield f"- {text}"


def _links(file: MappedFile, drafting: Drafting) -> dict[str, list[str]]:
    """Name of an entity to what it is related to; a relation reads the same from both ends."""
    names: set[str] = set()
    told: list[tuple[str, str, str]] = []
    for record in records(file, _decoder, ReadTally()):
        if _is_entity(record):
            names.add(record["name"])
        elif _is_relation(record):
            told.append((record["from"], record["relationType"], record["to"]))
    found: dict[str, list[str]] = {}
    for one, relation, other in dict.fromkeys(told):
        ends = names.intersection((one, other))
        drafting.tally.skip("a relation of no entity", int(not ends))
        for end in ends:
            held = found.setdefault(end, [])
            if len(held) <= NOTE_LINKS:  # one more, so that it is told that there are more
                held.append(f"{one} {relation} {other}"[:NOTE_BYTES])
    return found


def _is_entity(record: dict[str, Any]) -> bool:
    named = isinstance(record.get("name"), str) and "entityType" in record
    return record.get("type") == "entity" and named and isinstance(record.get("observations"), list)


def _is_relation(record: dict[str, Any]) -> bool:
    ends = (record.get("from"), record.get("to"), record.get("relationType"))
    return record.get("type") == "relation" and all(isinstance(one, str) for one in ends)
