"""Generated episodes whose truth is known: what happened in them, how each ended, and why.

Episodes and their steps are made as they are after understanding and judging, and go through the real
contribution, a real store and the real review from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.ids import episode_id, session_id
from tacit.core.learn.contribution import Exchange, derive
from tacit.core.learn.extractors.runs import stretches
from tacit.core.learn.review import review
from tacit.core.learn.state import ReviewState, touch
from tacit.core.learn.strata import likeness
from tacit.core.model import (
    Action,
    ActionStatus,
    Episode,
    Evidence,
    Intent,
    Label,
    Outcome,
    Pattern,
    Source,
    Step,
)
from tacit.core.tables import EPISODES, PATTERNS, SCHEMA, key_of
from tacit.store.store import Store
from tacit.store.transaction import Write

DAY = 86_400_000
START = 1_760_000_000_000
PROJECTS = ("alder", "birch", "cedar")
FRAGMENTS = (
    "read *.py|edit *.py",
    "search|read *.py|edit *.py|ruff check",
    "edit *.py|ruff check failed|edit *.py",
    "read *.toml|edit *.toml|uv sync",
    "mypy failed|read *.py|edit *.py|mypy",
    "git log|git diff",
    "npm run build failed|edit *.ts|npm run build",
    "search|read *.ts|edit *.ts",
    "docker compose up|curl",
    "ls|read *.md",
    "edit *.sql|psql",
    "read *.py|edit *.py failed|read *.py|edit *.py",
)
PLANTED = "terraform plan|terraform apply"
PLANTED_MARK = "terraform apply"
SOURCES: tuple[Source, ...] = ("label", "test", "test", "build", "prompt")

Chance = Callable[["Told"], float]
"""The true chance that an episode succeeds."""

Share = Callable[[int], float]


class Told(Struct, frozen=True):
    """An episode and its steps, the one that decides included."""

    episode: Episode
    steps: tuple[Step, ...]

    @property
    def labels(self) -> list[str]:
        """What was done before the step that decides."""
        return [step.actions[0].label for step in self.steps if not step.actions[0].intent]


def _fifth(_: int) -> float:
    return 0.2


def population(seed: int, count: int, chance: Chance, planted: str = "", share: Share = _fifth) -> list[Told]:
    """Episodes of three projects in sessions of three.

    Args:
        seed: the same gives the same.
        count: how many.
        chance: how likely each is to succeed.
        planted: a fragment that some hold besides those all are made of.
        share: how likely one of so many steps is to hold it.
    """
    random = Random(f"population {seed}")
    made = [_told(random, seed, number, planted, share) for number in range(count)]
    return [ended(one, random.random() < chance(one)) for one in made]


def shuffled(told: Sequence[Told], seed: int) -> list[Told]:
    """The same episodes with their ends dealt out anew within project and length."""
    random = Random(f"shuffled {seed}")
    groups: dict[tuple[str, int], list[int]] = {}
    for place, one in enumerate(told):
        alike = likeness(one.episode, sum(map(len, stretches(one.episode, one.steps))))
        if alike is not None:
            groups.setdefault(alike[:2], []).append(place)
    found = list(told)
    for places in groups.values():
        ends = [told[place].episode.outcome.label == "success" for place in places]
        random.shuffle(ends)
        for place, good in zip(places, ends, strict=True):
            found[place] = ended(told[place], good)
    return found


def ended(told: Told, good: bool, source: Source | None = None) -> Told:
    """The episode as ending well or badly; a test, a build or a commit is its last step."""
    source = source or told.episode.outcome.source or "label"
    label: Label = "success" if good else "failure"
    ran = {"test": "pytest", "build": "make", "commit": "git commit"}.get(source)
    steps = tuple(step for step in told.steps if not step.actions[0].intent)
    decides = None
    if ran is not None:
        intent: Intent = source  # type: ignore[assignment]
        decides = len(steps) + 1
        last = replace(steps[-1], n=decides, tool="Bash", kind="shell", target=None)
        steps += (replace(last, actions=(Action(ran, "ok" if good else "failed", intent),)),)
    outcome = Outcome(label, float(good), source, (Evidence(source, label, "as generated", decides),))
    return Told(replace(told.episode, outcome=outcome, steps=len(steps)), steps)


def _told(random: Random, seed: int, number: int, planted: str, share: Share) -> Told:
    size = min(2 + int(random.expovariate(1 / 4)), 60)
    names: list[str] = []
    while len(names) < size:
        names += random.choice(FRAGMENTS).split("|")
    if planted and random.random() < share(len(names)):
        at = random.randrange(len(names) + 1)
        names[at:at] = planted.split("|")
    native, session = f"{seed}-{number}", f"{seed}-{number // 3}"
    at = START + number * DAY // 6
    steps = tuple(_step(n, name, at + n * 1000) for n, name in enumerate(names, 1))
    episode = Episode(
        id=episode_id("made", native),
        session=session_id("made", session),
        native=native,
        project=PROJECTS[number // 3 % len(PROJECTS)],
        agent="made",
        prompt="do it",
        started=at,
        ended=at + 100_000,
        outcome=Outcome(source=random.choice(SOURCES)),
        steps=len(steps),
    )
    return Told(episode, steps)


def _step(n: int, label: str, at: int) -> Step:
    name = label.removesuffix(" failed")
    word = name.split(" ", maxsplit=1)[0]
    kind = word if word in {"read", "edit", "search"} else "shell"
    status: ActionStatus = "ok" if name == label else "failed"
    return Step(
        n=n,
        call=str(n),
        tool="Tool",
        kind=kind,  # type: ignore[arg-type]
        parameters="{}",
        observation="",
        status="ok" if name == label else "error",
        at=at,
        actions=(Action(name, status),),
    )


def by_project(told: Told) -> float:
    """A chance that only project and length change."""
    base = {"alder": 0.85, "birch": 0.7, "cedar": 0.5}[told.episode.project]
    return base * (1 - min(len(told.steps), 40) / 80)


def helped(told: Told) -> float:
    """The planted fragment keeps four failures of five away."""
    return 1 - (1 - by_project(told)) / 5 if PLANTED_MARK in told.labels else by_project(told)


def harmed(told: Told) -> float:
    """The planted fragment spoils seven successes of ten."""
    return by_project(told) * 0.3 if PLANTED_MARK in told.labels else by_project(told)


def by_length(told: Told) -> float:
    """A chance that only length changes, and steadily."""
    return max(0.1, 0.98 - len(told.steps) / 18)


def more_in_longer(steps: int) -> float:
    """How likely an episode holds what is planted when length is all that counts."""
    return min(0.9, steps / 20)


def learned(told: Iterable[Told], folder: Path) -> list[Pattern]:
    """The rows of the list that a new store in a folder makes of episodes."""
    with filled(told, folder) as store:
        review(store)
        with store.read() as read:
            return [pattern for _, pattern in read.records(PATTERNS) if pattern.head is None]


def reviewed(told: Iterable[Told], folder: Path) -> ReviewState:
    """What the review of a new store of episodes leaves behind."""
    with filled(told, folder) as store:
        return review_again(store)


def review_again(store: Store) -> ReviewState:
    """What a whole review leaves behind."""
    store.write(touch)
    done = review(store)
    assert done is not None
    return done.state


def filled(told: Iterable[Told], folder: Path) -> Store:
    """A new store that holds episodes and what they contribute, not reviewed yet."""
    store = Store.open(folder, SCHEMA, clock=lambda: START)
    store.write(lambda write: _store(told, write), large=True)
    return store


def _store(told: Iterable[Told], write: Write) -> None:
    exchange = Exchange(write)
    for one in told:
        write.put(EPISODES, key_of(one.episode.id), one.episode)
        exchange.replace(one.episode.id, derive(one.episode, one.steps))
    exchange.settle()
    touch(write)


def committed(seed: int, count: int) -> list[Told]:
    """Episodes in which who succeeds then commits, and whoever commits midway does so at the end too.

    How they end is luck. Of those that a test decides, the good ones commit after it; the others end in a
    commit, or in an edit that fails.
    """
    random = Random(f"committed {seed}")
    found = []
    for number in range(count):
        midway = "edit *.py|git add|git diff|git commit" if random.random() < 0.3 else ""
        told = _told(random, seed, number, midway, lambda _: 1.0)
        good = random.random() < (0.8 if midway else 0.5)
        if random.random() < 0.5:
            found.append(_with_commit(ended(told, random.random() < 0.6, "test")))
        else:
            found.append(ended(told, good, "commit" if good else "tail"))
    return found


def _with_commit(told: Told) -> Told:
    """After a test that passed, the changes are committed; the commit is evidence too."""
    if told.episode.outcome.label != "success":
        return told
    steps = list(told.steps)
    for name in ("git add", "git diff", "git commit"):
        intent: Intent = "commit" if name == "git commit" else ""
        after = replace(steps[-1], n=len(steps) + 1, actions=(Action(name, "ok", intent),))
        steps.append(after)
    outcome = told.episode.outcome
    evidence = (*outcome.evidence, Evidence("commit", "success", "as generated", len(steps)))
    episode = replace(told.episode, outcome=replace(outcome, evidence=evidence), steps=len(steps))
    return Told(episode, tuple(steps))


def runs(seed: int, count: int, rates: Sequence[Callable[[float], float]]) -> list[Told]:
    """Episodes that each run one lint command, which goes well as often as its own rate says.

    Args:
        seed: the same gives the same.
        count: how many.
        rates: of each command its true rate at a moment, 0 for the first episode and 1 for the last.
    """
    random = Random(f"runs {seed}")
    found = []
    for number in range(count):
        told = _told(random, seed, number, "", _fifth)
        command = random.randrange(len(rates))
        status: ActionStatus = "ok" if random.random() < rates[command](number / count) else "failed"
        last = replace(told.steps[-1], n=len(told.steps) + 1, kind="shell")
        run = replace(last, actions=(Action(f"lint-{command}", status, "lint"),))
        found.append(Told(told.episode, (*told.steps, run)))
    return found
