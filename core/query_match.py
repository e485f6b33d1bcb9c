"""Whether a pattern, a session or an episode fits a query."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.present import verdict_word
from tacit.core.query_fields import KNOWN
from tacit.core.query_measures import bounds, plain
from tacit.core.query_tree import Both, Either, Node, Not, Pair, Plan, Text
from tacit.core.words import episode_words, note_words, pattern_words, session_words

Thing = Pattern | Session | Episode | Note
Judge = Callable[[Any, str | None], bool]
"""Whether a thing fits; the text is what words are looked for in, where it is not the thing's own."""

_Check = Callable[[Any, str], bool]
_WORDS: dict[type, Callable[[Any], str]] = {
    Pattern: pattern_words,
    Session: session_words,
    Episode: episode_words,
    Note: note_words,
}
_NAMES = {"success": "rate", "first": "first_used", "learned": "learned_at"}
"""Fields that a record knows by another name."""

_OPS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def matches(plan: Plan, thing: Thing, now: int) -> bool:
    """Whether a thing fits; its text is its title, prompt or directory, and its files.

    A field that a thing does not have, or has no value in, fits no value.

    Args:
        plan: what is asked; its order, meaning and limit say nothing of one thing.
        thing: a pattern, a session or an episode.
        now: milliseconds, for spans of time.
    """
    return judge(plan, now)(thing, None)


def judge(plan: Plan, now: int, *, words: bool = True) -> Judge:
    """What tells whether a thing fits, made once for many things.

    Without ``words`` the free words of the plan need not hold: who ranks by them looks for them elsewhere.
    """
    nodes = [node for node in conjuncts(plan) if node != _archived(plan)]
    if not words:
        nodes = [node for node in nodes if not isinstance(node, Text) or node.exact]
    checks = [_check(node, now) for node in nodes]
    wordy = any(map(_has_text, nodes))
    put_away = bool(plan.archived)

    def fits(thing: Any, text: str | None) -> bool:
        if isinstance(thing, Pattern) and thing.archived is not put_away:
            return False
        folded = ""
        if wordy:
            folded = (_WORDS[type(thing)](thing) if text is None else text).casefold()
        return all(check(thing, folded) for check in checks)

    return fits


def conjuncts(plan: Plan) -> list[Node]:
    """Everything that must hold, part by part, in the order in which it is written."""
    flags = {"pinned": plan.pinned, "archived": plan.archived}
    said = {name: getattr(plan, name) for name in ("kind", "project", "verdict", "file")}
    said |= {name: None if value is None else "yes" if value else "no" for name, value in flags.items()}
    nodes: list[Node] = [Pair(name, value) for name, value in said.items() if value is not None]
    if plan.min_success is not None:
        nodes.append(Pair("success", plain(plan.min_success), ">="))
    if plan.used_within is not None:
        nodes.append(Pair("used", f"{plan.used_within}d", "<"))
    nodes += [Text(word) for word in plan.words]
    nodes += [Text(phrase, exact=True) for phrase in plan.phrases]
    return [*nodes, *plan.where]


def text_matches(plan: Plan, haystack: str) -> bool:
    """Whether every word begins a word of the text and every quoted text stands somewhere in it."""
    folded = haystack.casefold()
    return all(_begins_word(folded, word) for word in plan.words) and all(
        phrase.casefold() in folded for phrase in plan.phrases
    )


def project_matches(wanted: str, name: str) -> bool:
    """Whether a project is meant: its whole name or whole parts of it, as ``mise`` or ``jdx/mise``.

    ``=jdx/mise`` means that very name.
    """
    if wanted.startswith("="):
        return wanted[1:] == name
    return f"/{wanted.strip('/').casefold()}/" in f"/{name.strip('/').casefold()}/"


def file_matches(wanted: str, path: str) -> bool:
    """Whether a path is meant: by whole parts of it, or by a glob over the path or its last part."""
    wanted, path = wanted.casefold(), path.casefold()
    if not any(mark in wanted for mark in "*?["):
        return f"/{wanted.strip('/')}/" in f"/{path.strip('/')}/"
    from fnmatch import fnmatchcase

    return fnmatchcase(path, wanted) or fnmatchcase(path.rpartition("/")[2], wanted)


def _archived(plan: Plan) -> Pair | None:
    return None if plan.archived is None else Pair("archived", "yes" if plan.archived else "no")


def _check(node: Node, now: int) -> _Check:
    if isinstance(node, Text):
        return _text(node)
    if isinstance(node, Not):
        part = _check(node.part, now)
        return lambda thing, text: not part(thing, text)
    if isinstance(node, Pair):
        return _pair(node, now)
    parts = [_check(part, now) for part in node.parts]
    if isinstance(node, Both):
        return lambda thing, text: all(part(thing, text) for part in parts)
    return lambda thing, text: any(part(thing, text) for part in parts)


