"""Coroutine tests, each in an event loop of its own: import the hook into a conftest.

Textual's pilot takes a loop for idle that was given no processor for a while. Here it waits, in addition,
until nothing in the loop can go on.
"""

from __future__ import annotations

import asyncio
import inspect

import pytest
from textual import _wait

_PASSES = 10
"""So often in a row the loop must have nothing to do."""

_MOST = 100_000
"""After so many passes it is not waited for: something in it never ends."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run the test if it is a coroutine; say that it was run."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    with pytest.MonkeyPatch.context() as patch:
        for module in ("app", "pilot"):
            patch.setattr(f"textual.{module}.wait_for_idle", _wait_for_idle)
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


async def _wait_for_idle(min_sleep: float = _wait.SLEEP_GRANULARITY, max_sleep: float = 1) -> None:
    await _wait.wait_for_idle(min_sleep, max_sleep)
    ready, passes = asyncio.get_running_loop()._ready, 0  # type: ignore[attr-defined]
    for _ in range(_MOST):
        await asyncio.sleep(0)
        passes = 0 if ready else passes + 1
        if passes == _PASSES:
            return
