"""Transcripts of Cursor's agent: prompts in their wrappers, calls without results, sub-agents, drift."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import START, story
from written_cursor import Line, asked, message, text, use, write

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.learn.deeds import happened
from tacit.core.learn.outcome import judge
from tacit.core.learn.understand import understand
from tacit.core.limits import EPISODE_BYTES, OBSERVATION_BYTES, PROMPT_BYTES, size
from tacit.core.readers.base import ReadTally, Source, Unreadable
from tacit.core.readers.cursor.reader import CursorReader
from tacit.core.readers.registry import load_readers
from tacit.core.redaction import Redactor

ID = "5b0c1d2e-0000-4000-8000-00000000000a"
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"
FIXTURES = SAMPLES / "other-agents" / "agent-sessions-fixtures" / "stage0" / "agents"
MTIME = 1_800_000_000_000

Read = tuple[SessionDraft, list[EpisodeDraft], ReadTally]


def reading(path: Path) -> Read:
    """A transcript with its sub-agents, read to its end."""
    reader = CursorReader()
    transcript = reader.read(Source(path, reader.companions(path)), Redactor(b"k" * 32))
    return transcript.session, list(transcript.episodes()), transcript.tally


def saved(path: Path, *lines: Line | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(line + "\n" for line in told), encoding="utf-8", errors="surrogatepass")
    return path


@pytest.fixture
def place(tmp_path):
    """Where Cursor would write a session of a project's folder."""

    def path(folder: str = "home-dev-my-shop", name: str = ID) -> Path:
        return tmp_path / ".cursor" / "projects" / folder / "agent-transcripts" / name / f"{name}.jsonl"

    return path


@pytest.fixture
def read(place):
    """Reads a session of these lines."""
    return lambda *lines: reading(saved(place(), *lines))


def user(*parts: Line | str) -> Line:
    return message("user", *(text(part) if isinstance(part, str) else part for part in parts))


def agent(*parts: Line | str) -> Line:
    return message("assistant", *(text(part) if isinstance(part, str) else part for part in parts))


def result(content: Any, **fields: Any) -> Line:
    return {"type": "tool_result", "content": content} | fields


def steps(episodes: list[EpisodeDraft]) -> list[tuple[str, str, str]]:
    return [(one.tool, one.observation, one.status) for episode in episodes for one in episode.steps]


@pytest.mark.parametrize(
    "head",
    [
        b'{"role":"user","message":{"content":[{"type":"text","text":"hi"}]}}\n',
        b'\xef\xbb\xbf{ "role": "assistant", "message": {"content": [{"type": "tool_use"}]}, "model": "x"}',
        b'{"type":"turn_ended","status":"error"}\n{"message":{"content":[{"type":"image"}]},"role":"user"}\n',
        b'{"role":"user","message":{"content":[{"type":"text","text":"' + b"x" * 65_000,
    ],
)
def test_a_transcript_is_known_by_its_content(head, tmp_path):
    assert CursorReader().recognises(tmp_path / "any", head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{}\n",
        b"[]",
        b"\xff\xfe{\0",
        b'{"role":"user","content":"hi"}\n',
        b'{"role":"user","message":"hi"}\n',
        b'{"role":"user","message":{"content":"hi"}}\n',
        b'{"role":"user","message":{"content":[]}}\n',
        b'{"role":"user","message":{"content":["hi"]}}\n',
        b'{"role":"system","message":{"content":[{"type":"text"}]}}\n',
        b'{"type":"user","message":{"role":"user","content":[{"type":"text"}]},"uuid":"u","sessionId":"s"}\n',
        b'{"role":"user","sessionId":"s","message":{"content":[{"type":"text","text":"hi"}]}}\n',
        b'{"type":"message","role":"user","message":{"content":[{"type":"text","text":"hi"}]}}\n',
        b'{"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}\n',
        b'{"level":"info","message":"started"}\n' * 9,
        b'{"name":"shop","lockfileVersion":3}',
        b'{"role":' + b"[" * 60_000,
    ],
)
def test_what_is_of_others_is_not_taken(head, tmp_path):
    assert not CursorReader().recognises(tmp_path / "agent-transcripts" / "x.jsonl", head)
    assert "cursor" in load_readers().names()


