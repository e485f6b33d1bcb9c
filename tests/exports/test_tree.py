"""The export tree: readable, stable, private, careful with what is not its own."""

import json
import os
import re
import stat
import tracemalloc
from pathlib import Path

import pytest
from msgspec.structs import replace

from tacit.core.errors import TacitError, Usage
from tacit.core.jsonform import pattern_json, session_json
from tacit.exports.source import Selection
from tacit.exports.tree import write_tree


def load(path):
    return json.loads(path.read_text())


def test_the_tree_has_the_published_layout(memory, tmp_path, content):
    report = write_tree(memory, tmp_path / "export")
    names = list(content(tmp_path / "export"))
    assert [re.sub(r"[0-9a-z]{12}\.json", "ID.json", name) for name in names] == [
        "manifest.json",
        "patterns/error_recovery/edit-refused-read-p-ID.json",
        "patterns/tool_sequence/edit-py-pytest-p-ID.json",
        "sessions/2026-02-04-session-one-s-ID.json",
        "sessions/2026-02-06-session-two-s-ID.json",
        "stats.json",
    ]
    assert (report.files, report.written, report.unchanged, report.removed) == (6, 6, 0, 0)
    assert (report.patterns, report.sessions) == (2, 2)
    assert report.path == str(tmp_path / "export")


def test_the_files_hold_the_forms(memory, tmp_path):
    write_tree(memory, tmp_path)
    [pattern] = (tmp_path / "patterns/tool_sequence").iterdir()
    assert load(pattern) == pattern_json(memory.patterns[0])
    first = load(min((tmp_path / "sessions").iterdir()))
    assert list(first) == ["schema", "session", "episodes", "copies"]
    assert first["copies"] == []
    assert first["session"] == session_json(memory.sessions[0])
    assert [entry["episode"]["prompt"] for entry in first["episodes"]] == ["task 0", "task 1"]
    assert [step["n"] for step in first["episodes"][1]["steps"]] == [1, 2]
    assert load(tmp_path / "stats.json") == memory.stats_json()


