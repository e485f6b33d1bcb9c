"""What a query means once it is understood: a plan, and the small expressions it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from tacit.core.model import Kind

Comparison = Literal["=", "<", "<=", ">", ">=", ".."]


class Text(Struct, frozen=True):
    """A word (case-folded; where a word begins with it), or an ``exact`` text, found anywhere."""

    value: str
    exact: bool = False


class Pair(Struct, frozen=True):
    """A field and what holds of it, as ``uses >= 5``; ``most`` is the upper end of a range ``..``.

    Values are canonical texts: whole names, plain numbers (``0.8``), spans (``30d``, ``36h``) or days.
    """

    field: str
    value: str
    op: Comparison = "="
    most: str = ""


class Not(Struct, frozen=True):
    """The opposite of a part."""

    part: Node


class Both(Struct, frozen=True):
    """Parts that must all hold, two at least; none of them is itself a ``Both``."""

    parts: tuple[Node, ...]


class Either(Struct, frozen=True):
    """Parts of which one must hold, two at least; none of them is itself an ``Either``."""

    parts: tuple[Node, ...]


Node = Text | Pair | Not | Both | Either


class Plan(Struct, frozen=True):
    """A query, understood. All of it must hold.

    ``words`` are case-folded, ``phrases`` stand as they were quoted, ``meaning`` are the texts after
    ``~``: whoever lists by meaning sorts by them. ``pinned`` is whether a pattern is, ``archived``
    whether it was put away; where that is not asked for, what was put away fits nothing.
    ``min_success`` is a share of 1; ``used_within`` counts days back from now. ``where`` is all the
    rest: negations, alternatives and comparisons. ``sort`` is one of
    :data:`~tacit.core.query_values.SORTS`; ``limit`` bounds the list.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    kind: Kind | None = None
    project: str | None = None
    verdict: str | None = None
    file: str | None = None
    pinned: bool | None = None
    archived: bool | None = None
    min_success: float | None = None
    used_within: int | None = None
    sort: str = "rank"
    meaning: tuple[str, ...] = ()
    where: tuple[Node, ...] = ()
    limit: int | None = None

    @property
    def has_text(self) -> bool:
        """Whether words or quoted texts have to be looked for, whatever else is asked."""
        return bool(self.words or self.phrases)

    @property
    def is_everything(self) -> bool:
        """Whether it fits all there is, in whatever order."""
        return self == Plan(sort=self.sort)


def both(parts: Iterable[Node | None]) -> Node | None:
    """All the parts in one, as simple as can be; ``None`` of none."""
    flat: dict[Node, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, Both) else (part,) if part else ()))
    return next(iter(flat), None) if len(flat) < 2 else Both(tuple(flat))


def either(parts: Iterable[Node | None]) -> Node | None:
    """Any of the parts, as simple as can be; ``None`` of none."""
    flat: dict[Node, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, Either) else (part,) if part else ()))
    return next(iter(flat), None) if len(flat) < 2 else Either(tuple(flat))


def positive(node: Node) -> Iterator[Text | Pair]:
    """Every word, text and pair in a node that is not negated."""
    if isinstance(node, Text | Pair):
        yield node
    elif isinstance(node, Both | Either):
        for part in node.parts:
            yield from positive(part)
