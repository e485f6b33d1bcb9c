"""Files with something wrong in them, made of right ones, for readers that must never fail on a file."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

WRONG: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e400,
    "",
    "x",
    [],
    {},
    [None],
    {"a": []},
    ["x", 1],
    "\ud800",
    "\0",
)
"""What may stand where something else should."""


def mutated(content: bytes) -> st.SearchStrategy[bytes]:
    """The file flipped, cut, its pieces swapped, or with a value of another type in the JSON of a line."""
    return st.one_of(_flipped(content), _cut(content), _swapped(content), _retyped(content))


@st.composite
def _flipped(draw: st.DrawFn, content: bytes) -> bytes:
    broken = bytearray(content)
    for place in draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        broken[place] = draw(st.integers(0, 255))
    return bytes(broken)


@st.composite
def _cut(draw: st.DrawFn, content: bytes) -> bytes:
    start, end = sorted(draw(st.tuples(st.integers(0, len(content)), st.integers(0, len(content)))))
    return draw(st.sampled_from((content[start:end], content[:start] + content[end:])))


@st.composite
def _swapped(draw: st.DrawFn, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(draw(st.permutations(lines))) if len(lines) < 60 else content[::-1]


@st.composite
def _retyped(draw: st.DrawFn, content: bytes) -> bytes:
    """One value in one line, or in the whole file where that is one value, replaced by a wrong one."""
    try:
        values = [json.loads(content)]
        joint = ""
    except ValueError:
        values = [json.loads(line) for line in content.splitlines() if line.strip()]
        joint = "\n"
    at: Any = values
    key: Any = draw(st.integers(0, len(values) - 1))
    while isinstance(at[key], dict | list) and at[key] and draw(st.integers(0, 5)):
        at = at[key]
        key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
    at[key] = draw(st.sampled_from(WRONG))
    return joint.join(json.dumps(value) for value in values).encode("utf-8", "surrogatepass")
