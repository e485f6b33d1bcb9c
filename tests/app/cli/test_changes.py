"""``memory import``, ``delete``, ``undo`` and ``export``."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tacit.memory import Memory

Call = Any


def ids(call: Call, *args: str) -> list[str]:
    return [pattern["id"] for pattern in call("patterns", *args, "--format", "jsonl").lines()]


def test_an_import_reports_what_it_added(call: Call, sources: Path, tmp_path: Path) -> None:
    done = call("import", str(sources), "--format", "json", home=tmp_path / "new")
    report = done.json()
    assert done.code == 0
    assert (report["sessions"], report["episodes"]) == (5, 5)
    assert report["patterns"] == report["new_patterns"] > 0
    assert {"steps", "errors", "redacted", "skipped", "rejected", "seconds"} <= report.keys()


def test_a_second_import_changes_nothing_and_says_so(call: Call, sources: Path) -> None:
    done = call("import", str(sources))
    assert done.code == 0
    assert "Nothing new" in done.out
    report = call("import", str(sources), "--format", "json").json()
    assert (report["sessions"], report["new_patterns"], report["changed"]) == (0, 0, False)


def test_an_import_for_a_person(call: Call, sources: Path, tmp_path: Path) -> None:
    done = call("import", str(sources), home=tmp_path / "new")
    assert done.out.startswith("Imported 5 sessions, 5 episodes, ")
    assert "Next: `memory patterns`" in done.err


def test_a_dry_run_stores_nothing(call: Call, sources: Path, tmp_path: Path) -> None:
    nobody = tmp_path / "new"
    done = call("import", str(sources), "--dry-run", home=nobody)
    assert "would add 5 sessions" in done.out
    assert not (nobody / "store").exists()
    assert call("patterns", home=nobody).code == 3


@pytest.mark.parametrize("path", ["missing", "empty"])
def test_nothing_usable_is_exit_code_1(call: Call, tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    done = call("import", str(tmp_path / path))
    assert done.code == 1
    assert done.err.startswith("error: ")


def test_bad_files_are_reported_and_the_rest_is_imported(call: Call, sources: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "empty.jsonl").touch()
    (folder / "binary.jsonl").write_bytes(bytes(range(256)) * 10)
    (folder / "loop").symlink_to(folder)
    for path in sorted(sources.iterdir())[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    report = call("import", str(folder), "--format", "json", home=tmp_path / "new").json()
    assert report["sessions"] == 2
    assert sum(report["skipped"].values()) >= 2


def test_a_named_path_without_permission_is_the_importers_to_report(
    call: Call, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert call("import", str(sources), home=tmp_path / "new").code == 0


@pytest.mark.parametrize("since", ["2026-01-07", "2026-01-07T00:00:00Z"])
def test_since_leaves_out_what_ended_before(call: Call, sources: Path, tmp_path: Path, since: str) -> None:
    done = call("import", str(sources), "--since", since, "--format", "json", home=tmp_path / "new")
    assert done.json()["sessions"] == 2


def test_since_must_be_a_time(call: Call, sources: Path) -> None:
    done = call("import", str(sources), "--since", "yesterday")
    assert done.code == 2
    assert "30d" in done.err


def test_delete_and_undo(call: Call) -> None:
    before = ids(call)
    done = call("delete", before[0])
    assert done.code == 0
    assert before[0] in done.out
    assert "memory undo" in done.err
    assert before[0] not in ids(call)
    assert call("show", before[0]).code == 1
    back = call("undo")
    assert back.code == 0
    assert "Brought back" in back.out
    assert ids(call) == before
    assert "nothing to take back" in call("undo").err
    nothing = call("undo", "--format", "json")
    assert (nothing.json()["step"], nothing.json()["ids"]) == (None, [])
    assert [one["step"] for one in call("undo", "--format", "jsonl").lines()] == [None]


def test_a_person_takes_back_what_an_agent_deleted_by_its_name(call: Call, home: Path) -> None:
    before = ids(call)
    with Memory.open(home / "store", actor="agent") as memory:
        memory.delete(before[:1])
    assert before[0] not in ids(call)
    refused = call("undo")
    assert "nothing to take back" in refused.err
    assert "memory undo --of agent" in refused.err
    assert "nothing of nobody" in call("undo", "--of", "nobody").err
    assert call("undo", "--of", "agent").code == 0
    assert ids(call) == before


def test_deleting_several_is_one_step(call: Call) -> None:
    before = ids(call)
    receipt = call("delete", *before[:2], "--format", "json").json()
    assert receipt["patterns"] >= 2
    assert len(receipt["ids"]) == 2
    steps = call("undo", "--list", "--format", "json").json()["steps"]
    assert [step["undone"] for step in steps] == [False]
    assert "person" in call("undo", "--list").out
    call("undo")
    assert ids(call) == before


def test_deleting_nothing_known_deletes_nothing(call: Call) -> None:
    before = ids(call)
    assert call("delete", before[0], "p-zzzzzzzzzzzz").code == 1
    assert ids(call) == before


def test_a_deleted_pattern_does_not_come_back_with_the_transcripts(call: Call, sources: Path) -> None:
    gone = ids(call)[0]
    call("delete", gone)
    call("import", str(sources))
    assert gone not in ids(call)


def test_export_writes_a_tree_that_can_be_imported(call: Call, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    done = call("export", str(tree))
    assert done.code == 0
    assert done.out.strip() == str(tree)
    assert "written" in done.err
    assert json.loads((tree / "manifest.json").read_text())["schema"] == 1
    assert "unchanged" in call("export", str(tree)).err
    new = tmp_path / "new"
    assert call("import", str(tree), home=new).code == 0
    assert (
        call("patterns", "--format", "json", home=new).json() == call("patterns", "--format", "json").json()
    )


def test_export_without_a_place_is_the_mirror(call: Call, home: Path) -> None:
    assert call("export").out.strip() == str(home / "export")
    assert (home / "export" / "manifest.json").exists()


def test_the_place_of_the_mirror_is_told_as_it_is_used(call: Call, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(home / "store", other)
    for where in ([], ["--store", str(other)]):
        told = call(*where, "config", "show", "--format", "json").json()["places"]["export"]
        assert call(*where, "export").out.strip() == told


def test_export_of_a_part(call: Call, tmp_path: Path) -> None:
    wanted = ids(call, "kind:recovery")
    call("export", str(tmp_path / "a"), "--query", "kind:recovery")
    assert len(list((tmp_path / "a").rglob("*-p-*.json"))) == len(wanted)
    call("export", str(tmp_path / "b"), "--id", wanted[0])
    assert [path.name[-19:-5] for path in (tmp_path / "b").rglob("*-p-*.json")] == [wanted[0]]
    assert call("export", str(tmp_path / "c"), "--id", wanted[0], "--query", "x").code == 2


def test_readonly_refuses_to_change(call: Call, sources: Path) -> None:
    one = ids(call)[0]
    for args in (["delete", one], ["undo"], ["import", str(sources)]):
        assert call("--readonly", *args).code == 3
        assert call(*args, "--readonly").code == 3
    assert call("--readonly", "show", one).code == 0
