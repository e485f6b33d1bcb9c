"""Pattern keys read back: their title, their step set, and how specific they are.

Keys by kind: ``tool_sequence`` the action labels; ``error_recovery`` (level, signature, action, intent);
``heuristic`` (project, intent, command). A title names a project by its last two parts.
"""

from __future__ import annotations

from tacit.core.learn.actions import is_command, is_failed
from tacit.core.learn.programs import intent_of
from tacit.core.model import Kind

_ARROW = " → "


def title_of(kind: Kind, key: tuple[str, ...]) -> str:
    """What a person reads: ``edit refused → read → edit``, ``test in devenv/cli: mise run test``."""
    if kind == "error_recovery" and len(key) == 4:
        _, signature, action, intent = key
        chain = [signature, action]
        if not _reaches(action, intent):
            chain.append(intent)
        return _ARROW.join(chain)
    if kind == "heuristic" and len(key) == 3:
        project, intent, command = key
        return f"{intent} in {'/'.join(project.split('/')[-2:])}: {command}"
    return _ARROW.join(key)


def _reaches(action: str, intent: str) -> bool:
    """Whether the recovering action is itself the success of what had failed."""
    if intent == "edit":
        return action in {"edit", "write"}
    return intent in {action, intent_of(action)}


def parts_of(kind: Kind, key: tuple[str, ...]) -> frozenset[str]:
    """The step set of a pattern, for the overlap of families."""
    if kind == "error_recovery" and len(key) == 4:
        return frozenset((key[1], key[2]))
    if kind == "heuristic":
        return frozenset((_ARROW.join(key),))
    return frozenset(key)


def is_generic(key: tuple[str, ...]) -> bool:
    """Whether a sequence holds neither a shell action nor a failed one."""
    return not any(is_command(label) or is_failed(label) for label in key)


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
