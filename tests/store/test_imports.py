from __future__ import annotations

from collections.abc import Callable
from typing import Any

Script = Callable[..., Any]

HEAVY = """
asyncio ctypes dataclasses json logging multiprocessing pathlib random shutil socket subprocess tempfile
threading urllib tacit.core tacit.memory
tacit.store.creation tacit.store.transaction tacit.store.verify tacit.store.writer
"""


def test_opening_and_reading_a_store_loads_nothing_heavy(script: Script) -> None:
    process = script(
        f"import sys, tacit.store.store; print([m for m in {HEAVY.split()!r} if m in sys.modules])"
    )
    out, errors = process.communicate(timeout=120)
    assert out == "[]\n", errors
