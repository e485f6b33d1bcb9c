"""Changing a JSON file as a person would: a member more or less, every other byte as it was.

The text is never written anew from its values. Comments and trailing commas are blanked out with spaces for
looking at it, so that what is found in the rest lies at the same places in the text itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

Path = Sequence[str | int]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_SPACE = re.compile(r"\s*")
_decode = json.JSONDecoder().raw_decode


class Child(NamedTuple):
    """A member or an item: its key or number, where it begins (its key does), and its value."""

    key: str | int
    start: int
    value: int
    end: int


class JsonText:
    """A JSON document as text.

    Args:
        text: the file's text, which may be empty; its indentation and line ends are kept.
        comments: whether comments and trailing commas are allowed.

    Raises:
        ValueError: it is no JSON; the message says where.
        RecursionError: it is nested too deeply.
    """

    def __init__(self, text: str, *, comments: bool = False) -> None:
        self.text = text if text.strip("\ufeff \t\r\n") else "{}\n"
        self._comments = comments
        bare = self.text.replace("\ufeff", " ", 1) if self.text.startswith("\ufeff") else self.text
        self._commas = _TOKEN.sub(_blanked, bare) if comments else bare
        self._plain = _TRAILING.sub(_blanked, self._commas) if comments else bare
        self.value: Any = json.loads(self._plain)
        indented = re.search(r"\n([ \t]+)\S", self._plain)
        self._unit = indented[1] if indented else "  "
        self._end = "\r\n" if "\r\n" in self.text else "\n"

    def find(self, path: Path) -> Any:
        """The value at a path, ``None`` if there is none."""
        value = self.value
        for name in path:
            if isinstance(value, dict) and isinstance(name, str):
                value = value.get(name)
            elif isinstance(value, list) and isinstance(name, int) and name < len(value):
                value = value[name]
            else:
                return None
        return value

    def put(self, path: Path, value: Any) -> JsonText:
        """With a value at the path of a member, in place of what stood there; what leads to it is made."""
        there = self._deepest(path)
        if there == len(path):
            return self.swap(path, value)
        for name in reversed(path[there + 1 :]):
            value = {name: value}
        return self._added(path[:there], str(path[there]), value)

    def swap(self, path: Path, value: Any) -> JsonText:
        """With another value in place of what stands at a path."""
        place = self._place(path)
        _, end = _decode(self._plain, place)
        flat = "\n" not in self._around(path)
        told = self._told(value, self._margin(place), flat=flat)
        return self._again(self.text[:place] + told + self.text[end:])

    def append(self, path: Path, value: Any) -> JsonText:
        """With one more item at the end of the list at a path, which is made if it is not there."""
        if self._deepest(path) < len(path):
            return self.put(path, [value])
        return self._added(path, None, value)

    def take(self, path: Path) -> JsonText:
        """Without the member or item at a path, and without what is empty then of what led to it."""
        children = self._children(self._place(path[:-1]))
        number = [child.key for child in children].index(path[-1])
        made = self._again(self._without(children, number, self._place(path[:-1])))
        return made.take(path[:-1]) if len(path) > 1 and not made.find(path[:-1]) else made

    def _deepest(self, path: Path) -> int:
        """How many names of a path are there."""
        known = 0
        while known < len(path) and self.find(path[: known + 1]) is not None:
            known += 1
        return known

    def _place(self, path: Path) -> int:
        """Where the value at a path begins."""
        place = self._skip(0)
        for name in path:
            # of members with one name the last counts, for every reader of JSON
            place = [child.value for child in self._children(place) if child.key == name][-1]
        return place

    def _children(self, place: int) -> list[Child]:
        """The members of the object, or the items of the list, that begins at a place."""
        named, found, at = self._plain[place] == "{", list[Child](), self._skip(place + 1)
        while self._plain[at] not in "}]":
            start, key = at, len(found)
            if named:
                name, at = _decode(self._plain, at)
                at = self._skip(self._skip(at) + 1)
            _, end = _decode(self._plain, at)
            found.append(Child(name if named else key, start, at, end))
            at = self._skip(end)
            at = self._skip(at + 1) if self._plain[at] == "," else at
        return found

    def _skip(self, at: int) -> int:
        space = _SPACE.match(self._plain, at)
        return space.end() if space else at

    def _around(self, path: Path) -> str:
        """The text of what holds the value at a path."""
        place = self._place(path[:-1])
        return self.text[place : _decode(self._plain, place)[1]]

    def _added(self, path: Path, name: str | None, value: Any) -> JsonText:
        """With one more child, the last, of what stands at a path."""
        place = self._place(path)
        children, end = self._children(place), _decode(self._plain, place)[1]
        whole = self.text.strip("\ufeff \t\r\n")
        flat = "\n" not in (self.text[place:end] if children else whole) and whole != "{}"
        margin = self._margin(place) + self._unit if not children else self._margin(children[0].start)
        told = ("" if name is None else f"{json.dumps(name, ensure_ascii=False)}: ") + self._told(
            value, margin, flat=flat
        )
        last = place + 1 + len(self.text[place + 1 : end - 1].rstrip())
        before = " " if flat and children else "" if flat else self._end + margin
        if not children:
            after = "" if flat else self._end + self._margin(place)
            return self._again(self.text[:last] + before + told + after + self.text[end - 1 :])
        comma = "" if "," in self._commas[children[-1].end : end] else ","
        between = self.text[children[-1].end : last]
        head = self.text[: children[-1].end] + comma + between
        return self._again(head + before + told + self.text[last:])

    def _without(self, children: list[Child], number: int, place: int) -> str:
        """The text without one of the children of what begins at a place."""
        child, text = children[number], self.text
        close = _decode(self._plain, place)[1] - 1
        if len(children) == 1 and text[place:close] == self._commas[place:close]:  # and no comment
            return text[: place + 1] + text[close:]
        start = len(text[: child.start].rstrip())
        following = children[number + 1].start if number + 1 < len(children) else close
        comma = self._commas.find(",", child.end, following)
        if comma >= 0:
            return text[:start] + text[comma + 1 :]
        if number == 0:
            return text[:start] + text[child.end :]
        comma = self._commas.index(",", children[number - 1].end, child.start)
        return text[:comma] + text[comma + 1 : start] + text[child.end :]

    def _margin(self, at: int) -> str:
        """What the line of a place is indented by."""
        line = self.text[self.text.rfind("\n", 0, at) + 1 : at].lstrip("\ufeff")
        return line[: len(line) - len(line.lstrip())]

    def _told(self, value: Any, margin: str, *, flat: bool) -> str:
        """A value as text; members on lines of their own, lists of plain values on one."""
        nested = isinstance(value, dict | list) and any(isinstance(one, dict | list) for one in value)
        if flat or not value or (not isinstance(value, dict) and not nested):
            return json.dumps(value, ensure_ascii=False)
        inner, named = margin + self._unit, isinstance(value, dict)
        rows = [
            (f"{json.dumps(one, ensure_ascii=False)}: ", value[one]) if named else ("", one) for one in value
        ]
        told = [head + self._told(one, inner, flat=False) for head, one in rows]
        lines = f",{self._end}{inner}".join(told)
        opening, closing = "{}" if named else "[]"
        return f"{opening}{self._end}{inner}{lines}{self._end}{margin}{closing}"

    def _again(self, text: str) -> JsonText:
        return JsonText(text, comments=self._comments)


def _blanked(found: re.Match[str]) -> str:
    """A text as it is; a comment or comma as so many spaces."""
    return found[0] if found[0].startswith('"') else re.sub(r"[^\n\r]", " ", found[0])
