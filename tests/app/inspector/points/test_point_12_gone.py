"""12. Gone means gone: from every answer at once, and after a purge or forget from every file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from another_process import memory as other
from transcript import START, Transcript, habits

from tacit.memory import Memory

DAY = 86_400_000
WORD = "wombat"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Transcripts of sessions that stay, and of one that alone speaks of wombats."""
    folder = tmp_path / "in"
    habits(folder)
    one = Transcript("secret", start=START + 9 * DAY)
    one.prompt(f"tell nobody of the {WORD}s")
    one.bash(f"make {WORD}s", f"no rule to make {WORD}s", error=True)
    one.edit(f"src/{WORD}.py")
    one.tests_pass()
    one.save(folder)
    return folder


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> Path:
    """A store that learned from all of them."""
    path = tmp_path / "store"
    with Memory.open(path) as memory:
        memory.import_paths([folder])
    return path


def files_with(folder: Path, word: str) -> list[str]:
    return [str(one) for one in folder.rglob("*") if one.is_file() and word.encode() in one.read_bytes()]


def assert_in_no_answer(store: Path, gone: str, out: Path) -> None:
    """Another process finds it in no list, search, count, export or by its id."""
    for words in (["sessions"], ["episodes"], ["patterns"], ["search", WORD], ["sessions", WORD]):
        _, said, _ = other(store, *words, "--format", "json")
        assert WORD not in said, words
        assert gone not in said, words
    assert other(store, "show", gone)[0] == 1
    assert WORD not in other(store, "stats", "--format", "json")[1]
    assert other(store, "export", str(out))[0] == 0
    assert files_with(out, WORD) == []
    named = [path.name for path in out.rglob("*") if path.is_file() and gone.encode() in path.read_bytes()]
    assert named == ["manifest.json"]  # what must not come back with it


async def test_what_was_deleted_is_in_no_search_command_export_or_count(
    store, folder, play, tmp_path
) -> None:
    with Memory.open(store) as memory:
        count = memory.stats().sessions
        gone = memory.sessions(WORD)[0].id
        async with play(memory, record=False) as hand:
            await hand.press("2", "slash")
            await hand.type(WORD)
            await hand.press("enter", "d", "y", note="deleted")
            assert hand.app.screen.list.total == 0
            assert hand.app.totals.sessions == count - 1
            assert_in_no_answer(store, gone, tmp_path / "out")
            _, _, err = other(store, "import", str(folder))
            hand.app.look()
            await hand.settle(f"imported again: {err}")
            assert hand.app.screen.list.total == 0
        assert memory.stats().sessions == count - 1
        assert other(store, "doctor")[0] == 0


@pytest.mark.parametrize("way", ["purge", "forget"])
async def test_after_a_purge_or_a_forget_the_text_is_in_no_file(store, folder, play, tmp_path, way) -> None:
    with Memory.open(store) as memory:
        gone = memory.sessions(WORD)[0].id
        async with play(memory, record=False) as hand:
            await hand.press("2")
            total = hand.app.screen.list.total
            if way == "purge":
                await hand.press("slash")
                await hand.type(WORD)
                await hand.press("enter", "d", "y", "escape")
                code, _, err = other(store, "trash", "purge", "--yes")
            else:
                code, _, err = other(store, "forget", "--session", gone, "--yes")
            assert code == 0, err
            hand.app.look()
            await hand.settle("the other process is done")
            assert hand.app.screen.list.total == total - 1
            seen = await hand.press("u")
            assert "Brought back" not in seen
    assert other(store, "compact")[0] == 0  # what waited for the inspector to leave
    assert files_with(store, WORD) == []
    with Memory.open(store) as memory:
        assert gone in dict(memory.tombstones())
    assert other(store, "import", str(folder))[0] == 0
    assert_in_no_answer(store, gone, tmp_path / "out")
    code, said, _ = other(store, "doctor")
    assert code == 0, said


async def test_a_deleted_pattern_is_not_learned_again(demo, play, tmp_path) -> None:
    first, second = demo.patterns(limit=2)
    async with play(demo, record=False) as hand:
        await hand.press("d", "y")
        code, _, err = other(demo.path, "learn", "--rebuild")
        assert code == 0, err
        hand.app.look()
        await hand.settle("learned anew")
        assert hand.app.screen.list.row.id == second.id
    code, said, _ = other(demo.path, "patterns", "--limit", "1000", "--format", "json")
    assert first.id not in {one["id"] for one in json.loads(said)["patterns"]}
