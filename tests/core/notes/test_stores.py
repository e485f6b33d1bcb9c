"""The stores of other memories are told by what they hold, and read without failing on anything."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noted import GRAPH, SECRET, TEXTS, VAULT, graph, texts, vault

from tacit.core.limits import NOTE_BYTES, NOTE_FILE_BYTES, NOTE_LINKS, NOTE_NAME_BYTES, NOTE_TAGS, size
from tacit.core.notes.drafts import NoteDraft, StoreTally, time_of
from tacit.core.notes.front_matter import BadFrontMatter, fields, split
from tacit.core.notes.stores import read_store, recognised, source_of
from tacit.core.redaction import Redactor


def read(path: Path) -> tuple[list[NoteDraft], StoreTally, Redactor]:
    kind = recognised(path)
    assert kind is not None
    tally, redact = StoreTally(), Redactor(b"k" * 32)
    found = list(read_store(path, kind, redact, tally))
    assert tally.notes == len(found)
    return found, tally, redact


def test_an_entity_is_a_note_with_its_observations_and_both_ends_know_a_relation(tmp_path: Path):
    found, tally, _ = read(graph(tmp_path))
    alice, kettle = found
    assert (alice.native, alice.title, alice.tags) == ("Alice", "Alice", ("person",))
    assert alice.text == "- likes oolong tea\n- works late"
    assert alice.links == kettle.links == ("Alice owns Kettle",)
    assert kettle.text == ""
    assert (alice.created, alice.changed) == (None, None)
    assert not tally.skipped


def test_a_graph_of_a_server_that_grew_out_of_it_tells_its_times(tmp_path: Path):
    line = {
        "type": "entity", "name": "Alice", "entityType": "person", "createdAt": "2026-01-02T00:00:00Z",
        "observations": [{"content": "likes tea", "timestamp": "2026-01-03T00:00:00Z"}, {"id": 7}, 8],
    }  # fmt: skip
    found, tally, _ = read(graph(tmp_path, [line]))
    assert [(one.text, one.created) for one in found] == [("- likes tea", time_of("2026-01-02"))]
    assert tally.skipped == {"an observation that is no text": 2}


def test_bad_lines_of_a_graph_are_counted_and_a_half_written_last_one_waits(tmp_path: Path):
    path = graph(tmp_path)
    bad = '{"type":"entity","name":"x"}\n[1]\nnonsense\n'
    bad += '{"type":"relation","from":"a","to":"b","relationType":"c"}\n'
    path.write_text(path.read_text() + bad + '{"type":"entity","name":"Half', "utf-8")
    found, tally, _ = read(path)
    assert [one.native for one in found] == ["Alice", "Kettle"]
    assert tally.skipped == {
        "a relation of no entity": 1,
        "no entity and no relation": 1,
        "not an object": 1,
        "not JSON": 1,
    }


def test_a_markdown_note_is_known_by_its_path_and_told_by_its_front_matter(tmp_path: Path):
    found = {one.native: one for one in read(vault(tmp_path / "vault"))[0]}
    assert list(found) == ["people/alice.md", "pinning.md", "plain.md"]
    pinned, alice, plain = found["pinning.md"], found["people/alice.md"], found["plain.md"]
    assert (pinned.title, pinned.tags, pinned.created) == (
        "Pin the compiler",
        ("build", "rust"),
        time_of("2026-01-02"),
    )
    assert pinned.links == ("relates_to Lint",)
    assert pinned.text.startswith("Pin rustc")
    assert (alice.title, alice.tags) == ("Alice", ("user",))
    assert alice.text == "who reviews\n\nReviews on Mondays."
    assert alice.changed == time_of("2026-02-03T04:05:06Z")
    assert plain.title == "No head"


def test_a_list_of_texts_is_known_by_ids_or_by_what_it_says(tmp_path: Path):
    (gannet, tabs), tally, _ = read(texts(tmp_path, [*TEXTS, 7, {"memory": ""}, {"id": 1}]))
    assert (gannet.title, len(gannet.native)) == ("The staging server is called gannet.", 32)
    assert (tabs.native, tabs.text) == ("m-1", "Prefers tabs over spaces")
    assert tabs.tags == ("style", "type:preference")
    assert tabs.created == time_of("2026-01-05T17:00:00.5Z")
    assert tally.skipped == {"no text": 3}


@pytest.mark.parametrize("around", ["results", "memories", "facts", "items"])
def test_a_list_may_lie_in_an_object(tmp_path: Path, around: str):
    path = tmp_path / "all.json"
    path.write_text(json.dumps({around: TEXTS, "relations": []}), "utf-8")
    assert len(read(path)[0]) == 2


def test_secrets_leave_names_and_ids_too_and_are_counted(tmp_path: Path):
    line = {
        "type": "entity", "name": f"key {SECRET}", "entityType": f"{SECRET}",
        "observations": [f"it is {SECRET}"],
    }  # fmt: skip
    found, _, redact = read(graph(tmp_path, [line]))
    assert SECRET not in repr(found)
    assert found[0].native == "key [REDACTED:aws-access-key]"
    assert redact.counts["aws-access-key"] >= 3


def test_what_is_too_large_is_cut_or_left_out(tmp_path: Path):
    line = {
        "type": "entity", "name": "n" * 5_000, "entityType": "t" * 5_000, "observations": ["word " * 50_000],
    }  # fmt: skip
    links = [
        {"type": "relation", "from": "n" * 5_000, "to": f"x{n}", "relationType": "r"} for n in range(300)
    ]
    (note,), tally, _ = read(graph(tmp_path, [line, *links]))
    assert size(note.text) <= NOTE_BYTES
    assert size(note.native) <= NOTE_NAME_BYTES
    assert all(size(one) <= NOTE_NAME_BYTES for one in (*note.tags, *note.links))
    assert len(note.links) <= NOTE_LINKS
    assert tally.cut == {"text": 1, "links": 1}
    tagged = {
        "m.md": f"---\ntags: [{', '.join(f't{n}' for n in range(500))}]\n---\nx\n",
        "big.md": "x" * NOTE_FILE_BYTES + "y",
    }
    found, tally, _ = read(vault(tmp_path / "v", tagged))
    assert [len(one.tags) for one in found] == [NOTE_TAGS]
    assert tally.skipped == {"too large": 1}


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("a: &x [1, 2]\nb: *x\n", "front matter with aliases"),
        ("a: !!python/object/apply:os.system [x]\n", "front matter with tags of its own"),
        ("a: " + "[" * 50 + "]" * 50 + "\n", "front matter too deep"),
        ("title: a: b\n", "front matter not readable"),
        ("a: 'open\n", "front matter not readable"),
        ("- a\n- b\n", "front matter not readable"),
    ],
)
def test_hostile_or_broken_front_matter_is_counted_and_the_note_kept(tmp_path: Path, head: str, reason: str):
    files = {f"n{n}.md": f"---\n{head}---\nbody\n" for n in range(2)}
    found, tally, _ = read(vault(tmp_path, files))
    assert [one.text for one in found] == ["body", "body"]
    assert tally.skipped == {reason: 2}


def test_a_huge_number_in_front_matter_is_a_text(tmp_path: Path):
    assert fields("n: " + "9" * 50_000)["n"] == "9" * 50_000
    assert fields("n: 0x" + "f" * 50_000 + "\nm: 1:2:3:4\nwhen: 2026-01-02\nempty:\n")["when"] == "2026-01-02"
    with pytest.raises(BadFrontMatter):
        fields("a: b\n" * 50_000)
    assert split("---\nnever closed: 1\nbody") == (None, "---\nnever closed: 1\nbody")


def test_links_are_not_followed_and_hidden_files_are_no_notes(tmp_path: Path):
    outside = tmp_path / "outside.md"
    outside.write_text("not for you", "utf-8")
    folder = vault(tmp_path / "v", {**VAULT, ".obsidian/x.md": "x", ".hidden.md": "x"})
    (folder / "link.md").symlink_to(outside)
    (folder / "up").symlink_to(tmp_path)
    assert [one.native for one in read(folder)[0]] == ["people/alice.md", "pinning.md", "plain.md"]


@pytest.mark.parametrize("name", ["package.json", "pyproject.toml", "go.mod", "mkdocs.yml"])
def test_the_documentation_of_a_program_is_no_store_of_notes(tmp_path: Path, name: str):
    folder = vault(tmp_path / "repo")
    assert recognised(folder) == "markdown"
    (folder / name).write_text("{}", "utf-8")
    assert recognised(folder) is None
    assert recognised(folder, told=True) == "markdown"


def test_markdown_beside_programs_is_no_store_of_notes(tmp_path: Path):
    folder = vault(tmp_path / "repo")
    for number in range(3):
        (folder / f"m{number}.py").write_text("x = 1", "utf-8")
    assert recognised(folder) is None
    assert recognised(vault(tmp_path / "docs", {"a.md": "x", "b.md": "y"})) == "markdown"
    (tmp_path / "docs" / "data.csv").write_text("1", "utf-8")
    assert recognised(tmp_path / "docs") is None


def test_what_is_no_store_is_none(tmp_path: Path):
    files = {
        "a.json": "{}", "b.json": "[]", "c.json": "[1, 2]", "d.json": '{"a": [1]}', "f.txt": "hello",
        "e.jsonl": '{"type":"user"}\n', "g.md": "no head", "h.json": "", "i.json": "[" * 5_000,
        "j.json": '["', "k.json": "\0",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
        assert recognised(tmp_path / name) is None, name
    assert recognised(tmp_path / "absent") is None
    assert recognised(tmp_path / "g.md", told=True) == "markdown"


def test_a_source_is_called_by_what_tells_it_from_others(tmp_path: Path):
    assert source_of(graph(tmp_path / "proj", name="memory.jsonl")) == "proj/memory.jsonl"
    assert source_of(graph(tmp_path, name="brain.jsonl")) == "brain.jsonl"
    assert source_of(vault(tmp_path / "proj" / "memory")) == "proj/memory"
    assert source_of(vault(tmp_path / "vault")) == "vault"
    assert source_of(tmp_path / "vault" / "plain.md") == "vault"


SAMPLES = (
    "".join(json.dumps(line) + "\n" for line in GRAPH).encode(),
    json.dumps(TEXTS).encode(),
    VAULT["pinning.md"].encode(),
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_mutated_store_makes_reading_fail(tmp_path: Path, data: st.DataObject):
    content = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        piece = data.draw(
            st.sampled_from(
                [b"", b"\0", b"\xff", b"{", b"]", b'"', b"\\ud83d", b"\n---\n", b": ", b"*x", b"[["]
            )
        )
        cut = data.draw(st.integers(0, 20))
        content[at : at + cut] = piece
    for name in ("memory.jsonl", "list.json", "note.md"):
        path = tmp_path / name
        path.write_bytes(content)
        for kind in ("mcp-memory", "json", "markdown"):
            tally, redact = StoreTally(), Redactor(b"k" * 32)
            for draft in read_store(path, kind, redact, tally):
                assert draft.native
                assert size(draft.text) <= NOTE_BYTES
                draft.text.encode()
        recognised(path)


def test_a_list_that_ends_too_early_gives_what_is_whole(tmp_path: Path):
    path = texts(tmp_path, ["one", "two", {"text": 'with "quotes", [brackets] and \\'}, "three"])
    path.write_bytes(path.read_bytes()[:-4])
    found, tally, _ = read(path)
    assert [one.text for one in found] == ["one", "two", 'with "quotes", [brackets] and \\']
    assert tally.skipped == {"not JSON": 1}


def test_a_hostile_list_is_read_item_by_item(tmp_path: Path):
    path = tmp_path / "list.json"
    path.write_bytes(b'["text",' + b"{}," * 100_000 + b"[" * 100_000)
    tracemalloc.start()
    found, tally, _ = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 1
    assert tally.skipped == {"no text": 100_000, "not JSON": 1}
    assert peak < 5_000_000


def test_a_list_whose_last_text_has_no_end_is_read_once(tmp_path: Path):
    path = tmp_path / "torn.json"
    path.write_text('["whole", "' + '\\"' * 400_000, "utf-8")
    tally = StoreTally()
    (one,) = read_store(path, "json", Redactor(b"k" * 32), tally)
    assert (one.text, tally.skipped) == ("whole", {"not JSON": 1})
    assert recognised(path) == "json"
