"""The real thing: learn, export, take the export back, export again."""

import json
import runpy
from pathlib import Path

import pytest

from tacit.core.errors import NothingUsable, Usage
from tacit.core.restoring import Restoring

HERE = Path(__file__).parent
GOLDEN = HERE.parents[1] / "exports" / "golden"
SAMPLES = HERE.parents[2] / "shared" / "data" / "sessions" / "claude-code"

golden = runpy.run_path(str(HERE / "make_golden.py"))


@pytest.fixture
def learned(open_memory, told):
    memory = open_memory("learned")
    memory.import_path(told)
    return memory


def everything(memory, folder, content):
    memory.export(folder)
    return content(folder)


def test_the_golden_sample_is_what_is_made_today(tmp_path, content):
    golden["make"](tmp_path / "made")
    assert content(tmp_path / "made") == content(GOLDEN), "wanted? python tests/exports/make_golden.py"


def test_the_golden_sample_shows_what_there_is_to_show():
    kinds = {path.parent.name for path in GOLDEN.glob("patterns/*/*.json")}
    assert {"error_recovery", "heuristic"} <= kinds
    manifest = json.loads((GOLDEN / "manifest.json").read_text())
    assert manifest["tombstones"]
    text = "".join(path.read_text() for path in GOLDEN.glob("sessions/*.json"))
    assert "[REDACTED:" in text
    assert "q7w8e9r1" not in text
    labels = {
        entry["episode"]["outcome"]["label"]
        for path in GOLDEN.glob("sessions/*.json")
        for entry in json.loads(path.read_text())["episodes"]
    }
    assert {"success", "failure"} <= labels


def test_the_golden_sample_taken_back_is_the_golden_sample(open_memory, tmp_path, content):
    memory = open_memory("fresh")
    report = memory.import_path(GOLDEN)
    assert report.sessions == 3
    assert everything(memory, tmp_path / "again", content) == content(GOLDEN)


def test_export_import_export_is_the_same_bytes(learned, open_memory, tmp_path, content):
    first = everything(learned, tmp_path / "one", content)
    fresh = open_memory("fresh")
    fresh.import_path(tmp_path / "one")
    assert everything(fresh, tmp_path / "two", content) == first
    assert [pattern.id for pattern in fresh.patterns()] == [pattern.id for pattern in learned.patterns()]


def test_taking_a_tree_back_twice_changes_nothing(learned, open_memory, tmp_path):
    learned.export(tmp_path / "one")
    fresh = open_memory("fresh")
    fresh.import_path(tmp_path / "one")
    before = fresh.sequence()
    report = fresh.import_path(tmp_path / "one")
    assert (report.sessions, report.episodes, report.steps, report.new_patterns) == (0, 0, 0, 0)
    assert report.changed is False
    assert fresh.sequence() == before


def test_taking_its_own_tree_back_leaves_a_memory_as_it_was(learned, told, tmp_path, content):
    first = everything(learned, tmp_path / "one", content)
    before = learned.sequence()
    report = learned.import_path(tmp_path / "one")
    assert report.changed is False
    assert learned.sequence() == before
    assert everything(learned, tmp_path / "two", content) == first


def test_an_older_tree_takes_nothing_away(open_memory, told, tmp_path, content):
    memory = open_memory("growing")
    path = max(told.iterdir())
    whole = path.read_text()
    path.write_text("".join(whole.splitlines(keepends=True)[:5]))
    memory.import_path(told)
    memory.export(tmp_path / "early")
    path.write_text(whole)
    memory.import_path(told)
    later = everything(memory, tmp_path / "late", content)
    memory.import_path(tmp_path / "early")
    assert everything(memory, tmp_path / "after", content) == later


def test_what_was_deleted_is_in_no_file_and_is_not_revived(learned, open_memory, told, tmp_path, content):
    gone = learned.patterns()[0]
    session = learned.sessions()[0]
    learned.delete([gone.id, session.id])
    first = everything(learned, tmp_path / "one", content)
    assert not any(gone.id in name or session.id in name for name in first)
    fresh = open_memory("fresh")
    fresh.import_path(tmp_path / "one")
    fresh.import_path(told)
    assert gone.id not in {pattern.id for pattern in fresh.patterns()}
    assert session.id not in {one.id for one in fresh.sessions()}


def test_a_tree_deletes_nothing_that_a_memory_has(learned, open_memory, told, tmp_path, content):
    other = open_memory("other")
    other.import_path(told)
    before = everything(other, tmp_path / "before", content)
    learned.delete([learned.patterns()[0].id, learned.sessions()[0].id])
    learned.export(tmp_path / "one")
    other.import_path(tmp_path / "one")
    assert everything(other, tmp_path / "after", content) == before


def test_what_somebody_else_imports_while_a_tree_is_taken_back_is_not_deleted(
    learned, open_memory, told, tmp_path, monkeypatch
):
    session = learned.sessions()[0].id
    learned.delete([session])
    learned.export(tmp_path / "one")
    other = open_memory("other")
    finish = Restoring.finish

    def late(run, started):
        open_memory("other").import_path(told)
        return finish(run, started)

    monkeypatch.setattr(Restoring, "finish", late)
    other.import_path(tmp_path / "one")
    assert session in {one.id for one in other.sessions()}
    assert dict(other.tombstones()) == {}
    assert other.delete([session]).sessions == 1


