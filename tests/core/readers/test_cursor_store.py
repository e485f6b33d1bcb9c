"""Cursor's database is read whatever state it is in, one conversation at a time, beside its transcripts."""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cursor_store import ID, PLACE, START, Chat, open_store, put, save_store
from hypothesis import given, settings
from hypothesis import strategies as st
from told import story, writer

from tacit import Memory
from tacit.core.learn.understand import understand
from tacit.core.query import Plan
from tacit.core.readers.base import HEAD, Source, Transcript, Unreadable
from tacit.core.readers.cursor.reader import CursorReader
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.registry import load_readers
from tacit.core.readers.sqlite_file import Database
from tacit.core.redaction import Redactor

DAY = 86_400_000
REDACT = Redactor(b"k" * 32)


def transcripts(path: Path) -> Iterator[Transcript]:
    reader = CursorReader()
    return iter(reader.read(Source(path, reader.companions(path)), REDACT))


def counts(path: Path) -> list[tuple[str, int]]:
    """How many steps each session has."""
    return [(one.session.native, sum(len(e.steps) for e in one.episodes())) for one in transcripts(path)]


def chat_about(number: int, commands: int = 1, **around: Any) -> Chat:
    """A conversation of a day with so many commands; ``around`` is what else its bubbles carry."""
    chat = Chat(f"5b0c1d2e-0000-4000-8000-{number:012x}", start=START + number * DAY)
    chat.ask(f"Task number {number}", **around)
    for place in range(commands):
        chat.shell(f"make {place}", "fine")
        chat.bubbles[-1] |= around
    return chat


@pytest.fixture
def path(tmp_path):
    """Where the database lies, alone in its folder."""
    return tmp_path / "home" / PLACE


@pytest.fixture
def asked(monkeypatch):
    """The rows that databases gave from now on, by what their keys begin with."""
    found: dict[str, int] = {}
    whole = Database.rows

    def rows(database: Database, query: str, *values: object) -> Iterator[Any]:
        for row in whole(database, query, *values):
            kind = str(values[0]).partition(":")[0] if "key = ?" in query else ""
            kind = kind or ("listed" if "composerData" in query else "other")
            found[kind] = found.get(kind, 0) + 1
            yield row

    monkeypatch.setattr(Database, "rows", rows)
    return found


