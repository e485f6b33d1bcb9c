r"""The query language of lists: what a person types after ``memory patterns`` or into the filter.

A query is words, ``"quoted texts"``, ``field:value`` pairs and ``~meaning``, all of which must hold (an
``and`` between them may be written or left out)::

    cargo clippy kind:recovery success:>0.8 used:<30d -project:jdx/mise (file:*.rs OR lang:go) limit:10

==================  ===================================================================================
``cargo``           a word: where a word of the thing begins with it, whatever the case
``"exit status"``   a quoted text: anywhere. ``\"`` and ``\\`` stand for a quote and a backslash in it
``kind:recovery``   a pair; a value with spaces, commas or brackets is quoted: ``file:"my file.rs"``
``kind:a,b``        either value will do
``uses:>=5``        numbers compare with ``> >= < <= =`` and lie in ranges: ``uses:5..20``, ``uses:5..``
``success:>80%``    rates as well, as ``0.8`` or ``80%``; what was never judged has none
``used:<30d``       less than 30 days ago; ``h d w m y`` are hours, days, weeks, months, years
``used:>2026-01``   after January; also ``2026``, ``2026-01-31``, ``2026-01-31T12:30``, and their ranges
``-word``           not this: before a word, a quoted text, a pair or a bracket
``a OR b``          one of them, in capitals; it parts all that stands left and right of it, so
``(a OR b) c``      brackets say what belongs together
``~broken``         the nearest in meaning, best first; ``~"exit status"`` asks for several words
``sort:uses``       the order of patterns; ``limit:10`` bounds any list
==================  ===================================================================================

``std::io``, ``https://x``, ``~/.bashrc``, ``--flag``, ``->``, ``main()`` and ``error:`` before a space,
where that is no field, are words. What is unfinished
at the end (a quote, a bracket, an ``OR``) is forgiven, as somebody may be typing still. A pair with an
unknown field or value, or a field that a list does not have, is an error that knows its place and names
what was probably meant. Days are those of this machine's time zone.

This module knows no store: it turns text into a :class:`Plan` and tells whether a thing fits one.
"""

from __future__ import annotations

from typing import Any

from tacit.core.errors import Usage
from tacit.core.query_fields import KNOWN
from tacit.core.query_match import Judge as Judge
from tacit.core.query_match import conjuncts as conjuncts
from tacit.core.query_match import file_matches as file_matches
from tacit.core.query_match import judge as judge
from tacit.core.query_match import matches as matches
from tacit.core.query_match import project_matches as project_matches
from tacit.core.query_match import text_matches as text_matches
from tacit.core.query_measures import LONGEST, is_span, plain
from tacit.core.query_parser import Parser
from tacit.core.query_parser import QueryError as QueryError
from tacit.core.query_terms import quote
from tacit.core.query_tree import Both, Either, Node, Pair, Text
from tacit.core.query_tree import Plan as Plan
from tacit.core.query_tree import positive as positive
from tacit.core.query_values import FIELDS as FIELDS
from tacit.core.query_values import SORTS as SORTS
from tacit.core.query_values import VERDICTS as VERDICTS
from tacit.core.query_values import kind_named as kind_named
from tacit.core.query_values import nearest as nearest
from tacit.core.query_values import value_of


def parse(
    text: str = "",
    *,
    table: str | None = None,
    kind: str | None = None,
    project: str | None = None,
    verdict: str | None = None,
    file: str | None = None,
    pinned: bool | None = None,
    archived: bool | None = None,
    min_success: float | None = None,
    used_within: int | None = None,
    sort: str | None = None,
) -> Plan:
    """Understand a query; the keyword filters narrow it further.

    Args:
        text: the query.
        table: the list it is for, as ``patterns``, whose fields it may name;
            without one it may name any.
        kind: as ``kind:``.
        project: as ``project:``.
        verdict: as ``verdict:``.
        file: as ``file:``.
        pinned: as ``pinned:``.
        archived: as ``archived:``.
        min_success: as ``success:>=``, a share of 1.
        used_within: as ``used:<``, in days.
        sort: as ``sort:``.

    Raises:
        QueryError: the text is not a query, or none for this list.
        Usage: a filter has no such value, or says something else than the text.
    """
    said = Parser(text, table)
    slots = _slots(said)
    given: dict[str, Any] = {"kind": kind, "project": project, "verdict": verdict, "file": file}
    given |= {name: _word(value) for name, value in (("pinned", pinned), ("archived", archived))}
    given |= {"sort": sort}
    for name, raw in given.items():
        if raw is not None:
            _settle(slots, name, value_of(name, raw), raw)
    if min_success is not None:
        _settle(slots, "min_success", _share(min_success), min_success)
    if used_within is not None:
        _settle(slots, "used_within", _days(used_within), used_within)
    plan = Plan(**{name: _typed(name, value) for name, value in slots.items()})
    if plan.archived and plan.sort != "rank":
        raise Usage("Archived patterns have one order, that of the list.", "Leave the order out.")
    return plan