def test_a_session_file_is_indented_like_any_other(memory, tmp_path):
    write_tree(memory, tmp_path)
    for path in (tmp_path / "sessions").iterdir():
        assert path.read_text() == json.dumps(load(path), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("episodes", [[], ["no steps"]])
def test_a_session_without_episodes_or_steps_is_whole(memory, made, tmp_path, episodes, monkeypatch):
    def export_episodes(session):
        return ((made.episode(session, 0), iter(())) for _ in episodes)

    monkeypatch.setattr(memory, "export_episodes", export_episodes)
    write_tree(memory, tmp_path)
    for path in (tmp_path / "sessions").iterdir():
        assert path.read_text() == json.dumps(load(path), indent=2) + "\n"


def test_copies_stand_apart_and_count_where_they_are_held(memory, tmp_path):
    memory.sessions = [replace(memory.sessions[0], episodes=1, copies=1)]
    write_tree(memory, tmp_path)
    [path] = (tmp_path / "sessions").iterdir()
    form = load(path)
    assert [entry["episode"]["prompt"] for entry in form["episodes"]] == ["task 0"]
    assert [entry["episode"]["prompt"] for entry in form["copies"]] == ["task 1"]
    assert path.read_text() == json.dumps(form, indent=2, ensure_ascii=False) + "\n"
    counts = load(tmp_path / "manifest.json")["counts"]
    assert (counts["episodes"], counts["steps"]) == (1, 2)


def test_the_manifest_counts_and_lists_what_stays_deleted(memory, tmp_path):
    write_tree(memory, tmp_path)
    assert load(tmp_path / "manifest.json") == {
        "format": "tacit-export",
        "schema": 1,
        "complete": True,
        "selection": False,
        "counts": {"patterns": 2, "sessions": 2, "episodes": 4, "steps": 8},
        "tombstones": [{"id": "p-000000000000", "role": "with"}, {"id": "p-zzzzzzzzzzzz", "role": "head"}],
        "pins": [memory.patterns[1].id],
        "marks": [],
        "aliases": [{"name": "src/old", "project": "src/app"}],
        "archived": [],
        "merges": [],
    }


def test_nothing_of_the_store_leaves(memory, tmp_path, content):
    write_tree(memory, tmp_path)
    everything = b"".join(content(tmp_path).values())
    assert b"[REDACTED:token]" in everything
    assert b"0f3a" not in everything


def test_two_exports_are_the_same_bytes_in_any_order(memory, tmp_path, content):
    write_tree(memory, tmp_path / "a")
    memory.patterns.reverse()
    memory.sessions.reverse()
    memory.stones.reverse()
    write_tree(memory, tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_what_did_not_change_is_not_rewritten(memory, tmp_path):
    def state():
        return {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in tmp_path.rglob("*") if p.is_file()}

    write_tree(memory, tmp_path)
    before = state()
    report = write_tree(memory, tmp_path)
    assert state() == before
    assert (report.written, report.unchanged, report.removed) == (0, 6, 0)


def test_only_what_changed_is_rewritten(memory, tmp_path):
    write_tree(memory, tmp_path)
    before = {p: p.stat().st_ino for p in tmp_path.rglob("*.json")}
    memory.error_step = replace(memory.error_step, observation="another end")
    memory.patterns[0] = replace(memory.patterns[0], uses=5)
    report = write_tree(memory, tmp_path)
    assert (report.written, report.unchanged) == (3, 3)
    same = {p for p, inode in before.items() if p.stat().st_ino == inode}
    assert {p.name for p in same} >= {"manifest.json", "stats.json"}
    assert "another end" in min((tmp_path / "sessions").iterdir()).read_text()


def test_a_file_that_was_shortened_or_lengthened_by_hand_is_made_right(memory, tmp_path, content):
    write_tree(memory, tmp_path)
    right = content(tmp_path)
    one, two = sorted((tmp_path / "sessions").iterdir())
    one.write_bytes(one.read_bytes()[:-40])
    two.write_bytes(two.read_bytes() + b"\n")
    assert write_tree(memory, tmp_path).written == 2
    assert content(tmp_path) == right


def test_files_of_vanished_things_are_removed(memory, tmp_path):
    write_tree(memory, tmp_path)
    memory.patterns.pop()
    memory.sessions.pop()
    memory.patterns[0] = replace(memory.patterns[0], title="renamed")
    assert write_tree(memory, tmp_path).removed == 3
    assert not (tmp_path / "patterns/error_recovery").exists()
    assert [p.name[:8] for p in (tmp_path / "patterns/tool_sequence").iterdir()] == ["renamed-"]
    assert len(list((tmp_path / "sessions").iterdir())) == 1


def test_foreign_files_are_kept(memory, tmp_path):
    write_tree(memory, tmp_path)
    foreign = [
        tmp_path / "README.md",
        tmp_path / "sessions/notes.json",
        tmp_path / "sessions/2026-02-04-s-0.json",
        tmp_path / "patterns/error_recovery/mine.json",
        tmp_path / "patterns/elsewhere/x-p-000000000000.json",
        tmp_path / "other/y-p-000000000000.json",
        tmp_path / ".git/config",
    ]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    linked = tmp_path / "sessions/2026-02-04-x-s-000000000000.json"
    linked.symlink_to(tmp_path / "README.md")
    memory.patterns.clear()
    memory.sessions.clear()
    assert write_tree(memory, tmp_path).removed == 4
    assert all(path.read_text() == "mine" for path in foreign)
    assert linked.is_symlink()


def test_a_directory_of_someone_else_is_refused_untouched(memory, tmp_path, content):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Usage, match="not empty"):
        write_tree(memory, tmp_path)
    assert content(tmp_path) == {"thesis.txt": b"mine"}


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"format":"other","schema":1}', "[" * 100_000])
def test_another_manifest_makes_no_export(memory, tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(Usage):
        write_tree(memory, tmp_path)
    assert (tmp_path / "manifest.json").read_text() == text


def test_the_export_of_a_newer_tacit_is_not_overwritten(memory, tmp_path):
    (tmp_path / "manifest.json").write_text('{"format":"tacit-export","schema":99}')
    with pytest.raises(TacitError, match="newer"):
        write_tree(memory, tmp_path)


def test_a_file_in_the_way_is_named(memory, tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(Usage, match="not a directory"):
        write_tree(memory, tmp_path / "f")


def test_everything_is_private(memory, tmp_path):
    write_tree(memory, tmp_path / "a/b")
    for path in (tmp_path / "a/b").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE((tmp_path / "a/b").stat().st_mode) == 0o700


HOSTILE = [
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    "",
    "\x00\x1b[31m\x07",
    "a" * 5000,
    "CON",
    "日本語 🙂",
    "\u202eexe.txt",
    "x\n\n---\ny",
    "-rf *",
    "É l'été ﬁn",
    "p-000000000000.json",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_makes_a_plain_name(memory, tmp_path, title):
    memory.patterns = [replace(memory.patterns[0], title=title)]
    memory.sessions = [replace(memory.sessions[0], title=title)]
    target = tmp_path / "export"
    write_tree(memory, target)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 4
    for path in files:
        assert path.is_relative_to(target)
        assert re.fullmatch(r"[a-z0-9-]{1,90}\.json", path.name)
    [pattern] = (target / "patterns/tool_sequence").iterdir()
    assert load(pattern)["title"] == title
    assert write_tree(memory, target).written == 0


def test_equal_titles_do_not_collide(memory, made, tmp_path):
    memory.patterns = [made.pattern("a", str(n), title="same") for n in range(20)]
    write_tree(memory, tmp_path)
    assert len(list((tmp_path / "patterns/tool_sequence").iterdir())) == 20


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_failure_half_way_leaves_only_whole_files(memory, tmp_path, after, content):
    memory.fail_after = after
    with pytest.raises(RuntimeError, match="simulated"):
        write_tree(memory, tmp_path)
    for name, data in content(tmp_path).items():
        assert name.endswith(".json")
        json.loads(data)
    assert load(tmp_path / "manifest.json")["complete"] is False
    memory.fail_after = None
    write_tree(memory, tmp_path)
    write_tree(memory, tmp_path / "fresh")
    assert content(tmp_path / "fresh") == {
        name: data for name, data in content(tmp_path).items() if not name.startswith("fresh")
    }


def test_a_failure_during_an_update_keeps_the_old_files(memory, tmp_path, content):
    write_tree(memory, tmp_path)
    before = content(tmp_path)
    memory.error_step = replace(memory.error_step, observation="changed")
    memory.fail_after = 1
    with pytest.raises(RuntimeError):
        write_tree(memory, tmp_path)
    assert content(tmp_path) == before


def test_leftovers_of_a_killed_export_go(memory, tmp_path):
    write_tree(memory, tmp_path)
    left = tmp_path / "sessions/.tacit-abc.tmp"
    left.write_text("half")
    write_tree(memory, tmp_path)
    assert not left.exists()


def test_a_second_export_at_the_same_time_is_told_so(memory, tmp_path):
    def inside(handled):
        with pytest.raises(TacitError, match="Another export"):
            write_tree(memory, tmp_path)

    write_tree(memory, tmp_path, progress=inside)


@pytest.mark.parametrize("name", ["sessions", "patterns", "patterns/tool_sequence"])
def test_a_link_out_of_the_tree_is_not_followed(memory, tmp_path, name):
    outside = tmp_path / "outside"
    outside.mkdir()
    tree = tmp_path / "tree"
    memory_now, memory.patterns, memory.sessions = (memory.patterns, memory.sessions), [], []
    write_tree(memory, tree)
    memory.patterns, memory.sessions = memory_now
    if (tree / name).exists():
        (tree / name).rmdir()
    (tree / name).symlink_to(outside)
    with pytest.raises(TacitError, match="not a folder"):
        write_tree(memory, tree)
    assert not list(outside.iterdir())


def test_a_linked_file_is_replaced_and_its_target_kept(memory, tmp_path):
    write_tree(memory, tmp_path)
    secret = tmp_path / "mine.txt"
    [pattern] = (tmp_path / "patterns/tool_sequence").iterdir()
    secret.write_bytes(pattern.read_bytes())
    pattern.unlink()
    pattern.symlink_to(secret)
    memory.patterns[0] = replace(memory.patterns[0], uses=9)
    write_tree(memory, tmp_path)
    assert not pattern.is_symlink()
    assert '"uses": 4' in secret.read_text()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_cannot_be_written_is_told(memory, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(TacitError, match="Cannot write"):
        write_tree(memory, tmp_path / "x")
    tmp_path.chmod(0o700)


def test_no_room_is_told_and_leaves_whole_files(memory, tmp_path, monkeypatch, content):
    write_tree(memory, tmp_path)
    before = content(tmp_path)

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    memory.patterns[0] = replace(memory.patterns[0], uses=9)
    with pytest.raises(TacitError, match="No space left"):
        write_tree(memory, tmp_path)
    assert content(tmp_path) == before


def test_a_selection_is_a_tree_of_its_own(memory, tmp_path):
    report = write_tree(memory, tmp_path, Selection(patterns=[memory.patterns[1]]))
    assert (report.patterns, report.sessions, report.files) == (1, 0, 2)
    manifest = load(tmp_path / "manifest.json")
    assert manifest["selection"] is True
    assert manifest["tombstones"] == []
    assert manifest["pins"] == [memory.patterns[1].id]
    assert not (tmp_path / "stats.json").exists()


def test_an_empty_selection_is_a_valid_tree(memory, tmp_path):
    report = write_tree(memory, tmp_path, Selection())
    assert report.files == 1
    assert load(tmp_path / "manifest.json")["counts"] == {
        "patterns": 0,
        "sessions": 0,
        "episodes": 0,
        "steps": 0,
    }


def test_progress_counts_files(memory, tmp_path):
    seen = []
    write_tree(memory, tmp_path, progress=seen.append)
    assert seen == [1, 2, 3, 4, 5, 6]


def test_memory_stays_flat_however_long_a_session_is(memory, made, tmp_path, monkeypatch):
    memory.sessions = [replace(memory.sessions[0], episodes=20)]
    memory.patterns = []

    def export_episodes(session):
        for n in range(20):
            steps = (made.step(k, observation=f"{k} " + "x" * 9000) for k in range(1, 101))
            yield made.episode(session, n), steps

    monkeypatch.setattr(memory, "export_episodes", export_episodes)
    tracemalloc.start()
    write_tree(memory, tmp_path)
    _, first = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    write_tree(memory, tmp_path)
    _, second = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    [path] = (tmp_path / "sessions").iterdir()
    assert path.stat().st_size > 18_000_000
    assert max(first, second) < 3_000_000
