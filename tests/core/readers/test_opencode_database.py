"""OpenCode's database is read whole, whatever state it is in, and nothing is left beside it."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencode_running import OpenCode, talk_about
from opencode_store import open_database, save_database

from tacit import Memory
from tacit.core.readers.base import HEAD, Source, Transcript, Unreadable
from tacit.core.readers.opencode.reader import OpenCodeReader
from tacit.core.redaction import Redactor

REDACT = Redactor(b"k" * 32)


def transcripts(path: Path) -> Iterator[Transcript]:
    """The sessions of a database."""
    reader = OpenCodeReader()
    return iter(reader.read(Source(path, reader.companions(path)), REDACT))


def counts(path: Path) -> list[tuple[str, int]]:
    """How many steps each session has."""
    return [(one.session.native, sum(len(e.steps) for e in one.episodes())) for one in transcripts(path)]


def beside(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All that lies in a folder, byte for byte, and when it was written."""
    return {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in folder.iterdir()}


@pytest.fixture
def path(tmp_path):
    """Where the database lies, alone in its folder."""
    return tmp_path / "data" / "opencode.db"


@pytest.mark.parametrize("journal", ["wal", "delete", "truncate"])
def test_a_closed_database_is_read_and_left_as_it_was(path, journal):
    save_database(path, talk_about(1), talk_about(2, 3), journal=journal)
    before = beside(path.parent)
    assert counts(path) == [("ses_0001", 1), ("ses_0002", 3)]
    assert beside(path.parent) == before


def test_what_is_in_the_log_alone_is_read_while_opencode_has_it_open(path):
    with OpenCode(path) as agent:
        agent.say(1)
        before = beside(path.parent)
        assert set(before) == {"opencode.db", "opencode.db-wal", "opencode.db-shm"}
        assert counts(path) == [("ses_0001", 1)]
        assert beside(path.parent) == before
        agent.say(2)
        assert len(counts(path)) == 2
    assert set(beside(path.parent)) == {"opencode.db"}
    assert len(counts(path)) == 2


def test_what_a_killed_opencode_left_in_its_log_is_read(path):
    with OpenCode(path) as agent:
        agent.say(1, 3)
        agent.kill()
    before = beside(path.parent)
    assert len(before) == 3
    assert counts(path) == [("ses_0001", 3)]
    assert beside(path.parent) == before


def test_opencode_may_write_between_two_sessions(path):
    save_database(path, *(talk_about(n) for n in range(3)))
    found = transcripts(path)
    assert next(found).session.native == "ses_0000"
    with OpenCode(path) as agent:
        agent.say(1, 5)
        agent.say(7)
        agent.checkpoint()
        second = next(found)
        assert second.session.native == "ses_0001"
        assert sum(len(episode.steps) for episode in second.episodes()) == 5
        assert [one.session.native for one in found] == ["ses_0002"]


def test_opencode_is_not_kept_waiting_by_one_who_reads(path):
    with OpenCode(path) as agent:
        for number in range(4):
            agent.say(number, 20)
        found = transcripts(path)
        for number in range(4):
            assert next(found).session.native == f"ses_000{number}"
            agent.say(10 + number, 50)
            agent.checkpoint()


def test_a_log_without_its_index_is_read_out_of_a_copy(path, tmp_path):
    writer = open_database(path)
    talk_about(1).insert(writer)
    writer.commit()
    copied = tmp_path / "backup" / "any.name"
    copied.parent.mkdir()
    shutil.copyfile(path, copied)
    shutil.copyfile(f"{path}-wal", f"{copied}-wal")
    writer.close()
    before = beside(copied.parent)
    assert counts(copied) == [("ses_0001", 1)]
    assert beside(copied.parent) == before


def test_a_journal_nobody_rolled_back_is_rolled_back_in_a_copy_alone(path, tmp_path):
    save_database(path, talk_about(1), journal="delete")
    writer = open_database(path, "delete")
    writer.execute("PRAGMA cache_size = 1")
    for number in range(2, 40):
        talk_about(number, 3).insert(writer)
    crashed = tmp_path / "crashed" / "opencode.db"
    crashed.parent.mkdir()
    shutil.copyfile(path, crashed)
    shutil.copyfile(f"{path}-journal", f"{crashed}-journal")
    writer.rollback()
    writer.close()
    before = beside(crashed.parent)
    assert counts(crashed) == [("ses_0001", 1)]
    assert beside(crashed.parent) == before