def beside(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All that lies in a folder, byte for byte, and when it was written."""
    return {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in folder.iterdir()}


def test_it_is_known_by_its_table_and_what_vs_code_keeps_is_passed_over(path, tmp_path):
    save_store(path, chat_about(1))
    plain = sqlite3.connect(tmp_path / "state.vscdb")
    plain.execute("CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)")
    plain.execute("INSERT INTO ItemTable VALUES ('composer.composerData', 'composerData:x cursorDiskKV')")
    plain.commit()
    plain.close()
    readers = load_readers().readers
    found = {one.path: one for one in find_sources([tmp_path], readers, tmp_path, {})}
    reader = found[path].reader
    assert reader is not None
    assert reader.name == "cursor"
    assert [one.reason for one in found.values() if one.path != path] == ["not a transcript"]


def test_it_is_found_where_cursor_keeps_it(path, tmp_path):
    home = path.parents[len(PLACE.parts) - 1]
    mac = home / "Library" / "Application Support" / "Cursor" / "User" / "globalStorage" / "state.vscdb"
    save_store(path, chat_about(1))
    save_store(mac, chat_about(2))
    other = save_store(tmp_path / "settings" / "Cursor" / "User" / "globalStorage" / "state.vscdb")
    readers = [CursorReader()]
    assert [one.path for one in find_sources(None, readers, home, {})] == [path, mac]
    settings_at = {"XDG_CONFIG_HOME": str(tmp_path / "settings")}
    assert other in [one.path for one in find_sources(None, readers, home, settings_at)]


def test_what_is_in_the_log_alone_is_read_and_nothing_is_written(path):
    writing = open_store(path)
    writing.execute("PRAGMA journal_mode = WAL")
    put(writing, chat_about(1, 3).rows())
    log = path.with_name("state.vscdb-wal")
    before = beside(path.parent)
    reader = CursorReader()
    assert reader.recognises(log, log.read_bytes()[:HEAD])
    assert reader.main_of(log, log.read_bytes()[:HEAD]) == path
    assert reader.companions(path) == (log,)
    found = transcripts(path)
    first = next(found)
    put(writing, chat_about(2).rows())
    assert sum(len(one.steps) for one in first.episodes()) == 3
    assert list(found) == []
    assert set(beside(path.parent)) == set(before)
    assert path.read_bytes() == before[path.name][0]
    writing.close()
    closed = beside(path.parent)
    assert len(counts(path)) == 2
    assert beside(path.parent) == closed


def test_rows_that_are_not_as_expected_are_counted_and_the_others_read(path):
    chat = chat_about(1, 2)
    rows = chat.rows()
    odd: list[Any] = [
        None,
        "null",
        7,
        b"\xff\xfe{}",
        '["text"]',
        '{"type":',
        "",
        '{"type":2,"text":' + "[" * 100_000 + "}",
        '{"type":9}',
        "{}",
        '{"type":2,"text":{},"toolFormerData":[],"modelInfo":7,"createdAt":{}}',
        '{"type":1,"text":7,"workspaceUris":{"a":1}}',
    ]
    headers = [{"bubbleId": f"odd-{place}"} for place in range(len(odd))]
    told = rows[f"composerData:{chat.native}"]
    told["fullConversationHeadersOnly"] += [*headers, 7, {}, {"bubbleId": 7}]
    keys = {f"bubbleId:{chat.native}:odd-{place}": value for place, value in enumerate(odd)}
    broken = {f"composerData:odd-{place}": value for place, value in enumerate(odd[:7])}
    save_store(path, **rows, **keys, **broken, **{f"agentKv:blob:{n}": "x" for n in range(9)})
    (one,) = transcripts(path)
    assert sum(len(episode.steps) for episode in one.episodes()) == 2
    assert one.tally.skipped == {
        "message is gone": 2,
        "not an object": 4,
        "not JSON": 6,
        "too deep": 1,
    }
    assert one.tally.drift == {
        "unknown role type": 1,
        "missing field type": 1,
        "missing field bubbleId": 3,
    }


@pytest.mark.parametrize(
    ("create", "reason"),
    [
        ("CREATE TABLE cursorDiskKV (name TEXT, value BLOB)", "unexpected fields"),
        ("CREATE TABLE cursorDiskKV (key TEXT UNIQUE, value BLOB)", "no prompt or call in it"),
    ],
)
def test_a_database_that_tells_nothing_is_refused_with_a_reason(tmp_path, create, reason):
    path = tmp_path / "state.vscdb"
    database = sqlite3.connect(path)
    database.execute(create)
    database.close()
    with pytest.raises(Unreadable) as refused:
        counts(path)
    assert refused.value.reason == reason


def test_what_can_be_read_of_a_damaged_database_is_read(path):
    save_store(path, *(chat_about(n, 30) for n in range(40)))
    raw = bytearray(path.read_bytes())
    pages = [place for place in range(0, len(raw), 4_096) if b'"run_term' in raw[place : place + 4_096]]
    for place in pages[len(pages) // 2 : len(pages) // 2 + 12]:
        raw[place : place + 200] = b"\xff" * 200
    path.write_bytes(raw)
    found, tally = 0, None
    for one in transcripts(path):
        found += sum(len(episode.steps) for episode in one.episodes())
        tally = one.tally
    assert 0 < found < 40 * 30
    assert tally is not None
    assert tally.skipped["damaged database"] > 0


def test_a_conversation_that_grows_keeps_its_tasks(path):
    chat = chat_about(1, 0)
    before: dict[str, int] = {}
    for turn in range(6):
        chat.ask(f"Then mend number {turn}")
        chat.shell("make")
        save_store(path, chat)
        (one,) = transcripts(path)
        now = {episode.native: len(episode.steps) for episode in one.episodes()}
        assert one.session.native == chat.native
        assert before.keys() < now.keys()
        assert all(now[native] == steps for native, steps in list(before.items())[:-1])
        before = now


def test_only_the_conversations_that_changed_are_read_again(path, tmp_path, asked):
    chats = [chat_about(number, 4) for number in range(40)]
    save_store(path, *chats, **{f"agentKv:blob:{n}": "x" for n in range(2_000)})
    with Memory.open(tmp_path / "store") as memory:
        assert memory.import_paths([path]).sessions == 40
        assert asked["listed"] == asked["composerData"] == 40
        assert asked["bubbleId"] <= 40 * (5 + 1)
        assert asked["other"] < 100
        asked.clear()
        chats[7].clock = START + 100 * DAY
        chats[7].shell("make clean")
        save_store(path, chats[7], chat_about(99))
        report = memory.import_paths([path])
        assert (report.sessions, report.episodes, report.steps) == (1, 1, 2)
        # the newest of before may have been in the making; of the others the last message alone was looked at
        assert asked["composerData"] == 3
        assert asked["bubbleId"] <= 41 + 2 * 6 + 2
        kept = {one.native: one.steps for one in memory.page("sessions", Plan(), None).items}
        assert kept[chats[7].native] == 5


def test_where_messages_tell_no_time_all_are_read_again(path, tmp_path, asked):
    chats = [chat_about(number, 2) for number in range(5)]
    for bubble in itertools.chain.from_iterable(chat.bubbles for chat in chats):
        del bubble["createdAt"]
    save_store(path, *chats)
    with Memory.open(tmp_path / "store") as memory:
        assert memory.import_paths([path]).sessions == 5
        asked.clear()
        chats[2].shell("make clean")
        del chats[2].bubbles[-1]["createdAt"]
        save_store(path, chats[2])
        assert memory.import_paths([path]).steps == 1
        assert asked["composerData"] == 5


def test_what_a_conversation_carries_around_its_words_does_not_stay_in_memory(path):
    ballast = {"attachedFileCodeChunks": ["x" * 200_000]}
    for number in range(30):
        save_store(path, chat_about(number, 9, **ballast))
    assert path.stat().st_size > 50_000_000
    tracemalloc.start()
    try:
        assert counts(path) == [(chat_about(number).native, 9) for number in range(30)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("order", list(itertools.permutations((0, 1, 0, 1), 3)))
def test_the_transcript_of_the_same_conversation_is_the_same_session_and_the_database_wins(tmp_path, order):
    told = story(ID)
    forms = [writer(form)(told, tmp_path / form) for form in ("cursor", "cursor_database")]
    with Memory.open(tmp_path / "store") as memory:
        for form in order:
            memory.import_paths([forms[form]])
        (session,) = memory.page("sessions", Plan(), None).items
        tasks = memory.page("episodes", Plan(), None).items
        assert [one.status for one in memory.steps(tasks[-1].id)] == ["error", "ok", "ok", "ok"]
    assert (session.native, session.episodes, session.steps, session.copies) == (ID, 2, 7, 0)
    assert (session.version, session.directory) == ("composer 16", told.directory)
    assert {one.outcome.label for one in tasks} == {"success"}


def test_a_transcript_that_was_written_later_does_not_take_the_results_away(tmp_path):
    told = story(ID)
    store, lines = (writer(form)(told, tmp_path / form) for form in ("cursor_database", "cursor"))
    untimed = [line for line in lines.read_text(encoding="utf-8").splitlines() if "timestamp" not in line]
    asked = json.dumps({"role": "user", "message": {"content": [{"type": "text", "text": "Go and mend it"}]}})
    lines.write_text("\n".join([asked, *untimed]) + "\n", encoding="utf-8")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([store])
        memory.import_paths([lines])
        (session,) = memory.page("sessions", Plan(), None).items
    assert (session.title, dict(session.outcomes)) == ("Make the login test pass", {"success": 2})


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A database and the bytes of it."""
    path = save_store(tmp_path_factory.mktemp("store") / "state.vscdb", *(chat_about(n, 6) for n in range(4)))
    return path, path.read_bytes()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 40), cut=st.integers(0, 3))
