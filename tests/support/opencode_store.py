"""Sessions as OpenCode stores them, hand-written: the same records as files and as rows of its database."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

START = 1_767_607_200_000
PROJECT = "4b0ea68d7af9a6031a7ffda7ad66e0cb83315750"

_SCHEMA = """
CREATE TABLE `project` (`id` text PRIMARY KEY, `worktree` text NOT NULL, `vcs` text, `name` text,
 `time_created` integer NOT NULL, `time_updated` integer NOT NULL, `sandboxes` text NOT NULL);
CREATE TABLE `session` (`id` text PRIMARY KEY, `project_id` text NOT NULL, `parent_id` text,
 `slug` text NOT NULL, `directory` text NOT NULL, `title` text NOT NULL, `version` text NOT NULL,
 `share_url` text, `summary_additions` integer, `summary_deletions` integer, `summary_files` integer,
 `summary_diffs` text, `revert` text, `permission` text, `time_created` integer NOT NULL,
 `time_updated` integer NOT NULL, `time_compacting` integer, `time_archived` integer);
CREATE TABLE `message` (`id` text PRIMARY KEY, `session_id` text NOT NULL, `time_created` integer NOT NULL,
 `time_updated` integer NOT NULL, `data` text NOT NULL);
CREATE TABLE `part` (`id` text PRIMARY KEY, `message_id` text NOT NULL, `session_id` text NOT NULL,
 `time_created` integer NOT NULL, `time_updated` integer NOT NULL, `data` text NOT NULL);
CREATE TABLE `todo` (`session_id` text NOT NULL, `content` text NOT NULL, `status` text NOT NULL,
 `priority` text NOT NULL, `position` integer NOT NULL, `time_created` integer NOT NULL,
 `time_updated` integer NOT NULL, PRIMARY KEY(`session_id`, `position`));
