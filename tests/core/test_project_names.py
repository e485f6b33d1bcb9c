"""Names of projects that were merged: in exports and backups, in queries, and when they are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from checkouts import (
    COUNT,
    OLD,
    SRC,
    WORK,
    exported,
    fact,
    is_sound,
    names,
    opened,
    session_of,
    write,
)
from transcript import START, habit

from tacit import Memory
from tacit.core.errors import NotFound, StoreReadOnly, Usage
from tacit.core.learn.paths import short_name
from tacit.core.projects import Names
from tacit.core.tables import ALIASES
from tacit.store.keys import text, text_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "in", *range(COUNT))
    return tmp_path / "in"


@pytest.fixture
def memory(tmp_path: Path, folder: Path) -> Iterator[Memory]:
    with opened(tmp_path / "store") as one:
        one.import_paths([folder])
        yield one


def test_an_export_takes_the_names_along(memory: Memory, folder: Path, tmp_path: Path):
    memory.merge_projects(SRC, WORK)
    memory.merge_projects(WORK, OLD)
    tree = exported(memory, tmp_path / "out")
    with opened(tmp_path / "new") as new, opened(tmp_path / "known") as known:
        new.import_paths([tmp_path / "out"])
        assert exported(new, tmp_path / "again") == tree
        known.import_paths([folder])
        known.import_paths([tmp_path / "out"])
        assert exported(known, tmp_path / "again") == tree
        assert known.undo_list() == ()
        new.import_paths(write(tmp_path / "more", 10))
        assert names(new) == {OLD}


def test_an_export_says_nothing_against_what_was_merged_here(memory: Memory, folder: Path, tmp_path: Path):
    memory.merge_projects(SRC, WORK)
    memory.export(tmp_path / "out")
    with opened(tmp_path / "other") as other, opened(tmp_path / "back") as back:
        other.import_paths([folder])
        other.merge_projects(SRC, OLD)
        other.import_paths([tmp_path / "out"])
        assert other.aliases() == {SRC: OLD}
        back.import_paths([folder])
        back.merge_projects(WORK, SRC)
        back.import_paths([tmp_path / "out"])
        assert back.aliases() == {WORK: SRC}, "two names never mean each other"
        assert is_sound(back)


def test_what_was_decided_leaves_under_the_id_that_a_pattern_has_now(memory: Memory, tmp_path: Path):
    memory.pin([fact(memory, SRC).id, fact(memory, OLD).id])
    memory.merge_projects(SRC, WORK)
    assert fact(memory, WORK).pinned
    memory.unpin([fact(memory, WORK).id])
    tree = exported(memory, tmp_path / "out")
    with opened(tmp_path / "other") as other:
        other.import_paths([tmp_path / "out"])
        assert exported(other, tmp_path / "again") == tree
        assert (fact(other, WORK).pinned, fact(other, OLD).pinned) == (False, True)


def test_chosen_sessions_leave_with_their_names(memory: Memory, tmp_path: Path):
    memory.merge_projects(SRC, WORK)
    memory.merge_projects(OLD, WORK)
    chosen = next(one.id for one in memory.sessions() if one.told_project == SRC)
    memory.export(tmp_path / "part", ids=[chosen])
    with opened(tmp_path / "other") as other:
        other.import_paths([tmp_path / "part"])
        assert other.aliases() == {SRC: WORK}
        assert session_of(other, chosen) == session_of(memory, chosen)


def test_a_backup_brings_the_names_back(memory: Memory, folder: Path, tmp_path: Path):
    from tacit.core.backup_restore import restore_into

    memory.merge_projects(SRC, WORK)
    path = memory.create_backup()
    restore_into(str(path), tmp_path / "back", clock=lambda: START).close()
    with opened(tmp_path / "back") as back:
        assert exported(back, tmp_path / "a") == exported(memory, tmp_path / "b")
        assert back.undo() is not None
        assert names(back) == {WORK, SRC, OLD}


def test_a_lost_alias_is_found_again_in_the_sessions(memory: Memory, tmp_path: Path):
    memory.merge_projects(SRC, WORK)
    before = exported(memory, tmp_path / "out")

    def harm(write: Any) -> None:
        for key, sealed in list(write.kv.scan(ALIASES.space)):
            write.kv.put(ALIASES.space, key, sealed[:-1])

    memory._store.write(harm)
    memory.repair()
    assert memory.aliases() == {SRC: WORK}
    assert exported(memory, tmp_path / "out") == before
    assert memory.undo() is not None
    assert names(memory) == {WORK, SRC, OLD}


def test_the_old_name_and_the_old_id_still_find_it(memory: Memory):
    old = fact(memory, SRC)
    before = {
        name: len(memory.page(name, memory.plan(project=SRC)).items) for name in ("sessions", "episodes")
    }
    memory.merge_projects(SRC, WORK)
    for wanted in (SRC, "src"):
        for name, least in before.items():
            page = memory.page(name, memory.plan(f"project:{wanted}"))
            assert page.total > least
            assert {one.project for one in page.items} == {WORK}
        assert memory.patterns(project=wanted) == memory.patterns(project=WORK)
        assert memory.window("patterns", memory.plan(project=wanted)).total == len(
            memory.patterns(project=WORK)
        )
        hits = memory.search("parser", None, project=wanted)
        assert hits.total == memory.search(f"parser project:{WORK}", None).total
        assert 0 < hits.total < memory.search("parser", None).total
    assert memory.get(old.id) == fact(memory, WORK)
    with pytest.raises(NotFound):
        memory.get("p-" + "0" * 12)
    memory.delete([old.id])
    with pytest.raises(NotFound):
        memory.get(old.id)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        (WORK, WORK, "into itself"),
        ("wrok/app", WORK, "no project “wrok/app”"),
        (WORK, "sr/app", "no project “sr/app”"),
        (OLD, SRC, "are one project already"),
        (SRC, OLD, "are one project already"),
    ],
)
def test_what_cannot_be_merged_is_said_with_what_is_near(memory: Memory, source: str, target: str, said: str):
    memory.merge_projects(OLD, SRC)
    with pytest.raises((Usage, NotFound)) as caught:
        memory.merge_projects(source, target)
    assert said in caught.value.message
    assert caught.value.hint
    if isinstance(caught.value, NotFound):
        assert set(caught.value.nearest) & {WORK, SRC}
    assert len(memory.undo_list()) == 1


def test_the_very_name_that_was_merged_is_the_very_name_it_has_now(memory: Memory, tmp_path: Path):
    memory.import_paths([habit("near", cwd=f"/home/dev/more/{WORK}").save(tmp_path / "near")])
    memory.merge_projects(SRC, WORK)
    own = memory.sessions(f"project:={WORK}")
    assert 0 < len(own) < len(memory.sessions(f"project:{WORK}"))
    assert memory.sessions(f"project:={SRC}") == own
    assert memory.sessions(f"project:={SRC},=nobody") == own
    assert memory.sessions("project:=src") == ()  # a part of a name is not that name


def test_a_store_that_may_not_change_is_not_merged(memory: Memory):
    memory.close()
    with Memory.open(memory.path, readonly=True) as reading:
        assert reading.merge_projects(SRC, WORK, dry_run=True).sessions > 0
        with pytest.raises(StoreReadOnly):
            reading.merge_projects(SRC, WORK)


def test_forgetting_a_project_takes_all_its_names(memory: Memory, tmp_path: Path):
    from everywhere import places_of

    memory.import_paths([habit("odd", cwd="/home/dev/zebrafish/app").save(tmp_path / "odd")])
    memory.merge_projects("zebrafish/app", WORK)
    memory.merge_projects(WORK, SRC)
    with pytest.raises(NotFound) as caught:
        memory.forget(project="zebrafish/app")
    assert SRC in caught.value.hint
    deleted = memory.sessions(project=SRC)[0].id
    memory.delete([deleted])
    memory.forget(project=SRC)
    assert names(memory) == {OLD}
    assert memory.aliases() == {}
    assert [step.op for step in memory.undo_list()] == ["delete"] * len(memory.undo_list())
    memory.close()
    assert places_of("zebrafish", tmp_path / "store") == []


def test_a_text_in_a_name_is_forgotten_and_the_rest_stays_merged(memory: Memory, tmp_path: Path):
    from everywhere import places_of

    memory.import_paths([habit("odd", cwd="/home/dev/zebrafish/app").save(tmp_path / "odd")])
    memory.merge_projects(SRC, "zebrafish/app")
    memory.merge_projects("zebrafish/app", WORK)
    memory.create_backup()
    before = memory.aliases()
    memory.forget(matching="zebrafish")
    assert (before, memory.aliases()) == ({SRC: WORK, "zebrafish/app": WORK}, {SRC: WORK})
    assert names(memory) == {WORK, OLD}
    assert memory.undo() is None or SRC not in names(memory)
    memory.close()
    assert places_of("zebrafish", tmp_path / "store", Path(memory.path).parent / "backups") == []


def test_names_in_a_circle_mean_one_of_them():
    circle = Names({"b": "a", "c": "b"}, {"a": "b"})
    assert {circle.of(one) for one in "abc"} == {"a"}
    assert Names({}, {"a": "a"}).of("a") == "a"
    assert Names({"a": "x"}, {"a": "b"}).of("a") == "b", "the configuration goes first"


def test_names_of_any_length_are_told_apart(tmp_path: Path):
    long = "/home/dev/" + "x" * 300
    with opened(tmp_path / "store") as memory:
        for end in ("/one", "/two", ""):
            memory.import_paths([habit(f"long{end}", cwd=f"{long}{end}").save(tmp_path / "in")])
        memory.start_episode("go", project="x" * 300 + "/one").complete()
        one, two, whole = (short_name("x" * 300 + end) for end in ("/one", "/two", ""))
        assert names(memory) == {one, two, whole} == {project.name for project in memory.projects()}
        assert sorted(row.project for row in memory.stats().projects) == sorted((one, two, whole))
        assert memory.page("sessions", memory.plan(project="x" * 300 + "/one")).total == 2
        memory.merge_projects("x" * 300 + "/one", two)
        assert names(memory) == {two, whole}
        assert memory.undo() is not None
        assert names(memory) == {one, two, whole}
        memory.merge_projects(one, two)
        assert memory.undo() is not None
        memory.forget(project="x" * 300 + "/one")
        assert names(memory) == {two, whole}
        assert is_sound(memory)


def test_a_long_name_becomes_the_same_wherever_it_is_told(tmp_path: Path):
    long = "é" * 200 + "/deep/one"
    short = short_name(long)
    assert len(short.encode()) <= 200
    assert short.endswith("/deep/one")
    assert (short_name(short), short_name("x" * 200)) == (short, "x" * 200)
    assert text_of(text(short_name("\0" * 150))) == short_name("\0" * 150)
    path = habit("told", cwd=WORK).save(tmp_path / "in")
    with opened(tmp_path / "told") as memory:
        memory.import_paths([path], project=long)
        assert names(memory) == {short}
    with opened(tmp_path / "meant", **{"x" * 250: long, long: "y"}) as memory:
        memory.import_paths([path], project="x" * 250)
        assert names(memory) == {"y"}
