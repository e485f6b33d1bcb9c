"""The health and the sizes of a store in words and as JSON, the same on every door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from tacit.core.clock import rfc3339
from tacit.core.disk_use import Use
from tacit.core.health import MOST, Following, Health
from tacit.core.jsonform import SCHEMA, Json
from tacit.core.places import short
from tacit.core.present import ago, count, plural, size
from tacit.core.room import NEARLY_FULL


class Sign(NamedTuple):
    """One line: whether all is well with it, what it is about, and what is to be said."""

    level: Literal["ok", "note", "warning"]
    name: str
    text: str


def signs(found: Health, now: int) -> Iterator[Sign]:
    """What the store is like, line by line."""
    share = found.file / found.map if found.map else 0
    room = f"{size(found.file)} of the {size(found.map)} it can become; {size(found.live)} in use"
    yield Sign("warning" if share > NEARLY_FULL else "ok", "file", room)
    if found.free is not None:
        yield Sign("ok", "disk", f"{size(found.free)} free")
    yield _waiting(found)
    yield _text(found.text)
    yield from _vectors(found)
    yield _damaged(found)
    yield _backups(found, now)
    if found.owed:
        yield Sign("warning", "forgotten", f"still to be cleaned: {', '.join(found.owed)}")
    yield from (Sign("warning", "room", f"{one.what}. {one.hint}") for one in found.concerns)


def _waiting(found: Health) -> Sign:
    if not found.waiting:
        return Sign("ok", "learning", "nothing waits to be learned from")
    text = f"{plural(found.waiting, 'task waits', 'tasks wait')} to be learned from: `memory learn`"
    return Sign("note", "learning", text)


def _text(index: Following) -> Sign:
    if index.state == "none":
        return Sign("note", "text index", "none; searches go through every record")
    if index.state == "misfit":
        text = "not of this state; searches go through every record. `memory doctor --repair` builds it anew"
        return Sign("warning", "text index", text)
    return Sign("ok" if index.state == "current" else "note", "text index", _followed(index))


def _followed(index: Following) -> str:
    if index.state == "current":
        return "up to date"
    more = " or more" if index.behind >= MOST else ""
    return f"{plural(index.behind, 'record')}{more} behind; these are looked at besides"


def _vectors(found: Health) -> Iterator[Sign]:
    held, index = found.vectors, found.vector_index
    if held.why and not held.others:
        yield Sign("note", "vectors", f"none: {held.why}")
        return
    if held.why:
        yield Sign("note", "vectors", f"as before: {held.why}")
        return
    waits = plural(held.waiting, "record waits", "records wait") if held.waiting else "none waits"
    text = f"{count(held.rows)} with {held.space}; {waits}"
    yield Sign("note" if held.waiting else "ok", "vectors", text)
    if index.state == "misfit":
        yield Sign("warning", "vector index", "not of this state; searches look at every vector")
    elif index.state == "none":
        yield Sign("ok", "vector index", "none: searches look at every vector")
    else:
        yield Sign("ok" if index.state == "current" else "note", "vector index", _followed(index))


def _damaged(found: Health) -> Sign:
    parts = [f"{plural(found.left_out, 'record')} left out"] if found.left_out else []
    parts += [f"{plural(found.aside, 'record')} set aside"] if found.aside else []
    if not parts:
        return Sign("ok", "damage", "none was met; `memory doctor` looks at every record")
    return Sign("warning", "damage", f"{', '.join(parts)}: `memory doctor` tells more")


def _backups(found: Health, now: int) -> Sign:
    newest = found.newest
    if newest is None:
        return Sign("note", "backups", "none: `memory backup create` makes one")
    return Sign("ok", "backups", f"{plural(found.backups, 'file')}, the newest {ago(newest.created, now)}")


def size_rows(uses: Sequence[Use]) -> Iterator[tuple[str, str, str]]:
    """(what, how large, where) of everything Tacit keeps on this disk."""
    for one in uses:
        yield one.what, "–" if one.size is None else size(one.size), short(one.path)


def health_json(found: Health, uses: Sequence[Use]) -> Json:
    """Both as JSON; sizes in bytes, ``null`` where there is nothing."""
    newest = found.newest
    return {
        "schema": SCHEMA,
        "health": {
            "path": found.path,
            "file": found.file,
            "live": found.live,
            "map": found.map,
            "free": found.free,
            "waiting": found.waiting,
            "text_index": {"state": found.text.state, "behind": found.text.behind},
            "vector_index": {"state": found.vector_index.state, "behind": found.vector_index.behind},
            "vectors": {
                "space": found.vectors.space,
                "rows": found.vectors.rows,
                "waiting": found.vectors.waiting,
                "others": list(found.vectors.others),
                "why": found.vectors.why,
            },
            "aside": found.aside,
            "left_out": found.left_out,
            "backups": found.backups,
            "newest_backup": None
            if newest is None
            else {"path": newest.path, "created": rfc3339(newest.created), "size": newest.size},
            "owed": list(found.owed),
            "concerns": [{"what": one.what, "hint": one.hint} for one in found.concerns],
        },
        "sizes": [{"what": one.what, "path": one.path, "size": one.size} for one in uses],
    }
