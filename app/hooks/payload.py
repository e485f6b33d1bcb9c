"""What an agent hands to a hook: one object of JSON, of which nothing is believed but its shape.

Claude Code, Codex CLI and Gemini CLI name what matters here alike (``session_id``, ``cwd``,
``hook_event_name``, ``prompt``, ``tool_name``, ``tool_input``, ``tool_response``, ``error``); what is missing
or of another shape counts as not said.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import msgspec

from tacit.app.hooks.options import Event

_AGENT = 40
_ID = 200
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_GEMINI = frozenset(("BeforeAgent", "AfterAgent", "BeforeTool", "AfterTool", "BeforeModel", "AfterModel"))
_STARTED = ("CLAUDE_PROJECT_DIR", "GEMINI_PROJECT_DIR")
"""Where an agent says in which folder it was started, which gives its sessions their project."""

_EVENTS: dict[Event, tuple[str, ...]] = {
    "session-start": ("SessionStart", "SubagentStart"),
    "prompt": ("UserPromptSubmit", "BeforeAgent"),
    "tool-result": ("PostToolUse", "PostToolUseFailure", "AfterTool"),
    "stop": ("Stop", "SessionEnd", "AfterAgent"),
}
_OF_GEMINI: dict[Event, str] = {"prompt": "BeforeAgent", "tool-result": "AfterTool", "stop": "AfterAgent"}


class Payload:
    """One event of an agent.

    Args:
        told: the object.
        environ: what the agent set for the hook.
    """

    def __init__(self, told: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> None:
        self._told = told
        self._environ = environ

    @classmethod
    def of(cls, raw: bytes) -> Payload:
        """The event in what was read from standard input.

        Raises:
            ValueError: it is no object of JSON.
            RecursionError: it is nested too deeply.
        """
        told = msgspec.json.decode(raw)
        if not isinstance(told, dict):
            raise ValueError("no object")
        return cls(told)

    def value(self, name: str) -> Any:
        """Whatever stands under a name."""
        return self._told.get(name)

    def text(self, name: str) -> str:
        """The text under a name, empty where there is none."""
        value = self._told.get(name)
        return value if isinstance(value, str) else ""

    @property
    def session(self) -> str:
        """The agent's own id of its session; empty where that is none."""
        told = self.text("session_id")
        return told if len(told) <= _ID and told.isprintable() else ""

    @property
    def directories(self) -> list[str]:
        """Where the agent works, then where it was started."""
        told = [self.text("cwd") or os.getcwd(), *(self._environ.get(name, "") for name in _STARTED)]  # noqa: PTH109
        return [one for one in told if one and "\0" not in one and len(one) < 4096]

    def agent(self, named: str) -> str:
        """Who handed it over, as its sessions name it: as named, else as the shape tells."""
        if named:
            return named if len(named) <= _AGENT and _LETTERS.issuperset(named) else "unknown"
        path = self.text("transcript_path")
        if self.text("hook_event_name") in _GEMINI or "/.gemini/" in path:
            return "gemini"
        return "codex" if "turn_id" in self._told or "/.codex/" in path else "claude-code"

    def event_name(self, event: Event, agent: str) -> str:
        """What the agent calls the event: as it says, if that is such a one."""
        told = self.text("hook_event_name")
        if told in _EVENTS[event]:
            return told
        usual = _EVENTS[event][0]
        return _OF_GEMINI.get(event, usual) if agent == "gemini" else usual