CREATE INDEX `message_session_idx` ON `message` (`session_id`);
CREATE INDEX `part_message_idx` ON `part` (`message_id`);
CREATE INDEX `part_session_idx` ON `part` (`session_id`);
CREATE INDEX `session_project_idx` ON `session` (`project_id`);
CREATE INDEX `session_parent_idx` ON `session` (`parent_id`);
"""


class Talk:
    """One session in the making; each record is a second after the one before."""

    def __init__(
        self, native: str = "ses_one", *, start: int = START, directory: str = "/home/dev/app"
    ) -> None:
        self.native = native
        self.directory = directory
        self.clock = start
        self.made = 0
        self.session: dict[str, Any] = {
            "id": native,
            "version": "1.1.20",
            "projectID": PROJECT,
            "directory": directory,
            "title": "A session",
            "time": {"created": start, "updated": start},
        }
        self.messages: dict[str, dict[str, Any]] = {}
        self.parts: dict[str, tuple[str, Any]] = {}

    def tick(self, milliseconds: int = 1_000) -> int:
        """The next moment."""
        self.clock += milliseconds
        return self.clock

    def message(self, role: str, **fields: Any) -> str:
        """A message; its id."""
        self.made += 1
        native = fields.pop("id", f"msg_{self.native.removeprefix('ses_')}{self.made:04d}")
        record = {"id": native, "sessionID": self.native, "role": role, "time": {"created": self.tick()}}
        self.messages[native] = record | fields
        return native

    def part(self, message: str, kind: str, **fields: Any) -> str:
        """A part of a message; its id."""
        self.made += 1
        native = f"prt_{self.native.removeprefix('ses_')}{self.made:04d}"
        record = {"id": native, "sessionID": self.native, "messageID": message, "type": kind}
        self.parts[native] = message, record | fields
        return native

    def prompt(self, text: str, **fields: Any) -> str:
        """What a person said; the id of the message."""
        message = self.message("user", agent="build", model={"providerID": "acme", "modelID": "some-model-1"})
        self.part(message, "text", text=text, **fields)
        return message

    def answer(self, **fields: Any) -> str:
        """A message of the agent, still empty; its id."""
        said = {
            "parentID": next((one for one in reversed(self.messages) if one), ""),
            "modelID": "some-model-1",
            "providerID": "acme",
            "mode": "build",
            "path": {"cwd": self.directory, "root": self.directory},
            "cost": 0,
            "tokens": {"input": 100, "output": 20, "reasoning": 3, "cache": {"read": 5_000, "write": 7}},
        }
        return self.message("assistant", **(said | fields))

    def said(self, text: str = "Done.") -> str:
        """An answer of words."""
        message = self.answer(finish="stop")
        self.part(message, "text", text=text, time={"start": self.clock, "end": self.clock})
        return message

    def tool(
        self, tool: str, given: Any, output: Any = "ok", *, message: str = "", key: str = "", **state: Any
    ) -> str:
        """A call in an answer of its own, or in a given one; its key."""
        message = message or self.answer(finish="tool-calls")
        key = key or f"call_{self.native}_{self.made}"
        times = {"start": self.tick(), "end": self.tick()}
        whole = {
            "status": "completed",
            "input": given,
            "output": output,
            "metadata": {},
            "time": times,
        } | state
        if whole["status"] == "error":
            whole["error"] = whole.pop("output")
        self.part(message, "tool", callID=key, tool=tool, state=whole)
        return key

    def shell(self, command: str, output: str = "", code: int | None = 0, **more: Any) -> str:
        """A command that ended with a code."""
        details = {"output": output, "exit": code, "description": "runs it"} | more.pop("metadata", {})
        return self.tool(
            "bash", {"command": command, "description": "runs it"}, output, metadata=details, **more
        )

    def save(self, storage: Path) -> Path:
        """Write it as files; the session's file."""
        for native, record in self.messages.items():
            _write(storage / "message" / self.native / f"{native}.json", record)
        for native, (message, record) in self.parts.items():
            _write(storage / "part" / message / f"{native}.json", record)
        return _write(storage / "session" / PROJECT / f"{self.native}.json", self.session)

    def save_oldest(self, place: Path) -> Path:
        """Write it as files of before 0.6; the session's file, which names neither project nor directory."""
        for native, record in self.messages.items():
            _write(place / "message" / self.native / f"{native}.json", record)
        for native, (message, record) in self.parts.items():
            _write(place / "part" / self.native / message / f"{native}.json", record)
        head = {key: self.session[key] for key in self.session if key not in {"projectID", "directory"}}
        return _write(place / "info" / f"{self.native}.json", head)

    def insert(self, database: sqlite3.Connection) -> None:
        """Write it as rows, as the move from the files does."""
        head, time = self.session, self.session["time"]
        database.execute(
            "INSERT OR REPLACE INTO session (id, project_id, parent_id, slug, directory, title, version,"
            " revert, time_created, time_updated) VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?)",
            (
                *(
                    head["id"],
                    PROJECT,
                    head.get("parentID"),
                    head["directory"],
                    head["title"],
                    head["version"],
                ),
                json.dumps(head["revert"]) if "revert" in head else None,
                *(time["created"], time["updated"]),
            ),
        )
        for native, record in self.messages.items():
            data = {key: value for key, value in record.items() if key not in {"id", "sessionID"}}
            row = (native, self.native, record["time"]["created"], self.clock, json.dumps(data))
            database.execute("INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?)", row)
        for native, (message, record) in self.parts.items():
            data = {k: v for k, v in record.items() if k not in {"id", "sessionID", "messageID"}}
            rest = (native, message, self.native, self.clock, self.clock, json.dumps(data))
            database.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?)", rest)


def open_database(path: Path, journal: str = "wal") -> sqlite3.Connection:
    """OpenCode's database, made where there is none, open for writing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA journal_mode = {journal}")
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'session'").fetchone():
        database.executescript(_SCHEMA)
        database.execute(
            "INSERT INTO project VALUES (?, '/home/dev/app', 'git', NULL, ?, ?, '[]')",
            (PROJECT, START, START),
        )
        database.commit()
    return database


def save_database(path: Path, *talks: Talk, journal: str = "wal") -> Path:
    """Write sessions into a database and close it."""
    database = open_database(path, journal)
    for talk in talks:
        talk.insert(database)
    database.commit()
    database.close()
    return path


def _write(path: Path, record: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2), encoding="utf-8")
    return path
