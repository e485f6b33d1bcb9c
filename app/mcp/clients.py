"""Which agent a client of the protocol is, named as sessions name theirs."""

from __future__ import annotations

import re

UNKNOWN = "mcp"
"""The name of who does not say what it is."""

_KNOWN = (
    ("claude", "claude-code"),
    ("codex", "codex"),
    ("gemini", "gemini"),
    ("cursor", "cursor"),
    ("copilot", "copilot"),
    ("visual studio code", "copilot"),
    ("opencode", "opencode"),
)
_LOOKED_AT = 200
_ODD = re.compile(r"[^a-z0-9._-]+")


def agent_of(name: str) -> str:
    """The agent behind ``clientInfo.name``: ``codex-mcp-client`` is ``codex``, what is unknown itself."""
    small = name[:_LOOKED_AT].strip().lower()
    for part, agent in _KNOWN:
        if part in small:
            return agent
    from tacit.core.jsonform import without_hash
    from tacit.core.redaction import Redactor

    own = without_hash(Redactor(b"")(name[:_LOOKED_AT])).lower()  # a name is stored, and stands in ids
    return _ODD.sub("-", own)[:40].strip("-.") or UNKNOWN
