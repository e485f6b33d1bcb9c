"""Pattern keys read back: their title, their step set, and how specific they are.

Keys by kind: ``tool_sequence`` the action labels; ``decision_point`` (situation, choice); ``context``
(project, language, task type, approach); ``file_group`` (project, two files or more); ``custom`` its name
and what more a plug-in says; ``error_recovery`` (level, signature, action, intent); ``heuristic`` (project,
intent, command). A title names a project by its last two parts.
"""

from __future__ import annotations

from collections.abc import Callable

from tacit.core.learn.actions import is_command, is_failed
from tacit.core.learn.paths import UNTOLD
from tacit.core.learn.programs import intent_of
from tacit.core.model import Kind

_ARROW = " → "
_MOST_NAMED = 6
"""So many files a title names."""

_OF_A_PROJECT = frozenset(("context", "file_group", "heuristic"))
_PLAIN_PHASES = frozenset(("explore", "edit"))


def title_of(kind: Kind, key: tuple[str, ...]) -> str:
    """What a person reads: ``edit refused → read → edit``, ``test in devenv/cli: mise run test``."""
    if kind == "file_group" and len(key) > 2:
        return _files(*key)
    told = _TOLD.get((kind, len(key)))
    if told is not None:
        return told(*key)
    return (": " if kind == "custom" else _ARROW).join(key)


def _recovery(_level: str, signature: str, action: str, intent: str) -> str:
    chain = [signature, action]
    if not _reaches(action, intent):
        chain.append(intent)
    return _ARROW.join(chain)


def _heuristic(project: str, intent: str, command: str) -> str:
    return f"{intent} in {_short(project)}: {command}"


def _decision(situation: str, choice: str) -> str:
    return f"after {situation}: {choice}"


def _context(project: str, language: str, task: str, approach: str) -> str:
    about = ", ".join(one for one in (language, "" if task == "other" else task.replace("_", " ")) if one)
    return f"{_short(project)}{f' ({about})' if about else ''}: {approach}"


def _files(project: str, *files: str) -> str:
    rest = len(files) - _MOST_NAMED
    named = files if rest < 2 else (*files[:_MOST_NAMED], f"{rest} more")
    return f"{_short(project)}: {' + '.join(named)}"


def _short(project: str) -> str:
    return "/".join(project.split("/")[-2:])


def _reaches(action: str, intent: str) -> bool:
    """Whether the recovering action is itself the success of what had failed."""
    if intent == "edit":
        return action in {"edit", "write"}
    return intent in {action, intent_of(action)}


_TOLD: dict[tuple[Kind, int], Callable[..., str]] = {
    ("error_recovery", 4): _recovery,
    ("heuristic", 3): _heuristic,
    ("decision_point", 2): _decision,
    ("context", 4): _context,
}


def parts_of(kind: Kind, key: tuple[str, ...]) -> frozenset[str]:
    """The step set of a pattern, for the overlap of families.

    What is told of a project, and what a person declared, is close to nothing else but itself; ways of
    work are compared within one project, language and type of task, files within one project.
    """
    if kind == "error_recovery" and len(key) == 4:
        return frozenset((key[1], key[2]))
    if kind == "context" and len(key) == 4:
        *features, approach = key
        return frozenset("\0".join((*features, phase)) for phase in approach.split(_ARROW))
    if kind == "file_group":
        return frozenset(f"{key[0]}\0{name}" for name in key[1:])
    if kind in {"heuristic", "custom"}:
        return frozenset((_ARROW.join(key),))
    if kind == "decision_point" and len(key) == 2:
        return frozenset((f"after {key[0]}", key[1]))
    return frozenset(key)


def is_generic(kind: Kind, key: tuple[str, ...]) -> bool:
    """Whether a pattern says no more than that one works.

    A sequence without any shell action and any failure; an approach that only explores and edits.
    """
    if kind == "context":
        return _PLAIN_PHASES.issuperset(key[-1].split(_ARROW))
    return kind == "tool_sequence" and not any(is_command(label) or is_failed(label) for label in key)


def is_of_nowhere(kind: Kind, key: tuple[str, ...]) -> bool:
    """Whether it is said of a project while no transcript told which that is."""
    return kind in _OF_A_PROJECT and key[:1] == (UNTOLD,)


def weight(kind: Kind, key: tuple[str, ...], uses: int) -> int:
    """How much a pattern stands for, to order by: its uses; of files how many were changed in them all."""
    return uses * (len(key) - 1) if kind == "file_group" else uses


def specificity(kind: Kind, key: tuple[str, ...]) -> int:
    """How much a pattern says, to order by: commands and failures first, then length.

    A sequence counts 10 for each action that is a command or failed and 1 for each action; an exact
    recovery 1 and a class 0; anything else 0.
    """
    if kind == "tool_sequence":
        return sum(10 for label in key if is_command(label) or is_failed(label)) + len(key)
    if kind == "error_recovery":
        return int(key[:1] == ("exact",))
    return 0
