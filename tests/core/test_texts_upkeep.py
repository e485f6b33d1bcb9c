"""Who keeps the text index up to date, what the doctor says of it, and what it costs."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from library import episode, fill, opened, pattern, put_episode, session
from looking import SUPPORT, UNITS, answers, same_everywhere
from looking import small as small
from looking import store as store
from transcript import habits

from tacit import Memory
from tacit.core import texts
from tacit.core.config import load
from tacit.core.query import parse
from tacit.core.search import Search
from tacit.core.tables import PATTERNS, SESSIONS, TEXTS, key_of
from tacit.store.schema import CHANGES, TextSource
from tacit.store.store import Store


def test_what_is_written_through_the_memory_is_in_the_index_when_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "LEAST", 0)
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths(habits(tmp_path / "in", 6))
        assert texts.text_floor(memory._store) == memory.sequence()
        row = memory.patterns()[0]
        memory.delete([row.id])
        assert texts.text_floor(memory._store) == memory.sequence()
        memory.undo()
        assert texts.text_floor(memory._store) == memory.sequence()
        assert memory._store.floor == memory.sequence()
        memory.mark(memory.episodes()[0].id, "failure")
        assert texts.text_floor(memory._store) == memory.sequence()
        assert [finding.level for finding in texts.check_text(memory._store)] == ["ok"]


def test_an_empty_store_gets_no_index_and_a_dry_run_builds_none(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "store") as memory:
        assert not texts.catch_up(memory._store, build=True)
        memory.import_paths(habits(tmp_path / "in", 3), dry_run=True)
        assert not (tmp_path / "store" / "text").exists()
        memory.import_paths(habits(tmp_path / "in", 3))
        assert (tmp_path / "store" / "text").exists()


def test_a_command_about_something_else_neither_builds_nor_follows_far(store: Store) -> None:
    assert not texts.catch_up(store)
    assert not (store.path / "text").exists()
    assert texts.catch_up(store, build=True)
    fill(store, texts.LINES + 300, first=UNITS)
    assert not texts.catch_up(store)
    assert texts.catch_up(store, build=True)


def test_nothing_is_written_beside_a_store_that_is_open_for_reading(store: Store) -> None:
    with opened(store.path, readonly=True) as reader:
        assert not texts.catch_up(reader, build=True)
    assert not (store.path / "text").exists()


def test_a_damaged_index_is_built_anew_by_who_may_build(store: Store) -> None:
    assert texts.rebuild_text(store)
    for path in (store.path / "text").glob("g-*/*.term"):
        path.write_bytes(path.read_bytes()[:100])
    assert [finding.level for finding in texts.check_text(store)] == ["damage"]
    assert answers(store, "unique77")[0] == answers(store, "unique77", indexed=False)[0]
    assert not texts.catch_up(store)
    assert texts.catch_up(store, build=True)
    assert [finding.level for finding in texts.check_text(store)] == ["ok"]
    same_everywhere(store)


def test_a_kill_during_a_rebuild_is_gone_on_with(store: Store) -> None:
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(SUPPORT)!r})
from pathlib import Path
from library import opened
from tacit.core import texts
with opened(Path(sys.argv[1])) as store:
    texts.rebuild_text(store, lambda done, total: done >= 1_500 and os.kill(os.getpid(), signal.SIGKILL))
"""
    died = subprocess.run([sys.executable, "-c", code, str(store.path)], capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    same_everywhere(store)
    assert texts.catch_up(store, build=True)
    same_everywhere(store)
    assert [finding.level for finding in texts.check_text(store)] == ["ok"]


def test_progress_and_cancel_of_a_rebuild(store: Store) -> None:
    told: list[tuple[int, int]] = []
    assert not texts.rebuild_text(
        store, lambda *done: told.append(done), lambda: bool(told) and told[-1][0] > 900
    )
    every = UNITS // 3 * 4
    assert told[0] == (0, every)
    reached = told[-1][0]
    assert texts.rebuild_text(store, lambda *done: told.append(done))
    assert told[-1] == (every, every)
    assert (reached, every) in told[told.index((reached, every)) + 1 :]  # it went on from there
    same_everywhere(store)


def test_a_dropped_index_holds_no_word_any_more(small: Store) -> None:
    assert texts.rebuild_text(small)
    assert len(list(small.path.rglob("*.term"))) > 0
    texts.drop_text(small)
    assert not any("text" in path.name for path in small.path.iterdir())
    same_everywhere(small)
    texts.drop_text(small)


# The doctor


def findings(store: Store) -> list[tuple[str, str, int]]:
    return [(one.level, one.what, one.count) for one in texts.check_text(store)]


def test_the_doctor_says_nothing_of_an_index_that_is_not_there(small: Store) -> None:
    assert texts.check_text(small) == []


def test_the_doctor_finds_what_the_index_lacks_and_what_it_should_not_have(small: Store) -> None:
    assert texts.rebuild_text(small)
    ((level, what, count),) = findings(small)
    assert (level, what) == ("ok", "text index: every document equals its record")
    assert count == 20 * 4 + 20 * 3

    def write(write: Any) -> None:
        """Behind the back of the log."""
        for number in (1, 2):
            one = pattern(number, "never told")
            write.kv.delete(PATTERNS.space, key_of(one.id))
        put_episode(write, episode(3, "short"), [])

    before = small.sequence()
    small.write(write)
    small.write(lambda write: [write.kv.delete(CHANGES, n.to_bytes(8, "big")) for n in (before + 1,)])
    assert findings(small) == [
        ("damage", "text index: stray patterns", 2),
        ("damage", "text index: differing episodes", 1),
    ]
    assert texts.rebuild_text(small)
    assert [level for level, _, _ in findings(small)] == ["ok"]
    small.write(lambda write: write.put(SESSIONS, key_of(session(500, "").id), session(500, "new")))
    small.write(lambda write: write.kv.delete(CHANGES, small_sequence(small)))
    assert findings(small) == [("damage", "text index: missing sessions", 1)]


def small_sequence(store: Store) -> bytes:
    return store.sequence().to_bytes(8, "big")


def test_the_doctor_names_an_index_that_does_not_fit(small: Store) -> None:
    assert texts.rebuild_text(small)
    small.write(lambda write: [write.kv.delete(CHANGES, n.to_bytes(8, "big")) for n in range(1, 9999)])
    assert [level for level, _, _ in findings(small)] == ["warning"]


CHURN = f"""
import sys
sys.path.insert(0, {str(SUPPORT)!r})
from pathlib import Path
from random import Random
from library import *
from tacit.core import texts
rng = Random(int(sys.argv[2]))
with opened(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    while True:
        fill(store, 9, first=rng.randrange(800), seed=rng.randrange(10**6))
        store.write(lambda write: write.trash(SESSIONS, key_of(session(rng.randrange(800), "").id)))
        texts.catch_up(store, build=rng.random() < 0.2)
        if rng.random() < 0.05:
            texts.rebuild_text(store)
"""


def test_on_a_live_store_answers_are_exact_and_the_doctor_is_silent(store: Store) -> None:
    assert texts.rebuild_text(store)
    command = [sys.executable, "-c", CHURN, str(store.path)]
    writers = [
        subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for seed in range(2)
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        indexed, config = 0, load()
        for turn in range(40):
            plan = parse(f"rare{turn * 7}x")
            quick, slow = (Search(store, config, plan, mode="lexical", scan=scan) for scan in (False, True))
            with store.read() as read:
                found, before = quick.run(read, None, 0), read.rows_read
                scanned = slow.run(read, None, 0)
                indexed += 2 * before < read.rows_read
                assert found.total == scanned.total
                assert {(hit.id, hit.step) for hit in found.items} == {
                    (hit.id, hit.step) for hit in scanned.items
                }
            if turn % 10 == 0:
                assert [one for one in texts.check_text(store) if one.level != "ok"] == []
        assert indexed > 20
        assert [writer.poll() for writer in writers] == [None, None]
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    assert texts.catch_up(store, build=True)
    assert [finding.level for finding in texts.check_text(store)] == ["ok"]
    same_everywhere(store)


# What it costs


def loaded(place: Path, *arguments: str) -> set[str]:
    code = (
        "import sys\nfrom tacit.app import cli\n"
        f"code = cli.run(['--store', {str(place)!r}, *{arguments!r}])\n"
        "print(*sys.modules, file=sys.stderr)\nsys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_the_index_is_loaded_by_what_looks_for_words_and_nothing_else(store: Store) -> None:
    assert texts.rebuild_text(store)
    one = pattern(1, "").id
    engine = {"tantivy", "tacit.store.text_index", "tacit.store.text_look"}
    for arguments in (
        ("patterns", "--limit", "3"),
        ("patterns", "kind:fact"),
        ("show", one),
        ("sessions",),
        ("stats",),
    ):
        assert loaded(store.path, *arguments) & engine == set(), arguments
    assert loaded(store.path, "search", "unique7") >= engine


def test_the_texts_of_every_table_have_keys_of_eight_bytes_and_a_log(store: Store) -> None:
    with store.read() as read:
        for source in TEXTS:
            assert source.table.logged
            assert {len(key) for key in read.keys(source.table)} == {8}
    with pytest.raises(ValueError, match="nothing tells"):
        TextSource(__import__("tacit.core.tables", fromlist=["STEPS"]).STEPS, lambda *_: [])
