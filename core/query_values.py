"""The values that fields of a query may have, and what people mean by them."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.core.errors import Usage
from tacit.core.model import KINDS, Kind

FIELDS = ("kind", "project", "verdict", "file", "pinned", "archived")
SORTS = ("rank", "effectiveness", "uses", "success", "recent", "title")
VERDICTS = ("helps", "harms", "unproven", "recovery", "fact")
"""The words of the verdict column; the last two stand for kinds that have no verdict."""

YES_NO = ("yes", "no")

KIND_ALIASES: dict[str, Kind] = {
    "sequence": "tool_sequence",
    "decision": "decision_point",
    "files": "file_group",
    "recovery": "error_recovery",
    "fact": "heuristic",
    "rule": "heuristic",
}


def value_of(field: str, raw: str) -> str:
    """The value of a field as a person meant it.

    Raises:
        Usage: the field has no such value.
    """
    if field == "kind":
        return kind_named(raw)
    if field == "verdict":
        return one_of("verdict", raw, {word: word for word in VERDICTS})
    if field in {"pinned", "archived"} and raw.casefold() not in YES_NO:
        raise Usage(f"{field}: cannot be “{raw}”.", choices(field))
    return raw.casefold() if field in {"pinned", "archived"} else raw


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
    return {
        "kind": f"Kinds are {', '.join(KINDS)}.",
        "verdict": f"Verdicts are {', '.join(VERDICTS)}.",
        "pinned": "It is yes or no.",
        "archived": "It is yes or no.",
        "sort": f"Sorts are {', '.join(SORTS)}.",
        "project": "For example project:jdx/mise.",
        "file": "For example file:src/main.rs or file:*.rs.",
    }[what]
