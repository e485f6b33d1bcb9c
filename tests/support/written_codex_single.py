"""A told session as Codex CLI wrote it before it was written in Rust: one JSON object a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from told import Done, Loss, Told
from written_codex import patch

LOSES: frozenset[Loss] = frozenset({"reads", "searches", "directory", "repository", "times"})
"""Only when the file was written is told; it reads and searches by commands of a shell."""

WRITTEN = "2027-01-15T08:00:00.000Z"
"""When every file is written: the moment that the files of the shared tests are of."""


class Single:
    """A file in the making."""

    def __init__(self, native: str, written: str = WRITTEN) -> None:
        self.native = native
        self.session: dict[str, Any] = {"timestamp": written, "id": native, "instructions": "Be brief."}
        self.items: list[Any] = []

    def add(self, kind: str, **fields: Any) -> None:
        """An item."""
        self.items.append({"type": kind, **fields})

    def prompt(self, text: str) -> None:
        """What the person said; it has no id."""
        self.add("message", role="user", content=[{"type": "input_text", "text": text}])

    def said(self, text: str) -> None:
        """What the model said."""
        content = [{"type": "output_text", "text": text, "annotations": []}]
        self.add("message", id=self._id("msg"), role="assistant", status="completed", content=content)

    def thought(self) -> None:
        """What the model thought."""
        self.add("reasoning", id=self._id("rs"), summary=[], duration_ms=1200)

    def call(self, key: str, *command: str, **more: Any) -> None:
        """A command, as words."""
        given = json.dumps({"command": list(command), **more})
        self.add(
            "function_call", id=self._id("fc"), status="completed", arguments=given, call_id=key, name="shell"
        )

    def output(self, key: str, output: str, code: int | None = 0, **metadata: Any) -> None:
        """What a call gave back."""
        beside = metadata if code is None else {"exit_code": code, "duration_seconds": 10}
        said = json.dumps({"output": output, "metadata": beside})
        self.add("function_call_output", call_id=key, output=said)

    def save(self, path: Path, count: int | None = None) -> Path:
        """Write the file, or as it was when it had so many items."""
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {"session": self.session, "items": self.items[:count]}
        path.write_text(json.dumps(whole, indent=2), encoding="utf-8")
        return path

    def _id(self, kind: str) -> str:
        return f"{kind}_{self.native.replace('-', '')}{len(self.items):08x}"


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory; what has to be imported."""
    single = Single(told.native)
    for task in told.tasks:
        single.prompt(task.prompt)
        single.thought()
        for done in task.done:
            if done.what not in {"read", "search"}:
                _write_call(single, f"call_{told.native[-12:]}{len(single.items)}", done, told.directory)
        single.said(task.said)
    name = f"rollout-{single.session['timestamp'][:10]}-{told.native}.json"
    return single.save(folder / ".codex" / "sessions" / name)


def _write_call(single: Single, key: str, done: Done, directory: str) -> None:
    if done.what == "shell":
        single.call(key, "bash", "-lc", done.text)
    else:
        path = done.path.removeprefix(f"{directory}/")
        single.call(key, "apply_patch", patch(path, done.old, done.text, add=done.what == "write"))
    single.output(key, done.output, done.exit)