def test_a_prompt_is_what_was_typed_and_its_time_the_one_before_it(read):
    around = "<open_and_recently_viewed_files>\na.py\n</open_and_recently_viewed_files>\n"
    one = "<timestamp>Monday, Jan 5, 2026, 12:05 PM (UTC+2)</timestamp>\n" + around
    session, (first, second), _ = read(
        user(f"{one}<user_query>\nFix it </user_query> says the log\n</user_query>"),
        agent("Fixed.\n\n[REDACTED]", use("Read", path="a.py")),
        user(
            "<timestamp>Jan 5, 2026, 2:30 PM (UTC+05:30)</timestamp>\n<user_query>\nAnd b.py\n</user_query>"
        ),
    )
    assert first.prompt == "Fix it </user_query> says the log"
    assert (first.started, first.steps[0].at) == (START + 300_000, START + 300_000)
    assert (second.prompt, second.started) == ("And b.py", START - 3_600_000)
    assert session.started == START + 300_000
    assert (session.native, first.native) == (ID, f"{ID}#1")


@pytest.mark.parametrize(
    ("told", "prompt"),
    [
        ("Fix it", "Fix it"),
        ("<div> is not closed in a.html", "<div> is not closed in a.html"),
        ("<user_info>\nOS: linux\n</user_info>\n\n<rules>be kind</rules>", ""),
        ("<system_reminder>x</system_reminder>\nFix it", "Fix it"),
        ("<timestamp>soon</timestamp>\n<user_query>\nFix it\n</user_query>", "Fix it"),
        ("<timestamp>Monday, Foo 99, 2026, 77:05 PM (UTC+99)</timestamp>\nFix it", "Fix it"),
        ("<user_query>\nFix it", "Fix it"),
        (asked("/review the change", START), "/review the change"),
    ],
)
def test_words_are_told_apart_from_what_is_put_around_them(read, told, prompt):
    _, (first, *others), _ = read(user("Begin with this"), user(told))
    said = [one.prompt for one in others] or list(first.followups)
    assert said == ([prompt] if prompt else [])


def test_a_huge_prompt_keeps_both_ends(read):
    _, (one,), tally = read(user(asked("Begin " + "x y\n" * 100_000 + "the end", START)))
    assert one.prompt.startswith("Begin x y")
    assert one.prompt.endswith("the end")
    assert size(one.prompt) <= PROMPT_BYTES
    assert tally.cut == {"prompt": 1}


def test_calls_without_results_count_in_no_rate(tmp_path):
    _, episodes, tally = reading(write(story(), tmp_path))
    understood = [understand(step, "/home/dev/work/shop") for one in episodes for step in one.steps]
    assert {one.status for one in understood} == {"unfinished"}
    assert {action.status for one in understood for action in one.actions} == {"unknown"}
    assert all(one.error is None and happened(one) == [] for one in understood)
    assert {judge(one, []).label for one in episodes} == {"unknown"}
    assert all(one.seconds is None for one in understood)
    assert (tally.lines, tally.drift, tally.skipped) == (13, {}, {})


def test_results_are_paired_by_id_by_name_and_by_order(read):
    _, episodes, tally = read(
        user("Look around"),
        agent(use("Shell", command="ls") | {"id": "c1"}, use("Shell", command="pwd") | {"id": "c2"}),
        user(result("two", tool_use_id="c2"), result([text("one"), text("more")], tool_use_id="c1")),
        agent(use("Read", path="a"), use("Grep", pattern="b")),
        user({"type": "tool-result", "name": "Grep", "content": "grepped"}, result("read")),
        agent(use("Shell", command="false"), use("Shell", command="x"), use("Shell", command="y")),
        user(result("Exit code: 1\nno"), result("no", is_error=True)),
        user(result("late", tool_use_id="y")) | {"metadata": {"toolResultStatus": "rejected"}},
        user(result("of nobody")),
    )
    assert steps(episodes) == [
        ("Shell", "one\nmore", "ok"),
        ("Shell", "two", "ok"),
        ("Read", "read", "ok"),
        ("Grep", "grepped", "ok"),
        ("Shell", "Exit code: 1\nno", "error"),
        ("Shell", "no", "error"),
        ("Shell", "late", "rejected"),
    ]
    assert tally.skipped == {"result without its call": 1}


