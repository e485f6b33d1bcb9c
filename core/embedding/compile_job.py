"""What the process that builds a model and the one that asked for it tell each other."""

from __future__ import annotations

from msgspec import Struct

RECIPE = 1
"""Grows when models are to be compiled in another way, so that half-built ones begin anew."""

STAGES = ("loading", "exporting", "preparing", "quantising", "checking")
"""What a build goes through, in this order; each is named when it begins."""


class Told(Struct, frozen=True, omit_defaults=True):
    """One line of the worker: a stage that begins, or why it stops, with what to do."""

    stage: str = ""
    error: str = ""
    hint: str = ""


class Job(Struct, frozen=True):
    """What is being built. What lies in a folder of another job is of no use to this one."""

    recipe: int
    name: str
    source: str
    files: str


class Facts(Struct, frozen=True):
    """What is known of a model once it is exported; see :class:`tacit.core.embedding.card.Card`."""

    dimensions: int
    tokens: int
    pad: int
    prompts: dict[str, str]
    versions: dict[str, str]


class Refused(Exception):
    """This model cannot be built; the message says why, the hint what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
