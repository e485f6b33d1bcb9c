"""The YAML between two lines of dashes at the head of a Markdown note, read as plain texts.

Whoever wrote the note may mean harm. It is read event by event: nothing but texts, lists and mappings is
ever made of it, no number and no date, and what has aliases (which can stand for a billion values), tags
of its own, or is nested deep is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tacit.core.limits import FRONT_MATTER_BYTES

DEEPEST = 8
"""Lists and mappings within each other."""

_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
_FENCE = "---"
_ENDS = (_FENCE, "...")

Fields = dict[str, Any]
"""Names in lower case to texts, lists and mappings of such."""


class BadFrontMatter(ValueError):
    """It cannot be read, or should not be; the message is the reason that is counted."""


def has_front_matter(head: bytes) -> bool:
    """Whether a note begins with the line of dashes that opens it, and a name follows."""
    lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()
    return len(lines) > 1 and lines[0].rstrip() == b"---" and any(b":" in line for line in lines[1:40])


def split(text: str) -> tuple[str | None, str]:
    """What stands between the dashes, and the text below; ``None`` and all of it where there is none."""
    if not text.startswith(_FENCE):
        return None, text
    head = text[: FRONT_MATTER_BYTES + 2]
    at = head.find("\n") + 1
    if not at or head[:at].rstrip() != _FENCE:
        return None, text
    begins = at
    while at < len(head):
        end = head.find("\n", at)
        end = len(head) if end < 0 else end
        if head[at:end].rstrip() in _ENDS:
            return text[begins:at], text[end + 1 :]
        at = end + 1
    return None, text


def fields(text: str) -> Fields:
    """What front matter says.

    Raises:
        BadFrontMatter: it is no mapping, or nothing that should be read.
    """
    import yaml

    if len(text) > FRONT_MATTER_BYTES:
        raise BadFrontMatter("front matter too large")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = _Builder(yaml.parse(text, Loader=loader)).document()
    except (yaml.YAMLError, RecursionError, UnicodeError):
        raise BadFrontMatter("front matter not readable") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadFrontMatter("front matter not readable")
    return {name.strip().lower(): value for name, value in found.items()}


class _Builder:
    """Builds a value of texts, lists and mappings out of the events of a parser."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events

    def document(self) -> Any:
        """The first document; more are no front matter."""
        for event in self._events:
            if type(event).__name__ not in {"StreamStartEvent", "DocumentStartEvent"}:
                return None if type(event).__name__ == "StreamEndEvent" else self._value(event, 0)
        return None

    def _value(self, event: Any, depth: int) -> Any:
        what = type(event).__name__
        if what == "AliasEvent":
            raise BadFrontMatter("front matter with aliases")
        if getattr(event, "tag", None) not in {None, "!"}:
            raise BadFrontMatter("front matter with tags of its own")
        if what == "ScalarEvent":
            return None if event.style is None and event.value in _NOTHING else event.value
        if depth >= DEEPEST:
            raise BadFrontMatter("front matter too deep")
        return self._list(depth + 1) if what == "SequenceStartEvent" else self._mapping(depth + 1)

    def _list(self, depth: int) -> list[Any]:
        return [self._value(event, depth) for event in self._until("SequenceEndEvent")]

    def _mapping(self, depth: int) -> Fields:
        found: Fields = {}
        for event in self._until("MappingEndEvent"):
            name = self._value(event, depth)
            value = self._value(next(self._events), depth)
            if isinstance(name, str):
                found.setdefault(name, value)
        return found

    def _until(self, end: str) -> Iterator[Any]:
        for event in self._events:
            if type(event).__name__ == end:
                return
            yield event
