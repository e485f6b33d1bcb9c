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

from msgspec import Struct

from tacit.core.clock import DAY
from tacit.core.errors import Usage
from tacit.core.model import Kind, Pattern
from tacit.core.present import verdict_word
from tacit.core.query_terms import Term, quote, terms
from tacit.core.query_values import FIELDS as FIELDS
from tacit.core.query_values import SORTS as SORTS
from tacit.core.query_values import VERDICTS as VERDICTS
from tacit.core.query_values import YES_NO, choices, one_of, value_of
from tacit.core.query_values import kind_named as kind_named
from tacit.core.query_values import nearest as nearest


class Plan(Struct, frozen=True):
    """A query, understood.

    ``words`` are case-folded. ``pinned`` is whether a pattern is, ``archived`` whether it was put away;
    where that is not asked for, what was put away fits nothing. ``min_success`` is a share of 1;
    ``used_within`` counts days back from now. ``sort`` is one of :data:`SORTS`.
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
    pinned: bool | None = None,
    archived: bool | None = None,
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
    given |= {"pinned": _word(pinned), "archived": _word(archived)}
    for name, value in given.items():
        if value is not None:
            _add_filter(found, name, value)
    plan = Plan(
        words=tuple(words),
        phrases=tuple(phrases),
        kind=_kind(found.get("kind")),
        project=found.get("project"),
        verdict=found.get("verdict"),
        file=found.get("file"),
        pinned=_yes(found.get("pinned")),
        archived=_yes(found.get("archived")),
        min_success=_share(min_success),
        used_within=_days(used_within),
        sort=_sort(sort),
    )
    if plan.archived and plan.sort != "rank":
        raise Usage("Archived patterns have one order, that of the list.", "Leave the order out.")
    return plan


def render(plan: Plan) -> str:
    """The query as text, so that parsing it gives the same words, texts and pairs again."""
    pairs = [(name, getattr(plan, name)) for name in FIELDS]
    pairs = [(name, _word(value) if isinstance(value, bool) else value) for name, value in pairs]
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
        and plan.pinned in {None, pattern.pinned}
        and bool(plan.archived) == pattern.archived
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
        raise QueryError(f"{term.field}: needs a value.", choices(term.field), text, term.start, start)
    try:
        value = value_of(term.field, term.value)
    except Usage as error:
        raise QueryError(error.message, error.hint, text, start, end) from None
    if found.setdefault(term.field, value) != value:
        why = f"{term.field}: is given twice, and both cannot hold."
        raise QueryError(why, "Leave one out.", text, term.start, end)


def _add_filter(found: dict[str, str], name: str, raw: str) -> None:
    value = value_of(name, raw)
    if found.setdefault(name, value) != value:
        raise Usage(f"The query says {name}:{found[name]}, the option {raw}.", "Leave one out.")


def _kind(name: str | None) -> Kind | None:
    return None if name is None else kind_named(name)


def _yes(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


def _word(value: bool | None) -> str | None:
    return None if value is None else YES_NO[not value]


def _share(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:
        raise Usage(f"A success rate of {value} does not exist.", "It lies between 0 and 1.")
    return value


def _days(value: int | None) -> int | None:
    if value is not None and value < 0:
        raise Usage("A number of days cannot be negative.", "For example 30.")
    return value


def _sort(name: str | None) -> str:
    return "rank" if name is None else one_of("sort", name, {sort: sort for sort in SORTS})
