"""Conversations as Cursor keeps them in its database, hand-written."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

START = 1_767_607_200_000
ID = "5b0c1d2e-0000-4000-8000-00000000000a"
PLACE = Path(".config") / "Cursor" / "User" / "globalStorage" / "state.vscdb"
"""Where the database lies below a home directory on Linux."""

_SCHEMA = """
CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);
CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);
CREATE TABLE composerHeaders (composerId TEXT PRIMARY KEY, workspaceId TEXT, createdAt INTEGER,
 lastUpdatedAt INTEGER, isArchived INTEGER, isSubagent INTEGER, recency INTEGER, checkpointAt INTEGER,
 value TEXT);
"""

Record = dict[str, Any]


def iso(at: int) -> str:
    """A time as bubbles have it."""
    told = datetime.fromtimestamp(at / 1_000, UTC)
    return f"{told:%Y-%m-%dT%H:%M:%S}.{at % 1_000:03d}Z"


class Chat:
    """One conversation in the making; each bubble is ten seconds after the one before."""

    def __init__(
        self, native: str = ID, *, directory: str = "/home/dev/app", start: int = START, **fields: Any
    ) -> None:
        self.native = native
        self.clock = start
        self.bubbles: list[Record] = []
        self.fields: Record = {
            "_v": 16,
            "composerId": native,
            "name": "A conversation",
            "createdAt": start,
            "lastUpdatedAt": start,
            "status": "completed",
            "modelConfig": {"modelName": "default"},
        }
        if directory:
            self.fields["workspaceIdentifier"] = {"id": "1a2b", "uri": uri(directory)}
        self.fields |= fields

    def bubble(self, kind: int, **fields: Any) -> Record:
        """A message."""
        self.clock += 10_000
        native = f"{self.native[-4:]}-{len(self.bubbles) + 1}"
        told = {"_v": 3, "type": kind, "bubbleId": native, "createdAt": iso(self.clock), "text": ""}
        self.bubbles.append(told | fields)
        return self.bubbles[-1]

    def ask(self, text: str, **fields: Any) -> Record:
        """What a person typed."""
        return self.bubble(1, text=text, richText="{}", **fields)

    def say(self, text: str) -> Record:
        """Words of the agent."""
        return self.bubble(2, text=text, modelInfo={"modelName": "some-model-1"})

    def call(self, name: str, given: Any, result: Any = None, status: str = "completed", **more: Any) -> str:
        """A call with what it gave back; its id."""
        key = f"toolu_{self.native[-4:]}_{len(self.bubbles) + 1}"
        told: Record = {"tool": 1, "toolCallId": key, "name": name, "status": status}
        told["rawArgs"] = given if isinstance(given, str) else json.dumps(given)
        if result is not None:
            told["result"] = result if isinstance(result, str) else json.dumps(result)
        self.bubble(2, capabilityType=15, toolFormerData=told | more)
        return str((told | more)["toolCallId"])

    def shell(self, command: str, output: str = "", code: int | None = 0, **more: Any) -> str:
        """A command as the editor ran it."""
        ended = "RUN_TERMINAL_COMMAND_ENDED_REASON_EXECUTION_COMPLETED"
        result: Record = {"output": output, "rejected": False, "notInterrupted": True, "endedReason": ended}
        if code is not None:
            result["exitCodeV2"] = code
        given = {"command": command, "is_background": False}
        return self.call("run_terminal_command_v2", given, result | more)

    def rows(self) -> dict[str, Any]:
        """Its rows, by their keys."""
        told = dict(self.fields)
        told.setdefault(
            "fullConversationHeadersOnly",
            [{"bubbleId": one["bubbleId"], "type": one["type"]} for one in self.bubbles],
        )
        rows: dict[str, Any] = {f"composerData:{self.native}": told}
        return rows | {f"bubbleId:{self.native}:{one['bubbleId']}": one for one in self.bubbles}


def uri(path: str) -> Record:
    """The address of a folder as the editor keeps it."""
    return {"$mid": 1, "fsPath": path, "external": f"file://{path}", "path": path, "scheme": "file"}


def open_store(path: Path) -> sqlite3.Connection:
    """A database with the editor's tables, made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
        database.executescript(_SCHEMA)
    return database


def put(database: sqlite3.Connection, rows: dict[str, Any]) -> None:
    """Write rows as the editor does; what is no text or bytes as JSON."""
    for key, told in rows.items():
        value = told if told is None or isinstance(told, str | bytes | int | float) else json.dumps(told)
        database.execute("INSERT INTO cursorDiskKV VALUES (?, ?)", (key, value))
    database.commit()


def save_store(path: Path, *chats: Chat, **rows: Any) -> Path:
    """Write conversations, and other rows, into a database."""
    database = open_store(path)
    for chat in chats:
        put(database, chat.rows())
    put(database, rows)
    database.close()
    return path
