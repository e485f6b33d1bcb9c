"""Whatever stands in a file: the reader takes what Codex wrote, counts what it cannot use and never fails."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import story
from written_codex import Rollout, ran, write

from tacit.core.limits import OBSERVATION_BYTES, PROMPT_BYTES
from tacit.core.readers.base import HEAD, Source, Unreadable
from tacit.core.readers.codex.reader import CodexReader
from tacit.core.redaction import Redactor

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"
FIXTURES = SAMPLES / "other-agents" / "agent-sessions-fixtures"
HEADER = '{"timestamp":"2026-01-05T10:00:00.000Z","type":"session_meta","payload":{"id":"s-1","cwd":"/x"}}'

samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")


def read(path):
    transcript = CodexReader().read(Source(path), Redactor(b"k" * 32))
    return transcript, list(transcript.episodes())


@pytest.fixture
def log():
    rollout = Rollout(1_767_607_200_000)
    rollout.meta("s-1", "/home/dev/shop")
    rollout.prompt("Fix it")
    return rollout


def test_lines_of_every_kind_of_bad_are_counted_and_the_rest_is_read(log, tmp_path):
    log.call("c1", "shell", command="make")
    log.raw("no json at all")
    log.raw("12")
    log.raw('{"timestamp": 5, "type": "response_item", "payload": {"type": 7}}')
    log.raw('{"type": 9}')
    log.raw('{"timestamp":"x","type":"event_msg","payload":"text"}')
    log.raw('{"type":"response_item","payload":' + '{"a":' * 5000 + "1" + "}" * 5001)
    log.raw("")
    log.output("nobody", "x")
    log.output("c1", ran("fine"))
    first, second = json.dumps({"type": "event_msg", "payload": {"type": "warning"}}), log.lines.pop()
    log.raw(first + second)
    path = log.save(tmp_path / "a.jsonl")
    transcript, (episode,) = read(path)
    assert [(step.call, step.status) for step in episode.steps] == [("c1", "ok")]
    assert transcript.tally.skipped == {
        "not JSON": 1,
        "not an object": 1,
        "unexpected fields": 3,
        "too deep": 1,
        "result without its call": 1,
    }
    assert transcript.tally.recovered == 2


def test_what_the_form_did_not_have_is_counted_by_name(log, tmp_path):
    log.line("telepathy", {"a": 1})
    log.item("tool_call", function={"name": "x"})
    log.event("codex/event/raw_item", payload={})
    log.event("item_completed", item={"type": "Telepathy", "id": "x"})
    log.item("function_call", call_id="c1", arguments="{}")
    log.item("message", content=[])
    log.line("session_meta", {"cwd": "/x"})
    transcript, _ = read(log.save(tmp_path / "a.jsonl"))
    assert transcript.tally.drift == {
        "unknown record type telepathy": 1,
        "unknown item tool_call": 1,
        "unknown event codex/event/raw_item": 1,
        "unknown item Telepathy": 1,
        "missing field function_call.name": 1,
        "missing field message.role": 1,
        "missing field session_meta.id": 1,
    }
    assert transcript.tally.skipped == {}


def test_fields_of_wrong_types_cost_no_record(log, tmp_path):
    log.item("function_call", name="shell", call_id="c1", arguments=7, status={}, id=[1], namespace=3)
    log.item("function_call_output", call_id="c1", output={"content": 5, "success": "yes", "metadata": 1})
    log.item("custom_tool_call", name="apply_patch", call_id="c2", input=None)
    log.event("exec_command_end", call_id="c2", exit_code="one", duration="long", source=1)
    log.event("token_count", info={"total_token_usage": {"input_tokens": "many", "output_tokens": -5}})
    log.event("user_message", message={"no": "text"})
    log.line("turn_context", {"cwd": 5, "model": None, "turn_id": {}})
    transcript, (episode,) = read(log.save(tmp_path / "a.jsonl"))
    assert [(step.call, step.tool) for step in episode.steps] == [("c1", "shell"), ("c2", "apply_patch")]
    assert (transcript.tally.skipped, episode.tokens) == ({}, 0)


def test_halves_of_characters_and_huge_texts_are_read(log, tmp_path):
    log.raw(
        '{"type":"response_item","payload":{"type":"message","role":"user","content":'
        r'[{"type":"input_text","text":"half \ud83d of it"}]}}'
    )
    log.call("c1", "shell", command="x" * 3_000_000)
    log.output("c1", ran("y" * 3_000_000, 3))
    log.prompt("z" * 500_000)
    _, episodes = read(log.save(tmp_path / "a.jsonl"))
    assert [episode.prompt[:12] for episode in episodes] == ["Fix it", "half � of it", "z" * 12]
    (step,) = episodes[1].steps
    assert (step.status, step.cut) == ("error", True)
    assert len(step.observation) <= OBSERVATION_BYTES
    assert len(episodes[2].prompt) <= PROMPT_BYTES


def test_secrets_are_redacted_wherever_they_stand(log, tmp_path):
    secret = "ghp_" + "a1B2c3D4e5F6" * 3
    log.prompt(f"Use {secret}")
    log.call("c1", "shell", command=["bash", "-lc", f"export GITHUB_TOKEN={secret}"])
    log.output("c1", f"set {secret}")
    log.event("thread_name_updated", thread_name=f"About {secret}")
    transcript, episodes = read(log.save(tmp_path / "a.jsonl"))
    assert secret not in repr((transcript.session, episodes))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (HEADER.encode("utf-16"), "wrong encoding"),
        (HEADER.encode() + b"\n", "no prompt or call in it"),
        (b"\xff" * 300, "no prompt or call in it"),
    ],
)
def test_a_file_of_nothing_is_refused_with_a_reason(content, reason, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=reason):
        read(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0\xff",
        "[" * 100_000,
        "{" * 10,
        '{"name": "shop", "version": "1.0.0", "type": "module"}',
        '{"timestamp": "2026-01-05T10:00:00Z", "level": "info", "type": "event_msg", "msg": "started"}',
        '{"timestamp": "2026-01-05T10:00:00Z", "type": "event_msg", "payload": "text"}',
        '{"messages": [{"role": "user", "content": "hi"}]}',
        '{"id": "5b0c1d2e-0000-4000-8000-00000000000a", "timestamp": "2026-01-05T10:00:00Z"}',
        '{"type":"session","id":"5b0c1d2e-0000-4000-8000-00000000000a","timestamp":"2026-01-05T10:00:00Z"}',
        '{"type": "user", "uuid": "u", "sessionId": "s", "message": {"content": "hi"}}',
    ],
)
def test_what_is_not_of_codex_is_not_recognised(text):
    assert not CodexReader().recognises(Path("rollout-a.jsonl"), text.encode("latin-1"))


def test_a_transcript_whose_first_line_is_longer_than_the_head_is_recognised():
    first = HEADER.replace('"cwd"', f'"base_instructions":{{"text":"{"x" * HEAD}"}},"cwd"')
    for head in (first, "\ufeff" + first):
        assert CodexReader().recognises(Path("a"), head.encode()[:HEAD])


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_no_damage_makes_it_fail(data, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    raw = bytearray(write(story(), folder / "story").read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        kind = data.draw(st.sampled_from(("flip", "cut", "copy", "value")))
        if kind == "flip":
            raw[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
        elif kind == "cut":
            del raw[at : at + data.draw(st.integers(1, 400))]
        elif kind == "copy":
            raw[at:at] = raw[: data.draw(st.integers(1, 2000))]
        else:
            colon = raw.find(b'": ', at)
            values = (b"null ,", b"7,", b'"x",', b"[[]],", b'{"a":1},', b"true,")
            raw[colon + 3 : colon + 3] = data.draw(st.sampled_from(values)) if colon > 0 else b""
    path = folder / "damaged.jsonl"
    path.write_bytes(raw)
    CodexReader().recognises(path, bytes(raw[:HEAD]))
    CodexReader().main_of(path, bytes(raw[:HEAD]))
    try:
        _, episodes = read(path)
    except Unreadable:
        return
    for episode in episodes:
        assert len(episode.prompt.encode("utf-8", "surrogatepass")) <= PROMPT_BYTES
        assert all(isinstance(json.loads(step.parameters), dict) for step in episode.steps)


@samples
def test_of_all_samples_only_its_own_are_recognised():
    reader = CodexReader()
    ours = {
        path.relative_to(FIXTURES).as_posix()
        for path in SAMPLES.rglob("*")
        if path.is_file() and reader.recognises(path, path.read_bytes()[:HEAD])
    }
    numbers = ("050_legacy", "051_usage", "052_raw", "053_rate_limit")
    wanted = {f"codex_{one}.jsonl" for one in numbers}
    assert ours == wanted | {f"stage0/agents/codex/{one}.jsonl" for one in ("small", "large", "schema_drift")}


@samples
def test_every_line_of_the_fixtures_is_read_refused_or_counted():
    for name in ("codex_050_legacy", "codex_051_usage", "codex_052_raw", "codex_053_rate_limit"):
        with pytest.raises(Unreadable, match="no prompt or call in it"):
            read(FIXTURES / f"{name}.jsonl")
    folder = FIXTURES / "stage0" / "agents" / "codex"
    with pytest.raises(Unreadable, match="no prompt or call in it"):
        read(folder / "schema_drift.jsonl")
    large, tasks = read(folder / "large.jsonl")
    assert [task.prompt for task in tasks] == ["Start", *(f"Step {n}" for n in range(1, 6))]
    assert (tasks[0].tokens, sum(len(task.steps) for task in tasks)) == (12_091 - 10_880 + 182, 0)
    assert large.tally.drift == {"unknown item tool_call": 1, "unknown item tool_result": 1}
    small, tasks = read(folder / "small.jsonl")
    assert (small.tally.lines, small.tally.skipped) == (118, {"result without its call": 1})
    assert small.tally.drift == {}
    assert Counter(step.tool for step in tasks[0].steps) == Counter(
        {
            "shell": 2,
            "tool_search": 1,
            "web_search": 1,
            "mcp__example__example_tool": 1,
            "apply_patch": 1,
            "mcp__[trimmed for fixture]__[trimmed for fixture]": 1,
        }
    )
    assert tasks[0].steps[0].observation == "a.txt\nb.txt\n"
    assert tasks[0].prompt == "List the files"
    assert len(tasks) == 9
