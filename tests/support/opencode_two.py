"""Sessions as OpenCode 2 stores them: the same talk as rows of ``session_v2`` and ``session_message``."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from opencode_store import PROJECT, Talk

_SCHEMA = """
CREATE TABLE `session_v2` (`id` text PRIMARY KEY, `project_id` text NOT NULL, `workspace_id` text,
 `parent_id` text, `fork_session_id` text, `fork_boundary` text, `slug` text NOT NULL,
 `directory` text NOT NULL, `path` text, `title` text, `version` text NOT NULL, `revert` text, `agent` text,
 `model` text, `time_created` integer NOT NULL, `time_updated` integer NOT NULL);
CREATE TABLE `session_message` (`id` text PRIMARY KEY, `session_id` text NOT NULL, `type` text NOT NULL,
 `seq` integer NOT NULL, `time_created` integer NOT NULL, `time_updated` integer NOT NULL,
 `data` text NOT NULL);
"""


def save_two(path: Path, *talks: Talk) -> Path:
    """Write sessions into a database, which may be one of version 1 already, and close it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'session_v2'").fetchone():
        database.executescript(_SCHEMA)
    for talk in talks:
        _insert(database, talk)
    database.commit()
    database.close()
    return path


def add_row(path: Path, session: str, kind: str, native: str, seq: int, **data: Any) -> None:
    """Write one more row into such a database."""
    database = sqlite3.connect(path)
    at = data.get("time", {}).get("created", 0)
    row = (native, session, kind, seq, at, at, json.dumps(data))
    database.execute("INSERT INTO session_message VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    database.commit()
    database.close()


def _insert(database: sqlite3.Connection, talk: Talk) -> None:
    head, time = talk.session, talk.session["time"]
    revert = json.dumps(head["revert"]) if "revert" in head else None
    row = (head["id"], PROJECT, head.get("parentID"), head.get("fork"), head["directory"], head["title"])
    database.execute(
        "INSERT OR REPLACE INTO session_v2 (id, project_id, parent_id, fork_session_id, slug, directory,"
        " title, version, revert, time_created, time_updated)"
        " VALUES (?, ?, ?, ?, '', ?, ?, '2.0.3', ?, ?, ?)",
        (*row, revert, time["created"], time["updated"]),
    )
    for seq, (native, record) in enumerate(talk.messages.items()):
        parts = [part for message, part in talk.parts.values() if message == native]
        data = _user(record, parts) if record["role"] == "user" else _assistant(record, parts)
        found = (native, talk.native, record["role"], seq, record["time"]["created"], talk.clock)
        database.execute(
            "INSERT OR REPLACE INTO session_message VALUES (?, ?, ?, ?, ?, ?, ?)", (*found, json.dumps(data))
        )


def _user(record: dict[str, Any], parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"text": "\n\n".join(part["text"] for part in parts), "time": record["time"]}


def _assistant(record: dict[str, Any], parts: list[dict[str, Any]]) -> dict[str, Any]:
    model = {"id": record["modelID"], "providerID": record["providerID"], "variant": "default"}
    content = [
        _tool(part) if part["type"] == "tool" else {"type": "text", "text": part["text"]} for part in parts
    ]
    told = {"agent": "build", "model": model, "content": content, "cost": 0, "tokens": record["tokens"]}
    return told | {"time": record["time"]}


def _tool(part: dict[str, Any]) -> dict[str, Any]:
    given, time = part["state"], part["state"]["time"]
    state: dict[str, Any] = {"status": given["status"], "input": given["input"]}
    if given["status"] == "error":
        state["error"] = {"type": "tool.execution", "message": given["error"]}
    elif given["status"] == "completed":
        state["content"] = [{"type": "text", "text": given["output"]}]
    known = ("exit", "sessionID")
    state["metadata"] = {
        key: given["metadata"][key] for key in known if given["metadata"].get(key) is not None
    }
    times = {"created": time["start"], "ran": time["start"], "completed": time["end"]}
    return {"type": "tool", "id": part["callID"], "name": part["tool"], "state": state, "time": times}
