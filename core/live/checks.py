"""What may be recorded: words, names and sizes, looked at before anything is kept.

An over-limit value is an error that names the limit; nothing is cut here (see :mod:`tacit.core.limits`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar, get_args

import msgspec

from tacit.core import limits
from tacit.core.errors import Usage
from tacit.core.limits import size
from tacit.core.model import TASK_TYPES, Label, Status, TaskType
from tacit.core.readers.jsontext import without_lone_surrogates

W = TypeVar("W", bound=str)

LABELS: tuple[Label, ...] = get_args(Label)
STATUSES: tuple[Status, ...] = get_args(Status)
TOOL_CHARACTERS = 200
MOST_SECONDS = 1e9

_NAME = re.compile(r"[A-Za-z0-9._:/@+=-]{1,200}")
_encode = msgspec.json.Encoder().encode


def outcome_of(word: str | None) -> Label | None:
    """The outcome that a word says, if any."""
    return None if word is None else _one_of(word, LABELS, "outcome")


def task_type_of(word: str | None) -> TaskType | None:
    """The task type that a word says, if any."""
    return None if word is None else _one_of(word, TASK_TYPES, "task_type")


def status_of(word: str) -> Status:
    """The status that a word says."""
    return word if word in STATUSES else _one_of(word, STATUSES, "status")


def name_of(text: str, what: str) -> str:
    """A name a program gives, as it may stand in ids.

    Raises:
        Usage: there are other characters in it, or too many.
    """
    if not isinstance(text, str) or not _NAME.fullmatch(text):
        raise Usage(
            f"“{_short(text)}” cannot be the {what}.",
            "It is 1 to 200 letters, digits and ._:/@+=- characters.",
        )
    return text


def within(text: str, limit: int, what: str) -> str:
    """The text, which is not larger than the limit.

    Raises:
        Usage: it is; the message names both.
    """
    if not isinstance(text, str):
        raise Usage(f"The {what} is no text, but {type(text).__name__}.", "Give a string.")
    if 4 * len(text) > limit and size(text) > limit:
        raise too_large(what, size(text), limit)
    return text


def task_of(text: str) -> str:
    """What is to be done, which is something.

    Raises:
        Usage: it is empty or too large.
    """
    within(text, limits.PROMPT_BYTES, "task")
    if not text.strip():
        raise Usage("An episode needs a task.", "Say in a sentence what is to be done.")
    return text


def worded(value: object, limit: int, what: str) -> str:
    """A text as it is, nothing for ``None``, of anything else its JSON text.

    Raises:
        Usage: it is too large, or nothing JSON could say.
    """
    if isinstance(value, str):
        return within(value, limit, what)
    return "" if value is None else within(json_of(value, what).decode(), limit, what)


def parameters_of(parameters: Mapping[str, Any] | None) -> bytes:
    """The parameters of a call as JSON text, which is not too large.

    Raises:
        Usage: they are no mapping, nothing JSON could say, or too large.
    """
    if not parameters:
        return b"{}"
    if not isinstance(parameters, (dict, Mapping)):
        raise Usage(
            f"Parameters are a mapping of names to values, not {type(parameters).__name__}.",
            'Give a dict: {"command": "pytest -q"}.',
        )
    text = json_of(parameters if isinstance(parameters, dict) else dict(parameters), "parameters")
    if len(text) > limits.PARAMETER_BYTES:
        raise too_large("parameters", len(text), limits.PARAMETER_BYTES)
    return text


def json_of(value: object, what: str) -> bytes:
    """A value as JSON text.

    Raises:
        Usage: it is nothing JSON could say.
    """
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _patched(value, what)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise _no_json(what, error) from None


def seconds_of(seconds: float | None) -> float | None:
    """How long a call took, if that is known.

    Raises:
        Usage: it is no number of seconds.
    """
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= MOST_SECONDS:
        raise Usage(f"“{_short(seconds)}” is no number of seconds.", f"It is 0 to {MOST_SECONDS:,.0f}.")
    return float(seconds)


def tool_of(tool: str) -> str:
    """The name of a tool.

    Raises:
        Usage: it is empty or too long.
    """
    if not isinstance(tool, str) or not 0 < len(tool) <= TOOL_CHARACTERS:
        raise Usage(f"“{_short(tool)}” cannot be a tool.", f"Its name has 1 to {TOOL_CHARACTERS} characters.")
    return whole(tool)


def whole(text: str) -> str:
    """The text with U+FFFD for every half of a surrogate pair, which no file could hold."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def too_large(what: str, found: int, limit: int) -> Usage:
    """Something has more bytes than it may have."""
    return Usage(
        f"{found:,} bytes are too many for the {what}; the limit is {limit:,}.", "Shorten it, then try again."
    )


def _one_of(word: str, choices: tuple[W, ...], what: str) -> W:
    for choice in choices:
        if word == choice:
            return choice
    raise Usage(f"“{_short(word)}” is no {what}.", f"It is one of {', '.join(choices)}.")


def _patched(value: object, what: str) -> bytes:
    """JSON text of something that holds half a surrogate pair: that becomes U+FFFD, and NaN ``null``."""
    import json

    try:
        text = without_lone_surrogates(json.dumps(value).encode())
        return json.dumps(json.loads(text, parse_constant=lambda _: None)).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise _no_json(what, error) from None


def _no_json(what: str, error: Exception) -> Usage:
    why = "it is too deep" if isinstance(error, RecursionError) else _short(error)
    return Usage(f"The {what} cannot be written as JSON: {why}.", "Use texts, numbers, lists and dicts.")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