def render(plan: Plan, *, closed: bool = False) -> str:
    """The query as text, so that parsing it gives the same plan again.

    One that is ``closed`` can be followed by more that must hold as well.
    """
    nodes = conjuncts(plan)
    alone = not closed and len(nodes) == 1
    parts = [_either(one) if alone and isinstance(one, Either) else written(one) for one in nodes]
    parts += [f"~{quote(text, always=not text.isalnum())}" for text in plan.meaning]
    parts += [f"sort:{plan.sort}"] if plan.sort != "rank" else []
    parts += [f"limit:{plan.limit}"] if plan.limit is not None else []
    return " ".join(parts)


def written(node: Node) -> str:
    """A part of a query as text."""
    if isinstance(node, Text):
        return quote(node.value, always=True) if node.exact else node.value
    if isinstance(node, Pair):
        return f"{node.field}:{_value(node)}"
    if isinstance(node, Both):
        return " ".join(map(written, node.parts))
    if isinstance(node, Either):
        fields = {part.field if isinstance(part, Pair) else "" for part in node.parts}
        return _either(node) if len(fields) == 1 and "" not in fields else _brackets(_either(node))
    part = written(node.part)
    bare = isinstance(node.part, Pair | Either) or (isinstance(node.part, Text) and part[0] not in "->")
    return f"-{part if bare else _brackets(part)}"


def _either(node: Either) -> str:
    """Alternatives without brackets around them; values of one field with commas between."""
    fields = {part.field if isinstance(part, Pair) else "" for part in node.parts}
    if len(fields) == 1 and "" not in fields:
        values = ",".join(_value(part) for part in node.parts if isinstance(part, Pair))
        return f"{fields.pop()}:{values}"
    return " OR ".join(map(written, node.parts))


def _value(pair: Pair) -> str:
    if KNOWN[pair.field].shape not in {"number", "share", "time"}:
        return quote(pair.value)
    if pair.op == "..":
        return f"{pair.value}..{pair.most}"
    return f"{'' if pair.op == '=' else pair.op}{pair.value}"


def _brackets(text: str) -> str:
    """A space keeps the bracket out of a last word that has an open one."""
    last = text.rpartition(" ")[2]
    return f"({text}{' ' if last.count('(') > last.count(')') else ''})"


def _slots(said: Parser) -> dict[str, Any]:
    """The fields of a plan, as canonical texts, and everything that has none of its own."""
    slots: dict[str, Any] = dict(said.alone)
    words: list[str] = []
    phrases: list[str] = []
    where: list[Node] = []
    node = said.node
    for part in node.parts if isinstance(node, Both) else (node,) if node else ():
        name, value = _slot(part)
        if isinstance(part, Text):
            (phrases if part.exact else words).append(part.value)
        elif name and name not in slots:
            slots[name] = value
        else:
            where.append(part)
    texts: dict[str, Any] = {"words": words, "phrases": phrases, "where": where, "meaning": said.meaning}
    return slots | {name: tuple(found) for name, found in texts.items() if found}


def _slot(part: Node) -> tuple[str, Any]:
    """The field of a plan that says what a part says, and its value; nothing where there is none."""
    if not isinstance(part, Pair):
        return "", None
    if part.field in {"kind", "project", "verdict", "file", "pinned"}:
        return part.field, part.value
    if part.field == "success" and part.op == ">=":
        return "min_success", float(part.value)
    days = part.field == "used" and part.op == "<" and is_span(part.value) and part.value.endswith("d")
    return ("used_within", int(part.value[:-1])) if days else ("", None)


def _settle(slots: dict[str, Any], name: str, value: Any, raw: Any) -> None:
    """Keep what an option says, unless the text says otherwise."""
    if slots.setdefault(name, value) != value:
        field = {"min_success": "success:>=", "used_within": "used within days:"}.get(name, f"{name}:")
        raise Usage(f"The query says {field}{slots[name]}, the option {raw}.", "Leave one out.")


def _typed(name: str, value: Any) -> Any:
    if name in {"pinned", "archived"}:
        return value == "yes"
    return int(value) if name == "limit" else value


def _word(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise Usage(f"A success rate of {value} does not exist.", "It lies between 0 and 1.")
    return float(plain(value))


def _days(value: int) -> int:
    if not 0 <= value <= LONGEST:
        raise Usage(f"{value} days are no span of time.", "For example 30.")
    return value
