"""What a hook prints in the form in which its agent hands it to the model.

Claude Code and Codex CLI take plain text at the start of a session and behind a prompt; after a tool call,
and for Gemini CLI always, it is ``additionalContext`` of an object of JSON.
"""

from __future__ import annotations

import msgspec

from tacit.app.hooks.options import Event, Form

_PLAIN = frozenset(("session-start", "prompt"))


def form_of(event: Event, agent: str) -> Form:
    """The form that an agent needs."""
    return "text" if event in _PLAIN and agent != "gemini" else "json"


def printed(text: str, form: Form, name: str) -> str:
    """What to print: nothing of nothing. ``name`` is what the agent calls the event."""
    if not text or form == "text":
        return text
    told = {"hookSpecificOutput": {"hookEventName": name, "additionalContext": text}}
    return msgspec.json.encode(told).decode() + "\n"
