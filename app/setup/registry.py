"""The agents that can be connected, by name."""

from __future__ import annotations

from importlib import import_module

from tacit.app.setup.agent import Agent

NAMES = ("claude-code", "codex", "gemini", "cursor", "copilot", "opencode")


def agent_of(name: str) -> Agent:
    """The agent of a name in :data:`NAMES`."""
    found: Agent = import_module(f"tacit.app.setup.agents.{name.replace('-', '_')}").AGENT
    return found
