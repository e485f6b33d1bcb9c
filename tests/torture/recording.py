"""What a recorder does: it records episodes, ends most of them, and goes on with those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal import entries
from live import AGENT, call, project_of, session_of

from tacit.core.errors import Usage

if TYPE_CHECKING:
    from actors import Actor


def recorder(actor: Actor) -> None:
    """Some steps are logged to a new episode, or to one that was begun before by whomever."""
    try:
        _record(actor)
    except Usage as error:  # another one ended it
        actor.journal.note("refused", why="ended", what=str(error))


def _record(actor: Actor) -> None:
    episode, session = _one_of_before(actor) if actor.random.random() < 0.3 else ("", "")
    if not episode:
        episode, session = _begun(actor)
    chance = actor.random.random()
    for _ in range(actor.random.choice((1, 1, 2))):
        _log(actor, episode, actor.random.choice((0, 1, 3, 8, 60)))
        if actor.random.random() < 0.4:
            _flush(actor)
    if chance < 0.7:
        _end(actor, episode, session)


def _begun(actor: Actor) -> tuple[str, str]:
    """A new episode, now and then in a session of the other recorder, and that session."""
    name = f"{actor.random.choice(('ours', actor.name, actor.name))}-{actor.random.randrange(6)}"
    live = actor.memory.start_episode(
        f"please fix the parser of {name}", project=project_of(name), agent=AGENT, session=name
    )
    actor.journal.note("began", id=live.id, session=session_of(name))
    return live.id, session_of(name)


def _one_of_before(actor: Actor) -> tuple[str, str]:
    """An episode that was begun lately, by this one, in an earlier life perhaps, or another, ended or not."""
    journals = sorted(actor.root.glob("recorder-*.journal"))
    began = [one for path in journals for one in entries(path)[-30:] if one["op"] == "began"]
    if not began:
        return "", ""
    chosen = actor.random.choice(began)
    return chosen["id"], chosen["session"]


def _log(actor: Actor, episode: str, count: int) -> None:
    """Steps are logged; how many at most is written down before."""
    tag, first = _tag(actor), actor.logged.get(episode, 0)
    actor.journal.note("logging", id=episode, tag=tag, upto=first + count)
    for number in range(first, first + count):
        tool, parameters, observation = call(tag, number)
        actor.memory.log_step(episode, tool, parameters, observation)
        actor.logged[episode] = number + 1


def _flush(actor: Actor) -> None:
    """All that this life logged to episodes that it may still log to is durable."""
    held = {one: count for one, count in actor.logged.items() if actor.memory.recording(one)}
    actor.memory.flush()
    for one, count in held.items():
        actor.journal.note("flushed", id=one, tag=_tag(actor), steps=count)


def _end(actor: Actor, episode: str, session: str) -> None:
    memory = actor.memory
    outcome = actor.random.choice((None, None, "success", "failure", "abandon"))
    done = (
        memory.abandon_episode(episode, "no more time")
        if outcome == "abandon"
        else memory.complete_episode(episode, outcome)
    )
    own = actor.logged.pop(episode, 0)
    actor.journal.note("completed", id=episode, session=session, tag=_tag(actor), own=own, steps=done.steps)


def _tag(actor: Actor) -> str:
    return f"{actor.name}/{actor.life}"
