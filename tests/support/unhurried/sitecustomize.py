"""Hooks that tests run have all the time they need, so that a busy machine changes nothing of what they do.

``HURRIED`` in the environment names the limits that stay as they are: ``end``, ``event``, ``lock``.
"""

import os

from tacit.app.hooks import run, streams

_PLENTY = 60.0  # seconds
_HURRIED = os.environ.get("HURRIED", "").split()
_load = run._load_msgspec


def _loading() -> None:
    _load()
    from tacit.core import hook_memory

    hook_memory.PATIENCE = _PLENTY


run._FAREWELL = _PLENTY
if "end" not in _HURRIED:
    run.PATIENCE = _PLENTY
if "event" not in _HURRIED:
    streams.DEADLINE = _PLENTY
if "lock" not in _HURRIED:
    run._load_msgspec = _loading
