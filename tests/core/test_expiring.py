"""Which transcripts go soon, and what of them the memory does not have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from told import story, writer
from transcript import Transcript, habit

from tacit import Memory
from tacit.core.expiring import Expiring, State, announced, known_expiring, unread

DAY = 86_400_000
NOW = 1_790_000_000_000


@pytest.fixture
def folder(own_home: Path) -> Path:
    return own_home / ".claude" / "projects" / "-home-dev"


def aged(path: Path, days: float) -> Path:
    """A file as if it had been written to so long ago."""
    at = (NOW - days * DAY) / 1000
    os.utime(path, (at, at))
    return path


def save(folder: Path, name: str, days: float) -> Path:
    return aged(habit(name).save(folder), days)


def opened(tmp_path: Path) -> Memory:
    return Memory.open(tmp_path / "store", clock=lambda: NOW)


def names(found: tuple[Expiring, ...], **paths: Path) -> list[tuple[str, str]]:
    known = {str(path): name for name, path in paths.items()}
    return [(known[one.path], one.state) for one in found]


def test_what_goes_within_a_week_is_told_with_what_is_known_of_it(tmp_path: Path, folder: Path) -> None:
    over, near, far = (save(folder, name, days) for name, days in (("a", 40), ("b", 27), ("c", 20)))
    with opened(tmp_path) as memory:
        memory.import_paths([folder])
        new = save(folder, "d", 25)
        more = habit("b")
        more.prompt("and one thing more")
        grown = aged(more.save(folder), 26)
        found = memory.expiring()
        assert names(found, a=over, b=near, d=new) == [("a", "imported"), ("b", "grown"), ("d", "new")]
        assert [one.at for one in found] == [NOW - 10 * DAY, NOW + 4 * DAY, NOW + 5 * DAY]
        assert names(unread(found), b=near, d=new) == [("b", "grown"), ("d", "new")]
        assert [len(one.sessions) for one in found] == [1, 1, 0]
        assert names(memory.expiring(11 * DAY), a=over, b=near, c=far, d=new)[-1] == ("c", "imported")
        assert names(memory.expiring(4 * DAY - 1), a=over) == [("a", "imported")]
        memory.import_paths([folder])
        assert unread(memory.expiring()) == ()
        assert grown.exists()


def test_without_walking_only_what_is_known_is_told(tmp_path: Path, folder: Path) -> None:
    kept, gone, touched, fresh = (save(folder, name, days) for name, days in
                                  (("a", 26), ("b", 27), ("c", 28), ("d", 3)))  # fmt: skip
    with opened(tmp_path) as memory:
        memory.import_paths([folder])
        save(folder, "e", 29)
        gone.unlink()
        os.utime(touched)
        aged(fresh, 29)  # which its note does not say, and nobody asks the file
        assert names(memory.expiring(walk=False), a=kept) == [("a", "imported")]
        with memory._store.read() as read:
            assert known_expiring(read, NOW, home=tmp_path) == ()  # whose home has no such folder


def test_nobody_misses_what_was_deleted_or_forgotten(tmp_path: Path, folder: Path) -> None:
    save(folder, "a", 28)
    with opened(tmp_path) as memory:
        memory.import_paths([folder])
        (session,) = memory.sessions()
        memory.delete([session.id])
        assert memory.expiring() == memory.expiring(walk=False) == ()
        memory.undo()
        assert len(memory.expiring()) == 1
        memory.forget(sessions=[session.id])
        assert memory.expiring() == memory.expiring(walk=False) == ()


def test_files_that_tell_nothing_are_not_named(tmp_path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    tells_nothing = {
        "empty.jsonl": "",
        "other.jsonl": '{"log": 1}\n',
        "broken.jsonl": "{",
        "note.txt": habit("text").text(),
        "agent-x1.jsonl": habit("agent").text(),
        "summary.jsonl": f'{{"type":"summary","summary":"x","leafUuid":"{Transcript().native}"}}\n',
    }
    for name, text in tells_nothing.items():
        aged_path = folder / name
        aged_path.write_text(text)
        aged(aged_path, 28)
    side = folder / "s1" / "subagents"
    side.mkdir(parents=True)
    aged(habit("side").save(side), 28)
    (folder / "link.jsonl").symlink_to(folder / "agent-x1.jsonl")
    with opened(tmp_path) as memory:
        assert memory.expiring() == ()
        save(folder / "deep", "real", 28)
        assert [one.state for one in memory.expiring()] == ["new"]
        memory.import_paths(None)
        assert [one.state for one in memory.expiring()] == ["imported"]


def test_no_folder_and_the_demo_have_nothing_to_tell(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        assert memory.expiring() == memory.expiring(walk=False) == ()
    with Memory.open_demo() as memory:
        assert memory.expiring() == ()


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["imported"], "1 session expires within 7 days; what it tells is imported."),
        (["imported"] * 2, "2 sessions expire within 7 days; what they tell is imported."),
        (["new"], "1 session expires within 7 days and is not imported: `memory import`"),
        (["new"] * 2, "2 sessions expire within 7 days; none of them is imported: `memory import`"),
        (["imported"] * 1200 + ["new"], "1,201 sessions expire within 7 days; 1 of them is not imported"),
        (["imported", "grown"], "2 sessions expire within 7 days; 1 of them is not imported as it stands"),
        (["grown", "new"], "2 sessions expire within 7 days; 2 of them are not imported as they stand now"),
    ],
)
def test_one_line_says_it(states: list[State], words: str) -> None:
    assert announced(Expiring("/x", NOW, state) for state in states).startswith(words)


def test_nothing_is_said_of_nothing_and_a_day_is_one() -> None:
    assert announced([]) == ""
    assert "within 1 day;" in announced([Expiring("/x", NOW, "imported")], 1)


def test_sessions_of_gemini_that_go_are_told_with_those_of_claude_code(
    tmp_path: Path, folder: Path, own_home: Path
) -> None:
    claude = save(folder, "a", 28)
    paths = [
        aged(writer("gemini")(story(f"{number:08x}-0000-4000-8000-00000000000a"), own_home), days)
        for number, days in enumerate((27, 26, 3))
    ]
    (paths[0].parent / "session-2026-01-05T10-00-ffffffff.json").write_text("{}")
    aged(paths[0].parent / "session-2026-01-05T10-00-ffffffff.json", 29)
    (paths[0].parent / "notes.json").write_text("{}")
    with opened(tmp_path) as memory:
        memory.import_paths([folder, paths[0]])
        found = memory.expiring()
        assert names(found, claude=claude, known=paths[0], new=paths[1]) == [
            ("claude", "imported"),
            ("known", "imported"),
            ("new", "new"),
        ]
        assert names(memory.expiring(walk=False), claude=claude, known=paths[0])[1:] == [
            ("known", "imported")
        ]
