"""What Tacit puts into the settings of agents: a server here, a hook there; and how it is found again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from msgspec import Struct

from tacit.app.editing.files import EditError
from tacit.app.setup.jsontext import JsonText
from tacit.app.setup.launch import Launch
from tacit.app.setup.tomltext import TomlText
from tacit.core.places import short

Part = Literal["mcp", "hooks"]
Form = Literal["json", "jsonc", "toml"]
Text = JsonText | TomlText
Where = tuple[str | int, ...]

NAME = "tacit"
"""What the server is called in the settings of an agent."""


class Entry(Struct, frozen=True):
    """One entry in one file.

    ``path`` leads to it, or, where it is ``listed``, to the list that it is an item of. ``made`` says what
    it is for a launch, ``read`` which launch something there starts, ``None`` where that is not Tacit's.
    """

    part: Part
    file: str
    form: Form
    path: tuple[str, ...]
    made: Callable[[Launch], Any]
    read: Callable[[Any], Launch | None]
    listed: bool = False
    mode: int = 0o600


class Found(Struct, frozen=True):
    """An entry of Tacit's as it stands in a file; ``edited``: a person changed it there."""

    where: Where
    launch: Launch
    edited: bool


def opened(text: str, entry: Entry) -> Text:
    """The document of an entry.

    Raises:
        EditError: the text is not what it should be.
    """
    try:
        made = TomlText(text) if entry.form == "toml" else JsonText(text, comments=entry.form == "jsonc")
    except (ValueError, RecursionError) as error:
        what = "TOML" if entry.form == "toml" else "plain JSON" if entry.form == "json" else "JSON"
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise EditError(
            f"{short(entry.file)} is no {what}: {why}.",
            "It was left as it is. Mend it, or put in by hand what --print shows.",
        ) from error
    _check(made, entry)
    return made


def found(text: Text, entry: Entry) -> list[Found]:
    """Where the entry stands, more than once if somebody doubled it."""
    there = text.find(entry.path)
    places: Iterable[tuple[Where, Any]] = [(entry.path, there)] if there is not None else []
    if entry.listed:
        places = [((*entry.path, number), one) for number, one in enumerate(there or ())]
    rows = []
    for where, value in places:
        launch = entry.read(value)
        if launch is not None:
            rows.append(Found(where, launch, _filled(entry.made(launch)) != _filled(value)))
    return rows


def _filled(value: Any) -> Any:
    """An entry without an empty ``env``, which agents write themselves."""
    return {name: one for name, one in value.items() if one != {}} if isinstance(value, dict) else value


def foreign(text: Text, entry: Entry) -> bool:
    """Whether something that is not Tacit's stands at its place."""
    return not entry.listed and text.find(entry.path) is not None and not found(text, entry)


def put(text: Text, entry: Entry, launch: Launch) -> Text:
    """With the entry for a launch, where it stands or new."""
    value, there = entry.made(launch), found(text, entry)
    if isinstance(text, TomlText):
        return text.put(entry.path, value)
    if there:
        return text.swap(there[0].where, value)
    return text.append(entry.path, value) if entry.listed else text.put(entry.path, value)


def _check(text: Text, entry: Entry) -> None:
    """See that what leads to an entry can hold it.

    Raises:
        EditError: it cannot.
    """
    for number in range(len(entry.path) + 1):
        value, way = text.value, entry.path[:number]
        for name in way:
            if name not in value:
                return
            value = value[name]
        kind: type = list if entry.listed and number == len(entry.path) else dict
        if not isinstance(value, kind):
            what = f"“{'.'.join(way)}” in {short(entry.file)}" if way else short(entry.file)
            raise EditError(
                f"{what} is no {'list' if kind is list else 'object'}.",
                "It was left as it is. Mend it, or put in by hand what --print shows.",
            )
