"""An error text that somebody asks about, signed as the errors in transcripts are.

It is cut and redacted as an observation is, then read by the same code. Who does not say which tool or
command failed gets the lines that it could have been signed with, and the classes that the text itself
tells whatever failed.
"""

from __future__ import annotations

from msgspec import Struct, json

from tacit.core.drafts import StepDraft
from tacit.core.errors import Usage
from tacit.core.learn.errors import signature
from tacit.core.learn.extractors.recovery import intent_of_step
from tacit.core.learn.understand import understand
from tacit.core.limits import OBSERVATION_BYTES, Excerpt, clip
from tacit.core.model import Intent, Signature, Tool
from tacit.core.redaction import Redactor

NO_CLASS = "other"

_READINGS: tuple[tuple[Tool, Intent], ...] = (("edit", ""), ("shell", ""), ("shell", "test"), ("read", ""))
_BY_TEXT = frozenset(("edit refused", "timeout", "permission", "file missing", "usage"))
"""The classes that rest on the text alone."""


class Signed(Struct, frozen=True):
    """What an error text may be known as.

    ``lines`` are exact signatures, ``families`` classes, each the likeliest first; ``text`` is what was
    read, redacted and within the limit of an observation. ``aim`` is what the failed tool or command was
    for, empty where neither was given.
    """

    lines: tuple[str, ...]
    families: tuple[str, ...]
    text: str
    aim: str


def signed(error: str, redact: Redactor, tool: str = "", command: str = "") -> Signed:
    """Sign an error text.

    Args:
        error: what was printed; one line, or any number with the cause among them.
        redact: takes the secrets out of it.
        tool: the name of the tool that failed, as any agent calls it; empty where nobody knows.
        command: the shell command that failed; empty where there was none or nobody knows.

    Raises:
        Usage: there is no text.
    """
    text, _ = clip(Excerpt(error), OBSERVATION_BYTES, redact)
    if not text.strip():
        raise Usage(
            "There is no error text to look for.", 'For example: memory recall --error "command not found".'
        )
    if tool or command:
        found, aim = _as_step(text, tool or "Bash", redact(command))
    else:
        aim = ""
        found = [signature(kind, intent, text) for kind, intent in _READINGS]
    families = [one.family for one in found if one.family != NO_CLASS]
    return Signed(
        tuple(dict.fromkeys(one.line for one in found)),
        tuple(dict.fromkeys(one for one in families if aim or one in _BY_TEXT)),
        text,
        aim,
    )


def _as_step(text: str, tool: str, command: str) -> tuple[list[Signature], str]:
    """The signature that a failed call of this tool gets, and what it was for."""
    parameters = json.encode({"command": command} if command else {}).decode()
    draft = StepDraft(1, "", tool, parameters, text, "error", 0)
    step = understand(draft, "")
    return [step.error or signature(step.kind, "", text)], intent_of_step(step)
