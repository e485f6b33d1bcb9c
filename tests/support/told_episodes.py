"""Episodes of chosen actions and files, told in a line each, for what goes together in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from population import Told, filled

from tacit.core.ids import episode_id, session_id
from tacit.core.learn.review import review
from tacit.core.model import Action, Episode, Evidence, Label, Outcome, Session, Step
from tacit.core.tables import SESSIONS, key_of
from tacit.store.store import Store
from tacit.store.transaction import Write

START = 1_760_000_000_000
DAY = 86_400_000


def told(
    number: int,
    names: Sequence[str] = (),
    files: Sequence[str] = (),
    *,
    good: bool | None = True,
    project: str = "alder",
    day: float | None = None,
) -> Told:
    """An episode that did some things, ``failed`` behind those that failed, and then edited some files.

    Args:
        number: another one is another episode; three are a session.
        names: actions in their order.
        files: what was changed, in this order.
        good: how it ended; ``None`` is unknown.
        project: where.
        day: when it ended, in days after the start; else so many as its number.
    """
    at = START + int((number if day is None else day) * DAY)
    deeds = [(name.removesuffix(" failed"), name, None) for name in names]
    deeds += [(f"edit *{Path(name).suffix}", "", name) for name in files]
    steps = tuple(_step(n, *deed, at + n) for n, deed in enumerate(deeds, 1))
    outcome = Outcome()
    if good is not None:
        label: Label = "success" if good else "failure"
        outcome = Outcome(label, float(good), "label", (Evidence("label", label, "as told"),))
    episode = Episode(
        id=episode_id("told", f"{project} {number}"),
        session=session_id("told", f"{project} {number // 3}"),
        native=f"{project} {number}",
        project=project,
        agent="told",
        prompt=f"do number {number}",
        started=at,
        ended=at + 1000,
        outcome=outcome,
        steps=len(steps),
        files=tuple(sorted(set(files))),
    )
    return Told(episode, steps)


def learned(episodes: Sequence[Told], folder: Path) -> Store:
    """A new store that learned from them."""
    store = filled(episodes, folder)
    store.write(lambda write: _put_sessions(write, episodes))
    review(store)
    return store


def _put_sessions(write: Write, episodes: Sequence[Told]) -> None:
    for one in episodes:
        episode = one.episode
        session = Session(
            id=episode.session,
            native=episode.session,
            agent="told",
            project=episode.project,
            title=episode.prompt,
            directory="/work",
            started=episode.started,
            ended=episode.ended,
        )
        write.put(SESSIONS, key_of(session.id), session)


def _step(n: int, name: str, label: str, file: str | None, at: int) -> Step:
    failed = label.endswith(" failed")
    return Step(
        n=n,
        call=str(n),
        tool="Edit" if file else "Bash",
        kind="edit" if file else "shell",
        parameters="{}",
        observation="",
        status="error" if failed else "ok",
        at=at,
        actions=(Action(name, "failed" if failed else "ok"),),
        target=file,
    )
