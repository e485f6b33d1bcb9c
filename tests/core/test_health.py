"""What a store is like at a glance, and how much room everything takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from transcript import habits

from tacit.core.clock import DAY
from tacit.core.disk_use import Use, disk_use
from tacit.core.health import Following, Health
from tacit.core.health_form import health_json, signs
from tacit.memory import Memory
from tacit.store.text_place import FOLDER, POSITION

NOW = 1_790_000_000_000


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TACIT_HOME", str(tmp_path / "home"))
    habits(tmp_path / "told")
    with Memory.open(clock=lambda: NOW) as opened:
        opened.import_paths([tmp_path / "told"])
        yield opened


def said(found: Health, now: int = NOW) -> dict[str, tuple[str, str]]:
    return {name: (level, text) for level, name, text in signs(found, now)}


def test_a_fresh_store_is_well(memory: Memory) -> None:
    found = memory.health()
    assert found.text in {Following("none"), Following("current")}
    assert found.live <= found.file <= found.map
    assert (found.waiting, found.aside, found.left_out, found.backups, found.newest) == (0, 0, 0, 0, None)
    assert found.owed == found.concerns == ()
    assert not [name for name, (level, _) in said(found).items() if level == "warning"]


def test_the_text_index_is_told_missing_current_behind_and_unusable(memory: Memory, tmp_path: Path) -> None:
    index = tmp_path / "home" / "store" / FOLDER / POSITION
    assert memory.catch_up(lambda: False)
    assert memory.health().text == Following("current")
    noted = index.read_bytes()
    gone = memory.delete([memory.sessions(limit=1)[0].id])
    index.write_bytes(noted)  # as if nobody had caught up since
    found = memory.health()
    assert found.text.state == "behind"
    assert found.text.behind > gone.sessions
    assert f"{found.text.behind} records behind" in said(found)["text index"][1]
    index.write_bytes(b"nonsense")
    assert memory.health().text == Following("misfit")
    assert said(memory.health())["text index"][0] == "warning"
    index.unlink()
    assert memory.health().text == Following("none")


def test_the_newest_backup_is_told_with_its_age(memory: Memory) -> None:
    path = memory.create_backup()
    found = memory.health()
    assert found.backups == 1
    assert found.newest is not None
    assert (found.newest.path, found.newest.size) == (str(path), path.stat().st_size)
    assert said(found, NOW + 3 * DAY)["backups"] == ("ok", "1 file, the newest 3d ago")


def test_a_damaged_record_that_was_met_is_told(memory: Memory) -> None:
    memory._store.left_out.add(("patterns", "00"))
    found = memory.health()
    assert found.left_out == 1
    assert said(found)["damage"] == ("warning", "1 record left out: `memory doctor` tells more")


def test_what_waits_is_told_with_the_next_step(memory: Memory) -> None:
    found = replace(memory.health(), waiting=3)
    assert said(found)["learning"] == ("note", "3 tasks wait to be learned from: `memory learn`")
    assert memory.health().waiting == memory.waiting() == 0


def test_sizes_are_those_of_the_files(memory: Memory, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "cache" / "models" / "m").mkdir(parents=True)
    (home / "cache" / "models" / "m" / "model.onnx").write_bytes(b"x" * 5_000)
    (home / "cache" / "demo").mkdir()
    (home / "cache" / "demo" / "data.mdb").write_bytes(b"x" * 300)
    (home / "cache" / "link").symlink_to(home)  # would never end
    (home / "tacit.log").write_bytes(b"x" * 70)
    found = {use.what: use.size for use in memory.disk_use()}
    assert found["store"] == (home / "store" / "data.mdb").stat().st_size
    assert found["models"] == 5_000
    assert found["rest of the cache"] == 300
    assert found["log"] == 70
    assert found["export"] is None


def test_what_is_not_there_has_no_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_HOME", str(tmp_path / "nowhere"))
    assert {use.size for use in disk_use(str(tmp_path / "none"))} == {None}


def test_the_json_form_holds_all_of_it(memory: Memory) -> None:
    form = health_json(memory.health(), [Use("log", "/x", None)])
    assert form["sizes"] == [{"what": "log", "path": "/x", "size": None}]
    left = set(Health.__struct_fields__) - set(form["health"])
    assert left == {"text", "newest"}
