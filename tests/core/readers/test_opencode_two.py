"""The database of OpenCode 2: sessions of its own, those it took over, and those it does not know of."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencode_store import START, Talk, save_database
from opencode_two import add_row, save_two
from told import story
from written_opencode import talk_of

from tacit.core.ids import session_id
from tacit.core.readers.base import HEAD, Before, Source, Unreadable
from tacit.core.readers.opencode.reader import OpenCodeReader
from tacit.core.redaction import Redactor


class Reading:
    """All that is told by a database."""

    def __init__(self, path: Path) -> None:
        reader = OpenCodeReader()
        self.told = {}
        for transcript in reader.read(Source(path, reader.companions(path)), Redactor(b"k" * 32)):
            self.tally = transcript.tally
            self.told[transcript.session.native] = transcript.session, list(transcript.episodes())

    @property
    def episodes(self):
        """Those of the first session."""
        return next(iter(self.told.values()))[1]

    @property
    def steps(self):
        return [step for episode in self.episodes for step in episode.steps]


@pytest.fixture
def path(tmp_path):
    """A database with one session that has one prompt."""
    talk = Talk()
    talk.prompt("Make the tests pass")
    return save_two(tmp_path / "opencode.db", talk)


def tool(state, name="shell", **more):
    """An answer with one call."""
    time = {"created": START + 5_000, "ran": START + 6_000, "completed": START + 9_000}
    call = {"type": "tool", "id": "call_1", "name": name, "state": state, "time": time} | more
    return {"agent": "build", "model": {"id": "m"}, "content": [call], "time": {"created": START + 5_000}}


def test_a_story_is_the_same_as_in_the_tables_of_before(tmp_path):
    old = Reading(save_database(tmp_path / "one" / "opencode.db", talk_of(story())))
    new = Reading(save_two(tmp_path / "two" / "opencode.db", talk_of(story())))
    assert old.episodes == new.episodes
    assert len(new.steps) == 7
    assert (new.tally.skipped, new.tally.drift) == ({}, {})


@pytest.mark.parametrize(
    ("state", "end", "text"),
    [
        ({"status": "completed", "content": ["fine"], "metadata": {"exit": 0}}, "ok", "fine"),
        ({"status": "completed", "content": ["no rule"], "metadata": {"exit": 2}}, "error", "no rule"),
        ({"status": "completed", "content": ["no rule"], "structured": {"exit": 2}}, "error", "no rule"),
        ({"status": "completed", "content": ["a", "b"], "metadata": {"exit": 0}}, "ok", "a\nb"),
        ({"status": "completed", "content": ["late"], "metadata": {"timeout": True}}, "error", "late"),
        ({"status": "error", "error": {"type": "tool.execution", "message": "No file"}}, "error", "No file"),
        (
            {
                "status": "error",
                "error": {"type": "permission.rejected", "message": "Permission denied: edit"},
            },
            "rejected",
            "Permission denied: edit",
        ),
        (
            {"status": "error", "error": {"type": "tool.interrupted", "message": "before V2 migration"}},
            "interrupted",
            None,
        ),
        (
            {"status": "error", "error": {"type": "unknown", "message": "Tool execution interrupted"}},
            "interrupted",
            None,
        ),
        ({"status": "running", "metadata": {}}, "unfinished", ""),
        ({"status": "streaming", "input": '{"command":"ma'}, "unfinished", ""),
    ],
)
def test_how_a_call_ended(path, state, end, text):
    content = [{"type": "text", "text": one} for one in state.get("content", ())]
    state = {"input": {"command": "make"}} | state | ({"content": content} if content else {})
    add_row(path, "ses_one", "assistant", "msg_z", 9, **tool(state))
    reading = Reading(path)
    (step,) = reading.steps
    assert step.status == end
    assert text is None or step.observation == text
    assert reading.tally.drift == {}


def test_a_call_has_its_times_and_its_key(path):
    add_row(
        path, "ses_one", "assistant", "msg_z", 9, **tool({"status": "completed", "input": {"path": "a.py"}})
    )
    (step,) = Reading(path).steps
    assert (step.call, step.tool, step.at, step.seconds) == ("call_1", "shell", START + 6_000, 3.0)
    assert json.loads(step.parameters) == {"path": "a.py"}


def test_a_patch_is_a_step_for_each_of_its_files(path):
    body = "*** Begin Patch\n*** Update File: a.py\n@@\n-a\n+b\n*** Add File: b.md\n+b\n*** End Patch"
    state = {"status": "completed", "input": {"patchText": body}, "content": [{"type": "text", "text": "ok"}]}
    add_row(path, "ses_one", "assistant", "msg_z", 9, **tool(state, "patch"))
    found = [(step.tool, json.loads(step.parameters)["path"]) for step in Reading(path).steps]
    assert found == [("apply_patch", "/home/dev/app/a.py"), ("apply_patch.add_file", "/home/dev/app/b.md")]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("synthetic", {"text": "<subagent>…</subagent>"}),
        ("system", {"text": "The available tools have changed."}),
        ("skill", {"skill": "s", "name": "review", "text": "# How to review"}),
        ("shell", {"shellID": "sh_1", "command": "ls", "status": "exited", "exit": 1}),
        ("compaction", {"status": "completed", "reason": "auto", "summary": "…", "recent": "…"}),
        ("agent-switched", {"agent": "plan"}),
        ("model-switched", {"model": {"id": "m"}}),
        ("location-switched", {"location": {"directory": "/home/dev/other"}}),
        ("idle", {"outcome": "succeeded"}),
    ],
)
def test_what_nobody_typed_is_no_prompt(path, kind, data):
    add_row(path, "ses_one", kind, "msg_z", 9, time={"created": START + 9_000}, **data)
    reading = Reading(path)
    assert [one.prompt for one in reading.episodes] == ["Make the tests pass"]
    assert not reading.episodes[0].interrupted
    assert (reading.tally.skipped, reading.tally.drift) == ({}, {})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("idle", {"outcome": "interrupted"}),
        ("assistant", {"content": [], "error": {"type": "aborted", "message": "Step interrupted"}}),
        ("assistant", {"content": [], "error": {"type": "unknown", "message": "Provider turn interrupted"}}),
    ],
)
def test_an_interruption_is_told(path, kind, data):
    add_row(path, "ses_one", kind, "msg_z", 9, time={"created": START + 9_000}, **data)
    assert Reading(path).episodes[0].interrupted


def test_rows_stand_in_the_order_of_their_numbers(path):
    for native, seq, text in (
        ("msg_a", 12, "Then the docs of all that"),
        ("msg_z", 11, "Now the linter too"),
    ):
        add_row(path, "ses_one", "user", native, seq, text=text, time={"created": START + 5_000})
    prompts = [one.prompt for one in Reading(path).episodes]
    assert prompts == ["Make the tests pass", "Now the linter too", "Then the docs of all that"]


def test_a_session_it_took_over_goes_on_there_and_keeps_its_ids(tmp_path):
    path, talk = tmp_path / "opencode.db", Talk()
    talk.prompt("Make the tests pass")
    talk.shell("make test", "1 failed", 1)
    before = Reading(save_database(path, talk)).episodes
    talk.prompt("Now the linter too, and the types")
    talk.shell("make lint")
    told = Reading(save_two(path, talk)).told
    (_, after), *others = told.values()
    assert others == []
    assert [one.native for one in after][:1] == [one.native for one in before]
    assert [step.call for step in after[0].steps] == [step.call for step in before[0].steps]
    assert [one.prompt for one in after][1:] == ["Now the linter too, and the types"]


def test_a_session_it_does_not_know_of_is_read_where_it_is(tmp_path):
    path, first, second = tmp_path / "opencode.db", Talk("ses_first"), Talk("ses_second", start=START + 9_000)
    for talk in (first, second):
        talk.prompt(f"Make the tests pass in {talk.native}")
    save_two(save_database(path, first), second)
    assert list(Reading(path).told) == ["ses_first", "ses_second"]


def test_a_session_it_knows_of_without_a_message_is_read_where_it_was(tmp_path):
    path, talk = tmp_path / "opencode.db", Talk()
    talk.prompt("Make the tests pass")
    save_database(path, talk)
    talk.messages, talk.parts = {}, {}
    save_two(path, talk)
    assert [one.prompt for one in Reading(path).episodes] == ["Make the tests pass"]


def test_before_it_was_released_its_sessions_stood_in_the_old_table(tmp_path):
    path, talk = tmp_path / "opencode-next.db", Talk()
    talk.prompt("Make the tests pass")
    save_two(path, talk)
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE session_v2 RENAME TO session")
        database.execute("CREATE TABLE message (id text, session_id text, time_updated integer, data text)")
        database.execute(
            "CREATE TABLE part (id text, message_id text, session_id text, time_updated integer, data text)"
        )
    database.close()
    assert OpenCodeReader().recognises(path, path.read_bytes()[:HEAD])
    assert [one.prompt for one in Reading(path).episodes] == ["Make the tests pass"]


def test_what_a_fork_repeats_keeps_the_ids_it_had(tmp_path):
    first = Talk("ses_first")
    for text in ("Make the tests pass", "Now the linter too"):
        first.prompt(text)
        first.said()
    path = save_two(tmp_path / "opencode.db", first)
    for number, (native, above) in enumerate((("ses_fork", "ses_first"), ("ses_again", "ses_fork")), 1):
        fork = Talk(native, start=START + number * 100_000)
        fork.session["fork"] = above
        save_two(path, fork)
        for seq in range(2):
            copied = {"text": "Make the tests pass"} if seq == 0 else {"content": []}
            kind, time = ("assistant" if seq else "user"), {"created": START + 1_000 + seq}
            add_row(path, native, kind, f"msg_event{number}_{seq}", seq, time=time, **copied)
        add_row(path, native, "user", f"msg_own{number}", 7, text="Or rather the docs", time={"created": 0})
    told = {native: [one.native for one in episodes] for native, (_, episodes) in Reading(path).told.items()}
    mine = told["ses_first"][0]
    assert told["ses_fork"] == [mine, "msg_own1"]
    assert told["ses_again"] == [mine, "msg_own2"]


def test_the_calls_of_a_sub_agent_belong_to_the_call_that_started_it(tmp_path):
    main = Talk()
    main.prompt("Make the tests pass")
    main.tool("subagent", {"agent": "explore", "prompt": "Look"}, metadata={"sessionID": "ses_sub"})
    sub = Talk("ses_sub", start=START + 3_000)
    sub.session["parentID"] = "ses_one"
    sub.prompt("You are a subagent spawned by another session.\nLook")
    sub.shell("ls")
    reading = Reading(save_two(tmp_path / "opencode.db", main, sub))
    assert list(reading.told) == ["ses_one"]
    assert [(step.tool, step.agent, step.parent) for step in reading.steps] == [
        ("subagent", None, None),
        ("bash", "ses_sub", 1),
    ]
    assert [one.prompt for one in reading.episodes] == ["Make the tests pass"]


def test_what_was_taken_back_is_not_told(tmp_path):
    talk = Talk()
    talk.prompt("Make the tests pass")
    second = talk.prompt("Now the linter too")
    talk.shell("make lint")
    talk.session["revert"] = {"messageID": second, "files": []}
    reading = Reading(save_two(tmp_path / "opencode.db", talk))
    assert [(one.prompt, one.steps) for one in reading.episodes] == [("Make the tests pass", ())]


def test_what_is_not_known_is_counted_as_drift_and_the_rest_is_read(path):
    add_row(path, "ses_one", "hologram", "msg_x1", 5, time={})
    content = [
        {"type": "smell"},
        {"text": "x"},
        {"type": "tool", "name": "shell"},
        {"type": "tool", "state": {"a": 1}},
    ]
    add_row(path, "ses_one", "assistant", "msg_x2", 6, content=content, time={"created": "soon"})
    add_row(path, "ses_one", "user", "msg_x3", 7, text=7)
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO session_message VALUES ('msg_x4', 'ses_one', 'user', 8, 0, 0, '{')")
        database.execute("INSERT INTO session_message VALUES ('msg_x5', 'ses_one', 'user', 8, 0, 0, '[]')")
        database.execute("INSERT INTO session_message VALUES (x'ff', 'ses_one', x'fe', 'x', 0, 0, 7)")
    database.close()
    reading = Reading(path)
    assert [one.prompt for one in reading.episodes] == ["Make the tests pass"]
    assert reading.tally.skipped == {"not JSON": 1, "not an object": 2}
    assert reading.tally.drift == {
        "unknown message hologram": 1,
        "unknown part smell": 1,
        "missing field type": 1,
        "missing field state": 1,
        "missing field name": 1,
        "missing field text": 1,
    }


def test_an_unchanged_session_is_known_by_when_its_rows_changed(path):
    later = START + 100_000_000
    before = Before(later, frozenset({session_id("opencode", "ses_one")}))

    def unchanged():
        return [
            one.unchanged for one in OpenCodeReader().read(Source(path, before=before), Redactor(b"k" * 32))
        ]

    assert unchanged() == [True]
    add_row(path, "ses_one", "user", "msg_z", 9, text="Now the linter too", time={"created": later})
    assert unchanged() == [False]


VALUES = st.one_of(
    st.none(), st.integers(), st.text(max_size=9), st.lists(st.none(), max_size=2), st.just({"a": [1]})
)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_damage_in_a_row_makes_it_fail(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("two") / "opencode.db"
    save_two(path, talk_of(story()))
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT id, data FROM session_message ORDER BY seq").fetchall()
        for native, raw in data.draw(st.lists(st.sampled_from(rows), min_size=1, max_size=5)):
            record = json.loads(raw)
            holder = record
            while data.draw(st.booleans()):
                below = [one for one in _below(holder) if isinstance(one, dict | list) and one]
                if not below:
                    break
                holder = data.draw(st.sampled_from(below))
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            holder[data.draw(st.sampled_from(keys))] = data.draw(VALUES)
            database.execute("UPDATE session_message SET data = ? WHERE id = ?", (json.dumps(record), native))
    database.close()
    try:
        reading = Reading(path)
    except Unreadable:
        return
    for step in reading.steps:
        assert isinstance(json.loads(step.parameters), dict)


def _below(holder):
    return holder.values() if isinstance(holder, dict) else holder
