"""The values that fields of a query may have, and what people mean by them."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.core.errors import Usage
from tacit.core.model import KINDS, Kind
from tacit.core.query_fields import FIELDS as FIELDS
from tacit.core.query_fields import KNOWN, Field
from tacit.core.query_fields import SORTS as SORTS
from tacit.core.query_fields import VERDICTS as VERDICTS
from tacit.core.query_fields import YES_NO as YES_NO
from tacit.core.query_measures import measured
from tacit.core.query_tree import Pair

KIND_ALIASES: dict[str, Kind] = {
    "sequence": "tool_sequence",
    "decision": "decision_point",
    "files": "file_group",
    "recovery": "error_recovery",
    "fact": "heuristic",
    "rule": "heuristic",
}

MOST = 1_000_000_000
"""The largest ``limit:``."""


def pair_of(field: Field, raw: str) -> Pair:
    """What a field and a value say, as a person meant it.

    Raises:
        Usage: the field has no such value.
    """
    if field.shape in {"number", "share", "time"}:
        return measured(field, raw)
    return Pair(field.name, value_of(field.name, raw))


def value_of(name: str, raw: str) -> str:
    """The value of a field that compares nothing.

    Raises:
        Usage: the field has no such value.
    """
    field = KNOWN[name]
    if name == "kind":
        return kind_named(raw)
    if name == "lang":
        return _language(raw)
    if field.shape == "flag":
        if raw.casefold() not in YES_NO:
            raise Usage(f"{name}: cannot be “{raw}”.", choices(name))
        return raw.casefold()
    if field.shape == "limit":
        return _limit(raw)
    aliases = {"bash": "shell"} if name == "tool" else {}
    return one_of(name, raw, {one: one for one in field.choices} | aliases) if field.choices else raw


def kind_named(raw: str) -> Kind:
    """The kind that a name, an alias or an unambiguous beginning of one means.

    Raises:
        Usage: there is none, or there are several.
    """
    names: dict[str, Kind] = {kind: kind for kind in KINDS} | KIND_ALIASES
    return names[one_of("kind", raw, dict(names))] if raw not in names else names[raw]


def one_of(what: str, raw: str, names: dict[str, str]) -> str:
    """The meaning of the only name that begins with ``raw``."""
    wanted = raw.casefold().replace("-", "_")
    if wanted in names:
        return names[wanted]
    meant = {meaning for name, meaning in names.items() if wanted and name.startswith(wanted)}
    if len(meant) == 1:
        return meant.pop()
    if meant:
        raise Usage(f"The {what} “{raw}” is ambiguous.", f"Did you mean {' or '.join(sorted(meant))}?")
    near = nearest(wanted, names)
    hint = f"Did you mean {near}?" if near else choices(what)
    raise Usage(f"There is no {what} “{raw}”.", hint)


def nearest(word: str, names: Iterable[str], least: float = 0.5) -> str:
    """The name most like a mistyped word, or nothing when none is at least so much alike (0 to 1)."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(names), n=1, cutoff=least)), "")


def choices(what: str) -> str:
    """What there is to choose from, as a sentence."""
    return KNOWN[what].about


def _language(raw: str) -> str:
    """The name of a language, also where its extension or a file was written: ``*.rs`` is rust."""
    from tacit.core.learn.tasks import file_language

    extension = raw.rpartition("/")[2].rpartition(".")[2].strip().casefold()
    if not extension:
        raise Usage(f"lang: cannot be “{raw}”.", choices("lang"))
    return file_language(f"x.{extension}")


def _limit(raw: str) -> str:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 10 and 0 < int(raw) <= MOST):
        raise Usage(f"limit: cannot be “{raw}”.", f"It is a number from 1 to {MOST:,}.")
    return str(int(raw))
