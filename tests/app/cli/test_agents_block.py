"""``memory export --format agents``: a block in the file of a project, and the file as it was without it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from transcript import START, habit

from tacit import Memory
from tacit.core.clock import DAY
from tacit.core.recall.tokens import tokens
from tacit.exports.agents_block import BEGIN, END, taken_out

PROJECT = ("--project", "work/app")


@pytest.fixture
def agents(call):
    """Run the command."""

    def run(*words, **more):
        return call("export", "--format", "agents", *map(str, words), **more)

    return run


@pytest.fixture
def repo(tmp_path):
    """A folder with nothing else in it."""
    path = tmp_path / "repo"
    path.mkdir()
    return path


@pytest.fixture
def file(repo):
    """A file of somebody else."""
    path = repo / "AGENTS.md"
    path.write_bytes(b"\xef\xbb\xbf# Rules\r\n\r\nUse tabs.")
    path.chmod(0o640)
    return path


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its mode and bytes; a link with where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = os.fsencode(path.readlink()) if path.is_symlink() else b""
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
        found[path.name] = (path.lstat().st_mode, content)
    return found


def test_without_a_file_the_block_is_printed(agents):
    done = agents(*PROJECT)
    assert done.code == 0
    lines = done.out.splitlines()
    assert (lines[0], lines[1], lines[-1]) == (BEGIN, "## What past sessions show in `work/app`", END)
    assert "- lint: `ruff check` went well 4 of 8 times (50%, 95% interval 22-78), in 4 tasks, " in done.out
    assert "then `lint` again got past it 4 of 4 times (100%, 95% interval 51-100), in 4 tasks, " in done.out
    assert agents(*PROJECT).out == done.out


def test_it_says_no_more_than_it_may(agents):
    most, less = agents(*PROJECT).out, agents(*PROJECT, "--tokens", 150).out
    inside = "\n".join(less.splitlines()[1:-1])
    assert 0 < tokens(inside) <= 150 < tokens(most)
    assert len(most.splitlines()) <= 60


def test_a_file_gets_it_and_is_the_same_without_it(agents, file):
    before = state(file.parent)
    done = agents(file, *PROJECT)
    assert (done.code, done.out) == (0, f"{file}\n")
    text = file.read_bytes()
    assert text.startswith(before[file.name][1] + b"\r\n\r\n<!-- tacit:begin")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    mark = file.stat()
    assert "Nothing has changed." in agents(file, *PROJECT).err
    assert file.stat() == mark
    assert agents(file, *PROJECT, "--tokens", 150).code == 0
    assert len(file.read_bytes()) < len(text)
    assert agents(file, "--remove").code == 0
    assert state(file.parent) == before
    again = agents(file, "--remove")
    assert (again.code, again.out) == (0, "")
    assert "nothing to take out" in again.err
    assert state(file.parent) == before


def test_a_file_of_its_own_is_made_and_removed(agents, tmp_path):
    path = tmp_path / "CLAUDE.md"
    assert agents(path, *PROJECT).code == 0
    assert path.read_text() == agents(*PROJECT).out
    assert agents(path, "--remove").code == 0
    assert not path.exists()
    assert agents(path, "--remove").code == 0


def test_an_empty_file_stays_one(agents, tmp_path):
    path = tmp_path / "GEMINI.md"
    path.touch()
    agents(path, *PROJECT)
    assert BEGIN in path.read_text()
    agents(path, "--remove")
    assert path.read_bytes() == b""


def test_a_link_is_followed_and_stays_one(agents, file):
    link = file.with_name("CLAUDE.md")
    link.symlink_to(file.name)
    before = state(file.parent)
    assert "is a link to" in agents(link, *PROJECT).err
    assert link.is_symlink()
    assert BEGIN.encode() in file.read_bytes()
    agents(link, "--remove")
    assert state(file.parent) == before


@pytest.mark.parametrize("name", ["CLAUDE.md", ".rules"])
def test_a_link_to_a_file_of_another_kind_is_told_and_left(agents, repo, name):
    (repo / ".bashrc").write_text("alias ll='ls -l'\n")
    (repo / name).symlink_to(".bashrc")
    before = state(repo)
    done = agents(repo / name, *PROJECT)
    assert (done.code, done.out) == (1, "")
    assert "a file of another kind" in done.err
    assert state(repo) == before


def test_a_dry_run_shows_the_change_and_makes_none(agents, file):
    before = state(file.parent)
    done = agents(file, *PROJECT, "--dry-run")
    assert f"+{BEGIN}" in done.out.splitlines()
    assert state(file.parent) == before
    agents(file, *PROJECT)
    before = state(file.parent)
    assert f"-{BEGIN}" in agents(file, "--remove", "--dry-run").out.splitlines()
    assert state(file.parent) == before


def spoiled(folder: Path) -> dict[str, str]:
    """Files that cannot take a block, and why."""
    (folder / "one").write_text(f"a\n{BEGIN}\n")
    (folder / "twice").write_text(f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n")
    (folder / "code").write_text(f"```\n{BEGIN}\n{END}\n```\n")
    (folder / "bytes").write_bytes(b"\xff\xfe")
    (folder / "folder").mkdir()
    (folder / "link").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    return {
        "one": "stands alone", "twice": "more than once", "code": "inside a code fence", "bytes": "no UTF-8",
        "folder": "is no file", "link": "a link to nowhere", "pipe": "is no file",
        "none/A.md": "There is no folder",
    }  # fmt: skip


@pytest.mark.parametrize("more", [PROJECT, ("--remove",)])
def test_what_cannot_be_changed_safely_is_told_and_left(agents, repo, more):
    reasons = spoiled(repo)
    before = state(repo)
    for name, why in reasons.items():
        done = agents(repo / name, *more)
        assert (done.code, done.out) == (1, ""), name
        assert why in done.err
        assert "hint:" in done.err
    assert state(repo) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_a_file_that_may_not_be_written_is_left(agents, file):
    file.chmod(0o440)
    before = state(file.parent)
    done = agents(file, *PROJECT)
    assert done.code == 1
    assert "may not be written" in done.err
    assert state(file.parent) == before


def test_the_project_is_that_of_the_file_then_of_the_working_directory(agents, home, tmp_path, monkeypatch):
    for name in ("shop", "bank"):
        folder = tmp_path / name / "src"
        folder.mkdir(parents=True)
        told = [habit(f"{name}{n}", start=START + n * DAY, cwd=str(folder.parent)) for n in range(3)]
        with Memory.open(home / "store") as memory:
            memory.import_paths([one.save(tmp_path / "told") for one in told])
    monkeypatch.chdir(tmp_path / "bank" / "src")
    assert "/bank`" in agents().out.splitlines()[1]
    assert agents("AGENTS.md").code == agents(tmp_path / "shop" / "src" / "AGENTS.md").code == 0
    assert "/bank`" in Path("AGENTS.md").read_text().splitlines()[1]
    assert "/shop`" in (tmp_path / "shop" / "src" / "AGENTS.md").read_text().splitlines()[1]


def test_where_nobody_knows_the_project_the_next_step_is_told(agents, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words, code, told in (
        ((), 1, "--project NAME"),
        (("--project", "nobody"), 1, "memory project list"),
        (("--project", "work"), 2, "several projects"),
    ):
        done = agents(*words)
        assert (done.code, done.out) == (code, "")
        assert told in done.err
    assert agents("--project", "app").code == 0


def test_what_is_forgotten_leaves_the_file_with_its_block(agents, call, file):
    before = state(file.parent)
    agents(file, *PROJECT)
    with_block = state(file.parent)
    ids = [one["id"] for one in call("patterns", "--format", "jsonl").lines()]
    assert call("delete", *ids).code == 0
    done = agents(file, *PROJECT)
    assert "Nothing is known of work/app yet" in done.err
    assert state(file.parent) == before
    assert with_block != before


@pytest.mark.parametrize(
    "words",
    [
        ("--remove",),
        ("--dry-run",),
        ("a.md", "--remove", *PROJECT),
        ("a.md", "--query", "x"),
        ("a.md", "--id", "p-1234"),
        ("a.md", "--name", "x"),
    ],
)
def test_options_that_do_not_go_together_are_refused(agents, words):
    done = agents(*words)
    assert (done.code, done.out) == (2, "")
    assert not Path("a.md").exists()


@pytest.mark.parametrize("words", [("--remove",), PROJECT, ("--tokens", "5"), ("--shareable", "--remove")])
def test_its_options_go_with_no_other_form(call, tmp_path, words):
    assert call("export", str(tmp_path / "out"), *words).code == 2
    assert not (tmp_path / "out").exists()


def test_taking_it_out_needs_no_memory(agents, file, tmp_path):
    before = state(file.parent)
    agents(file, *PROJECT)
    assert agents(file, "--remove", home=tmp_path / "none").code == 0
    assert state(file.parent) == before


def test_a_program_gets_the_same_block(agents, home):
    with Memory.open(home / "store") as memory:
        assert memory.agents_block("work/app") == agents(*PROJECT).out
        assert memory.agents_block("un/heard") == ""
    assert taken_out(agents(*PROJECT).out) is None
