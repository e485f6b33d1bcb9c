"""A secret in the place of a name or an id, in any field of any agent's form, is stored and told nowhere."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from everywhere import unpacked
from told import START, story, writer
from transcript import habit

from tacit import Memory
from tacit.core.tables import SCHEMA
from tacit.store.store import Store

FORMS = ("ghp_{36}", "sk-ant-api03-{40}", "glpat-{20}", "API_KEY={20}")
AGENTS = (
    *("claude_code", "codex", "gemini", "copilot", "copilot_older", "cursor", "mini_swe_agent", "cline"),
    *("roo_code", "swe_agent", "openhands_sdk"),
)


def secret(number: int) -> tuple[str, str]:
    """One that no other is, and the part of it that nobody may find."""
    form = FORMS[number % len(FORMS)]
    length = int(form[form.index("{") + 1 : form.index("}")])
    letters = sha256(str(number).encode()).hexdigest()
    hidden = "".join(one.upper() if place % 2 else one for place, one in enumerate(letters))[:length]
    return form[: form.index("{")] + hidden, hidden


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a record that is none of parts."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))
    else:
        yield path


def changed(value: Any, path: tuple[Any, ...], new: str) -> Any:
    """The record with another value there."""
    made = at = copy.deepcopy(value)
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = new
    return made


def written(agent: str, folder: Path, number: int) -> Path:
    """The file of a session that is like no other."""
    native = f"5b0c1d2e-0000-4000-8000-{number:012d}"
    told = story(native, start=START + number * 1_000_000)
    made = writer(agent)(told, folder / f"h{number}")
    return made if made.is_file() else min(one for one in made.rglob("*") if one.is_file())


def values(path: Path) -> tuple[list[Any], str]:
    """What is in the file, and what its values stand apart by."""
    text = path.read_text("utf-8")
    try:
        return [json.loads(text)], ""
    except ValueError:
        return [json.loads(line) for line in text.splitlines()], "\n"


def hide(agent: str, folder: Path) -> dict[str, object]:
    """A file for each field, with a secret in it; what nobody may find, and where it stands."""
    first, _ = values(written(agent, folder, 0))
    fields = [(place, path) for place, one in enumerate(first) for path in places(one)]
    hidden: dict[str, object] = {}
    for number, (place, path) in enumerate(fields, 1):
        file = written(agent, folder, number)
        told, joint = values(file)
        whole, part = secret(number)
        told[place] = changed(told[place], path, whole)
        file.write_text(joint.join(map(json.dumps, told)) + joint, "utf-8")
        hidden[part] = (place, *path)
    return hidden


def everything(store: Path) -> bytes:
    """All bytes of a store, as they lie and unpacked."""
    found = [path.read_bytes() for path in store.rglob("*") if path.is_file()]
    with Store.open(store, SCHEMA, readonly=True, create=False, clock=lambda: 0) as held, held.read() as read:
        for space in SCHEMA.spaces():
            for key, sealed in read.kv.scan(space):
                found += (key, unpacked(sealed))
    return b"\0".join(found)


@pytest.mark.parametrize("agent", AGENTS)
def test_no_field_of_a_transcript_lets_a_secret_through(tmp_path: Path, agent: str):
    hidden = hide(agent, tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_path(tmp_path / "in")
    assert report.sessions > len(hidden) // 2
    told = msgspec.json.encode(report)
    kept = everything(tmp_path / "store")
    assert {field for part, field in hidden.items() if part.encode() in kept} == set()
    assert {field for part, field in hidden.items() if part.encode() in told} == set()


def test_the_path_of_a_file_is_kept_without_the_secret_in_it(tmp_path: Path):
    whole, part = secret(0)
    habit("one").save(tmp_path / "in" / whole)
    with Memory.open(tmp_path / "store") as memory:
        assert memory.import_path(tmp_path / "in").sessions == 1
        assert memory.import_path(tmp_path / "in").skipped == {"unchanged": 1}
    assert part.encode() not in everything(tmp_path / "store")
