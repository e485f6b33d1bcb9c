"""What an import would read is told before it reads it, and is what it then reads."""

from __future__ import annotations

import tarfile
from pathlib import Path

from transcript import habit

from tacit import Memory


def test_what_is_new_is_what_an_import_reads(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    paths = [habit(name).save(folder) for name in ("one", "two", "three")]
    with Memory.open(tmp_path / "store") as memory:
        found = memory.survey([folder])
        assert (found.files, found.new, found.places) == (3, 3, (str(folder),))
        assert found.bytes == found.new_bytes == sum(path.stat().st_size for path in paths)
        assert memory.import_paths([folder]).sessions == 3
        assert memory.survey([folder]).new == 0
        more = habit("two")
        more.prompt("and one thing more")
        more.save(folder)
        found = memory.survey([folder])
        assert (found.files, found.new, found.new_bytes) == (3, 1, paths[1].stat().st_size)
        assert memory.import_paths([folder]).changed
        assert memory.survey([folder]).new == 0


def test_what_was_deleted_and_is_back_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    habit("one").save(folder)
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([folder])
        memory.delete([memory.sessions()[0].id])
        longer = habit("one")
        longer.prompt("and one thing more")
        longer.save(folder)
        memory.import_paths([folder])  # read while it is deleted
        assert memory.survey([folder]).new == 0
        memory.undo()
        assert memory.survey([folder]).new == 1
        assert memory.import_paths([folder]).changed
        assert memory.survey([folder]).new == 0


def test_nobody_who_wants_no_more_waits_for_the_rest(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        habit(name).save(tmp_path / "in")
    asked: list[bool] = []

    def stopped() -> bool:
        asked.append(len(asked) == 1)
        return asked[-1]

    with Memory.open(tmp_path / "store", create=True) as memory:
        assert memory.survey([tmp_path / "in"], stopped).files == 1


def test_archives_and_notes_of_other_memories_are_told_too(tmp_path: Path) -> None:
    habit("one").save(tmp_path / "in")
    (tmp_path / "in" / "memory.jsonl").write_text(
        '{"type": "entity", "name": "Alice", "entityType": "person", "observations": ["likes tea"]}\n'
    )
    with tarfile.open(tmp_path / "all.tgz", "w:gz") as archive:
        archive.add(tmp_path / "in", "in")
    with Memory.open(tmp_path / "store", create=True) as memory:
        found = memory.survey([tmp_path / "all.tgz"])
        assert (found.files, found.archives, found.stores) == (0, 1, 0)
        found = memory.survey([tmp_path / "in", tmp_path / "all.tgz"])
        assert (found.files, found.archives, found.stores) == (1, 1, 1)
        found = memory.survey([tmp_path / "in" / "memory.jsonl"])
        assert (found.files, found.archives, found.stores) == (0, 0, 1)
