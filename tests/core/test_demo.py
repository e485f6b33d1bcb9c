"""The demo transcripts: deterministic, realistic in shape, and laid back from the given moment."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tacit.core.clock import DAY, parse_time
from tacit.core.demo.transcripts import SESSIONS, write_transcripts

NOW = 1_770_000_000_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    root = tmp_path_factory.mktemp("demo")
    return root, write_transcripts(root, NOW)


@pytest.fixture(scope="module")
def records(written: tuple[Path, list[Path]]) -> list[dict[str, Any]]:
    return [json.loads(line) for path in written[1] for line in path.read_bytes().splitlines()]


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.jsonl")}


def typed_prompts(records: list[dict[str, Any]]) -> set[str]:
    return {
        record["uuid"]
        for record in records
        if record["type"] == "user" and isinstance(record["message"]["content"], str)
    }


def test_the_same_seed_and_moment_give_the_same_bytes(
    written: tuple[Path, list[Path]], tmp_path: Path
) -> None:
    write_transcripts(tmp_path, NOW)
    assert tree(tmp_path) == tree(written[0])


def test_another_moment_shifts_the_times_and_nothing_else(
    written: tuple[Path, list[Path]], tmp_path: Path
) -> None:
    later = write_transcripts(tmp_path, NOW + 45 * DAY)
    assert [path.name for path in later] == [path.name for path in written[1]]
    assert tree(tmp_path) != tree(written[0])


def test_another_seed_gives_other_sessions(written: tuple[Path, list[Path]], tmp_path: Path) -> None:
    other = {path.name for path in write_transcripts(tmp_path, NOW, seed=8)}
    assert not other & {path.name for path in written[1]}


def test_every_transcript_lies_in_the_folder_of_its_working_directory(
    written: tuple[Path, list[Path]],
) -> None:
    assert len(written[1]) == SESSIONS
    for path in written[1]:
        first = json.loads(path.read_bytes().splitlines()[1])
        assert path.parent.name == first["cwd"].replace("/", "-").replace(".", "-")
        assert path.stem == first["sessionId"]


def test_the_sessions_span_half_a_year_and_end_before_now(records: list[dict[str, Any]]) -> None:
    times = [parse_time(record["timestamp"]) for record in records if "timestamp" in record]
    assert max(times) < NOW
    assert NOW - max(times) < 2 * DAY
    assert 170 * DAY < NOW - min(times) < 200 * DAY


def test_there_are_about_three_hundred_prompts_and_every_call_has_one_result(
    records: list[dict[str, Any]],
) -> None:
    assert 250 <= len(typed_prompts(records)) <= 450
    calls, results = set(), set()
    for record in records:
        if record["type"] not in ("assistant", "user") or isinstance(record["message"]["content"], str):
            continue
        for block in record["message"]["content"]:
            if block["type"] == "tool_use":
                calls.add(block["id"])
            elif block["type"] == "tool_result":
                results.add(block["tool_use_id"])
    assert calls == results
    assert len(calls) > 1500


def test_the_awkward_shapes_of_real_transcripts_occur(
    written: tuple[Path, list[Path]], records: list[dict[str, Any]]
) -> None:
    text = b"".join(path.read_bytes() for path in written[1])
    assert b"[Request interrupted by user" in text
    assert b"The user doesn't want to proceed" in text
    assert b"ghp_" in text
    assert len(list(written[0].rglob("agent-*.jsonl"))) >= 10
    copied = Counter(record["uuid"] for record in records if "uuid" in record)
    assert max(copied.values()) == 2, "resumed sessions repeat earlier records"
    prompts = typed_prompts(records)
    parents = Counter(record["parentUuid"] for record in records if record.get("uuid") in prompts)
    assert max(count for parent, count in parents.items() if parent) >= 2, "a person rewound"