def test_a_result_of_a_turn_before_is_of_no_call_of_this_one(read):
    _, (first, second), tally = read(
        user("List it"),
        agent(use("Shell", command="ls")),
        {"type": "turn_ended", "status": "success"},
        user("Read it"),
        agent(use("Read", path="a")),
        user(result("told")),
    )
    assert (first.steps[0].status, second.steps[0].status) == ("unfinished", "ok")
    assert tally.skipped == {}


@pytest.mark.parametrize(
    ("ended", "interrupted"),
    [
        ({"status": "error", "error": "User aborted request"}, True),
        ({"status": "aborted"}, True),
        ({"status": "error", "error": "Connection lost"}, False),
        ({"status": "success"}, False),
        ({"status": 7, "error": {"code": None}}, False),
    ],
)
def test_a_turn_that_the_person_stopped_was_interrupted(read, ended, interrupted):
    _, (one,), tally = read(
        user("List it"), agent(use("Shell", command="ls")), {"type": "turn_ended"} | ended
    )
    assert one.interrupted is interrupted
    assert tally.drift == {}


@pytest.mark.parametrize(
    ("folder", "path", "directory"),
    [
        ("home-dev-my-shop", "/home/dev/my-shop/src/a.py", "/home/dev/my-shop"),
        ("home-dev-my-shop", "/home/dev/my/shop/a.py", "/home/dev/my/shop"),
        ("home-dev-my-shop", "/home/dev/.my.shop", "/home/dev/.my.shop"),
        ("home-dev-my-shop", "/home/dev/my-shopping/a.py", "home-dev-my-shop"),
        ("home-dev-my-shop", "src/a.py", "home-dev-my-shop"),
        ("c-Users-dev-shop", "C:\\Users\\dev\\shop\\a.py", "C:\\Users\\dev\\shop"),
        ("1771021702762", "/home/dev/my-shop/a.py", ""),
    ],
)
def test_the_root_is_a_path_that_the_folder_is_called_after(place, folder, path, directory):
    lines = [user("Read it"), agent(use("Shell", command="ls"), use("Read", path=path))]
    assert reading(saved(place(folder), *lines))[0].directory == directory


def test_sub_agents_belong_to_the_call_that_asked_them(place):
    main = saved(
        place(),
        user(asked("Survey the shop", START)),
        agent(
            use("Task", prompt="Look at src", subagent_type="explore"), use("Subagent", prompt="Look at docs")
        ),
        user(asked("Write the page", START + 60_000)),
        agent(use("Write", path="a.md", contents="x")),
    )
    children = main.parent / "subagents"
    late = user(asked("Nobody asked this", START + 70_000))
    saved(children / "c.jsonl", user(asked("Look at docs", START)), agent(use("Read", path="docs/a.md")))
    saved(children / "d.jsonl", user("Look at src"), agent(use("Grep", pattern="x")), {"type": "turn_ended"})
    saved(children / "e.jsonl", late, agent(use("Glob", glob_pattern="*")))
    (children / "f.jsonl").write_bytes(b"")
    reader = CursorReader()
    assert [one.name for one in reader.companions(main)] == ["c.jsonl", "d.jsonl", "e.jsonl", "f.jsonl"]
    assert reader.main_of(children / "c.jsonl", b"") == main
    assert reader.main_of(main, b"") is None
    _, (first, second), tally = reading(main)
    told = [(one.tool, one.agent, one.parent) for one in first.steps]
    assert told == [("Task", None, None), ("Subagent", None, None), ("Grep", "d", 1), ("Read", "c", 2)]
    assert [(one.tool, one.agent, one.parent) for one in second.steps] == [
        ("Write", None, None),
        ("Glob", "e", None),
    ]
    assert tally.skipped == {"empty file": 1}
    assert tally.read_to == main.stat().st_size


