"""A session as nobody's agent wrote it yet: what was asked and done, to be written in the form of each agent.

The modules ``written_<agent>.py`` beside this one have a function ``write(told, folder)``: it writes the
session below a folder as that agent would in a home directory, and returns what has to be imported. What
the agent's form cannot tell stands in their ``LOSES``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Literal

from msgspec import Struct

START = 1_767_607_200_000  # 2026-01-05T10:00:00Z, a Monday
STEP = 10_000
"""Milliseconds between one thing and the next."""

Loss = Literal[
    "results",
    "times",
    "statuses",
    "repository",
    "directory",
    "searches",
    "reads",
    "edits",
    "writes",
    "shell",
    "tasks",
]
"""What a form may not tell: what calls gave back, when anything was, whether a call failed, where the session
was, calls of a kind, and more than the first task."""

Written = Callable[["Told", Path], Path]
AGENTS = (
    "codex",
    "codex_single",
    "gemini",
    "copilot",
    "copilot_older",
    "opencode",
    "opencode_two",
    "opencode_oldest",
    "cursor",
    "cursor_chat",
    "cursor_database",
    "aider",
    "cline",
    "roo_code",
    "openhands",
    "openhands_sdk",
    "swe_agent",
    "mini_swe_agent",
)
"""The agents that there must be a writer and a reader of, as their modules are called; some in two forms."""

_FORMS = {
    "codex_single": "codex",
    "copilot_older": "copilot",
    "opencode_two": "opencode",
    "opencode_oldest": "opencode",
    "cursor_chat": "cursor",
    "cursor_database": "cursor",
    "openhands_sdk": "openhands",
}
"""Writers of another form of an agent."""


class Done(Struct, frozen=True):
    """One call.

    ``what`` is a kind of tool in the vocabulary of steps. ``text`` is the command of a shell call, the
    pattern of a search, the new text of an edit or a written file; ``path`` is absolute. ``exit`` is 0
    where it went well.
    """

    what: Literal["shell", "read", "edit", "write", "search"]
    text: str = ""
    path: str = ""
    output: str = ""
    exit: int = 0
    old: str = ""


class Task(Struct, frozen=True):
    """One prompt, what was done, and what the agent said in the end."""

    prompt: str
    done: tuple[Done, ...] = ()
    said: str = "Done."


class Told(Struct, frozen=True):
    """One session."""

    native: str = "5b0c1d2e-0000-4000-8000-00000000000a"
    directory: str = "/home/dev/work/shop"
    repository: str | None = "https://github.com/acme/shop.git"
    branch: str = "main"
    model: str = "some-model-1"
    start: int = START
    tasks: tuple[Task, ...] = ()


def story(native: str = Told().native, *, start: int = START, directory: str = "/home/dev/work/shop") -> Told:
    """Two tasks: a test that fails until a file is edited, and a file that is written and committed."""
    login, test = f"{directory}/src/login.py", "pytest -q tests/test_login.py"
    mended = (
        Done("shell", test, output="E   KeyError: 'user'\n1 failed in 0.10s", exit=1),
        Done("read", path=login, output="def login(form):\n    return form['user']\n"),
        Done("edit", "    return form.get('user')", login, "ok", old="    return form['user']"),
        Done("shell", test, output="12 passed in 0.31s"),
    )
    described = (
        Done("search", "def login", directory, f"{login}:1:def login(form):"),
        Done("write", "# Login\n\nIt takes a form.\n", f"{directory}/docs/login.md", "ok"),
        Done("shell", "git commit -am 'Describe the login'", output="[main 1a2b3c4] Describe the login"),
    )
    tasks = (
        Task("Make the login test pass", mended, "The test passes now."),
        Task("Write a page about the login for the manual", described, "It is written and committed."),
    )
    return Told(native=native, start=start, directory=directory, tasks=tasks)


def writer(agent: str) -> Written:
    """How an agent writes a session."""
    found: Written = import_module(f"written_{agent}").write
    return found


def agent_of(writer: str) -> str:
    """The agent in whose form a module writes."""
    return _FORMS.get(writer, writer).replace("_", "-")


def losses(agent: str) -> frozenset[Loss]:
    """What its form cannot tell."""
    found: frozenset[Loss] = import_module(f"written_{agent}").LOSES
    return found


def tellable(agent: str, told: Told) -> tuple[Task, ...]:
    """The tasks of a session that its form can tell."""
    return told.tasks[:1] if "tasks" in losses(agent) else told.tasks
