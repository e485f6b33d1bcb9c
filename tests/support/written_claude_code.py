"""A told session as Claude Code writes it."""

from __future__ import annotations

from pathlib import Path

from told import STEP, Done, Loss, Told
from transcript import Transcript

LOSES: frozenset[Loss] = frozenset({"repository"})


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory; what has to be imported."""
    session = Transcript(told.native, cwd=told.directory, start=told.start)
    for task in told.tasks:
        session.prompt(task.prompt)
        for done in task.done:
            _write_call(session, done)
    assert STEP == 10_000  # as this transcript goes
    return session.save(folder / ".claude" / "projects" / told.directory.replace("/", "-"))


def _write_call(session: Transcript, done: Done) -> None:
    failed = done.exit != 0
    output = f"Exit code {done.exit}\n{done.output}" if failed else done.output
    if done.what == "shell":
        session.call("Bash", {"command": done.text}, output, error=failed)
    elif done.what == "read":
        session.call("Read", {"file_path": done.path}, output)
    elif done.what == "edit":
        edit = {"file_path": done.path, "old_string": done.old, "new_string": done.text}
        session.call("Edit", edit, output, error=failed)
    elif done.what == "write":
        session.call("Write", {"file_path": done.path, "content": done.text}, output)
    else:
        session.call("Grep", {"pattern": done.text, "path": done.path}, output)