def test_delete_and_undo_restore_the_export(learned, tmp_path, content):
    first = everything(learned, tmp_path / "x", content)
    learned.delete([learned.patterns()[0].id])
    report = learned.export(tmp_path / "x")
    assert report.removed >= 1
    learned.undo()
    assert everything(learned, tmp_path / "x", content) == first


def test_the_order_of_import_does_not_matter(open_memory, learned, told, tmp_path, content):
    backwards = open_memory("backwards")
    for path in sorted(told.iterdir(), reverse=True):
        backwards.import_path(path)
    first = everything(learned, tmp_path / "one", content)
    assert everything(backwards, tmp_path / "two", content) == first


def test_the_mirror_is_brought_up_to_date(learned):
    first = learned.export()
    again = learned.export()
    assert first.path == again.path
    assert (again.written, again.unchanged) == (0, first.files)


def test_parts_are_exported_on_their_own(learned, tmp_path):
    pattern, session = learned.patterns()[0], learned.sessions()[0]
    report = learned.export(tmp_path / "ids", ids=[pattern.id, session.id])
    assert (report.patterns, report.sessions) == (1, 1)
    report = learned.export(tmp_path / "query", plan=learned.plan("kind:error_recovery"))
    assert report.patterns == len(learned.patterns("kind:error_recovery"))
    report = learned.export(tmp_path / "none", plan=learned.plan("nothingsuch"))
    assert (report.files, report.patterns, report.sessions) == (1, 0, 0)
    with pytest.raises(Usage):
        learned.export(ids=[pattern.id])


def test_a_file_in_the_tree_agrees_with_the_tree_of_everything(learned, tmp_path, content):
    every = everything(learned, tmp_path / "all", content)
    pattern = learned.patterns()[0]
    part = content(tmp_path / "part") if learned.export(tmp_path / "part", ids=[pattern.id]) else {}
    [name] = [name for name in part if name.startswith("patterns/")]
    assert part[name] == every[name]


def test_bad_files_of_a_tree_are_counted_and_the_rest_taken(learned, open_memory, tmp_path):
    learned.export(tmp_path / "one")
    files = sorted((tmp_path / "one" / "sessions").iterdir())
    files[0].write_text("{")
    (tmp_path / "one" / "sessions" / "more.json").symlink_to("/etc/passwd")
    fresh = open_memory("fresh")
    report = fresh.import_path(tmp_path / "one")
    assert report.sessions == len(files) - 1
    assert report.skipped["not JSON"] == 1
    assert report.skipped["unreadable"] == 1


def test_a_secret_written_into_a_tree_by_hand_is_redacted(learned, open_memory, tmp_path, content):
    learned.export(tmp_path / "one")
    path = min((tmp_path / "one" / "sessions").iterdir())
    form = json.loads(path.read_text())
    form["episodes"][0]["episode"]["prompt"] = "use API_KEY=abcd1234efgh5678ijkl to log in"
    path.write_text(json.dumps(form))
    fresh = open_memory("fresh")
    fresh.import_path(tmp_path / "one")
    text = b"".join(everything(fresh, tmp_path / "two", content).values())
    assert b"abcd1234efgh5678" not in text
    assert b"[REDACTED:" in text


def test_a_dry_run_of_a_tree_stores_nothing(learned, open_memory, tmp_path):
    learned.export(tmp_path / "one")
    fresh = open_memory("fresh")
    report = fresh.import_path(tmp_path / "one", dry_run=True)
    assert report.sessions == 3
    assert fresh.sessions() == ()


def test_a_directory_of_something_else_is_no_tree(open_memory, tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "manifest.json").write_text('{"name": "app"}')
    with pytest.raises(NothingUsable):
        open_memory("fresh").import_path(tmp_path / "web")


def test_what_a_resumed_session_repeats_comes_back_too(open_memory, told, tmp_path, content):
    first = min(told.iterdir())
    native = first.stem
    resumed = f"{native[:-1]}9"
    begun = first.read_text().replace(f'"sessionId": "{native}"', f'"sessionId": "{resumed}"')
    calls = [golden["read"]("/home/sam/shop/a.py"), golden["edit"]("/home/sam/shop/a.py", "x")]
    more = golden["transcript"](resumed, "/home/sam/shop", "2026-03-05T10:00", [("One more", calls)])
    (told / f"{resumed}.jsonl").write_text(begun + more)
    memory = open_memory("resumed")
    memory.import_path(told)
    assert sum(session.copies for session in memory.sessions()) == 2
    before = everything(memory, tmp_path / "one", content)
    fresh = open_memory("fresh")
    fresh.import_path(tmp_path / "one")
    assert everything(fresh, tmp_path / "two", content) == before
    assert memory.import_path(tmp_path / "one").changed is False


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")
def test_the_samples_come_back_as_they_left(open_memory, tmp_path, content):
    memory = open_memory("samples")
    memory.import_path(SAMPLES)
    first = everything(memory, tmp_path / "one", content)
    fresh = open_memory("fresh")
    assert fresh.import_path(tmp_path / "one").sessions == 14
    assert everything(fresh, tmp_path / "two", content) == first
    assert memory.import_path(tmp_path / "one").changed is False
