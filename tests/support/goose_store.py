"""Sessions as Goose stores them, hand-written: lines of a file, or rows of its database."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

START = 1_767_607_200  # seconds

_SCHEMA = """
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE sessions (id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '',
 description TEXT NOT NULL DEFAULT '', user_set_name BOOLEAN DEFAULT FALSE,
 session_type TEXT NOT NULL DEFAULT 'user', working_dir TEXT NOT NULL,
 created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
 extension_data TEXT DEFAULT '{}', total_tokens INTEGER, schedule_id TEXT, recipe_json TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL REFERENCES sessions(id),
 role TEXT NOT NULL, content_json TEXT NOT NULL, created_timestamp INTEGER NOT NULL,
 timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, tokens INTEGER, metadata_json TEXT);
CREATE INDEX idx_messages_session ON messages(session_id);
"""


class Chat:
    """One session in the making; each message is ten seconds after the one before."""

    def __init__(
        self, native: str = "20260105_100000", directory: str = "/home/dev/app", start: int = START
    ) -> None:
        self.native = native
        self.directory = directory
        self.title = "A session"
        self.clock = start
        self.messages: list[dict[str, Any]] = []

    def message(self, role: str, *content: dict[str, Any], **metadata: bool) -> None:
        """A message with its parts."""
        self.clock += 10
        record: dict[str, Any] = {"role": role, "created": self.clock, "content": list(content)}
        self.messages.append(record | ({"metadata": metadata} if metadata else {}))

    def say(self, role: str, text: str, **metadata: bool) -> None:
        """A message of words."""
        self.message(role, {"type": "text", "text": text}, **metadata)

    def call(self, name: str, arguments: Any, key: str = "") -> str:
        """A call; its id."""
        key = key or f"call_{self.native}_{len(self.messages)}"
        value = {"status": "success", "value": {"name": name, "arguments": arguments}}
        self.message("assistant", {"type": "toolRequest", "id": key, "toolCall": value})
        return key

    def result(self, key: str, result: dict[str, Any]) -> None:
        """What a call gave back."""
        self.message("user", {"type": "toolResponse", "id": key, "toolResult": result})

    def step(self, name: str, arguments: Any, output: str = "ok", *, error: bool = False) -> str:
        """A call and its result, as from 1.13 on."""
        key = self.call(name, arguments)
        value = {"content": [{"type": "text", "text": output}], "isError": error}
        self.result(key, {"status": "success", "value": value})
        return key

    def save(self, folder: Path) -> Path:
        """Write it as a file."""
        folder.mkdir(parents=True, exist_ok=True)
        head = {"working_dir": self.directory, "description": self.title, "schedule_id": None}
        head |= {"message_count": len(self.messages), "total_tokens": None}
        path = folder / f"{self.native}.jsonl"
        path.write_text("".join(f"{json.dumps(one)}\n" for one in (head, *self.messages)), encoding="utf-8")
        return path


def save_database(path: Path, *chats: Chat, kind: str = "user") -> Path:
    """Write sessions as rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
        database.executescript(_SCHEMA)
    for chat in chats:
        database.execute(
            "INSERT INTO sessions (id, name, session_type, working_dir, created_at) VALUES (?, ?, ?, ?, ?)",
            (chat.native, chat.title, kind, chat.directory, "2026-01-05 10:00:00"),
        )
        for one in chat.messages:
            metadata = json.dumps(one.get("metadata", {"userVisible": True, "agentVisible": True}))
            row = (chat.native, one["role"], json.dumps(one["content"]), one["created"], metadata)
            database.execute(
                "INSERT INTO messages (session_id, role, content_json, created_timestamp, metadata_json)"
                " VALUES (?, ?, ?, ?, ?)",
                row,
            )
    database.commit()
    database.close()
    return path
