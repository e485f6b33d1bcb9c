"""Notes of other memories in a memory: taken in, changed, deleted, brought back, forgotten."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest
from everywhere import places_of
from golden_store import placed
from hypothesis import given, settings
from hypothesis import strategies as st
from noted import GRAPH, SECRET, TEXTS, VAULT, graph, texts, vault
from transcript import START, habits

from tacit import Memory
from tacit.core.backup_restore import restore_backup
from tacit.core.errors import NotFound, NothingUsable, Usage
from tacit.core.notes.form import note_json
from tacit.core.notes.records import Note
from tacit.core.tables import NOTES, TOMBSTONES, key_of

DAY = 86_400_000


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


def told(memory: Memory) -> dict[str, Note]:
    return {note.native: note for note in memory.export_notes()}


def test_notes_come_with_where_they_are_from_and_the_same_again_changes_nothing(
    memory: Memory, tmp_path: Path
):
    path = graph(tmp_path / "g")
    taken = memory.import_notes(path)
    assert (taken.sources, taken.notes, taken.new) == (("graph.jsonl",), 2, 2)
    alice = told(memory)["Alice"]
    assert (alice.store, alice.source, alice.taken_at) == ("mcp-memory", "graph.jsonl", memory.clock())
    assert memory.get(alice.id[:8]) == alice
    assert note_json(alice)["trust"] == "low"
    before = memory.sequence()
    again = memory.import_notes(path)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    assert memory.sequence() == before
    assert is_sound(memory)


def test_a_changed_note_is_replaced_and_one_that_vanished_stays(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    first = told(memory)["plain.md"]
    (tmp_path / "v" / "plain.md").write_text("# No head\n\nAnother text", "utf-8")
    (tmp_path / "v" / "pinning.md").unlink()
    taken = memory.import_notes(tmp_path / "v")
    assert (taken.changed, taken.unchanged, taken.new) == (1, 1, 0)
    now = told(memory)
    assert now["plain.md"].id == first.id
    assert "Another" in now["plain.md"].text
    assert "pinning.md" in now


def test_two_stores_of_one_name_do_not_mix_where_a_name_is_given(memory: Memory, tmp_path: Path):
    one, other = vault(tmp_path / "a" / "memory"), vault(tmp_path / "b" / "memory", {"plain.md": "other"})
    memory.import_notes(one)
    memory.import_notes(other)
    assert memory.note_sources() == {"a/memory": 3, "b/memory": 1}
    assert memory.import_notes(other, name="work").new == 1
    assert memory.note_sources()["work"] == 1


def test_a_dry_run_says_what_would_come(memory: Memory, tmp_path: Path):
    before = memory.sequence()
    taken = memory.import_notes(texts(tmp_path / "t"), dry_run=True)
    assert (taken.new, taken.dry_run) == (2, True)
    assert not memory.notes()
    report = memory.import_path(graph(tmp_path / "g"), dry_run=True)
    assert report.notes is not None
    assert report.notes.new == 2
    assert memory.sequence() == before


def test_a_text_that_is_told_twice_is_one_note(memory: Memory, tmp_path: Path):
    taken = memory.import_notes(texts(tmp_path, ["same", "same", *TEXTS]))
    assert (taken.new, taken.skipped) == (3, {"told twice": 1})


def test_an_import_takes_transcripts_and_notes_of_one_folder(tmp_path: Path):
    habits(tmp_path / "in", 4)
    graph(tmp_path / "in" / "deep", name="memory.jsonl")
    (tmp_path / "in" / "README.md").write_text("no note", "utf-8")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_path(tmp_path / "in", vault(tmp_path / "v"))
        assert report.sessions == 4
        assert report.notes is not None
        assert (report.notes.new, report.notes.sources) == (5, ("v", "deep/memory.jsonl"))
        assert report.skipped == {"not a transcript": 1}
        again = memory.import_path(tmp_path / "in", tmp_path / "v")
        assert not again.changed


def test_a_source_repository_is_not_swallowed(memory: Memory, tmp_path: Path):
    repo = vault(tmp_path / "repo", {**VAULT, "docs/a.md": "---\ntitle: x\n---\nmore"})
    (repo / "pyproject.toml").write_text("[project]", "utf-8")
    texts(repo, name="data.json")
    with pytest.raises(NothingUsable):
        memory.import_path(repo)
    assert not memory.notes()
    report = memory.import_paths([repo], notes=True)
    assert report.notes is not None
    assert report.notes.new == 6


def test_nothing_is_taken_from_usual_folders_or_for_one_agent(memory: Memory, own_home: Path, tmp_path: Path):
    habits(own_home / ".claude" / "projects" / "p", 4)
    graph(own_home / ".claude" / "projects" / "p", name="memory.jsonl")
    assert memory.import_paths(None).notes is None
    assert memory.import_paths([own_home / ".claude"], agent="claude-code").notes is None
    assert memory.import_paths([own_home / ".claude"]).notes is not None
    with pytest.raises(Usage, match="Nothing is named"):
        memory.import_paths(None, notes=True)
    with pytest.raises(NothingUsable, match="There is no"):
        memory.import_notes(tmp_path / "absent")


def test_an_archive_and_a_stream_bring_notes_under_their_own_names(memory: Memory, tmp_path: Path):
    packed = tmp_path / "brain.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        for path in sorted(vault(tmp_path / "x").rglob("*.md")):
            archive.add(path, str(path.relative_to(tmp_path / "x")))
    for _ in range(2):
        report = memory.import_path(packed)
    assert report.notes is not None
    assert report.notes.unchanged == 3
    content = graph(tmp_path / "g").read_bytes()
    for _ in range(2):
        report = memory.import_paths(None, stream=io.BytesIO(content))
    assert report.notes is not None
    assert report.notes.unchanged == 2
    assert memory.note_sources() == {"brain": 3, "stdin": 2}


def test_the_list_knows_words_sources_tags_and_times(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "vault"))
    memory.import_notes(graph(tmp_path / "g"))

    def found(query: str) -> set[str]:
        page = memory.page("notes", memory.plan(query, table="notes"))
        assert page.total == len(page.items)
        return {note.native for note in page.items}

    assert found("") == {*VAULT, "Alice", "Kettle"}
    assert found("source:vault") == found("from:vault") == set(VAULT)
    assert found("source:vault -tag:rust alice") == {"people/alice.md"}
    assert found("tag:person") == {"Alice"}
    assert found("created:2026-01-02") == {"pinning.md"}
    assert found("changed:<2026-02-01") == {"pinning.md"}
    assert found('"a marmoset"') == {"plain.md"}
    newest = memory.page("notes", memory.plan("source:vault limit:1", table="notes"))
    assert (newest.total, [one.native for one in newest.items]) == (3, ["plain.md"])
    assert [one.count for one in memory.grouped("notes", memory.plan(), "source").groups()] == [2, 3]
    with pytest.raises(Usage, match="says nothing about notes"):
        memory.plan("kind:recovery", table="notes")


def test_a_search_finds_notes_as_what_they_are(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "vault"))
    (hit,) = memory.search("marmoset").items
    assert (hit.type, hit.origin, hit.trust) == ("note", "vault", "low")
    assert memory.search("marmoset", types=("pattern", "session", "episode", "step")).total == 0
    assert {hit.type for hit in memory.search("from:vault alice", types=("note",)).items} == {"note"}


def test_notes_do_not_push_out_what_was_seen_here(memory: Memory, tmp_path: Path):
    own = [(hit.id, hit.step) for hit in memory.search("pytest", 4).items]
    assert len(own) == 4
    memory.import_notes(texts(tmp_path, [f"pytest pytest number {number}" for number in range(200)]))
    found = memory.search("pytest", 4)
    assert found.total > 200
    assert [hit.type for hit in found.items].count("note") == 1
    assert [(hit.id, hit.step) for hit in found.items if hit.type != "note"] == own[:3]
    assert len(memory.search("pytest number", 300, types=("note",)).items) == 200


def test_nothing_that_is_counted_or_advised_knows_of_them(memory: Memory, tmp_path: Path):
    def everything() -> tuple[object, ...]:
        stats = json.loads(json.dumps(memory.stats_json()))
        stats.pop("notes")
        return (
            stats,
            memory.patterns(),
            memory.brief("shop").text,
            memory.predict("make the tests pass"),
            memory.recall_error("File has not been read yet."),
            memory.facts().items,
            {name: raw for name, raw in exported(memory, tmp_path / "out").items()
             if not name.startswith("notes/") and name != "stats.json"},
        )  # fmt: skip

    before = everything()
    memory.import_notes(texts(tmp_path, [f"Always run pytest before commit {n}" for n in range(50)]))
    memory.import_notes(vault(tmp_path / "vault"))
    assert everything() == before
    assert memory.stats().notes == 53
    assert memory.review() is False


def test_a_deleted_note_is_gone_until_it_is_brought_back_as_it_is_told_now(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    plain = told(memory)["plain.md"]
    receipt = memory.delete([plain.id])
    assert (receipt.notes, receipt.label) == (1, "No head")
    with pytest.raises(NotFound, match="was deleted"):
        memory.get(plain.id)
    assert not memory.search("marmoset").items
    assert [one.notes for one in memory.trash_list()] == [1]
    (tmp_path / "v" / "plain.md").write_text("now about a quokka", "utf-8")
    assert memory.import_notes(tmp_path / "v").deleted == 1
    assert plain.id not in {note.id for note in memory.export_notes()}
    back = memory.undo()
    assert back is not None
    assert back.notes == 1
    assert "quokka" in told(memory)["plain.md"].text
    assert memory.search("quokka").items[0].id == plain.id
    assert is_sound(memory)


def test_what_left_the_trash_does_not_come_again(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    memory.delete([told(memory)["plain.md"].id])
    assert memory.purge_trash().records == 1
    assert memory.import_notes(tmp_path / "v").deleted == 1
    assert memory.undo() is None
    assert not places_of("marmoset", memory.path)
    assert is_sound(memory)


@pytest.mark.parametrize("where", ["here", "in the trash", "in a backup"])
def test_a_text_is_forgotten_in_notes_wherever_they_lie(memory: Memory, tmp_path: Path, where: str):
    memory.import_notes(vault(tmp_path / "v"))
    if where == "in a backup":
        memory.create_backup()
    if where == "in the trash":
        memory.delete([told(memory)["plain.md"].id])
    receipt = memory.forget(matching="MARMOSET")
    assert (receipt.imported, receipt.episodes, receipt.pending) == (1, 0, ())
    assert not places_of("marmoset", memory.path)
    assert memory.import_notes(tmp_path / "v").deleted == 1
    assert memory.undo() is None
    assert is_sound(memory)


def test_all_notes_of_a_source_are_forgotten(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    memory.import_notes(graph(tmp_path / "g"))
    memory.delete([told(memory)["plain.md"].id])
    with pytest.raises(NotFound, match="graph") as error:
        memory.forget(notes="graph")
    assert "graph.jsonl" in error.value.hint
    assert memory.forget(notes="v", dry_run=True).imported == 3
    assert memory.forget(notes="v").imported == 3
    assert memory.note_sources() == {"graph.jsonl": 2}
    assert memory.import_notes(tmp_path / "v").deleted == 3


def test_a_damaged_note_is_found_set_aside_and_told_again(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    key = next(iter(memory._store.read().__enter__().keys(NOTES)))
    memory._store.write(lambda write: write.kv.put(NOTES.space, key, b"\1\2\3"))
    assert not is_sound(memory)
    assert memory.repair().aside == {"notes": 1}
    assert memory.import_notes(tmp_path / "v").new == 1
    assert memory.stats().notes == 3


def test_a_note_with_a_stray_tombstone_lives_after_a_repair(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    note = told(memory)["plain.md"]
    memory.delete([note.id])
    memory._store.write(lambda write: write.put(NOTES, key_of(note.id), note))
    assert not is_sound(memory)
    memory.repair()
    assert is_sound(memory)
    assert memory.get(note.id) == note
    with memory._store.read() as read:
        assert not read.present(TOMBSTONES, note.id.encode())


def test_an_export_brings_notes_back_but_none_that_was_deleted(memory: Memory, tmp_path: Path):
    line = {"type": "entity", "name": f"key {SECRET}", "entityType": "x", "observations": [f"is {SECRET}"]}
    memory.import_notes(graph(tmp_path / "g", [*GRAPH, line]))
    memory.import_notes(vault(tmp_path / "v"))
    memory.delete([told(memory)["plain.md"].id])
    before = exported(memory, tmp_path / "out")
    assert sum(name.startswith("notes/") for name in before) == 5
    assert SECRET not in repr(before)
    with Memory.open(tmp_path / "other", clock=lambda: START) as other:
        report = other.import_path(tmp_path / "out")
        assert report.notes is not None
        assert (report.notes.new, report.changed) == (5, True)
        assert exported(other, tmp_path / "again") == before
        assert other.import_notes(tmp_path / "v").deleted == 1
        other.delete([told(other)["pinning.md"].id])
        assert other.import_path(tmp_path / "out").notes.deleted == 1
        assert "pinning.md" not in told(other)
        assert is_sound(other)


def test_a_tree_made_by_hand_brings_no_note_with_another_id_or_a_secret(memory: Memory, tmp_path: Path):
    memory.import_notes(graph(tmp_path / "g"))
    memory.export(tmp_path / "out")
    first, second = sorted((tmp_path / "out" / "notes").iterdir())
    form = json.loads(first.read_text())
    form["note"]["text"] = f"it is {SECRET}"
    first.write_text(json.dumps(form))
    form["note"]["native"] = "another"
    second.write_text(json.dumps(form))
    (tmp_path / "out" / "notes" / "x.json").write_text("{")
    with Memory.open(tmp_path / "other", clock=lambda: START) as other:
        report = other.import_path(tmp_path / "out")
        assert report.skipped["wrong id"] == 1
        assert report.skipped["not JSON"] == 1
        (note,) = other.export_notes()
        assert SECRET not in repr(note)


def test_notes_leave_as_lines_and_by_their_ids(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    note = told(memory)["plain.md"]
    memory.export(tmp_path / "lines", format="jsonl")
    lines = [json.loads(line) for line in (tmp_path / "lines" / "tacit.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines if line["type"] == "note"] == sorted(
        one.id for one in memory.export_notes()
    )
    report = memory.export(tmp_path / "part", ids=[note.id])
    assert (report.notes, report.sessions) == (1, 0)
    assert len(list((tmp_path / "part" / "notes").iterdir())) == 1
    memory.export(tmp_path / "out")
    memory.forget(notes="v")
    memory.export(tmp_path / "out")
    assert not (tmp_path / "out" / "notes").exists()


def test_a_backup_brings_them_back(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    memory.delete([told(memory)["plain.md"].id])
    before = told(memory)
    backup, place = memory.create_backup(tmp_path / "b.backup"), memory.path
    memory.delete([one.id for one in memory.export_notes()])
    memory.import_notes(graph(tmp_path / "g"))
    memory.close()
    restore_backup(str(backup), str(place), clock=lambda: START, command="backup restore")
    with Memory.open(place, clock=lambda: START) as other:
        assert told(other) == before
        assert other.undo() is not None
        assert other.stats().notes == 3
        assert is_sound(other)


def test_the_audit_trail_names_notes_and_holds_no_text(memory: Memory, tmp_path: Path):
    memory.import_notes(vault(tmp_path / "v"))
    note = told(memory)["plain.md"]
    memory.delete([note.id])
    from tacit.core.auditing import id_of

    lines = [line for line in memory.audit().lines() if line.table == "notes"]
    assert [line.op for line in lines] == ["put", "put", "put", "trash"]
    assert id_of(lines[-1]) == note.id


def test_vectors_find_notes_too(memory: Memory, tmp_path: Path, with_model: Path):
    del with_model
    memory.import_notes(vault(tmp_path / "v"))
    assert memory.embed().waiting == 0
    found = memory.search('~"pin the version of the compiler"', types=("note",))
    assert found.mode == "vector"
    assert found.items[0].title == "Pin the compiler"
    assert [one.title for one in memory.notes("~compiler")][:1] == ["Pin the compiler"]
    memory.delete([found.items[0].id])
    assert is_sound(memory)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What notes are of, and a store that holds some of them and sessions."""
    base = tmp_path_factory.mktemp("begun")
    vault(base / "one")
    vault(base / "two", {**VAULT, "plain.md": "changed", "new.md": "a new one"})
    graph(base / "g")
    habits(base / "in", 4)
    with Memory.open(base / "a", clock=lambda: START) as memory:
        memory.import_path(base / "in")
        memory.import_notes(base / "one", name="v")
        memory.import_notes(base / "g" / "graph.jsonl")
    return base


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_delete_anything_undo_equals_anything(
    data: st.DataObject, begun: Path, tmp_path_factory: pytest.TempPathFactory
):
    """What is done between a delete of notes and its undo is as if it had been done without the delete."""
    base = shutil.copytree(begun, tmp_path_factory.mktemp("notes"), dirs_exist_ok=True)
    shutil.copytree(base / "a", base / "b")
    deeds = data.draw(st.lists(st.sampled_from(["one", "two", "graph", "note", "session"]), max_size=4))
    with (
        Memory.open(base / "a", clock=lambda: START) as memory,
        Memory.open(base / "b", clock=lambda: START) as other,
    ):
        names = sorted(told(memory))
        gone = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        memory.delete([told(memory)[name].id for name in gone])
        kept = next(name for name in (*names, "") if name not in gone)
        for deed in deeds:
            for each in (memory, other):
                each.actor = "agent"
                _do(each, deed, base, kept)
                each.actor = "person"
        memory.undo()
        assert is_sound(memory)
        one, two = exported(memory, base / "out-a"), exported(other, base / "out-b")
        assert one == two


def _do(memory: Memory, deed: str, base: Path, kept: str) -> None:
    if deed in {"one", "two"}:
        memory.import_notes(base / deed, name="v")
    elif deed == "graph":
        graph(
            base / "g",
            [*GRAPH, {"type": "relation", "from": "Alice", "to": "Kettle", "relationType": "fills"}],
        )
        memory.import_notes(base / "g" / "graph.jsonl")
    elif deed == "note" and kept in told(memory):
        memory.delete([told(memory)[kept].id])
    elif deed == "session" and memory.sessions():
        memory.delete([memory.sessions()[0].id])


def test_a_store_of_the_version_before_takes_notes(tmp_path: Path):
    with Memory.open(placed(5, tmp_path / "store"), clock=lambda: START) as memory:
        assert memory.upgraded is not None
        before = memory.search("test").total
        memory.import_notes(vault(tmp_path / "v"))
        assert memory.search("marmoset").total == 1
        assert memory.search("test").total >= before
        assert is_sound(memory)