def test_a_locked_database_says_so(path):
    save_database(path, talk_about(1), journal="delete")
    with OpenCode(path, "delete") as agent:
        agent.lock()
        with pytest.raises(Unreadable) as unreadable:
            counts(path)
        assert unreadable.value.reason == "locked"
    assert len(counts(path)) == 1


def test_a_folder_that_may_not_be_written_to_is_no_hindrance():
    program = (
        "import os, sys, sqlite3\n"
        "from test_opencode_database import counts, Path\n"
        "counts(Path(sys.argv[2]))\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "try: open(sys.argv[1] + '-wal', 'w')\n"
        "except PermissionError: print(counts(Path(sys.argv[1])))\n"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        other = save_database(folder / "other.db", talk_about(2))
        path = save_database(folder / "data" / "opencode.db", talk_about(1))
        folder.chmod(0o755)
        path.parent.chmod(0o555)
        command = [sys.executable, "-c", program, str(path), str(other)]
        places = {"PYTHONPATH": ":".join([str(Path(__file__).parent), *sys.path])}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | places)
        assert done.stdout.strip() == "[('ses_0001', 1)]", done.stderr
        path.parent.chmod(0o755)


@pytest.mark.parametrize("kept", [0, 60, 100, 4_096, 20_000])
def test_a_torn_database_is_unreadable_with_a_reason(path, kept):
    save_database(path, *(talk_about(n, 4) for n in range(20)))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(Unreadable) as unreadable:
        counts(path)
    assert unreadable.value.reason in {"damaged database", "empty file", "unreadable", "not JSON"}


def test_what_can_be_read_of_a_damaged_database_is_read(path):
    save_database(path, *(talk_about(n, 30) for n in range(40)))
    raw = bytearray(path.read_bytes())
    end = len(raw) - len(raw) % 4_096
    for place in range(end - 4_096 * 12, end, 4_096):
        raw[place : place + 200] = b"\xff" * 200
    path.write_bytes(raw)
    found, tally = 0, None
    for one in transcripts(path):
        found += sum(len(episode.steps) for episode in one.episodes())
        tally = one.tally
    assert 0 < found < 40 * 30
    assert tally.skipped["damaged database"] > 0


def test_rows_that_are_not_as_expected_are_counted_and_the_others_read(path):
    writer = open_database(path)
    talk = talk_about(1, 2)
    talk.insert(writer)
    message = next(iter(talk.messages))
    rows = [b'{"type":', '["text"]', "7", b"\xff\xfe{}", '{"type":"text","text":' + "[" * 100_000, 12, None]
    writer.execute("CREATE TABLE other AS SELECT * FROM part")
    writer.execute("DROP TABLE part")
    writer.execute("ALTER TABLE other RENAME TO part")
    for number, data in enumerate(rows):
        writer.execute(
            "INSERT INTO part VALUES (?, ?, ?, 0, 0, ?)", (f"prt_{number}", message, "ses_0001", data)
        )
    writer.execute("INSERT INTO message VALUES ('msg_zz', 'ses_0001', 0, 0, 'nothing')")
    writer.commit()
    writer.close()
    (one,) = transcripts(path)
    assert sum(len(episode.steps) for episode in one.episodes()) == 2
    assert sum(one.tally.skipped.values()) == len(rows) + 1
    assert {"not JSON", "not an object", "too deep"} <= set(one.tally.skipped)


