"""What recorders log, and what must be there of it: a step tells who logged it, as which of theirs."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from record import Record, some

from tacit import Memory
from tacit.core.holding import read_steps
from tacit.core.ids import session_id
from tacit.core.live.heads import open_heads
from tacit.core.live.storing import read_open
from tacit.core.model import Step
from tacit.core.tables import COPIES, EPISODES
from tacit.core.tombstones import tombstones

AGENT = "storm"
PROJECTS = ("app", "service", "live-1", "live-2")
_FILLING = "a line that makes it longer\n"


class Logging(NamedTuple):
    """What a life of a recorder logged to an episode: at most ``most`` steps, ``sure`` of them flushed."""

    most: int
    sure: int


def call(tag: str, number: int) -> tuple[str, dict[str, Any], str]:
    """The tool, parameters and observation of somebody's step with this number, from 0 on."""
    said = f"{tag} {number}\n" + _FILLING * (number * 7 % 40)
    if number % 3 == 2:
        return "bash", {"command": "pytest -q"}, f"{said}3 passed in 0.1s"
    return "Edit", {"file_path": f"src/part{number % 4}.py", "new_string": tag}, said


def session_of(name: str) -> str:
    """The id of a session that a recorder names so."""
    return session_id(AGENT, f"live:{name}")


def project_of(name: str) -> str:
    """The project of such a session, which is always the same."""
    return PROJECTS[sum(name.encode()) % len(PROJECTS)]


def wrong_recorded(record: Record, memory: Memory) -> Iterator[str]:
    """All that was acknowledged of what was recorded is there once, and what is there was logged."""
    logs = _logs(record)
    done = {entry["id"]: entry for entry in record.each("completed")}
    began = {entry["id"]: entry["session"] for entry in record.each("began")}
    asked = {one for entry in record.each("delete", "forget") for one in entry["ids"]}
    with memory._store.read() as read:
        gone = {one for one, _ in tombstones(read)}
        held = {
            one.id: (one, read_steps(read, one)) for _, one in read.records(EPISODES) if one.agent == AGENT
        }
        left = {head.id: read_open(read, head.id)[1] for head in open_heads(read)}
        copies = Counter(one.id for _, one in read.records(COPIES) if one.agent == AGENT)
    for one, entry in done.items():
        if one in held and held[one][0].steps != entry["steps"]:
            yield f"{one}: completed with {entry['steps']} steps, now {held[one][0].steps}"
        elif one not in held and not {one, entry["session"]} & gone:
            yield f"{one} was completed and is not there"
    for one, session in began.items():
        if one not in held and one not in left and not {one, session} & (gone | asked):
            yield f"{one} was begun, and is neither open nor completed"
    twice = [one for one in held if copies[one] or one in left]
    if twice:
        yield f"recorded, and there twice: {some(twice)}"
    for one, (episode, steps) in held.items():
        if (episode.steps, [step.n for step in steps]) != (len(steps), list(range(1, len(steps) + 1))):
            yield f"{one} counts {episode.steps} steps and has {[step.n for step in steps]}"
    for one, steps in [*((one, steps) for one, (_, steps) in held.items()), *left.items()]:
        yield from _wrong_steps(one, steps, logs[one], done.get(one))


def _logs(record: Record) -> defaultdict[str, dict[str, Logging]]:
    """Episode -> who logged to it -> how many steps."""
    found: defaultdict[str, dict[str, Logging]] = defaultdict(dict)
    for entry in record.each("logging", "flushed"):
        one = found[entry["id"]].get(entry["tag"], Logging(0, 0))
        if entry["op"] == "logging":
            one = one._replace(most=max(one.most, entry["upto"]))
        else:
            one = one._replace(sure=max(one.sure, entry["steps"]))
        found[entry["id"]][entry["tag"]] = one
    return found


def _wrong_steps(
    one: str, steps: Sequence[Step], logs: Mapping[str, Logging], done: Mapping[str, Any] | None
) -> Iterator[str]:
    """Of each who logged to it the first so many steps, whole and in order, at least those flushed."""
    seen: Counter[str] = Counter()
    for step in steps:
        tag = step.observation.split(" ", 1)[0]
        tool, parameters, observation = call(tag, seen[tag])
        told = step.tool, json.loads(step.parameters), step.observation
        if told != (tool, parameters, observation):
            yield f"{one}, step {step.n}: not step {seen[tag]} of {tag}, but {step.observation[:60]!r}"
            return
        seen[tag] += 1
    for tag in seen.keys() | logs.keys():
        least, most = logs.get(tag, Logging(0, 0))[::-1]
        if done is not None and done["tag"] == tag:
            least = most = done["own"]
        if not least <= seen[tag] <= most:
            yield f"{one}: {seen[tag]} steps of {tag}, not {least} to {most}"
