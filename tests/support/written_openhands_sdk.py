"""A conversation as OpenHands' agent SDK (1.2) stores it: its state, and a file for each event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from told import STEP, Done, Loss, Told
from transcript import iso

LOSES: frozenset[Loss] = frozenset({"repository"})

Event = dict[str, Any]


def write(told: Told, folder: Path) -> Path:
    """Write the conversation below a home directory, and return its folder."""
    path = folder / ".openhands" / "conversations" / told.native.replace("-", "")
    save(path, state(told), events(told))
    return path


def save(folder: Path, about: dict[str, Any], found: list[Event]) -> None:
    """Write a state and events as the SDK does."""
    (folder / "events").mkdir(parents=True, exist_ok=True)
    (folder / "base_state.json").write_text(json.dumps(about, separators=(",", ":")), encoding="utf-8")
    for number, event in enumerate(found):
        path = folder / "events" / f"event-{number:05d}-{event['id']}.json"
        path.write_text(json.dumps(event, separators=(",", ":")), encoding="utf-8")


def state(told: Told) -> dict[str, Any]:
    """What is kept of a conversation beside its events."""
    return {
        "id": told.native,
        "agent": {"llm": {"model": told.model, "api_key": "**********"}, "tools": [], "kind": "Agent"},
        "workspace": {"working_dir": told.directory, "kind": "LocalWorkspace"},
        "persistence_dir": f"/home/dev/.openhands/conversations/{told.native.replace('-', '')}",
        "execution_status": "finished",
        "stats": {"usage_to_metrics": {}},
    }


def events(told: Told) -> list[Event]:
    """The events of a session, each ten seconds after the one before."""
    found: list[Event] = []

    def add(source: str, kind: str, **more: Any) -> str:
        key = str(uuid5(NAMESPACE_URL, f"{told.native}/{len(found)}"))
        at = iso(told.start + len(found) * STEP).removesuffix("Z")
        found.append({"id": key, "timestamp": at, "source": source} | more | {"kind": kind})
        return key

    add("agent", "SystemPromptEvent", system_prompt=part("You are OpenHands agent."), tools=[])
    for task in told.tasks:
        asked = {"role": "user", "content": [part(task.prompt)], "thinking_blocks": []}
        hint = [part("<EXTRA_INFO>a skill</EXTRA_INFO>")]
        add("user", "MessageEvent", llm_message=asked, activated_skills=[], extended_content=hint)
        for done in task.done:
            tool, action = _action(done)
            call = f"toolu_{len(found):04d}"
            about = {"tool_name": tool, "tool_call_id": call}
            spoken = {name: one for name, one in action.items() if name != "kind"} | {"summary": "Do it"}
            wanted = {"id": call, "name": tool, "arguments": json.dumps(spoken), "origin": "completion"}
            more = {"action": action, "tool_call": wanted, "llm_response_id": "r", "security_risk": "LOW"}
            key = add("agent", "ActionEvent", thought=[part("So.")], **(about | more))
            seen = _observation(done, action, told.directory)
            add("environment", "ObservationEvent", **about, observation=seen, action_id=key)
        said = {"role": "assistant", "content": [part(task.said)]}
        add("agent", "MessageEvent", llm_message=said, activated_skills=[], extended_content=[])
    return found


def part(text: str) -> dict[str, Any]:
    """A part of a message or of what a tool gave back."""
    return {"cache_prompt": False, "type": "text", "text": text}


def _action(done: Done) -> tuple[str, dict[str, Any]]:
    if done.what == "shell":
        return "terminal", {
            "command": done.text,
            "is_input": False,
            "reset": False,
            "kind": "TerminalAction",
        }
    if done.what == "search":
        return "grep", {"pattern": done.text, "path": done.path, "kind": "GrepAction"}
    command = {"read": "view", "edit": "str_replace", "write": "create"}[done.what]
    texts = {"old_str": done.old, "new_str": done.text} if done.old else {}
    texts |= {"file_text": done.text} if done.what == "write" else {}
    return "file_editor", {"command": command, "path": done.path} | texts | {"kind": "FileEditorAction"}


def _observation(done: Done, action: dict[str, Any], directory: str) -> dict[str, Any]:
    seen: dict[str, Any] = {"content": [part(done.output)]}
    if done.what != "shell":
        return seen | {"is_error": bool(done.exit), "kind": action["kind"].replace("Action", "Observation")}
    suffix = f"\n[The command completed with exit code {done.exit}.]"
    metadata = {"exit_code": done.exit, "pid": -1, "working_dir": directory, "prefix": "", "suffix": suffix}
    ended = {"command": done.text, "exit_code": done.exit, "timeout": False, "metadata": metadata}
    return seen | {"is_error": False} | ended | {"kind": "TerminalObservation"}
