"""How a tool call ended, as far as an agent tells its hooks.

Claude Code has an event of its own for a call that failed (``PostToolUseFailure``: the text under ``error``,
for a shell command ``Exit code N`` and what it printed). Codex CLI mostly hands over what a command printed
without its exit code. Gemini CLI has ``error`` for a tool that failed, and the exit code of a command in the
text for the model.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from tacit.app.hooks.payload import Payload

_EXIT = re.compile(r"^(?:Error: )?(?:Exit code:? |Process exited with code )(-?\d+)\s*$", re.MULTILINE)
_HEAD = 300
"""Characters in which that stands, if it is no part of what was printed."""

_GEMINI_EXIT = re.compile(r"^Exit Code: (-?\d+)\s*$", re.MULTILINE)
_GEMINI_HEAD = re.compile(
    r"^(?:Command|Directory|Exit Code|Signal|Process Group PGID|Background PIDs): .*\n?"
    r"|^(?:Output|Stdout|Stderr): ",
    re.MULTILINE,
)
_NO_FAULT = (
    "The user doesn't want to proceed with this tool use",
    "The user doesn't want to take this action right now",
    "User rejected",
    "Claude requested permissions",
    "Sibling tool call errored",
    "Cancelled: parallel tool call",
    "[Request interrupted",
)
"""What is said of a call that a person or another call stopped: nothing is wrong with it."""

_TEXTS = ("error", "message", "llmContent", "stdout", "stderr", "output", "content", "text")
_CODES = ("exit_code", "exitCode", "returncode")
_DEPTH = 4


class Call(Struct, frozen=True):
    """A tool call that ended: ``failed`` where the agent says so, else its ``text`` may still show it."""

    tool: str
    command: str
    text: str
    failed: bool


def call_of(payload: Payload) -> Call | None:
    """The call that an event is about; ``None`` where there is none, or where a person stopped it."""
    tool = payload.text("tool_name")
    response, error = payload.value("tool_response"), payload.value("error")
    if not tool or payload.value("is_interrupt") is True:
        return None
    text = _text(error) or _text(response)
    if text.removeprefix("<tool_use_error>").lstrip().startswith(_NO_FAULT):
        return None
    failed = payload.text("hook_event_name") == "PostToolUseFailure" or bool(error) or _failed(response, text)
    if _GEMINI_EXIT.search(text):
        text = _GEMINI_HEAD.sub("", text)
    return Call(tool, _command(payload.value("tool_input")), text, failed)


def _failed(response: Any, text: str) -> bool:
    if isinstance(response, dict):
        if response.get("is_error") is True or response.get("isError") is True or response.get("error"):
            return True
        if response.get("success") is False:
            return True
        codes = [response.get(name) for name in _CODES]
        metadata = response.get("metadata")
        codes += [metadata.get(name) for name in _CODES] if isinstance(metadata, dict) else []
        if any(isinstance(code, int) and code != 0 for code in codes):
            return True
    elif isinstance(response, str) and response.lstrip().startswith(("Error", "<tool_use_error>")):
        return True
    told = _EXIT.search(text[:_HEAD]) or _GEMINI_EXIT.search(text)
    return told is not None and told[1] != "0"


def _text(value: Any, depth: int = 0) -> str:
    """All text in what a tool answered, in the order of the names above."""
    if isinstance(value, str):
        return value
    if depth >= _DEPTH:
        return ""
    if isinstance(value, list):
        return "\n".join(filter(None, (_text(one, depth + 1) for one in value)))
    if isinstance(value, dict):
        return "\n".join(filter(None, (_text(value.get(name), depth + 1) for name in _TEXTS)))
    return ""


def _command(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    command = value.get("command")
    if isinstance(command, list):
        from shlex import join

        return join(str(word) for word in command)
    return command if isinstance(command, str) else ""
