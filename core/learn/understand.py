"""From a tool call as a reader saw it to a step that is understood."""

from __future__ import annotations

import re
import shlex
from typing import Any

import msgspec

from tacit.core.drafts import StepDraft
from tacit.core.learn.actions import action_name, tool_of
from tacit.core.learn.commands import Part, parse
from tacit.core.learn.errors import signature
from tacit.core.learn.paths import relative
from tacit.core.learn.statuses import settle
from tacit.core.model import Action, ActionStatus, Intent, Signature, Status, Step, Tool

_REDACTED = re.compile(r"\[REDACTED:([\w-]+):[0-9a-f]+\]")
_PATHS = (
    "file_path",
    "notebook_path",
    "path",
    "absolute_path",
    "filePath",
    "relative_path",
    "filename",
    "target_file",
    "target_notebook",
    "dir_path",
    "targetFile",
    "relativeWorkspacePath",
)
_COMMANDS = ("command", "cmd", "script")
_STARTED_ONLY = ("run_in_background", "is_background", "isBackground", "async")
_DECODER = msgspec.json.Decoder()
_BY_STATUS: dict[Status, ActionStatus] = {
    "ok": "ok",
    "error": "failed",
    "rejected": "skipped",
    "cancelled": "skipped",
}


def understand(draft: StepDraft, root: str) -> Step:
    """The step with its actions, target and error. ``root`` is the session's working directory.

    Never raises: parameters that are no JSON (or were cut) leave the step without target and parts.
    """
    kind = tool_of(draft.tool)
    parameters = _parameters(draft.parameters)
    target = _target(kind, parameters, root)
    actions: tuple[Action, ...] = ()
    if kind == "shell":
        actions = _shell_actions(draft, _command(parameters), _in_background(parameters))
    if not actions:
        name = action_name(kind, draft.tool, target)
        actions = (Action(_clean(name), _BY_STATUS.get(draft.status, "unknown")),)
    return Step(
        n=draft.n,
        call=draft.call,
        tool=draft.tool,
        kind=kind,
        parameters=draft.parameters,
        observation=draft.observation,
        status=draft.status,
        at=draft.at,
        actions=actions,
        target=target,
        error=_error(draft, kind, actions),
        seconds=draft.seconds,
        agent=draft.agent,
        parent=draft.parent,
        left=draft.left,
        cut=draft.cut,
    )


def command_of(parameters: str) -> str:
    """The command of a shell call's parameters, empty where there is none."""
    return _command(_parameters(parameters)).strip()


def _parameters(text: str) -> dict[str, Any]:
    try:
        value = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _target(kind: Tool, parameters: dict[str, Any], root: str) -> str | None:
    if kind not in {"read", "edit", "write", "search"}:
        return None
    for name in _PATHS:
        value = parameters.get(name)
        if isinstance(value, str) and value:
            return _clean(relative(value, root))[:1000]
    return None


def _command(parameters: dict[str, Any]) -> str:
    for name in _COMMANDS:
        value = parameters.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            return shlex.join(str(word) for word in value)
    return ""


def _in_background(parameters: dict[str, Any]) -> bool:
    """Whether a command was only started: nobody saw how it ended."""
    told = any(parameters.get(name) in (True, "true") for name in _STARTED_ONLY)
    return told or parameters.get("mode") == "async"


def _shell_actions(draft: StepDraft, command: str, background: bool) -> tuple[Action, ...]:
    """One action a part; silent parts (``cd``, ``echo``) count only where nothing else stands."""
    parts = parse(command)
    status: Status = "interrupted" if background and draft.status == "ok" else draft.status
    states = settle(parts, status, draft.observation)
    loud = [at for at, part in enumerate(parts) if not part.silent] or list(range(len(parts)))[-1:]
    return tuple(_action(parts[at], states[at]) for at in loud)


def _action(part: Part, state: ActionStatus) -> Action:
    return Action(_clean(part.name), state, part.intent)


def _clean(text: str) -> str:
    """Actions and targets carry no hash of a redacted secret."""
    return _REDACTED.sub(r"[REDACTED:\1]", text) if "[REDACTED:" in text else text


def _error(draft: StepDraft, kind: Tool, actions: tuple[Action, ...]) -> Signature | None:
    """The signature of a tool failure, or of one that the output shows and the exit status hid."""
    if draft.status != "error" and not (draft.status == "ok" and _failed_in_hiding(actions)):
        return None
    return signature(kind, _failed_intent(actions), draft.observation)


def _failed_in_hiding(actions: tuple[Action, ...]) -> bool:
    """A test, build or lint that failed behind a pipe; any other command may have failed on purpose."""
    return any(action.status == "failed" and action.intent for action in actions)


def _failed_intent(actions: tuple[Action, ...]) -> Intent:
    """What the part that failed was for; where nobody knows which failed, nothing is said."""
    failed = [action for action in actions if action.status == "failed"]
    if not failed and len(actions) == 1:
        failed = list(actions)
    return failed[0].intent if failed else ""
