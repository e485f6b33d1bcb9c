"""The fields of a query: what each is called, which lists have it and what its values are."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from tacit.core.model import KINDS, SOURCES, TASK_TYPES, Complexity, Label, Tool

List = Literal["patterns", "sessions", "episodes", "notes"]
LISTS: tuple[List, ...] = get_args(List)

Shape = Literal["choice", "text", "flag", "number", "share", "time", "order", "limit"]

SORTS = ("rank", "effectiveness", "uses", "success", "recent", "title")
VERDICTS = ("helps", "harms", "unproven", "recovery", "fact", "shared")
"""The words of the verdict column; ``recovery`` and ``fact`` stand for kinds that have no verdict, ``shared``
for what only other memories speak for."""

YES_NO = ("yes", "no")

EXACT = frozenset(("project", "agent", "model", "branch", "unworthy"))
"""Fields that go by parts of a name, and of which ``=name`` means that very name."""


class Field(Struct, frozen=True):
    """A field. ``about`` says what its values are; ``choices`` are all of them where they are few.

    ``many`` is whether a thing can have several values at once. ``alone`` fields say something of the
    list itself, so they stand in no alternative and no negation.
    """

    name: str
    shape: Shape
    lists: tuple[List, ...]
    about: str
    choices: tuple[str, ...] = ()
    many: bool = False
    alone: bool = False


_P: tuple[List, ...] = ("patterns",)
_E: tuple[List, ...] = ("episodes",)
_PE: tuple[List, ...] = ("patterns", "episodes")
_PS: tuple[List, ...] = ("patterns", "sessions")
_SE: tuple[List, ...] = ("sessions", "episodes")
_PSE: tuple[List, ...] = ("patterns", "sessions", "episodes")
_N: tuple[List, ...] = ("notes",)

_NUMBER = "For example {0}:5, {0}:>=5 or {0}:5..20."
_SHARE = "For example {0}:>0.8, {0}:>80% or {0}:0.2..0.5."
_TIME = "For example {0}:<30d, {0}:>2026-01-31 or {0}:2026-01..2026-03."


def _choice(
    name: str, lists: tuple[List, ...], plural: str, choices: tuple[str, ...], many: bool = False
) -> Field:
    return Field(name, "choice", lists, f"{plural} are {', '.join(choices)}.", choices, many=many)


def _text(name: str, lists: tuple[List, ...], *examples: str, many: bool = True) -> Field:
    about = f"For example {' or '.join(f'{name}:{one}' for one in examples)}."
    return Field(name, "text", lists, about, many=many)


def _flag(name: str, alone: bool = False) -> Field:
    return Field(name, "flag", _P, "It is yes or no.", YES_NO, alone=alone)


def _number(name: str, lists: tuple[List, ...] = _P) -> Field:
    return Field(name, "number", lists, _NUMBER.format(name))


def _share(name: str) -> Field:
    return Field(name, "share", _P, _SHARE.format(name))


def _time(name: str, lists: tuple[List, ...]) -> Field:
    return Field(name, "time", lists, _TIME.format(name))


KNOWN: dict[str, Field] = {
    field.name: field
    for field in (
        _choice("kind", _P, "Kinds", KINDS),
        _text("project", _PSE, "jdx/mise", many=False),
        _choice("verdict", _P, "Verdicts", VERDICTS),
        _text("from", ("patterns", "notes"), "alice"),
        _text("tag", _N, "preference"),
        _text("file", _PE, "src/main.rs", "*.rs"),
        _text("lang", _PE, "rust"),
        _flag("pinned"),
        _flag("archived", alone=True),
        _share("success"),
        _share("low"),
        *map(_number, ("uses", "judged", "successes", "failures", "projects", "variants")),
        _number("sessions"),
        _number("episodes", _PS),
        _choice("outcome", _SE, "Outcomes", get_args(Label), many=True),
        _choice("source", _E, "Sources", SOURCES),
        _choice("task", _E, "Tasks", TASK_TYPES),
        _choice("complexity", _E, "Complexities", get_args(Complexity)),
        _choice("tool", _E, "Tools", get_args(Tool), many=True),
        _text("agent", _SE, "claude-code"),
        _text("unworthy", _E, '"no prompt"', many=False),
        _text("model", ("sessions",), "opus"),
        _text("branch", ("sessions",), "main"),
        *(_number(name, _SE) for name in ("steps", "errors", "tokens")),
        _time("used", _PSE),
        _time("first", _P),
        _time("learned", _P),
        _time("started", _SE),
        _time("ended", _SE),
        _time("created", _N),
        _time("changed", _N),
        Field("sort", "order", _P, f"Sorts are {', '.join(SORTS)}.", SORTS, alone=True),
        Field("limit", "limit", LISTS, "For example limit:10.", alone=True),
    )
}

FIELDS = tuple(KNOWN)

ALSO = {("notes", "source"): "from"}
"""(list, name) of fields that a list knows by another name as well."""


def fields_of(table: str | None) -> tuple[str, ...]:
    """The names that a list understands; all of them where none is named."""
    return tuple(name for name, field in KNOWN.items() if table is None or table in field.lists)


def foreign(field: str, table: str | None) -> str:
    """Which lists have a field that a list does not have, as a sentence; empty where it has it."""
    lists = KNOWN[field].lists
    if table is None or table in lists:
        return ""
    names = " and ".join(f"`memory {name}`" for name in lists)
    return f"{names} {'knows' if len(lists) == 1 else 'know'} it."
