"""A told session as Cursor's command line stores it: a database of messages under their hashes."""

from __future__ import annotations

import json
import sqlite3
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

from told import Done, Loss, Told
from written_cursor import asked

LOSES: frozenset[Loss] = frozenset({"repository"})

Record = dict[str, Any]


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory; what has to be imported."""
    messages: list[Record] = [
        {"role": "system", "content": "You are an agent."},
        {"role": "user", "content": "<user_info>\nOS: linux\n</user_info>"},
    ]
    for number, task in enumerate(told.tasks):
        messages.append(said("user", asked(task.prompt, told.start + number * 60_000)))
        messages.append({"role": "assistant", "content": [{"type": "redacted-reasoning", "data": "x"}]})
        for place, done in enumerate(task.done):
            messages += call(f"tool_{number}_{place}", done)
        messages.append(said("assistant", task.said))
    bucket = md5(told.directory.encode(), usedforsecurity=False).hexdigest()
    path = folder / ".cursor" / "chats" / bucket / told.native / "store.db"
    return save_chat(path, messages, told.directory, agentId=told.native, createdAt=told.start)


def save_chat(path: Path, messages: list[Any], directory: str = "/home/dev/app", **about: Any) -> Path:
    """Write a database; what is no bytes as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE blobs (id TEXT PRIMARY KEY, data BLOB)")
    database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    told = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in messages]
    root = b"".join(b"\x0a\x20" + sha256(one).digest() for one in told)
    uri = f"file://{directory}".encode()
    root += b"\x10\x07" + b"\x4a" + bytes([len(uri)]) + uri
    for one in (*told, root):
        database.execute("INSERT OR REPLACE INTO blobs VALUES (?, ?)", (sha256(one).hexdigest(), one))
    head = {"agentId": "5b0c1d2e-0000-4000-8000-00000000000a", "name": "New Agent", "mode": "default"}
    head |= {"latestRootBlobId": sha256(root).hexdigest()} | about
    database.execute("INSERT INTO meta VALUES ('0', ?)", (json.dumps(head).encode().hex(),))
    database.commit()
    database.close()
    return path


def said(role: str, text: str) -> Record:
    """A message of words."""
    return {"role": role, "content": [{"type": "text", "text": text}]}


def used(key: str, tool: str, given: Any, result: Any, **high: Any) -> list[Record]:
    """A call and what it gave back; ``high`` is what Cursor noted beside it."""
    made = {"type": "tool-call", "toolCallId": key, "toolName": tool, "args": given}
    got = {"type": "tool-result", "toolCallId": key, "toolName": tool, "result": result}
    beside = {"cursor": {"highLevelToolCallResult": high}}
    return [
        {"role": "assistant", "content": [made]},
        {"role": "tool", "id": key, "content": [got], "providerOptions": beside},
    ]


def call(key: str, done: Done) -> list[Record]:
    """A call in the words of Cursor's tools."""
    ended = "failure" if done.exit else "success"
    high = {"output": {ended: {"exitCode": done.exit}}, "isError": False}
    if done.what == "shell":
        fenced = f"Exit code: {done.exit}\n\nCommand output:\n\n```\n{done.output}\n```\n"
        return used(key, "Shell", {"command": done.text, "description": "Run it"}, fenced, **high)
    if done.what == "read":
        return used(key, "Read", {"path": done.path}, done.output, **high)
    if done.what == "edit":
        given = {"path": done.path, "old_string": done.old, "new_string": done.text}
        return used(key, "StrReplace", given, done.output, **high)
    if done.what == "write":
        return used(key, "Write", {"path": done.path, "contents": done.text}, done.output, **high)
    return used(key, "Grep", {"pattern": done.text, "path": done.path}, done.output, **high)
