"""What leaves: cleaned of what a terminal obeys, without hashes of secrets, cut to what an agent can hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tacit.app.mcp.limits import ANSWER_CHARACTERS, ITEMS_CHARACTERS, TEXT_CHARACTERS
from tacit.core.jsonform import Json


def shown(text: str, most: int = TEXT_CHARACTERS) -> str:
    """A text as it may be given: its beginning where it is too long."""
    from tacit.core.jsonform import without_hash
    from tacit.core.text import ELLIPSIS, clean

    bounded = text[: 2 * most]  # cleaning may make a text longer, and a hash ends within that
    done = clean(without_hash(bounded), newlines=True)
    return done if len(done) <= most and len(bounded) == len(text) else done[: most - 1] + ELLIPSIS


def fitting(items: Iterable[Json], room: int = ITEMS_CHARACTERS) -> list[Json]:
    """As many of the items, from the first on, as there is room for in an answer; one at least."""
    kept: list[Json] = []
    for item in items:
        room -= size(item) + 1
        if kept and room < 0:
            break
        kept.append(item)
    return kept


def bounded(answer: Json) -> Json:
    """The whole answer with every text shown as it may be, the shorter the more there is of it."""
    most = ANSWER_CHARACTERS
    done: Json = _each(answer, most)
    while size(done) > ANSWER_CHARACTERS and most > TEXT_CHARACTERS // 4:
        most //= 2
        done = _each(answer, most)
    return done


def size(value: object) -> int:
    """Characters that a value takes as JSON text."""
    from tacit.core.jsonform import encode

    return len(encode(value).decode())


def _each(value: Any, most: int) -> Any:
    if isinstance(value, str):
        return shown(value, most)
    if isinstance(value, dict):
        return {key if key.isascii() else shown(key, most): _each(one, most) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each(one, most) for one in value]
    return value
