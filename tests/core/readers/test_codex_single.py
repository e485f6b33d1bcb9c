"""Transcripts of Codex CLI as it was before it was written in Rust: one object a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import story
from written_codex import patch
from written_codex_single import Single, write

from tacit import Memory
from tacit.core.learn.understand import command_of, understand
from tacit.core.limits import PROMPT_BYTES
from tacit.core.query import Plan
from tacit.core.readers.base import HEAD, Source, Unreadable
from tacit.core.readers.codex.reader import CodexReader
from tacit.core.redaction import Redactor

NATIVE, OTHER = "5b0c1d2e-0000-4000-8000-00000000000a", "6c1d2e3f-0000-4000-8000-00000000000b"
WRITTEN = 1_800_000_000_000


@pytest.fixture
def single():
    made = Single(NATIVE)
    made.prompt("Make the tests pass")
    made.thought()
    return made


def read(path: Path):
    transcript = CodexReader().read(Source(path), Redactor(b"k" * 32))
    return transcript, list(transcript.episodes())


@pytest.fixture
def told(tmp_path):
    return lambda made: read(made.save(tmp_path / "rollout-2025-04-20-a.json"))


def test_only_when_it_was_written_is_told_of_its_times_and_of_its_place_nothing(single, told):
    single.call("call_1", "ls")
    single.output("call_1", "a.py")
    transcript, (episode,) = told(single)
    session = transcript.session
    assert (session.started, session.ended, episode.started) == (WRITTEN, WRITTEN, WRITTEN)
    assert (session.directory, session.repository, session.version) == ("", None, None)
    assert session.title == "Make the tests pass"
    assert (transcript.tally.skipped, transcript.tally.drift) == ({}, {})


@pytest.mark.parametrize(
    ("output", "end", "text"),
    [
        (
            {"output": "no rule\n", "metadata": {"exit_code": 2, "duration_seconds": 1.5}},
            "error",
            "no rule\n",
        ),
        ({"output": "fine\n", "metadata": {"exit_code": 0, "duration_seconds": 0}}, "ok", "fine\n"),
        ({"output": "aborted", "metadata": {}}, "rejected", "aborted"),
        (
            {
                "output": "aborted",
                "metadata": {"error": "command rejected", "reason": "Command rejected by …"},
            },
            "rejected",
            "aborted",
        ),
        (
            {"output": "aborted", "metadata": {"exit_code": 1, "duration_seconds": 0}},
            "interrupted",
            "aborted",
        ),
        ({"output": "aborted", "metadata": {"exit_code": 0, "duration_seconds": 1}}, "ok", "aborted"),
        ({"output": "aborted\n3 failed", "metadata": {"exit_code": 1}}, "error", "aborted\n3 failed"),
        ({"output": "", "metadata": {}}, "ok", ""),
        ("invalid arguments: {", "error", "invalid arguments: {"),
        ("no function found", "error", "no function found"),
        ({"output": "aborted", "rows": 7}, "ok", None),
    ],
)
def test_how_a_call_ended_is_read_in_every_encoding(output, end, text, single, told):
    single.call("call_1", "make")
    said = output if isinstance(output, str) else json.dumps(output)
    single.add("function_call_output", call_id="call_1", output=said)
    _, (episode,) = told(single)
    assert episode.steps[0].status == end
    assert text is None or episode.steps[0].observation == text


def test_a_command_is_words_under_either_name_or_a_call_of_the_models_own_shell(single, told):
    single.call("call_1", "bash", "-lc", "make test", workdir="/home/dev/shop")
    single.add(
        "function_call", id="fc_2", name="container.exec", arguments='{"cmd":["ls","-l"]}', call_id="call_2"
    )
    action = {"type": "exec", "command": ["bash", "-lc", "make all"], "working_directory": "/home/dev/shop"}
    single.add("local_shell_call", id="lsh_3", call_id="call_3", status="completed", action=action)
    said = json.dumps({"output": "no rule", "metadata": {"exit_code": 2, "duration_seconds": 1}})
    single.add("local_shell_call_output", call_id="call_3", output=said)
    transcript, (episode,) = told(single)
    steps = [understand(step, "") for step in episode.steps]
    assert [command_of(step.parameters) for step in steps] == ["make test", "ls -l", "make all"]
    assert [step.status for step in steps] == ["unfinished", "unfinished", "error"]
    assert transcript.tally.drift == {}


def test_a_patch_is_on_its_files_whichever_way_it_was_applied(single, told):
    single.call("call_1", "apply_patch", patch("src/a.py", "a", "b"))
    single.call("call_2", "bash", "-lc", f"apply_patch <<'EOF'\n{patch('b.md', new='b', add=True)}EOF")
    _, (episode,) = told(single)
    found = [(step.tool, json.loads(step.parameters)["path"]) for step in episode.steps]
    assert found == [("apply_patch", "src/a.py"), ("apply_patch.add_file", "b.md")]


@pytest.mark.parametrize(
    "note", ["No, don't do that — stop for now.", "No, don't do that — keep going though."]
)
def test_a_note_that_a_person_only_chose_is_no_prompt_and_one_that_was_typed_is(note, single, told):
    single.call("call_1", "rm", "a.py")
    single.output("call_1", "aborted", None)
    single.prompt(note)
    assert len(told(single)[1]) == 1
    single.prompt("Move it to the attic instead of that")
    assert [one.prompt for one in told(single)[1]][1:] == ["Move it to the attic instead of that"]


def test_what_codex_says_to_the_person_is_no_prompt(single, told):
    notice = [{"type": "input_text", "text": "Rate limit reached"}]
    single.add("message", id="error-1745000000000", role="system", content=notice)
    assert [one.prompt for one in told(single)[1]] == ["Make the tests pass"]


def test_every_file_of_a_conversation_is_the_same_session(tmp_path):
    single = Single(NATIVE)
    single.prompt("Make the tests pass")
    single.thought()
    single.call("call_1", "make")
    single.output("call_1", "no rule", 2)
    single.prompt("Write a rule for that into the makefile")
    single.call("call_2", "ls")
    first = single.save(tmp_path / "rollout-a.json", count=4)
    single.session |= {"id": OTHER, "timestamp": "2027-01-15T09:00:00.000Z"}
    second = single.save(tmp_path / "rollout-b.json")
    (before, earlier), (after, later) = read(first), read(second)
    assert before.session.native == after.session.native
    assert [one.native for one in earlier] == [one.native for one in later[:1]]
    assert len(later) == 2
    with Memory.open(tmp_path / "store") as memory:
        for path in (second, first):
            memory.import_path(path)
        (session,) = memory.page("sessions", Plan(), None).items
        assert session.episodes == 2


def test_ids_that_another_conversation_may_have_are_not_its_own(tmp_path):
    for native in (NATIVE, OTHER):
        single = Single(native)
        single.prompt("Make the tests pass")
        single.add(
            "function_call", id="call_0", name="shell", arguments='{"command":["ls"]}', call_id="call_0"
        )
        transcript, _ = read(single.save(tmp_path / f"{native}.json"))
        assert transcript.session.native == native


def test_another_conversation_is_another_session(tmp_path):
    natives = set()
    for native in (NATIVE, OTHER):
        single = Single(native)
        single.prompt("Make the tests pass")
        single.said("Done.")
        transcript, (episode,) = read(single.save(tmp_path / f"{native}.json"))
        natives |= {transcript.session.native, episode.native}
    assert len(natives) == 4


def test_what_nobody_answered_yet_is_not_taken(tmp_path):
    single = Single(NATIVE)
    single.prompt("Make the tests pass")
    with pytest.raises(Unreadable, match="no prompt or call in it"):
        read(single.save(tmp_path / "a.json"))


def test_items_that_are_none_are_counted_and_the_others_read(single, told):
    single.items += [7, None, "text", [], {}, {"type": 7}, {"type": "hologram"}]
    single.items += [{"type": "function_call", "call_id": "call_9"}, {"type": "function_call_output"}]
    single.call("call_1", "ls")
    single.output("call_1", "a.py")
    transcript, (episode,) = told(single)
    assert [step.call for step in episode.steps] == ["call_1"]
    assert transcript.tally.skipped == {
        "not an object": 4,
        "unexpected fields": 1,
        "result without its call": 1,
    }
    assert transcript.tally.drift == {
        "unknown record type": 1,
        "unknown item hologram": 1,
        "missing field function_call.name": 1,
    }


@pytest.mark.parametrize("items", ["7", "null", '"text"', "{}"])
def test_no_list_of_items_says_nothing(items, tmp_path):
    path = tmp_path / "a.json"
    head = f'{{"session":{{"timestamp":"2025-04-20T10:00:00Z","id":"{NATIVE}","instructions":""}}'
    path.write_text(f'{head},"items":{items}}}')
    assert CodexReader().recognises(path, path.read_bytes())
    with pytest.raises(Unreadable, match="no prompt or call in it"):
        read(path)


def test_half_of_a_file_waits_and_one_in_another_encoding_is_refused(single, tmp_path):
    path = single.save(tmp_path / "a.json")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:-20], encoding="utf-8")
    with pytest.raises(Unreadable, match="not JSON"):
        read(path)
    path.write_text(whole, encoding="utf-16")
    assert not CodexReader().recognises(path, path.read_bytes())


def test_long_instructions_hide_nothing_and_are_never_kept(single, told, tmp_path):
    single.session["instructions"] = "Use tabs. " * 20_000
    single.said("Done.")
    path = single.save(tmp_path / "a.json")
    assert CodexReader().recognises(path, path.read_bytes()[:HEAD])
    transcript, episodes = told(single)
    assert "Use tabs" not in repr((transcript.session, episodes))


@pytest.mark.parametrize(
    "text",
    [
        '{"session": {"id": "5b0c1d2e-0000-4000-8000-00000000000a"}, "items": []}',
        '{"session": {"timestamp": "2025-04-20T10:00:00Z", "id": "s-1"}, "items": []}',
        '{"session": {"timestamp": "2025-04-20T10:00:00Z", "id": "5b0c1d2e-0000-4000-8000-00000000000a"}}',
        '{"items": [], "session": {"timestamp": "2025-04-20T10:00:00Z"}}',
        '{"session": "abc", "items": []}',
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert not CodexReader().recognises(Path("rollout-a.json"), text.encode())


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_damage_makes_it_fail(data, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    raw = bytearray(write(story(), folder / "single").read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        kind = data.draw(st.sampled_from(("flip", "cut", "value")))
        if kind == "flip":
            raw[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
        elif kind == "cut":
            del raw[at : at + data.draw(st.integers(1, 400))]
        else:
            colon = raw.find(b'": ', at)
            values = (b'null, "x": ', b'7, "x": ', b'[[]], "x": ', b'{"a": 1}, "x": ', b'"\\ud800", "x": ')
            raw[colon + 3 : colon + 3] = data.draw(st.sampled_from(values)) if colon > 0 else b""
    path = folder / "damaged.json"
    path.write_bytes(raw)
    CodexReader().recognises(path, bytes(raw[:HEAD]))
    try:
        _, episodes = read(path)
    except Unreadable:
        return
    for episode in episodes:
        assert len(episode.prompt.encode("utf-8", "surrogatepass")) <= PROMPT_BYTES
        assert all(isinstance(json.loads(step.parameters), dict) for step in episode.steps)