def test_no_damage_does_anything_but_unreadable(whole, seed, flips, cut):
    path, content = whole
    raw, chance = bytearray(content), random.Random(seed)
    for _ in range(flips):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    if cut == 0:
        del raw[chance.randrange(len(raw)) :]
    broken = path.with_name("broken.vscdb")
    broken.write_bytes(raw)
    CursorReader().recognises(broken, bytes(raw[:HEAD]))
    with suppress(Unreadable):
        counts(broken)


HOSTILE = (
    *(None, 7, -1, 1e300, True, "", "x", "{", "\ud83d", '{"error":{"error":{}}}'),
    *([], {}, [[{}]], {"uri": 7}),
)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_whatever_values_there_are_a_session_is_read_or_a_reason_is_given(tmp_path_factory, data):
    chat = chat_about(1, 2, workspaceUris=["file:///home/dev/shop"], timingInfo={"clientStartTime": 5})
    chat.call("task_v2", {"prompt": "x"}, {"agentId": "y"}, userDecision="accepted", error="{}")
    rows = json.loads(json.dumps(chat.rows()))
    for _ in range(data.draw(st.integers(1, 6))):
        holder = rows[data.draw(st.sampled_from(sorted(rows)))]
        for _ in range(data.draw(st.integers(0, 2))):
            inner = [one for one in holder.values() if isinstance(one, dict) and one]
            holder = data.draw(st.sampled_from(inner)) if inner else holder
        holder[data.draw(st.sampled_from(sorted(holder)))] = data.draw(st.sampled_from(HOSTILE))
    path = save_store(tmp_path_factory.mktemp("odd") / "state.vscdb", **rows)
    with suppress(Unreadable):
        for one in transcripts(path):
            for episode in one.episodes():
                assert all(understand(step, one.session.directory) for step in episode.steps)
