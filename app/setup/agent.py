"""What there is to know of an agent: where it lies, and what is put where."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from msgspec import Struct

from tacit.app.setup.entry import Entry


class Scene(Struct, frozen=True):
    """Whose settings are meant: the home directory, the environment, and the project's folder or none."""

    home: str
    environ: Mapping[str, str]
    project: str | None = None

    def folder(self, variable: str, usual: str) -> str:
        """The folder that a variable names, else the usual one in the home directory."""
        named = self.environ.get(variable)
        return os.path.abspath(os.path.expanduser(named)) if named else f"{self.home}/{usual}"  # noqa: PTH100, PTH111


class Agent(Struct, frozen=True):
    """An agent that can be connected.

    ``folder`` is where its own things lie, whose being there says that it is installed; ``entries`` is what
    it gets; ``after`` what a person has to do then, if anything.
    """

    name: str
    title: str
    folder: Callable[[Scene], str]
    entries: Callable[[Scene], tuple[Entry, ...]]
    after: str = ""

    def is_installed(self, scene: Scene) -> bool:
        """Whether its folder is there."""
        return os.path.isdir(self.folder(scene))  # noqa: PTH112
