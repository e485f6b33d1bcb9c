"""What of a pattern may pass between memories: the shape of its key, its words, and what they must not name.

The same rules hold on both ways, so that whatever one memory shares another one takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from tacit.core.model import Kind
from tacit.core.projects import OF_PROJECT
from tacit.core.tables import MOST_FILES
from tacit.core.text import clean

MOST_USES = 1_000_000_000
"""No count of another memory is larger."""

NAME = 60
"""The longest name of a source, in characters."""

_PART = 400
_PARTS: dict[Kind, tuple[int, int]] = {
    "tool_sequence": (2, 5),
    "decision_point": (2, 2),
    "context": (4, 4),
    "file_group": (3, 1 + MOST_FILES),
    "custom": (1, 20),
    "error_recovery": (4, 4),
    "heuristic": (3, 3),
}
_LEVELS = ("exact", "class")
_LANGUAGE = 1
"""The place in the key of a ``context`` that may be empty."""

_PLACES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an address", re.compile(r"\w://|\b\d{1,3}(?:\.\d{1,3}){3}\b")),
    ("an e-mail address", re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}")),
    (
        "a path outside the project",
        re.compile(
            r"(?<![\w<>.)\]*/-])/[\w.@~+-]|(?<!\w)~[\w.-]*[\\/]|(?<![\w.])\.\.[\\/]"
            r"|(?<!\w)[A-Za-z]:[\\/]|\\\\\w|\$\{?HOME\b|%USERPROFILE%"
        ),
    ),
)


def usable_name(name: str) -> bool:
    """Whether a source may be called so: one short line of plain characters."""
    return 0 < len(name) <= NAME and name.strip() == name and clean(name) == name


def fault_of(kind: Kind, key: Collection[str]) -> str:
    """What is wrong with a key of that kind; empty where nothing is."""
    least, most = _PARTS[kind]
    parts = tuple(key)
    if not least <= len(parts) <= most:
        return "a key that its kind does not have"
    if kind == "error_recovery" and parts[0] not in _LEVELS:
        return "a key that its kind does not have"
    if kind == "file_group" and list(parts[1:]) != sorted(set(parts[1:])):
        return "a key that its kind does not have"
    if not all(_plain(part, kind == "context" and at == _LANGUAGE) for at, part in enumerate(parts)):
        return "characters that no pattern has, or too many"
    return ""


def _plain(part: str, empty: bool) -> bool:
    """Whether it is a short text of one line, with nothing hidden in it."""
    return (empty or bool(part)) and len(part) <= _PART and part.strip() == part and clean(part) == part


def secret_in(key: Collection[str], redact: Callable[[str], str]) -> bool:
    """Whether a redactor would change it, or did so and left a mark that is of one store."""
    from tacit.core.jsonform import without_hash

    return any(redact(part) != part or without_hash(part) != part for part in key)


def names_what(kind: Kind, key: Collection[str], projects: Collection[str]) -> str:
    """What a key names that says where or by whom it was learned; empty where nothing does.

    Args:
        kind: of the pattern.
        key: its key.
        projects: names of projects that none may name but where the key begins with its own.
    """
    text = "\n".join(key)
    for what, form in _PLACES:
        if form.search(text):
            return what
    if kind not in OF_PROJECT and any(name in text for name in projects if "/" in name):
        return "a project"
    return ""