def test_a_sub_agent_of_a_session_in_the_older_layout_finds_it(tmp_path):
    main = saved(
        tmp_path / "agent-transcripts" / f"{ID}.jsonl", user("Look"), agent(use("Task", prompt="See"))
    )
    child = saved(main.with_suffix("") / "subagents" / "c.jsonl", user("See"), agent(use("Read", path="a")))
    assert CursorReader().main_of(child, b"") == main
    assert CursorReader().companions(main) == (child,)
    assert [one.agent for one in reading(main)[1][0].steps] == [None, "c"]
    main.unlink()
    assert not CursorReader().main_of(child, b"").is_file()  # type: ignore[union-attr]


def test_tools_of_other_programs_have_their_own_names(read):
    _, episodes, _ = read(
        user("Ask the memory"),
        agent(
            use("CallMcpTool", server="user-tacit", toolName="search", arguments={"query": "x"}),
            use("CallMcpTool", server="github", toolName="get_issue", arguments={"n": 1}),
            use("CallMcpTool", server=None),
            {"type": "tool_use", "name": "ApplyPatch", "input": "*** Begin Patch"},
            {"type": "tool_use", "name": "AskQuestion", "input": None},
        ),
    )
    understood = [understand(step, "") for step in episodes[0].steps]
    assert [one.kind for one in understood] == ["ask", "other", "other", "edit", "ask"]
    assert understood[0].parameters == '{"query": "x"}'
    assert understood[1].tool == "mcp__github__get_issue"
    assert understood[3].parameters == '{"input":"*** Begin Patch"}'


def test_what_the_form_did_not_have_is_counted_and_the_rest_is_read(read):
    session, episodes, tally = read(
        user("Fix it") | {"metadata": {"workspaceId": "w"}},
        agent({"type": "tool_call", "name": "read_file", "input": {"path": "a"}}, {"type": "hologram"}, 7)
        | {"model": "cursor-auto", "annotations": [1]},
        {"type": "world_state", "x": 1},
        {"role": "robot", "message": {}},
        message("assistant", {"type": "tool_use", "input": {}}),
        {"role": "assistant", "message": {"text": "x"}},
        {"role": "user", "message": {"content": "Now mend it"}},
        "[1, 2]",
        '"text"',
        '{"role":"assistant","mess',
        '{"role":"user","message":{"content":[{"type":"text","text":"half \\ud83d"}]}}',
    )
    assert session.model == "cursor-auto"
    assert [one.prompt for one in episodes] == ["Fix it", "Now mend it", "half �"]
    assert tally.drift == {
        "unknown part hologram": 1,
        "unknown record type world_state": 1,
        "unknown record type robot": 1,
        "missing field name": 1,
        "missing field content": 1,
    }
    assert tally.skipped == {"unexpected fields": 1, "not an object": 2, "not JSON": 1}


