"""The way back from the JSON forms of :mod:`tacit.core.jsonform`; it takes nothing on trust."""

from __future__ import annotations

from msgspec.structs import replace

from tacit.core.jsonform import LABELS
from tacit.core.model import Episode, Session, Step
from tacit.core.untrusted import checked_object, take_times, to_struct

LAST_STEP = (1 << 32) - 1


def session_from(value: object, path: str = "$") -> Session:
    """The session a form describes.

    Raises:
        ValueError: it describes none; the message names the path of what is wrong.
    """
    fields = checked_object(value, path)
    take_times(fields, ("started", "ended"), path)
    counted = fields.get("outcomes", {})
    if not isinstance(counted, dict):
        raise ValueError(f"{path}.outcomes: not an object")
    fields["outcomes"] = [(label, counted[label]) for label in LABELS if label in counted]
    fields["told_project"] = fields.get("told_project") or ""
    return to_struct(fields, Session, path)


def episode_from(value: object, path: str = "$") -> Episode:
    """The episode a form describes. Its ``digest`` is not part of the form and stays empty.

    Raises:
        ValueError: it describes none; the message names the path of what is wrong.
    """
    fields = checked_object(value, path)
    take_times(fields, ("started", "ended"), path)
    tools = fields.get("tools", [])
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        raise ValueError(f"{path}.tools: not a list of objects")
    fields["tools"] = [(tool.get("tool"), tool.get("calls"), tool.get("errors")) for tool in tools]
    fields["digest"] = ""
    fields["context"] = fields.get("context") or ""
    return to_struct(fields, Episode, path)


def step_from(value: object, path: str = "$") -> Step:
    """The step a form describes.

    Raises:
        ValueError: it describes none; the message names the path of what is wrong.
    """
    fields = checked_object(value, path)
    take_times(fields, ("at",), path)
    step = to_struct(fields, Step, path)
    if not 1 <= step.n <= LAST_STEP:
        raise ValueError(f"{path}.n: steps count from 1")
    return step if step.seconds is None or step.seconds >= 0 else replace(step, seconds=None)
