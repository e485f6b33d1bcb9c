r"""The query language of lists: what a person types after ``memory patterns`` or into the filter.

A query is words, ``"quoted texts"`` and ``field:value`` pairs, all of which must hold (an ``and``
between them may be written or left out)::

    cargo clippy kind:recovery project:jdx/mise file:*.rs "exit status"

A word matches where a word begins with it, a quoted text anywhere, both whatever the case. A value
with spaces is quoted; inside quotes ``\"`` and ``\\`` stand for a quote and a backslash. A pair with an
unknown field or value is an error that knows its place and names what was probably meant.

This module knows no store: it turns text into a :class:`Plan` and tells whether a thing fits one.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tacit.core.clock import DAY
from tacit.core.errors import Usage
from tacit.core.model import KINDS, Kind, Pattern
from tacit.core.present import verdict_word
from tacit.core.query_terms import Term, quote, terms

FIELDS = ("kind", "project", "verdict", "file")
SORTS = ("rank", "effectiveness", "uses", "success", "recent", "title")
VERDICTS = ("helps", "harms", "unproven", "recovery", "fact")
"""The words of the verdict column; the last two stand for kinds that have no verdict."""

KIND_ALIASES: dict[str, Kind] = {
    "sequence": "tool_sequence",
    "decision": "decision_point",
    "files": "file_group",
    "recovery": "error_recovery",
    "fact": "heuristic",
    "rule": "heuristic",
}


class Plan(Struct, frozen=True):
    """A query, understood.

    ``words`` are case-folded. ``min_success`` is a share of 1; ``used_within`` counts days back from
    now. ``sort`` is one of :data:`SORTS`.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    kind: Kind | None = None
    project: str | None = None
    verdict: str | None = None
    file: str | None = None
    min_success: float | None = None
    used_within: int | None = None
    sort: str = "rank"

    @property
    def has_text(self) -> bool:
        """Whether words or quoted texts have to be looked for."""
        return bool(self.words or self.phrases)

    @property
    def is_everything(self) -> bool:
        """Whether it fits all there is, in whatever order."""
        return self == Plan(sort=self.sort)


class QueryError(Usage):
    """A query that cannot be understood; ``text[start:end]`` is what is wrong with it."""

    def __init__(self, message: str, hint: str, text: str, start: int, end: int) -> None:
        super().__init__(message, hint)
        self.text = text
        self.start = start
        self.end = end


def parse(
    text: str = "",
    *,
    kind: str | None = None,
    project: str | None = None,
    verdict: str | None = None,
    file: str | None = None,
    min_success: float | None = None,
    used_within: int | None = None,
    sort: str | None = None,
) -> Plan:
    """Understand a query; the keyword filters narrow it further.

    Raises:
        QueryError: the text is not a query.
        Usage: a filter has no such value, or says something else than the text.
    """
    words, phrases, found = _collect(text)
    given = {"kind": kind, "project": project, "verdict": verdict, "file": file}
    for name, value in given.items():
        if value is not None:
            _add_filter(found, name, value)
    return Plan(
        words=tuple(words),
        phrases=tuple(phrases),
        kind=_kind(found.get("kind")),
        project=found.get("project"),
        verdict=found.get("verdict"),
        file=found.get("file"),
        min_success=_share(min_success),
        used_within=_days(used_within),
        sort=_sort(sort),
    )


def render(plan: Plan) -> str:
    """The query as text, so that parsing it gives the same words, texts and pairs again."""
    pairs = [(name, getattr(plan, name)) for name in FIELDS]
    parts = [f"{name}:{quote(value)}" for name, value in pairs if value is not None]
    parts += plan.words
    parts += [quote(phrase, always=True) for phrase in plan.phrases]
    return " ".join(parts)


def matches(plan: Plan, pattern: Pattern, now: int) -> bool:
    """Whether a pattern fits; its text is the title and the file names.

    Args:
        plan: what is asked.
        pattern: a pattern.
        now: milliseconds, for ``used_within``.
    """
    return (
        (plan.kind is None or pattern.kind == plan.kind)
        and (plan.verdict is None or verdict_word(pattern) == plan.verdict)
        and _is_good_and_recent(plan, pattern, now)
        and _is_at_home(plan, pattern)
        and (not plan.has_text or text_matches(plan, "\n".join((pattern.title, *pattern.files))))
    )


def text_matches(plan: Plan, haystack: str) -> bool:
    """Whether every word begins a word of the text and every quoted text stands somewhere in it."""
    folded = haystack.casefold()
    return all(_begins_word(folded, word) for word in plan.words) and all(
        phrase.casefold() in folded for phrase in plan.phrases
    )


def project_matches(wanted: str, name: str) -> bool:
    """Whether a project is meant: its whole name or whole parts of it, as ``mise`` or ``jdx/mise``."""
    return f"/{wanted.strip('/').casefold()}/" in f"/{name.strip('/').casefold()}/"


