"""A store of made-up things, written straight into its tables, with words of our choosing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from tacit.core.ids import episode_id, note_id, pattern_id, session_id
from tacit.core.model import Episode, Outcome, Pattern, Session, Step
from tacit.core.notes.records import Note
from tacit.core.tables import EPISODES, NOTES, PATTERNS, SCHEMA, SESSIONS, STEPS, body_of, key_of, step_key
from tacit.store.keys import u32
from tacit.store.store import Store
from tacit.store.transaction import Write

START = 1_767_607_200_000
COMMON = ("build", "test", "lint", "cargo", "check", "parser", "token", "index", "file", "error", "src")

Say = Callable[[Random, int], str]


def sentence(rng: Random, number: int) -> str:
    """Common words, a rare one, and one of its own."""
    return f"{' '.join(rng.choices(COMMON, k=12))} rare{number % 500}x unique{number}"


def session(number: int, title: str) -> Session:
    """A session with this title."""
    native = f"session-{number}"
    at = START + number * 1000
    return Session(session_id("made", native), native, "made", "p/one", title, f"/work/d{number}", at, at + 9)


def episode(number: int, prompt: str, steps: int = 0, files: tuple[str, ...] = ()) -> Episode:
    """An episode of the session with the same number."""
    native = f"episode-{number}"
    at = START + number * 1000
    return Episode(
        id=episode_id("made", native),
        session=session_id("made", f"session-{number}"),
        native=native,
        project="p/one",
        agent="made",
        prompt=prompt,
        started=at,
        ended=at + 9,
        outcome=Outcome(),
        steps=steps,
        files=files,
    )


def pattern(number: int, title: str, head: str | None = None) -> Pattern:
    """A fact with this title; with a head it is listed nowhere."""
    key = (f"pattern {number}",)
    return Pattern(
        id=pattern_id("heuristic", key),
        kind="heuristic",
        title=title,
        key=key,
        uses=3,
        judged=0,
        successes=0,
        failures=0,
        partial=0,
        episodes=1,
        sessions=1,
        first_used=START,
        last_used=START + number,
        learned_at=START,
        rank=u32(number),
        project_names=("p/one",),
        files=(f"src/f{number % 7}.py",),
        head=head,
    )


def note(number: int, text: str) -> Note:
    """A note that says this."""
    native = f"{number}"
    return Note(
        note_id("json", "made", native), "json", "made", native, f"note {number}", text, START + number
    )


def put_episode(write: Write, one: Episode, texts: list[str]) -> None:
    """Store an episode with a step for each of the texts, and none behind them."""
    body = body_of(one.id, one.session)
    write.put(EPISODES, key_of(one.id), one)
    for n, text in enumerate(texts, 1):
        step = Step(n, f"call-{n}", "Bash", "shell", f'{{"command": "run {n}"}}', text, "ok", START + n)
        write.put(STEPS, step_key(body, n), step)
    for key in list(write.keys(STEPS, step_key(body, len(texts) + 1), step_key(body, 2**32 - 1))):
        write.delete(STEPS, key)


def fill(
    store: Store,
    units: int,
    *,
    steps: int = 3,
    say: Say = sentence,
    seed: int = 1,
    first: int = 0,
    notes: bool = False,
) -> None:
    """A third of so many units each: patterns, sessions, episodes with their steps, and notes if asked."""
    rng = Random(seed)

    def write(write: Write) -> None:
        for number in range(first, first + units // 3):
            write.put(SESSIONS, key_of(session(number, "").id), session(number, say(rng, number)))
            head = "p-000000000000" if number % 10 == 9 else None
            one = pattern(number, say(rng, number), head)
            write.put(PATTERNS, key_of(one.id), one)
            texts = [say(rng, number * 1000 + n) for n in range(steps)]
            put_episode(write, episode(number, say(rng, number), steps, (f"src/m{number}.py",)), texts)
            if notes:
                write.put(NOTES, key_of(note(number, "").id), note(number, say(rng, number)))

    store.write(write)


def opened(path: Path, **options: bool) -> Store:
    """The store at a path."""
    return Store.open(path, SCHEMA, clock=lambda: START, command="test", **options)