def _text(node: Text) -> _Check:
    value = node.value.casefold()
    if node.exact:
        return lambda _, text: value in text
    return lambda _, text: _begins_word(text, value)


def _pair(pair: Pair, now: int) -> _Check:
    field = KNOWN[pair.field]
    if field.shape == "time":
        low, high = bounds(pair, now)
        return lambda thing, _: any(low <= at < high for at in _values(thing, field.name))
    if field.shape in {"number", "share"}:
        holds = _compared(pair)
        return lambda thing, _: any(map(holds, _values(thing, field.name)))
    fits: Callable[[str, Any], bool] = _MATCHERS.get(field.name, operator.eq)
    return lambda thing, _: any(fits(pair.value, value) for value in _values(thing, field.name))


def _compared(pair: Pair) -> Callable[[float], bool]:
    value = float(pair.value)
    if pair.op == "..":
        most = float(pair.most)
        return lambda number: value <= number <= most
    compare: Callable[[float, float], bool] = _OPS[pair.op]
    return lambda number: compare(number, value)


def _values(thing: Any, field: str) -> Iterable[Any]:
    """What a thing has in a field: nothing where it has no such field."""
    special = _SPECIAL.get((type(thing), field))
    if special is not None:
        return special(thing)
    value = getattr(thing, _NAMES.get(field, field), None)
    return () if value is None or not _has(thing, field) else (value,)


def _has(thing: Any, field: str) -> bool:
    return _LISTS[type(thing)] in KNOWN[field].lists


def _languages(paths: Iterable[str]) -> Iterator[str]:
    from tacit.core.learn.tasks import file_language

    return map(file_language, paths)


def _equals(wanted: str, name: str) -> bool:
    return wanted.casefold() == name.casefold()


def name_matches(wanted: str, name: str) -> bool:
    """Whether a name is meant: a word of it begins so; ``=name`` means that very name."""
    if wanted.startswith("="):
        return wanted[1:] == name
    return _begins_word(name.casefold(), wanted.casefold())


_LISTS: dict[type, str] = {
    Pattern: "patterns",
    Session: "sessions",
    Episode: "episodes",
    Note: "notes",
}

_MATCHERS: dict[str, Callable[[str, Any], bool]] = {
    "project": project_matches,
    "file": file_matches,
    "lang": _equals,
    "agent": name_matches,
    "model": name_matches,
    "branch": name_matches,
    "unworthy": name_matches,
    "from": name_matches,
    "tag": name_matches,
}

_SPECIAL: dict[tuple[type, str], Callable[[Any], Iterable[Any]]] = {
    (Pattern, "verdict"): lambda p: (verdict_word(p),),
    (Pattern, "project"): lambda p: p.project_names,
    (Pattern, "file"): lambda p: p.files,
    (Pattern, "lang"): lambda p: _languages(p.files),
    (Pattern, "pinned"): lambda p: ("yes" if p.pinned else "no",),
    (Pattern, "used"): lambda p: (p.last_used,) if p.uses else (),
    (Pattern, "first"): lambda p: (p.first_used,) if p.uses else (),
    (Pattern, "learned"): lambda p: () if p.borrowed else (p.learned_at,),
    (Pattern, "from"): lambda p: (one.source for one in p.elsewhere),
    (Note, "from"): lambda n: (n.source,),
    (Note, "tag"): lambda n: n.tags,
    (Note, "changed"): lambda n: (n.dated,),
    (Session, "used"): lambda s: (s.ended,),
    (Session, "outcome"): lambda s: (label for label, number in s.outcomes if number),
    (Episode, "used"): lambda e: (e.ended,),
    (Episode, "outcome"): lambda e: (e.outcome.label,),
    (Episode, "file"): lambda e: e.files,
    (Episode, "lang"): lambda e: (e.language,) if e.language else (),
    (Episode, "source"): lambda e: (e.outcome.source,) if e.outcome.source else (),
    (Episode, "task"): lambda e: (e.task_type,) if e.task_type else (),
    (Episode, "tool"): lambda e: (name for name, _, _ in e.tools),
}


def _begins_word(folded: str, word: str) -> bool:
    at = folded.find(word)
    while at >= 0:
        if at == 0 or not folded[at - 1].isalnum() or not word[0].isalnum():
            return True
        at = folded.find(word, at + 1)
    return False


def _has_text(node: Node) -> bool:
    if isinstance(node, Both | Either):
        return any(map(_has_text, node.parts))
    return isinstance(node, Text) or (isinstance(node, Not) and _has_text(node.part))