def file_matches(wanted: str, path: str) -> bool:
    """Whether a path is meant: by whole parts of it, or by a glob over the path or its last part."""
    wanted, path = wanted.casefold(), path.casefold()
    if not any(mark in wanted for mark in "*?["):
        return f"/{wanted.strip('/')}/" in f"/{path.strip('/')}/"
    from fnmatch import fnmatchcase

    return fnmatchcase(path, wanted) or fnmatchcase(path.rpartition("/")[2], wanted)


def _is_good_and_recent(plan: Plan, pattern: Pattern, now: int) -> bool:
    """A pattern without a judged use has no rate, so no least rate finds it."""
    if plan.min_success is not None and (pattern.rate is None or pattern.rate < plan.min_success):
        return False
    return plan.used_within is None or pattern.last_used >= now - plan.used_within * DAY


def _is_at_home(plan: Plan, pattern: Pattern) -> bool:
    project, file = plan.project, plan.file
    if project is not None and not any(project_matches(project, name) for name in pattern.project_names):
        return False
    return file is None or any(file_matches(file, path) for path in pattern.files)


def _begins_word(folded: str, word: str) -> bool:
    at = folded.find(word)
    while at >= 0:
        if at == 0 or not folded[at - 1].isalnum() or not word[0].isalnum():
            return True
        at = folded.find(word, at + 1)
    return False


def _collect(text: str) -> tuple[dict[str, None], dict[str, None], dict[str, str]]:
    """Words, quoted texts (each once, in order) and pairs."""
    words: dict[str, None] = {}
    phrases: dict[str, None] = {}
    found: dict[str, str] = {}
    for term in terms(text, FIELDS):
        if term.field:
            _add_pair(found, term, text)
        elif not term.quoted:
            words[term.value] = None
        elif term.value:
            phrases[term.value] = None
    return words, phrases, found


def _add_pair(found: dict[str, str], term: Term, text: str) -> None:
    start = term.start + len(term.field) + 1
    end = term.end
    if term.field not in FIELDS:
        near = nearest(term.field, FIELDS)
        hint = f"Did you mean {near}:?" if near else f"Fields are {', '.join(FIELDS)}."
        hint += f' To look for it as text, quote it: "{text[term.start : end]}".'
        raise QueryError(f"There is no field {term.field}:", hint, text, term.start, start)
    if not term.value:
        raise QueryError(f"{term.field}: needs a value.", _choices(term.field), text, term.start, start)
    try:
        value = _value(term.field, term.value)
    except Usage as error:
        raise QueryError(error.message, error.hint, text, start, end) from None
    if found.setdefault(term.field, value) != value:
        why = f"{term.field}: is given twice, and both cannot hold."
        raise QueryError(why, "Leave one out.", text, term.start, end)


def _add_filter(found: dict[str, str], name: str, raw: str) -> None:
    value = _value(name, raw)
    if found.setdefault(name, value) != value:
        raise Usage(f"The query says {name}:{found[name]}, the option {raw}.", "Leave one out.")


def _value(field: str, raw: str) -> str:
    if field == "kind":
        return kind_named(raw)
    if field == "verdict":
        return _one_of("verdict", raw, {word: word for word in VERDICTS})
    return raw


def kind_named(raw: str) -> Kind:
    """The kind that a name, an alias or an unambiguous beginning of one means.

    Raises:
        Usage: there is none, or there are several.
    """
    names: dict[str, Kind] = {kind: kind for kind in KINDS} | KIND_ALIASES
    return names[_one_of("kind", raw, dict(names))] if raw not in names else names[raw]


def _one_of(what: str, raw: str, names: dict[str, str]) -> str:
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
    hint = f"Did you mean {near}?" if near else _choices(what)
    raise Usage(f"There is no {what} “{raw}”.", hint)


def nearest(word: str, names: Iterable[str], least: float = 0.5) -> str:
    """The name most like a mistyped word, or nothing when none is at least so much alike (0 to 1)."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(names), n=1, cutoff=least)), "")


def _choices(what: str) -> str:
    return {
        "kind": f"Kinds are {', '.join(KINDS)}.",
        "verdict": f"Verdicts are {', '.join(VERDICTS)}.",
        "sort": f"Sorts are {', '.join(SORTS)}.",
        "project": "For example project:jdx/mise.",
        "file": "For example file:src/main.rs or file:*.rs.",
    }[what]


def _kind(name: str | None) -> Kind | None:
    return None if name is None else kind_named(name)


def _share(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:
        raise Usage(f"A success rate of {value} does not exist.", "It lies between 0 and 1.")
    return value


def _days(value: int | None) -> int | None:
    if value is not None and value < 0:
        raise Usage("A number of days cannot be negative.", "For example 30.")
    return value


def _sort(name: str | None) -> str:
    return "rank" if name is None else _one_of("sort", name, {sort: sort for sort in SORTS})
