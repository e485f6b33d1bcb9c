"""A told session as Goose writes it: from 1.10 in its database, before in a file."""

from __future__ import annotations

from pathlib import Path

from goose_store import Chat, save_database
from told import Done, Loss, Told

LOSES: frozenset[Loss] = frozenset({"repository", "searches"})


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory, into the database; what has to be imported."""
    return save_database(_sessions(folder) / "sessions.db", chat_of(told))


def write_file(told: Told, folder: Path) -> Path:
    """The same as a file."""
    return chat_of(told).save(_sessions(folder))


def chat_of(told: Told) -> Chat:
    """The session in Goose's messages."""
    chat = Chat(told.native, told.directory, told.start // 1_000)
    chat.title = ""
    for task in told.tasks:
        chat.say("user", task.prompt)
        for done in task.done:
            _write_call(chat, done)
        chat.say("assistant", task.said)
    return chat


def _sessions(folder: Path) -> Path:
    return folder / ".local" / "share" / "goose" / "sessions"


def _write_call(chat: Chat, done: Done) -> None:
    failed = done.exit != 0
    if done.what == "shell":
        output = f"{done.output}\n\nCommand exited with code {done.exit}" if failed else done.output
        chat.step("developer__shell", {"command": done.text}, output, error=failed)
    elif done.what == "read":
        chat.step("developer__text_editor", {"command": "view", "path": done.path}, done.output)
    elif done.what == "edit":
        given = {"path": done.path, "before": done.old, "after": done.text}
        chat.step("developer__edit", given, done.output, error=failed)
    elif done.what == "write":
        chat.step("developer__write", {"path": done.path, "content": done.text}, done.output)