def test_a_missing_column_is_drift_and_a_view_is_no_table(path):
    writer = open_database(path)
    talk_about(1).insert(writer)
    writer.execute("ALTER TABLE session DROP COLUMN version")
    writer.commit()
    (one,) = transcripts(path)
    assert (one.session.version, one.tally.drift) == (None, {"missing field session.version": 1})
    writer.execute("ALTER TABLE part RENAME TO real_part")
    writer.execute("CREATE VIEW part AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                   " SELECT i AS id, i AS message_id, i AS data FROM n")  # fmt: skip
    writer.commit()
    writer.close()
    with pytest.raises(Unreadable, match="unexpected fields"):
        list(transcripts(path))


def test_sub_agents_without_their_session_and_rounds_of_parents_are_left_out(path):
    lost, round_one, round_two = talk_about(1), talk_about(2), talk_about(3)
    lost.session["parentID"] = "ses_gone"
    round_one.session["parentID"], round_two.session["parentID"] = "ses_0003", "ses_0002"
    save_database(path, lost, round_one, round_two, talk_about(4))
    (one,) = transcripts(path)
    assert one.session.native == "ses_0004"
    assert one.tally.skipped == {"without its session": 3}


def test_sub_agents_of_sub_agents_without_end_are_read(path):
    talks = [talk_about(n) for n in range(300)]
    for above, below in pairwise(talks):
        below.session["parentID"] = above.native
        above.tool("task", {}, metadata={"sessionId": below.native})
    save_database(path, *talks)
    (one,) = transcripts(path)
    assert sum(len(episode.steps) for episode in one.episodes()) == 300 + 299


@pytest.mark.parametrize("name", ["opencode.db", "another.name"])
def test_it_is_known_by_its_tables_without_being_opened(tmp_path, name, monkeypatch):
    path = save_database(tmp_path / name, talk_about(1))
    filler = sqlite3.connect(tmp_path / "large.db", isolation_level=None)
    filler.execute("BEGIN")
    for number in range(300):
        filler.execute(f"CREATE TABLE filler_{number} (a_long_name_of_a_column_{number} text)")
    filler.execute("COMMIT")
    filler.executescript("".join(sqlite3.connect(path).iterdump()))
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE session (id text, project_id text)")
    other.execute("CREATE TABLE message (id text)")
    other.commit()
    monkeypatch.setattr(sqlite3, "connect", None)
    reader = OpenCodeReader()
    assert reader.recognises(path, path.read_bytes()[:HEAD])
    assert reader.recognises(tmp_path / "large.db", (tmp_path / "large.db").read_bytes()[:HEAD])
    assert not reader.recognises(tmp_path / "other.db", (tmp_path / "other.db").read_bytes()[:HEAD])


def test_a_database_that_was_just_made_is_known_by_its_log(path):
    writer = open_database(path)
    writer.close()
    path.unlink()
    writer = open_database(path)
    log = path.with_name("opencode.db-wal")
    reader = OpenCodeReader()
    assert reader.recognises(path, path.read_bytes()[:HEAD])
    assert reader.recognises(log, log.read_bytes()[:HEAD])
    assert reader.main_of(log, log.read_bytes()[:HEAD]) == path
    assert reader.companions(path) == (log,)
    writer.close()
    assert reader.companions(path) == ()


def test_an_unchanged_database_is_not_opened_and_a_change_in_its_log_is_seen(path, tmp_path, monkeypatch):
    with OpenCode(path) as agent, Memory.open(tmp_path / "store") as memory:
        agent.say(1)
        assert memory.import_paths([path.parent]).sessions == 1
        with monkeypatch.context() as closed:
            closed.setattr(sqlite3, "connect", None)
            assert memory.import_paths([path.parent]).skipped["unchanged"] == 1
        agent.say(2)
        assert memory.import_paths([path.with_name("opencode.db-wal")]).sessions == 1
        agent.kill()
        save_database(path)
        report = memory.import_paths([path])
        assert (report.sessions, report.episodes) == (0, 0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 40), cut=st.integers(0, 3))
def test_no_damage_does_anything_but_unreadable(tmp_path, seed, flips, cut):
    path = tmp_path / "whole.db"
    if not path.exists():
        save_database(path, *(talk_about(n, 6) for n in range(4)))
    raw, chance = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(flips):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    if cut == 0:
        del raw[chance.randrange(len(raw)) :]
    broken = tmp_path / "broken.db"
    broken.write_bytes(raw)
    OpenCodeReader().recognises(broken, bytes(raw[:HEAD]))
    with suppress(Unreadable):
        counts(broken)
