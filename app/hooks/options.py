"""What stands behind ``memory hook`` on the command line, read without a library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from msgspec import Struct

Event = Literal["session-start", "prompt", "tool-result", "stop"]
EVENTS: tuple[Event, ...] = get_args(Event)

Form = Literal["text", "json"]
FORMS: tuple[Form, ...] = get_args(Form)

TOKENS: dict[Event, int] = {"session-start": 500, "prompt": 200, "tool-result": 150, "stop": 0}
"""Tokens that a hook prints at most where nobody says how many."""

MOST_TOKENS = 100_000
_VALUES = ("--agent", "--tokens", "--format", "--outcome", "--note", "--store")


class Options(Struct, frozen=True):
    """One hook. Empty texts and ``None`` mean that it was not said."""

    event: Event
    agent: str = ""
    tokens: int = 0
    form: Form | None = None
    outcome: str = ""
    note: str = ""
    store: str | None = None
    readonly: bool = False


def parsed(words: Sequence[str]) -> Options:
    """The options of a hook.

    Args:
        words: what stands behind ``hook``.

    Raises:
        ValueError: they are none; it names the word.
    """
    event = ""
    said: dict[str, str] = {}
    readonly = False
    for name, value in _pairs(words):
        if name in _VALUES:
            said[name] = value
        elif name == "--readonly":
            readonly = True
        elif name == "--verbose":
            continue
        elif event or name not in EVENTS:
            raise ValueError(name[:40])
        else:
            event = name
    return _options(event, said, readonly)


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(option, value), the value empty where the option takes none."""
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name in _VALUES and not equals:
            value = next(rest, "")
        yield (name, value) if name in _VALUES else (word, "")


def _options(event: str, said: dict[str, str], readonly: bool) -> Options:
    known = next((one for one in EVENTS if one == event), None)
    if known is None:
        raise ValueError("no event")
    told = said.get("--tokens", "")
    if told and not (told.isdecimal() and told.isascii() and int(told[:9]) <= MOST_TOKENS):
        raise ValueError("--tokens")
    form = next((one for one in FORMS if one == said.get("--format")), None)
    if "--format" in said and form is None:
        raise ValueError("--format")
    return Options(
        event=known,
        agent=said.get("--agent", ""),
        tokens=int(told) if told else TOKENS[known],
        form=form,
        outcome=said.get("--outcome", ""),
        note=said.get("--note", ""),
        store=said.get("--store") or None,
        readonly=readonly,
    )
