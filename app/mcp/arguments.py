"""The arguments of a call, checked: what is wrong names the field and what it may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from tacit.app.mcp.schemas.schema import allowed
from tacit.core.jsonform import Json

if TYPE_CHECKING:
    from tacit.app.mcp.schemas.inputs import Input
    from tacit.app.mcp.tools.table import Tool

_PLACE = re.compile(r" - at `\$\.(\w+)")
_NAMED = re.compile(r"field `([^`]*)`")


class Refused(ValueError):
    """Arguments that a tool does not take; the message says which and why."""


def checked(tool: Tool, arguments: Json | None) -> Input:
    """The arguments as the type that the tool takes; ``null`` counts as not given.

    Raises:
        Refused: a field is missing, unknown, of another type or out of its bounds.
    """
    from tacit.core.ready_types import ready

    ready(tool.input)
    given = {name: value for name, value in (arguments or {}).items() if value is not None}
    try:
        return msgspec.convert(given, tool.input, strict=True)
    except msgspec.ValidationError as error:
        raise Refused(_words(tool, str(error), given)) from None


def _words(tool: Tool, said: str, given: Json) -> str:
    schema = tool.schema()
    fields: Json = schema["properties"]
    place = _PLACE.search(said)
    if place and place[1] in fields:
        name = place[1]
        text = given.get(name) if "maxLength" in fields[name] else None
        size = f" It has {len(text):,} characters." if isinstance(text, str) else ""
        return f"{tool.name}: `{name}` has to be {allowed(fields[name])}.{size}"
    named = _NAMED.search(said)
    if "missing" in said and named and named[1] in fields:
        return f"{tool.name}: `{named[1]}` is missing; it has to be {allowed(fields[named[1]])}."
    unknown = f"`{named[1][:40]}`" if named else "what was given"
    return f"{tool.name}: {unknown} is no field of it. It takes: {', '.join(fields) or 'nothing'}."
