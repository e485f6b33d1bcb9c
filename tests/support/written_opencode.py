"""A told session as OpenCode writes it: from 1.2 in its database, before in files."""

from __future__ import annotations

from pathlib import Path

from opencode_store import Talk, save_database
from told import STEP, Done, Loss, Told

LOSES: frozenset[Loss] = frozenset({"repository"})


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory, into the database; what has to be imported."""
    return save_database(_data(folder) / "opencode.db", talk_of(told))


def write_files(told: Told, folder: Path) -> Path:
    """The same as files."""
    return talk_of(told).save(_data(folder) / "storage")


def talk_of(told: Told) -> Talk:
    """The session in OpenCode's records."""
    talk = Talk(f"ses_{told.native.replace('-', '')}", start=told.start, directory=told.directory)
    talk.session["title"] = "New session - 2026-01-05T10:00:00.000Z"
    for task in told.tasks:
        talk.tick(STEP)
        talk.prompt(task.prompt)
        for done in task.done:
            talk.tick(STEP)
            _write_call(talk, done)
        talk.said(task.said)
    return talk


def _data(folder: Path) -> Path:
    return folder / ".local" / "share" / "opencode"


def _write_call(talk: Talk, done: Done) -> None:
    if done.what == "shell":
        talk.shell(done.text, done.output, done.exit)
    elif done.what == "read":
        talk.tool("read", {"filePath": done.path}, done.output)
    elif done.what == "edit":
        given = {"filePath": done.path, "oldString": done.old, "newString": done.text}
        talk.tool("edit", given, done.output, status="error" if done.exit else "completed")
    elif done.what == "write":
        talk.tool("write", {"filePath": done.path, "content": done.text}, done.output)
    else:
        talk.tool("grep", {"pattern": done.text, "path": done.path}, done.output)
