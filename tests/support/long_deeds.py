"""What takes a memory more than one transaction, and a memory in which there is some of everything for it.

The deeds are to be done at a home that is in use (:func:`at_home`), with every batch tiny.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from noted import texts, vault
from transcript import START, Transcript, habits
from upkeep_story import changed, story

from tacit import Memory
from tacit.core.backup_restore import restore_backup
from tacit.core.embedding.hashing import HashingProvider
from tacit.core.embedding.spaces import fill_with
from tacit.core.texts import rebuild_text

SAMPLE = Path(__file__).parents[2] / "exports" / "samples" / "shareable.json"
DAY = 86_400_000
NOW = 1_780_000_000_000

Deed = Callable[[Memory, Path], None]
"""Does something to a memory; beside it, in a folder, lies what it is done with."""


def opened(home: Path) -> Memory:
    """The memory of a home."""
    return Memory.open(home / "store", clock=lambda: NOW)


def at_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Let a home be the one in use, with a provider that needs no model."""
    patch.setenv("TACIT_HOME", str(home))
    patch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")


def fill(memory: Memory, root: Path) -> None:
    """Tell a memory some of everything."""
    habits(root / "in")
    story(root / "in")
    other_project(root / "in")
    memory.import_paths([root / "in"])
    memory.import_notes(vault(root / "vault"))
    memory.import_shared(SAMPLE)
    memory.export()
    memory.create_backup()
    memory.mark(memory.episodes()[0].id, "success", "it was marmoset")
    memory.pin([memory.patterns()[0].id])
    open_episode = memory.start_episode("move the marmoset", project="zoo")
    memory.log_step(open_episode, "Bash", {"command": "ls"}, "nothing")
    memory.flush()
    memory.delete([memory.sessions()[-1].id])
    rebuild_text(memory._store)
    memory.embed()


def other_project(folder: Path) -> None:
    for number in range(3):
        one = Transcript(f"shop{number}", start=START + number * DAY, cwd="/home/dev/work/shop")
        one.prompt(f"count the marmosets of row {number}")
        one.edit("src/rows.py")
        one.tests_pass()
        one.prompt("and now the columns")
        one.edit("src/columns.py")
        one.tests_fail()
        one.save(folder)


def importing(memory: Memory, root: Path) -> None:
    for day in range(3):
        changed(root / "more", "more", "go", 20 + day)
    memory.import_paths([root / "more"])
    memory.embed()


def importing_notes(memory: Memory, root: Path) -> None:
    memory.import_notes(texts(root / "notes"))


def restoring_an_export(memory: Memory, root: Path) -> None:
    memory.forget(sessions=[memory.sessions()[0].id], compact=False)
    for one in memory.sessions()[:3]:
        memory.delete([one.id])
    memory.import_paths([root / "home" / "export"])


def restoring_a_backup(memory: Memory, root: Path) -> None:
    memory.delete([memory.sessions()[0].id])
    made = memory.create_backup(root / "made.backup")
    memory.delete([memory.sessions()[0].id])
    memory.close()
    restore_backup(str(made), str(root / "home" / "store"), clock=lambda: NOW)


def forgetting_a_text(memory: Memory, _: Path) -> None:
    memory.forget(matching="marmoset")


def forgetting_a_project(memory: Memory, _: Path) -> None:
    memory.forget(project="work/app")


def forgetting_notes(memory: Memory, _: Path) -> None:
    memory.forget(notes=next(iter(memory.note_sources())))


def emptying_the_trash(memory: Memory, _: Path) -> None:
    memory.purge_trash()


def undoing_a_large_delete(memory: Memory, _: Path) -> None:
    memory.delete([one.id for one in memory.sessions()])
    memory.learn()
    memory.undo()
    memory.learn()
    memory.embed()


def learning_anew(memory: Memory, _: Path) -> None:
    memory.rebuild()


def merging_projects(memory: Memory, _: Path) -> None:
    memory.merge_projects("work/shop", "work/app")
    memory.undo()


def another_model(memory: Memory, _: Path) -> None:
    fill_with(memory._store, HashingProvider(48))


def upkeep(memory: Memory, _: Path) -> None:
    assert memory.apply(memory.optimize()).step
    memory.undo()


def sharing(memory: Memory, _: Path) -> None:
    memory.unshare(memory.shared()[0].source)
    memory.import_shared(SAMPLE)


def recording(memory: Memory, _: Path) -> None:
    for number in range(2):
        one = memory.start_episode(f"look after the parrot {number}", project="zoo")
        memory.log_step(one, "Bash", {"command": "ls missing"}, "no such file", status="error")
        memory.flush()
        memory.log_step(one, "Bash", {"command": "pytest"}, "3 passed")
        memory.complete_episode(one, "success", "it went well")
    memory.close_stale()
    memory.learn()


def renaming_by_the_settings(_: Memory, root: Path) -> None:
    (root / "home" / "config.toml").write_text('[projects.aliases]\n"work/shop" = "work/app"\n')
    with opened(root / "home") as memory:
        memory.learn()


def watching(memory: Memory, root: Path) -> None:
    paths = [changed(root / "seen", "seen", "rb", 30 + day) for day in range(3)]
    memory.take([str(path) for path in paths])
    memory.learn()


def joining(memory: Memory, root: Path) -> None:
    addressed(root / "addressed")
    memory.import_paths([root / "addressed"])
    assert "github.com/acme/app" in {one.name for one in memory.projects()}


def addressed(folder: Path) -> None:
    """A session of a program that tells the address of a project too."""
    lines = (
        {"type": "session", "tacit": 1, "id": "one", "agent": "other", "at": START}
        | {"project": "/home/dev/work/app", "repository": "https://github.com/acme/app.git"},
        {"type": "episode_start", "id": "1", "task": "Describe the parser"},
        {"type": "step", "tool": "bash", "parameters": {"command": "ls"}, "observation": "a"},
        {"type": "episode_end", "outcome": "success"},
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


DEEDS: tuple[Deed, ...] = (
    importing, importing_notes, restoring_an_export, restoring_a_backup, forgetting_a_text,
    forgetting_a_project, forgetting_notes, emptying_the_trash, undoing_a_large_delete, learning_anew,
    merging_projects, another_model, upkeep, sharing, recording, renaming_by_the_settings,
    watching, joining,
)  # fmt: skip


AGAIN = (importing, importing_notes, learning_anew, watching, joining, another_model)
"""What can be done again where it was cut short; then all is as if it had not been."""
