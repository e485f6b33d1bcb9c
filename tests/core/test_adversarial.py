"""Transcripts as nobody would write them: copies, rewinds, pictures, clocks that run backwards, gaps."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transcript import DENIED, START, Transcript, habit, iso

from tacit import Memory
from tacit.core.errors import NothingUsable

PICTURE = [{"type": "image", "source": {"type": "base64", "data": "AAAA"}}]
SPARSE = settings(max_examples=8, deadline=None)


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    shutil.rmtree(folder, ignore_errors=True)
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def is_sound(memory: Memory) -> bool:
    return [finding for finding in memory.doctor() if finding.level != "ok"] == []


def imported(store: Path, paths: list[Path]) -> dict[str, bytes]:
    shutil.rmtree(store, ignore_errors=True)
    with Memory.open(store, clock=lambda: START) as memory:
        for path in paths:
            memory.import_paths([path])
        assert is_sound(memory)
        return exported(memory, store.with_suffix(".out"))


def copied(lines: list[dict[str, Any]], native: str) -> list[dict[str, Any]]:
    return [{**line, "sessionId": native} for line in lines]


def saved(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def act(one: Transcript, dice: random.Random) -> None:
    """One thing that happens in a session, likely or not."""
    choice = dice.randrange(16)
    name = f"src/{dice.choice('abc')}.py"
    if choice < 2:
        one.prompt(
            dice.choice(["do the next part of it", "that is wrong, undo it", "thanks!", "ok", "/clear"])
        )
    elif choice == 2:
        one._line("user", {"role": "user", "content": PICTURE})
    elif choice == 3:
        one.prompt(("word " * 4_000) + str(dice.random()))
    elif choice == 4:
        one.edit(name, refused="String to replace not found in file.")
    elif choice == 5:
        one.bash("ruff check .", "src/a.py:1:1: F401 unused\nFound 1 error.", error=True)
    elif choice == 6:
        one.call("Edit", {"file_path": f"{one.cwd}/{name}"}, DENIED, error=True)
    elif choice == 7 and len(one.lines) > 4:  # the person rewinds to some earlier prompt
        prompts = [line for line in one.lines if isinstance(line["message"]["content"], str)]
        one.parent = dice.choice(prompts)["parentUuid"]
        one.prompt("rather do it another way")
    elif choice == 8:
        one.at -= 3_600_000
    elif choice == 9 and one.lines:
        dice.choice(one.lines).pop("timestamp", None)
    elif choice == 10 and len(one.lines) > 1:
        dice.choice(one.lines[1:]).pop("uuid", None)
    elif choice == 11:
        one._line("user", {"role": "user", "content": "[Request interrupted by user]"})
    elif choice == 12:
        one.bash("git add -A && git commit -m x", "[main 1234567] x")
    elif choice == 13:
        one.tests_pass() if dice.random() < 0.6 else one.tests_fail()
    elif choice == 14:
        one.edit(name)
    else:
        one.read(name)


def written(seed: int, folder: Path, *, backups: bool = True) -> list[Path]:
    """A few sessions, some resumed in other files, some copied whole or as they were earlier."""
    dice = random.Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    paths, tellings = [], []
    for number in range(dice.randint(2, 5)):
        one = Transcript(f"{seed}-{number}", start=START + number * 86_400_000)
        one.prompt(f"please do the thing number {number}")
        for _ in range(dice.randint(3, 30)):
            act(one, dice)
        tellings.append((one.native, one.lines))
        paths.append(saved(folder / f"{one.native}.jsonl", one.lines))
    for number in range(dice.randint(1, 4)):
        native, lines = dice.choice(tellings)
        part = lines[: dice.randint(1, len(lines))]
        where = folder / str(number)
        if dice.random() < 0.5 or not backups:
            other = Transcript(f"{seed}-resumed-{number}", start=START + 9 * 86_400_000)
            other.lines = copied(part, other.native)
            other.parent = other.lines[-1].get("uuid")
            for _ in range(dice.randint(0, 9)):
                act(other, dice)
            paths.append(saved(where / f"{other.native}.jsonl", other.lines))
        else:
            name = native if dice.random() < 0.7 else "backup"
            paths.append(saved(where / f"{name}.jsonl", part))
    return paths


@SPARSE
@given(seed=st.integers(0, 10**9))
@example(seed=249325)
def test_the_order_of_files_and_a_second_import_change_nothing(tmp_path: Path, seed: int):
    paths = written(seed, tmp_path / "in")
    one = imported(tmp_path / "a", paths)
    mixed = random.Random(seed + 1).sample(paths, len(paths))
    assert imported(tmp_path / "b", mixed) == one
    with Memory.open(tmp_path / "a", clock=lambda: START) as memory:
        for path in mixed:
            path.touch()
            assert not memory.import_paths([path]).changed
        assert exported(memory, tmp_path / "again") == one


@SPARSE
@given(seed=st.integers(0, 10**9))
@example(seed=55644)
@example(seed=449665)
def test_deletes_and_their_undoing_are_exact(tmp_path: Path, seed: int):
    paths = written(seed, tmp_path / "in")
    dice = random.Random(seed)
    imported(tmp_path / "a", paths)
    with Memory.open(tmp_path / "a", clock=lambda: START) as memory:
        states = [exported(memory, tmp_path / "out")]
        for _ in range(4):
            things = [*memory.patterns(), *memory.sessions(), *memory.episodes()]
            if not things:
                break
            memory.delete([one.id for one in dice.sample(things, min(len(things), dice.randint(1, 2)))])
            assert is_sound(memory)
            states.append(exported(memory, tmp_path / "out"))
            for path in paths:
                path.touch()
                memory.import_paths([path])
            assert exported(memory, tmp_path / "out") == states[-1]
        for state in states[-2::-1]:
            assert memory.undo() is not None
            assert is_sound(memory)
            assert exported(memory, tmp_path / "out") == state


@SPARSE
@given(seed=st.integers(0, 10**9))
def test_a_deleted_session_might_as_well_never_have_been_there(tmp_path: Path, seed: int):
    paths = written(seed, tmp_path / "in")
    imported(tmp_path / "a", paths)
    with Memory.open(tmp_path / "a", clock=lambda: START) as memory:
        gone = random.Random(seed).choice(memory.sessions())
        memory.delete([gone.id])
        one = exported(memory, tmp_path / "one")
        one.pop("manifest.json")
    rest = []
    for path in paths:
        imported(tmp_path / "c", [path])
        with Memory.open(tmp_path / "c") as memory:
            rest += [path] if gone.id not in {session.id for session in memory.sessions()} else []
    other = imported(tmp_path / "b", rest)
    other.pop("manifest.json")
    assert one == other


@SPARSE
@given(seed=st.integers(0, 10**9))
def test_sessions_that_grow_end_as_if_read_at_once(tmp_path: Path, seed: int):
    paths = written(seed, tmp_path / "in", backups=False)
    whole = imported(tmp_path / "a", paths)
    dice = random.Random(seed)
    shutil.rmtree(tmp_path / "b", ignore_errors=True)
    with Memory.open(tmp_path / "b", clock=lambda: START) as memory:
        for path in paths:
            text = path.read_bytes()
            for end in sorted(dice.sample(range(1, len(text)), 3)):
                path.write_bytes(text[:end])
                with suppress(NothingUsable):
                    memory.import_paths([path])
                assert is_sound(memory)
            path.write_bytes(text)
            memory.import_paths([path])
        assert exported(memory, tmp_path / "grown") == whole


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_copies_of_one_session_the_longer_stands(tmp_path: Path, turn: int):
    one = habit("one")
    longer = saved(tmp_path / "in" / f"{one.native}.jsonl", one.lines)
    shorter = saved(tmp_path / "old" / f"{one.native}.jsonl", one.lines[:9])
    with Memory.open(tmp_path / "store") as memory:
        for path in [longer, shorter][::turn]:
            memory.import_paths([path])
        (episode,) = memory.episodes()
        assert (episode.steps, episode.outcome.label) == (8, "success")
        shorter.touch()
        assert not memory.import_paths([shorter]).changed


def test_an_episode_of_5000_steps_is_counted_and_judged_before_it_is_cut(tmp_path: Path):
    one = Transcript("big")
    one.prompt("do a very long job please")
    for number in range(5_000):
        if number == 100:
            one.tests_pass()
        elif number == 2_000:
            one.edit("a.py")
        elif number % 10 == 3:
            one.edit("b.py", refused="String to replace not found in file.")
        else:
            one.read(f"f{number % 7}.py")
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_paths([one.save(tmp_path / "in")])
        assert (report.steps, report.errors) == (5_000, 500)
        (episode,) = memory.episodes()
        assert episode.tools == (("read", 4_498, 0), ("edit", 501, 500), ("shell", 1, 0))
        assert (episode.cut_steps, episode.files) == (4_000, ("a.py",))
        assert episode.outcome.label == "unknown"  # the only test run came before the last edit
        assert len(memory.steps(episode.id)) == 1_000
        assert is_sound(memory)


def test_times_may_be_missing_or_run_backwards(tmp_path: Path):
    one = habit("clock")
    for number, line in enumerate(one.lines):
        line["timestamp"] = iso(START - number * 1_000)
    two = habit("none")
    for line in two.lines:
        del line["timestamp"]
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([one.save(tmp_path / "in"), two.save(tmp_path / "in")])
        episodes = memory.episodes()
        assert [episode.steps for episode in episodes] == [8, 8]
        assert all(episode.started <= episode.ended for episode in episodes)
        assert is_sound(memory)


def told_twice(folder: Path) -> list[Path]:
    """A session of two episodes, and one that resumes it after the first."""
    first, second = habit("first"), Transcript("second")
    second.lines = copied(first.lines, second.native)
    first.prompt("now the other thing")
    first.read("b.py")
    first.edit("b.py")
    return [saved(folder / f"{one.native}.jsonl", one.lines) for one in (first, second)]


def test_a_session_and_its_episode_deleted_in_one_step_leave_no_telling(tmp_path: Path):
    paths = told_twice(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths(paths)
        before = exported(memory, tmp_path / "out")
        episode = next(one for one in memory.episodes() if one.steps == 8)
        memory.delete([episode.session, episode.id])
        assert is_sound(memory)
        assert [one.copies for one in memory.sessions()] == [0]
        memory.undo()
        assert is_sound(memory)
        assert exported(memory, tmp_path / "out") == before


def test_a_deleted_episode_told_again_comes_back_once(tmp_path: Path):
    paths = told_twice(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths(paths)
        before = exported(memory, tmp_path / "out")
        episode = next(one for one in memory.episodes() if one.steps == 8)
        other = next(one for one in memory.sessions() if one.id != episode.session)
        memory.delete([other.id, episode.id])
        for path in paths:
            path.touch()
        memory.import_paths(paths)
        assert is_sound(memory)
        memory.undo()
        assert is_sound(memory)
        assert exported(memory, tmp_path / "out") == before


LONG = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
LINES = [f"{LONG}{LONG}"[number : number + 64] for number in range(12)]
KEY = "\n".join(["-----BEGIN " + "PRIVATE KEY-----", *LINES, "-----END " + "PRIVATE KEY-----", ""])
SECRETS = {
    "ghp_" + LONG[:36]: "{}",
    "sk-ant-" + "api03-" + LONG: "use {} now",
    "sk-proj-" + LONG: '"{}"',
    "AKIA" + "IOSFODNN7EXAMPLQ": "key={}&x=1",
    "xoxb-" + "123456789012-" + LONG[:24]: "{}",
    "sk_live_" + LONG[:24]: "{}.",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + LONG: "{}",
    "glpat-" + LONG[:20]: "{}",
    "Sup3rS3cretPw": "postgres://app:{}@db/x",
    "hunter2hunter2x9": "DB_PASSWORD={}",
    "tok" + LONG[3:30]: "curl -H 'Authorization: Bearer {}' x",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1": "aws_secret_access_key = {}",
    LINES[5]: KEY.replace("{", ""),
}


def test_no_secret_reaches_the_store_by_any_way_in(tmp_path: Path):
    one = Transcript("leak", cwd=f"/home/dev/{next(iter(SECRETS))}")
    for secret, form in SECRETS.items():
        text = form.format(secret)
        one.prompt(f"please look at this: {text}")
        for said in (text, json.dumps({"k": text}), json.dumps(json.dumps({"k": text}))):
            one.bash(f"echo {said}", said)
            one.bash(f"ls {said}", f"ls: {said}: no such file", error=True)
            one.call("Write", {"file_path": "/home/dev/x", "content": said}, [{"type": "text", "text": said}])
            one.call(
                "Edit", {"old_string": "x" * 9_990 + " " + said}, "y" * 3_990 + " " + said + " " + "z" * 9_000
            )
            one.call("Task", {"description": said, "prompt": said}, said)
    one.lines[0]["gitBranch"] = f"fix/{next(iter(SECRETS))}"
    one.lines.append(
        {"type": "summary", "summary": f"use {next(iter(SECRETS))}", "leafUuid": one.lines[-1]["uuid"]}
    )
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([one.save(tmp_path / "in")])
        memory.export(tmp_path / "out")
        memory.delete([memory.sessions()[0].id])
    files = [path for name in ("store", "out") for path in (tmp_path / name).rglob("*") if path.is_file()]
    found = {
        (secret, path.name)
        for path in files
        for secret in SECRETS
        if secret[:32].encode() in path.read_bytes()
    }
    assert not found


def test_files_of_sub_agents_that_are_cleaned_away_take_nothing_with_them(tmp_path: Path):
    one = habit("parent")
    one.call("Task", {"prompt": "look"}, "done")
    one.lines[-1]["toolUseResult"] = {"agentId": "abc123"}
    path = one.save(tmp_path / "in")
    child = Transcript("child", start=one.at)
    child.read("x.py")
    child.bash("ls")
    lines = [
        {**line, "isSidechain": True, "agentId": "abc123", "sessionId": one.native} for line in child.lines
    ]
    below = saved(path.with_suffix("") / "subagents" / "agent-abc123.jsonl", lines)
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([path])
        before = exported(memory, tmp_path / "out")
        assert memory.sessions()[0].subagent_steps == 2
        below.unlink()
        memory.import_paths([path])
        assert exported(memory, tmp_path / "out") == before
        assert is_sound(memory)
