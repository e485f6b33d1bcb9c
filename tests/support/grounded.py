"""A store of any number of patterns that stand on evidence, so that a review leaves them as they are.

Each pattern is a command that went well or badly in two episodes of one project. The episodes have one step,
which stands for every use: what counts here is how many patterns there are, and that they survive a write.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

from tacit.core.holding import enter, recount
from tacit.core.ids import episode_id, session_id
from tacit.core.learn.contribution import Draft, Exchange
from tacit.core.learn.review import review
from tacit.core.learn.state import touch
from tacit.core.model import Action, Episode, Evidence, Label, Outcome, Session, Step, Use
from tacit.core.tables import SCHEMA, SESSIONS, key_of
from tacit.store.store import Store
from tacit.store.transaction import Write

START = 1_767_607_200_000
_DAY = 86_400_000
_IN_EPISODE = 250
_TIMES = 2
_PROGRAMS = ("cargo check", "cargo test", "npm run build", "pytest", "go test", "make lint", "terraform plan")


def ground(path: Path, patterns: int) -> None:
    """Make the store; 100,000 patterns take a quarter of a minute."""
    random = Random(7)
    with Store.open(path, SCHEMA, command="ground", clock=lambda: START + 90 * _DAY) as store:
        for first in range(0, patterns, _IN_EPISODE):
            wanted = range(first, min(first + _IN_EPISODE, patterns))
            store.write(partial(_told, random, wanted), large=True)
        review(store)


def _told(random: Random, wanted: range, write: Write) -> None:
    exchange = Exchange(write)
    number = wanted.start // _IN_EPISODE
    project = f"work/area-{number % 40}"
    for time, at in enumerate(_times(number)):
        native = f"made-{number}-{time}"
        session = Session(
            id=session_id("made", native), native=native, agent="made", project=project,
            title=f"Go through area {number}", directory=f"/home/mira/{project}",
            started=at, ended=at + 100_000,
        )  # fmt: skip
        good: Label = "success" if random.random() < 0.6 else "failure"
        episode = Episode(
            id=episode_id("made", native), session=session.id, native=native, project=project, agent="made",
            prompt=f"Go through area {number}", started=at, ended=at + 100_000, steps=1,
            outcome=Outcome(good, float(good == "success"), "label", (Evidence("label", good, "as made"),)),
        )  # fmt: skip
        step = _step(number, at)
        uses = [_use(random, project, one, at) for one in wanted]
        write.put(SESSIONS, key_of(session.id), session)
        enter(write, exchange, episode, [step], Draft(episode, uses, [step]))
        recount(write, session.id, session)
    exchange.settle()
    touch(write)


def _times(number: int) -> Iterator[int]:
    return (START + (number % 60) * _DAY + time * _DAY // 6 for time in range(_TIMES))


def _use(random: Random, project: str, one: int, at: int) -> Use:
    result: Label = "success" if random.random() < 0.3 + one % 7 / 10 else "failure"
    return Use("heuristic", (project, "test", f"{_PROGRAMS[one % 7]} area-{one}"), result, at, 1, 1)


def _step(number: int, at: int) -> Step:
    return Step(
        n=1, call="1", tool="Bash", kind="shell", parameters='{"command":"make all"}', observation="done",
        status="ok", at=at, actions=(Action(f"make area-{number}", "ok"),),
    )  # fmt: skip
