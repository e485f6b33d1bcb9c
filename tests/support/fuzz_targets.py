"""What hostile bytes are thrown at: everything may be refused, nothing else may happen."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from transcript import Transcript, habit

from tacit.core.errors import TacitError
from tacit.core.jsonform import encode, episode_json, step_json
from tacit.core.learn.contribution import derive
from tacit.core.learn.episode import build_episode
from tacit.core.learn.outcome import judge
from tacit.core.learn.understand import understand
from tacit.core.model import Session
from tacit.core.readers.base import Source
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor
from tacit.core.tables import CANDIDATES, EPISODES, EVENTS, SCHEMA, STEPS
from tacit.store import changelog
from tacit.store.codec import dump, load, seal, seal_numbers, unseal, unseal_numbers
from tacit.store.entries import amounts, index_entries
from tacit.store.errors import Corrupt, StoreNewer
from tacit.store.keys import u64
from tacit.store.pending import unpack_sum, unpack_tally
from tacit.store.rows import unpacked

KEY = u64(7)
REDACT = Redactor(b"0" * 32)
HOSTILE: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 2**64, -(2**200), 10**400, 1e308, 0.1, "", "\0", "\ud800", "é" * 3000),
    *([], {}, [[]], [{}], {"": None}, [1, "a", None], "9999-12-31T23:59:59Z", "0000-00-00T00:00:00Z"),
    *("-1-01-01", "toolu_h0_1", "user", "assistant", "tool_result", [{"type": "tool_result"}], "a" * 70_000),
)


def codec(data: bytes) -> None:
    """Bytes in the place of every kind of stored value: as they are, and behind a right checksum."""
    for table in SCHEMA.tables:
        _refused(load, table, KEY, data)
        _refused(load, table, KEY, seal(table.name, KEY, data))
    for flag in (0, 1, 2, 255):
        _refused(unseal, "space", KEY, bytes((1, flag)) + data)
    for name in (SCHEMA.maps[0].name, changelog.CHANGES):
        _refused(unseal, name, KEY, data)
    _refused(changelog.line, KEY, seal(changelog.CHANGES, KEY, data))
    _refused(unpacked, EVENTS, KEY, seal(EVENTS.name, KEY, data))
    _refused(unpack_tally, CANDIDATES, KEY, data)
    _refused(unpack_tally, CANDIDATES, KEY, seal_numbers(CANDIDATES.name, KEY, data))
    _refused(unpack_sum, KEY, data)
    _refused(unpack_sum, KEY, seal_numbers("counters", KEY, data))
    _refused(unseal_numbers, "counters", KEY, data)
    if unseal("space", KEY, seal("space", KEY, data)) != data:
        raise AssertionError("what was sealed came back as something else")


def _refused(look: Any, *args: Any) -> None:
    try:
        look(*args)
    except (Corrupt, StoreNewer):
        return


def reader(data: bytes, folder: Path) -> int:
    """Bytes as a transcript, through everything an import does before it stores; how many episodes."""
    path = folder / "hostile.jsonl"
    path.write_bytes(data)
    told = 0
    try:
        transcript = ClaudeCodeReader().read(Source(path), REDACT)
        draft = transcript.session
        session = Session(
            id="s-000000000000", native=draft.native, agent=draft.agent, project="p", title=draft.title,
            directory=draft.directory, started=draft.started, ended=draft.ended,
        )  # fmt: skip
        for episode_draft in transcript.episodes():
            told += 1
            steps = [
                understand(step, draft.directory) for step in (*episode_draft.steps, *episode_draft.middle)
            ]
            steps.sort(key=lambda step: step.n)
            episode = build_episode(session, episode_draft, steps, judge(episode_draft, steps))
            derive(episode, steps)
            if load(EPISODES, KEY, dump(EPISODES, KEY, episode)) != episode:
                raise AssertionError("an episode does not come back from its bytes")
            index_entries(EPISODES, KEY, episode)
            amounts(EPISODES, episode)
            encode(episode_json(episode))
            for step in steps:
                load(STEPS, KEY, dump(STEPS, KEY, step))
                encode(step_json(step))
    except TacitError:
        return told
    return told


def mutated(seed: int) -> bytes:
    """A hand-written transcript with a few things changed that an agent would not have written."""
    chance = random.Random(seed)
    one = habit(f"h{chance.randrange(3)}", good=chance.random() < 0.7)
    lines: list[bytes] = [_line(one, number, chance) for number in range(len(one.lines))]
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(lines))
        lines[at : at + 1] = _torn(lines[at], lines[chance.randrange(len(lines))], chance)
    return b"\n".join(lines) + b"\n" * chance.randrange(2)


def _line(one: Transcript, number: int, chance: random.Random) -> bytes:
    record = one.lines[number]
    if chance.random() < 0.2:
        found = list(places(record))
        holder, key = found[chance.randrange(len(found))]
        holder[key] = chance.choice(HOSTILE)
    return json.dumps(record).encode("utf-8", "surrogatepass")


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place inside a record that something else could be put in."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


def _torn(line: bytes, other: bytes, chance: random.Random) -> list[bytes]:
    """One line made into what transcripts hold after a crash, or worse."""
    cut = chance.randrange(len(line) + 1)
    deep = chance.choice((50, 2_000, 100_000))
    return chance.choice(
        (
            [line + other],
            [line[:cut]],
            [line[:cut], line[cut:]],
            [line, line],
            [line[:cut] + chance.randbytes(9) + line[cut:]],
            [line.replace(b'"content"', b'"content":' + b"[" * deep + b"]" * deep + b',"x"', 1)],
            [line.replace(b"Z", b"\xff\xfe", 1)],
            [line.replace(b"0", b"9" * 400)],
            [],
            [line, b"", b"\0" * 300, b"[" * deep],
        )
    ) or [b" "]
