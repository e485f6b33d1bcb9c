"""16. `e` exports this, what is marked, what the filter left, or all: the bytes of `memory export`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from another_process import memory as other

from tacit.app.inspector.deeds.export_dialog import ExportDialog
from tacit.exports.formats import FORMS
from tacit.memory import Memory


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def told(hand) -> str:
    """What the person was told last."""
    return hand.app.telling.all[-1].text


async def export(hand, choice: str, directory: Path | str, *keys: str) -> str:
    """Choose in the dialog, write the directory, go; what is to be seen at the end."""
    await hand.press("e")
    dialog = hand.app.screen
    assert isinstance(dialog, ExportDialog)
    while dialog._list.row.name != choice:
        await hand.pilot.press("j")
    await hand.press(*keys, "tab", "ctrl+u")
    dialog.query_one("#directory").value = str(directory)
    return await hand.press("enter", note="exported")


@pytest.mark.parametrize("form", FORMS)
async def test_the_bytes_are_those_of_memory_export(demo, play, tmp_path, form) -> None:
    rows = demo.patterns(limit=3)
    keys = ["f"] * list(FORMS).index(form)
    asked = {
        "this": ["--id", rows[2].id],
        "marked": ["--id", rows[0].id, "--id", rows[1].id],
        "filtered": ["--query", "cargo"],
        "all": [],
    }
    if form != "json":  # what is chosen, and how, is the same
        del asked["this"], asked["marked"]
    async with play(demo, record=False) as hand:
        await hand.press("space", "space")
        for choice in [one for one in asked if one != "filtered"]:
            await export(hand, choice, tmp_path / "ours" / choice, *keys)
        await hand.press("slash")
        await hand.type("cargo")
        await hand.press("enter")
        await export(hand, "filtered", tmp_path / "ours" / "filtered", *keys)
    for choice, words in asked.items():
        code, _, err = other(demo.path, "export", str(tmp_path / "theirs" / choice), "--format", form, *words)
        assert code == 0, err
        ours = tree(tmp_path / "ours" / choice)
        assert ours == tree(tmp_path / "theirs" / choice)
        assert ours


async def test_the_command_line_takes_a_choice_and_a_form(demo, play, tmp_path) -> None:
    row = demo.patterns(limit=1)[0]
    async with play(demo, record=False) as hand:
        await hand.press("colon")
        await hand.type(f"export {tmp_path / 'ours'} this csv")
        await hand.press("enter", note="exported")
        await hand.press("colon")
        await hand.type(f"export {tmp_path} this csv yaml")
        assert "one directory, one choice and one form" in await hand.press("enter")
    code, _, err = other(demo.path, "export", str(tmp_path / "theirs"), "--format", "csv", "--id", row.id)
    assert code == 0, err
    assert tree(tmp_path / "ours") == tree(tmp_path / "theirs") != {}


async def test_it_says_the_path_and_the_count(demo, play, tmp_path) -> None:
    async with play(demo, size=(120, 30), record=False) as hand:
        await hand.press("space", "space")
        seen = await export(hand, "marked", tmp_path / "two")
    assert "Exported 2 patterns and 0 sessions, 3 files, to" in seen
    assert str(tmp_path / "two")[:60] in seen.replace("\n", "").replace("│", "").replace(" ", "")


async def test_what_the_filter_left_of_the_sessions_leaves_whole(demo, play, tmp_path) -> None:
    word = next(word for word in demo.sessions()[0].title.split() if word.isalpha()).lower()
    left = [one.id for one in demo.sessions(word)]
    async with play(demo, record=False) as hand:
        await hand.press("2", "slash")
        await hand.type(word)
        await hand.press("enter")
        await export(hand, "filtered", tmp_path / "ours")
    words = [word for one in left for word in ("--id", one)]
    assert other(demo.path, "export", str(tmp_path / "theirs"), *words)[0] == 0
    assert tree(tmp_path / "ours") == tree(tmp_path / "theirs")
    assert len(list((tmp_path / "ours" / "sessions").iterdir())) == len(left) > 0


@pytest.mark.parametrize("form", ["json", "jsonl"])
async def test_nothing_selected_still_writes_what_can_be_read(demo, play, tmp_path, form) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("slash")
        await hand.type("zzzzz")
        await hand.press("enter")
        seen = await export(hand, "filtered", tmp_path / "out", *(["f"] if form == "jsonl" else []))
        assert "Exported 0 patterns and 0 sessions" in seen
    if form == "jsonl":
        assert (tmp_path / "out" / "tacit.jsonl").read_bytes() == b""
        return
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["complete"]
    assert not any(manifest["counts"].values())
    with Memory.open(tmp_path / "other") as again:
        again.import_paths([tmp_path / "out"])
        assert again.stats().sessions == 0


async def test_of_an_empty_store_all_can_be_exported_and_taken_back(empty, play, tmp_path) -> None:
    async with play(empty, record=False) as hand:
        seen = await export(hand, "all", tmp_path / "out")
        assert "Exported 0 patterns and 0 sessions" in seen
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["complete"]


async def test_a_place_that_cannot_be_written_to_is_told_and_nothing_is_lost(demo, play, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    async with play(demo, size=(120, 30), record=False) as hand:
        await export(hand, "all", tmp_path / "file" / "below")
        assert "Cannot write the export" in told(hand)
        assert "choose another directory" in told(hand)
        await export(hand, "all", tmp_path / "mine")
        assert "no export of Tacit" in told(hand)
        assert "Choose a new or empty directory" in told(hand)
        await export(hand, "this", "~nobody-of-this-name/out")
        assert "no directory" in told(hand)
        assert not hand.app.jobs
    assert (tmp_path / "file").read_text() == "in the way"
    assert tree(tmp_path / "mine") == {"letter.txt": b"dear"}


async def test_on_a_full_disk_what_was_there_stays_whole(demo, play, tmp_path, monkeypatch) -> None:
    def full(self, target):
        raise OSError(28, "No space left on device")

    demo.export(tmp_path / "out")
    before = tree(tmp_path / "out")
    demo.delete([demo.patterns(limit=1)[0].id])
    async with play(demo, size=(120, 30), record=False) as hand:
        monkeypatch.setattr(Path, "replace", full)
        await export(hand, "all", tmp_path / "out")
        monkeypatch.undo()
        assert "No space left on device" in told(hand)
        assert "make room" in told(hand)
    assert tree(tmp_path / "out") == before


async def test_a_part_has_a_directory_of_its_own_until_the_person_writes_one(demo, play) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("space", "e")
        field = hand.app.screen.query_one("#directory")
        assert field.value.endswith("/tacit-export-marked")
        await hand.press("G")
        assert field.value.endswith("/tacit-export")
        await hand.press("tab", "x", "tab", "g")
        assert field.value.endswith("/tacit-exportx")


async def test_the_dialog(demo, play, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir("/")
    async with play(demo) as hand:
        await hand.press("space", "e")
        await hand.press("f", "j")