def test_glued_lines_give_both_and_a_torn_last_line_waits(place):
    line, other = json.dumps(user("Fix it")), json.dumps(agent(use("Read", path="a")))
    path = saved(place(), line + other)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"role":"user","message":{"content":[{"type":"te')
    _, (one,), tally = reading(path)
    assert (one.prompt, len(one.steps)) == ("Fix it", 1)
    assert (tally.recovered, tally.skipped, tally.read_to) == (2, {}, len(line + other) + 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"\xff\xfe{\0}\0", "wrong encoding"),
        (b'{"type":"turn_ended","status":"success"}\n', "no prompt or call in it"),
        (
            b'{"role":"assistant","message":{"content":[{"type":"text","text":"hi"}]}}\n',
            "no prompt or call in it",
        ),
        (b"\x00\x01\x02", "no prompt or call in it"),
        (b"[" * 200_000, "no prompt or call in it"),
    ],
)
def test_what_holds_no_session_is_refused_with_a_reason(tmp_path, content, reason):
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        reading(path)
    assert refused.value.reason == reason


def test_a_transcript_that_grows_keeps_its_tasks(place, tmp_path):
    content = write(story(), tmp_path / "home").read_text(encoding="utf-8").splitlines()
    before: dict[str, int] = {}
    for end in range(1, len(content) + 1):
        session, episodes, _ = reading(saved(place(), *content[:end]))
        now = {one.native: len(one.steps) for one in episodes}
        assert session.native == ID
        assert before.keys() <= now.keys()
        assert all(count <= now[native] for native, count in before.items())
        before = now


def test_a_name_that_is_no_id_gives_the_same_id_in_every_folder(tmp_path):
    lines = [user("Fix it"), agent(use("Read", path="a"))]
    one, other = (
        saved(tmp_path / "a" / "x.jsonl", *lines),
        saved(tmp_path / "y.jsonl", *lines, user("More of it")),
    )
    assert reading(one)[0].native == reading(other)[0].native
    assert reading(saved(tmp_path / "z.jsonl", user("Else")))[0].native != reading(one)[0].native


def test_secrets_do_not_pass(read):
    key = "sk-ant-api03-" + "a1B2" * 24
    told = read(user(f"Use {key}"), agent(use("Shell", command=f"echo {key}")), user(result(f"it is {key}")))
    assert key not in repr(told[:2])


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the fixtures of other agents are not here")
@pytest.mark.parametrize(
    ("name", "tasks", "told", "drift"),
    [
        ("small", 2, [("Bash", "", "unfinished")], {}),
        ("large", 2, [("Bash", "file1.txt\nfile2.txt", "ok"), ("Read", "hello world", "ok")], {}),
        (
            "schema_drift",
            1,
            [("read_file", "Compile failed in Example.swift:42", "ok")],
            {"unknown part custom_block": 1},
        ),
        ("subagent/parent", 1, [("Agent", "", "unfinished")], {}),
    ],
)
def test_the_fixtures_of_others(name, tasks, told, drift):
    session, episodes, tally = reading(FIXTURES / "cursor" / f"{name}.jsonl")
    assert len(episodes) == tasks
    assert steps(episodes) == told
    assert (tally.drift, tally.skipped, session.directory) == (drift, {}, "")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")
def test_of_all_sample_files_it_takes_its_own():
    taken = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file() and _takes(path)]
    assert len(taken) == 5
    assert {path.relative_to(FIXTURES).parts[0] for path in taken} == {"cursor"}


def _takes(path: Path) -> bool:
    with path.open("rb") as file:
        return CursorReader().recognises(path, file.read(65_536))


BYTES = "".join(
    json.dumps(line) + "\n"
    for line in (
        user(asked("Fix the login", START)),
        agent("On it", {"type": "thinking", "thinking": "hm"}, use("Shell", command="pytest") | {"id": "c1"}),
        user(result([text("1 failed")], tool_use_id="c1", is_error=True)),
        agent(use("StrReplace", path="/home/dev/my-shop/a.py", old_string="a", new_string="b"))
        | {"model": "m"},
        user({"type": "tool-result", "name": "StrReplace", "content": "ok"})
        | {"metadata": {"toolResultStatus": "ok"}},
        {"type": "turn_ended", "status": "error", "error": "User aborted request"},
        user(asked("And the other", START + 60_000)),
        agent(use("CallMcpTool", server="s", toolName="t", arguments={"x": [1]})),
    )
).encode()
WRONG = (
    b"null",
    b"7",
    b'""',
    b"[]",
    b"{}",
    b"[[{}]]",
    b'{"type":"text"}',
    b"1e999",
    b"\xff",
    b"\\ud83d",
    b"",
    b"\n",
)


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_whatever_is_done_to_the_bytes_a_session_is_read_or_a_reason_is_given(tmp_path_factory, data):
    content = bytearray(BYTES)
    for _ in range(data.draw(st.integers(1, 6))):
        at, length = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 40))
        if data.draw(st.booleans()):  # a whole value
            at = content.find(b":", at) + 1
            length = max(0, content.find(b",", at) - at)
        content[at : at + length] = data.draw(st.sampled_from(WRONG))
    path = tmp_path_factory.mktemp("mutated") / "agent-transcripts" / "x.jsonl"
    path.parent.mkdir()
    path.write_bytes(bytes(content))
    CursorReader().recognises(path, bytes(content))
    try:
        session, episodes, _ = reading(path)
    except Unreadable:
        return
    assert size(session.title) <= PROMPT_BYTES
    for one in episodes:
        assert size(one.prompt) <= PROMPT_BYTES
        assert sum(size(step.parameters) for step in one.steps) <= EPISODE_BYTES
        for step in one.steps:
            assert size(step.observation) <= OBSERVATION_BYTES
            understand(step, session.directory)
