"""A told session as Cursor's editor keeps it in its database."""

from __future__ import annotations

from pathlib import Path

from cursor_store import PLACE, Chat, save_store
from told import STEP, Done, Loss, Told

LOSES: frozenset[Loss] = frozenset({"repository"})


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory, into the database; what has to be imported."""
    return save_store(folder / PLACE, chat_of(told))


def chat_of(told: Told) -> Chat:
    """The session in Cursor's records."""
    chat = Chat(told.native, directory=told.directory, start=told.start, name="")
    for task in told.tasks:
        chat.ask(task.prompt)
        chat.say("On it.")
        for done in task.done:
            _write_call(chat, done)
        chat.say(task.said)
        chat.clock += STEP
    return chat


def _write_call(chat: Chat, done: Done) -> None:
    if done.what == "shell":
        chat.shell(done.text, done.output, done.exit)
    elif done.what == "read":
        chat.call("read_file_v2", "", {"contents": done.output}, params=f'{{"targetFile":"{done.path}"}}')
    elif done.what == "edit":
        given = {"file_path": done.path, "old_string": done.old, "new_string": done.text}
        failed = {"error": {"clientVisibleErrorMessage": done.output}} if done.exit else {"diff": {}}
        chat.call("search_replace", given, failed, status="error" if done.exit else "completed")
    elif done.what == "write":
        chat.call("write", {"file_path": done.path, "contents": done.text}, {"diff": {}})
    else:
        found = {"success": {"pattern": done.text, "path": done.path}}
        chat.call("ripgrep_raw_search", {"pattern": done.text, "path": done.path}, found)
