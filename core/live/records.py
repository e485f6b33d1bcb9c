"""An episode that is still open, as it lies in the store: its head, and its steps in the order they came."""

from __future__ import annotations

from msgspec import Struct

from tacit.core.model import Step, TaskType

LIVE = "live:"
"""What the native id of a session that is recorded live begins with; the program's own id follows."""


class Open(Struct, frozen=True, omit_defaults=True):
    """An episode that nobody has completed yet.

    ``session`` is the public id of the session it will belong to, ``session_native`` what that is made
    of. ``told`` is the project as it was told. ``active`` is when something was last stored of it.
    ``steps`` and ``bytes`` count what is stored: steps, and the texts of it as they came. ``chunks`` is how
    often steps were stored.
    """

    id: str
    native: str
    session: str
    session_native: str
    agent: str
    told: str
    directory: str
    task: str
    started: int
    active: int
    context: str = ""
    task_type: TaskType | None = None
    repository: str | None = None
    steps: int = 0
    bytes: int = 0
    chunks: int = 0


class OpenSteps(Struct, frozen=True, array_like=True):
    """Steps that were stored together. They get their numbers when the episode is completed."""

    steps: tuple[Step, ...]
