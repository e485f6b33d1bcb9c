"""Habits of one project as nobody's agent wrote them yet: ten sessions each, some of which end badly."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from told import START, Done, Task, Told, losses, writer

DAY = 86_400_000
TIMES = 10
_KINDS = {"search": "searches", "read": "reads", "edit": "edits", "write": "writes", "shell": "shell"}
_HOME = "/home/dev/work/shop"
_PASSED, _FAILED = (
    "12 passed in 0.31s",
    "FAILED tests/test_cart.py::test_sum - assert 3 == 4\n1 failed in 0.10s",
)


def told_habits(repository: str | None = None) -> list[Told]:
    """Forty sessions, a day apart, of four habits in turn."""
    told = []
    for number in range(len(_HABITS) * TIMES):
        task = _HABITS[number % len(_HABITS)](number // len(_HABITS))
        native = f"{number:08x}-0000-4000-8000-00000000000a"
        told.append(Told(native, _HOME, repository, start=START + number * DAY, tasks=(task,)))
    return told


def by(agent: str, told: Iterable[Told], folder: Path) -> None:
    """Have an agent write sessions, each below a home of its own."""
    for number, one in enumerate(told):
        writer(agent)(one, folder / agent / str(number))


def without(told: Told, *agents: str) -> Told:
    """The session less the calls of kinds that one of the agents cannot tell."""
    lost = frozenset[Any]().union(*map(losses, agents))
    tasks = [
        replace(task, done=tuple(done for done in task.done if _KINDS.get(done.what) not in lost))
        for task in told.tasks
    ]
    return replace(told, tasks=tuple(tasks))


def _fixing(time: int) -> Task:
    """Tests that do not start before what they need is installed; every third time they fail in the end."""
    cart = f"{_HOME}/src/cart.py"
    good = time % 3 != 2
    done = (
        Done("shell", "pytest -q", output="E   ModuleNotFoundError: No module named 'attrs'", exit=2),
        Done("shell", "pip install -r requirements.txt", output="Successfully installed attrs-25.1.0"),
        Done("search", "def total", _HOME, f"{cart}:4:def total(cart):"),
        Done("read", path=cart, output="def total(cart):\n    return 3\n"),
        Done("edit", f"    return sum(cart) + {time}", cart, "ok", old="    return 3"),
        Done("shell", "ruff check .", output="src/cart.py:1:1: F401 `os` imported but unused", exit=1),
        Done("edit", f"# {time}", cart, "ok", old="import os"),
        Done(
            "shell", "ruff check . && pytest -q", output=_PASSED if good else _FAILED, exit=0 if good else 1
        ),
    )
    return Task(f"Make the total of the cart right, case {time}", done)


def _describing(time: int) -> Task:
    """A page that is written, built and committed."""
    commit = f"git add -A && git commit -m 'Describe {time}'"
    done = (
        Done("write", f"# Cart {time}\n", f"{_HOME}/docs/cart{time}.md", "ok"),
        Done("shell", "mkdocs build --strict", output="INFO - Documentation built in 0.21 seconds"),
        Done("shell", commit, output=f"[main 1a2b3c{time}] Describe {time}"),
    )
    return Task(f"Write page {time} of the manual about carts", done)


def _deploying(time: int) -> Task:
    """A settings file that is changed without a check before it; the build fails nine times of ten."""
    return Task(f"Raise the number of replicas to {time + 2}", (_settings(time), _build(good=time == 4)))


def _checking(time: int) -> Task:
    """The same with a check before the change: the build goes well nine times of ten."""
    checked = Done("shell", "kubeconform deploy", output="Summary: 1 resource found, 1 valid")
    done = (checked, _settings(time), _build(good=time != 4))
    return Task(f"Raise the number of workers to {time + 2}", done)


def _settings(time: int) -> Done:
    return Done("edit", f"replicas: {time}", f"{_HOME}/deploy/settings.yaml", "ok", old="replicas: 1")


def _build(*, good: bool) -> Done:
    output = "built" if good else "make: *** [Makefile:3: build] Error 2"
    return Done("shell", "make build", output=output, exit=0 if good else 2)


_HABITS = (_fixing, _describing, _deploying, _checking)
