"""A told session as aider writes it: ``.aider.chat.history.md`` in the session's directory.

Tests are run in the chat with ``/test``, git with ``/git`` and anything else with ``/run``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from told import Done, Loss, Told

LOSES: frozenset[Loss] = frozenset(("results", "repository", "directory", "searches"))
"""Only tests and git tell how they ended, only git what it printed; the file lies in the directory."""


def write(told: Told, folder: Path) -> Path:
    """Add the session to the history below ``folder``, and return that."""
    path = folder / told.directory.lstrip("/") / ".aider.chat.history.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    began = datetime.fromtimestamp(told.start / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    lines = [f"\n# aider chat started at {began}\n\n"]
    lines += quoted("/usr/bin/aider", "Aider v0.86.2", f"Model: {told.model} with diff edit format")
    lines += quoted("Git repo: .git with 12 files", "Repo-map: using 4096 tokens, auto refresh")
    for task in told.tasks:
        lines += [typed(task.prompt), f"\nI will see to that: {len(task.done)} things.\n\n"]
        lines += quoted("Tokens: 2.1k sent, 80 received. Cost: $0.01 message, $0.02 session.")
        for done in task.done:
            lines += deed(done, told.directory)
        if not task.done or task.done[-1].what != "shell":
            lines += [f"\n{task.said}\n\n", *quoted("Tokens: 2.2k sent, 1k cache hit, 90 received.")]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("".join(lines))
    return path


def quoted(*texts: str) -> list[str]:
    """What aider says of itself."""
    return [f"> {text}  \n" for text in texts]


def typed(text: str) -> str:
    """What the person typed."""
    return "\n#### " + "  \n#### ".join(text.splitlines()) + "  \n"


def deed(done: Done, root: str) -> list[str]:
    """What is seen of one call."""
    path = done.path.removeprefix(f"{root}/")
    if done.what == "read":
        return quoted(path, "Add file to the chat? (Y)es/(N)o/(D)on't ask again [Yes]: y")
    if done.what == "shell":
        return _command(done)
    if done.what == "search":
        return []
    block = f"{path}\n```\n<<<<<<< SEARCH\n{done.old}\n=======\n{done.text}\n>>>>>>> REPLACE\n```"
    created = quoted(path, "Create new file? (Y)es/(N)o [Yes]: y") if done.what == "write" else []
    tokens = quoted("Tokens: 3k sent, 120 received.")
    if done.exit:
        error = f"# 1 SEARCH/REPLACE block failed to match!\n\n## {NO_MATCH} {path}\n{done.output}"
        refused = quoted(
            "The LLM did not conform to the edit format.", "https://aider.chat/docs/edit-errors.html"
        )
        return [f"\n{block}\n\n", *tokens, *refused, f"> {error}  \n"]
    return [f"\n{block}\n\n", *tokens, *created, *quoted(f"Applied edit to {path}")]


NO_MATCH = "SearchReplaceNoExactMatch: This SEARCH block failed to exactly match lines in"


def _command(done: Done) -> list[str]:
    if done.text.startswith("git "):
        return [typed(f"/{done.text}"), f"> {done.output.strip()}  \n"]
    if "test" not in done.text:
        return [
            typed(f"/run {done.text}"),
            *quoted("Add 0.1k tokens of command output to the chat? (Y)es/(N)o [Yes]: n"),
        ]
    count = len(done.output.splitlines())
    return [
        typed(f"/test {done.text}"),
        *(quoted(f"Added {count} lines of output to the chat.") if done.exit else []),
    ]
