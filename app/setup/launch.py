"""How an agent starts Tacit: which program, with which environment, and how that is read back."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from tacit.core.places import Places, absolute

_OWN = ("TACIT_HOME", "TACIT_STORE")


class Launch(Struct, frozen=True):
    """A program with its first arguments, all absolute, and what the environment has to say."""

    program: tuple[str, ...]
    environ: tuple[tuple[str, str], ...] = ()

    @property
    def server(self) -> tuple[str, ...]:
        """The words that start the MCP server."""
        return (*self.program, "mcp")

    def hook(self, word: str, agent: str) -> str:
        """The shell command of a hook."""
        told = [f"{name}={shlex.quote(value)}" for name, value in self.environ]
        return " ".join([*told, shlex.join((*self.program, "hook", word, "--agent", agent))])


def this_launch(store: str | None) -> Launch:
    """How the running program is started again, for the store that is in force now.

    Args:
        store: what ``--store`` says.
    """
    told = {"TACIT_HOME": os.environ.get("TACIT_HOME"), "TACIT_STORE": Places(store=store).given_store}
    return Launch(
        _program(),
        tuple((name, absolute(value)) for name in _OWN if (value := told[name]) is not None and value),
    )


def _program() -> tuple[str, ...]:
    """The absolute path of ``memory``, else the interpreter and the module."""
    name = sys.argv[0]
    if os.path.basename(name) == "memory":  # noqa: PTH119 - text
        found = absolute(name) if os.path.isfile(name) else shutil.which(name)  # noqa: PTH113
        if found:
            return (found,)
    beside = os.path.join(os.path.dirname(sys.executable), "memory")  # noqa: PTH118, PTH120
    return (beside,) if os.access(beside, os.X_OK) else (sys.executable, "-m", "tacit")


def server_launch(words: Any, environ: Any) -> Launch | None:
    """The launch that such a server entry starts; ``None`` if it is not Tacit's.

    Args:
        words: the program and its arguments as they stand in the file, whatever they are.
        environ: its environment likewise.
    """
    if not _texts(words) or len(words) < 2 or words[-1] != "mcp" or not isinstance(environ, Mapping):
        return None
    program, own = tuple(words[:-1]), tuple((name, str(environ[name])) for name in _OWN if name in environ)
    return Launch(program, own) if _is_tacit(program) else None


def hook_launch(command: Any, word: str, agent: str) -> Launch | None:
    """The launch that such a hook command starts; ``None`` if it is not this hook of Tacit's."""
    if not isinstance(command, str):
        return None
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    own = []
    while words and words[0].partition("=")[0] in _OWN and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        own.append((name, value))
    program = tuple(words[:-4])
    if words[-4:] != ["hook", word, "--agent", agent] or not _is_tacit(program):
        return None
    return Launch(program, tuple(own))


def is_there(launch: Launch) -> bool:
    """Whether the program of a launch still exists."""
    return shutil.which(launch.program[0]) is not None


def _is_tacit(program: Sequence[str]) -> bool:
    return (
        bool(program)
        and (
            os.path.basename(program[0]) == "memory"  # noqa: PTH119 - text
            or tuple(program[-2:]) == ("-m", "tacit")
        )
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
