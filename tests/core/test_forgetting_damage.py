"""Forgetting reaches what is damaged or was set aside, and says what it could not look into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from everywhere import in_backup, places_of
from transcript import START, Transcript, habits

from tacit import Memory
from tacit.core.errors import NotAllRead, NotFound
from tacit.core.tables import EPISODES, SESSIONS, STEPS
from tacit.store.schema import QUARANTINE, TRASH
from tacit.store.transaction import Write

WORD = "Zanzibar"
LONG = 5_000


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A memory of habits, and of a session that holds the word in the output of a step only."""
    habits(tmp_path / "in", 3)
    told = Transcript("z", start=START + 1_000_000_000)
    told.prompt("plain words")
    told.bash("echo x", f"in {WORD}")
    told.tests_pass()
    told.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([tmp_path / "in"])
    return tmp_path / "store"


def changed(store: Path, space: str, needle: str, change: Callable[[bytes], bytes]) -> None:
    """Change the stored bytes of every value of a space that holds some text."""

    def job(write: Write) -> None:
        for key, sealed in list(write.kv.scan(space)):
            if needle.encode() in sealed:
                write.kv.put(space, key, change(sealed))
                found.append(key)

    found: list[bytes] = []
    with Memory.open(store) as memory:
        memory._store.write(job)
    assert found


def spoil(store: Path, space: str, needle: str) -> None:
    """Let their checksums be wrong."""
    changed(store, space, needle, lambda sealed: sealed[:4] + bytes((sealed[4] ^ 1,)) + sealed[5:])


def is_gone(memory: Memory, tmp_path: Path) -> bool:
    """Whether the word is nowhere, and does not come back with its transcript."""
    if places_of(WORD, tmp_path / "store", tmp_path / "store-backups"):
        return False
    memory.import_paths([tmp_path / "in"])
    return not places_of(WORD, tmp_path / "store") and all(one.level == "ok" for one in memory.doctor())


@pytest.mark.parametrize(
    ("space", "needle"),
    [(STEPS.space, WORD), (EPISODES.space, "plain words"), (SESSIONS.space, "plain words")],
)
def test_a_text_in_damaged_records_and_behind_them_goes(
    store: Path, tmp_path: Path, space: str, needle: str
) -> None:
    spoil(store, space, needle)
    with Memory.open(store) as memory:
        before = places_of(WORD, store)
        assert memory.forget(matching=WORD, dry_run=True).episodes == 1
        assert places_of(WORD, store) == before, "a dry run changes nothing"
        receipt = memory.forget(matching=WORD)
        assert (receipt.episodes, receipt.pending) == (1, ())
        assert is_gone(memory, tmp_path)


def test_a_text_that_only_a_damaged_session_holds_goes(store: Path, tmp_path: Path) -> None:
    told = Transcript("title", cwd=f"/home/dev/{WORD}", start=START + 2_000_000_000)
    told.prompt("elsewhere")
    told.tests_pass()
    told.save(tmp_path / "in")
    with Memory.open(store) as memory:
        memory.import_paths([tmp_path / "in"])
    spoil(store, SESSIONS.space, WORD)
    with Memory.open(store) as memory:
        assert memory.forget(matching=WORD).episodes == 2
        assert is_gone(memory, tmp_path)


def test_a_damaged_step_goes_with_what_else_holds_the_text(store: Path, tmp_path: Path) -> None:
    other = Transcript("other", start=START + 2_000_000_000)
    other.prompt(f"go to {WORD}")
    other.tests_pass()
    other.save(tmp_path / "in")
    with Memory.open(store) as memory:
        memory.import_paths([tmp_path / "in"])
    spoil(store, STEPS.space, WORD)
    with Memory.open(store) as memory:
        assert memory.forget(matching=WORD).episodes == 2
        assert is_gone(memory, tmp_path)


def test_damage_in_the_trash_is_looked_into(store: Path, tmp_path: Path) -> None:
    with Memory.open(store) as memory:
        memory.delete([next(one.id for one in memory.episodes() if one.prompt == "plain words")])
    spoil(store, TRASH, WORD)
    with Memory.open(store) as memory:
        assert memory.forget(matching=WORD).episodes == 1
        assert is_gone(memory, tmp_path)


def test_what_was_set_aside_goes_here_and_in_a_backup(store: Path, tmp_path: Path) -> None:
    spoil(store, STEPS.space, WORD)
    with Memory.open(store) as memory:
        memory.repair()
        made = memory.create_backup()
        assert [place.split()[0] for place in in_backup(WORD, made)] == [QUARANTINE]
        assert memory.forget(matching=WORD).pending == ()
        assert is_gone(memory, tmp_path)


def test_what_was_set_aside_goes_from_a_backup_that_alone_has_it(store: Path, tmp_path: Path) -> None:
    spoil(store, STEPS.space, WORD)
    with Memory.open(store) as memory:
        memory.repair()
        memory.create_backup()
        memory.delete([next(one.id for one in memory.episodes() if one.prompt == "plain words")])
        memory.purge_trash()
        assert not places_of(WORD, store)
        assert memory.forget(matching=WORD).pending == ()
        assert is_gone(memory, tmp_path)


def test_a_backup_with_other_damage_is_looked_into_and_named(store: Path, tmp_path: Path) -> None:
    spoil(store, STEPS.space, "src/")
    with Memory.open(store) as memory:
        made = memory.create_backup()
        memory.delete([next(one.id for one in memory.episodes() if one.prompt == "plain words")])
        memory.purge_trash()
        receipt = memory.forget(matching=WORD)
        assert receipt.episodes == 1
        assert [made.name in left.why for left in receipt.pending] == [True]
        assert not places_of(WORD, store)


def test_what_cannot_be_looked_into_is_named_and_not_called_absent(store: Path, tmp_path: Path) -> None:
    with Memory.open(store) as memory:
        with pytest.raises(NotFound):
            memory.forget(matching="Timbuktu")
        made = memory.create_backup()
        whole = made.read_bytes()
        made.write_bytes(whole[:-1])
        with pytest.raises(NotAllRead, match=made.name):
            memory.forget(matching="Timbuktu")
        made.unlink()
    told = Transcript("long", start=START + 2_000_000_000)
    told.prompt("long words")
    told.bash("make", "\n".join(f"line {number} of it" for number in range(LONG)))
    told.tests_pass()
    with Memory.open(store) as memory:
        memory.import_paths([told.save(tmp_path / "in")])
    changed(
        store,
        STEPS.space,
        "",
        lambda sealed: sealed if sealed[1] != 1 else sealed[:20] + b"\xff" * (len(sealed) - 20),
    )
    with Memory.open(store) as memory:
        with pytest.raises(NotAllRead, match="1 damaged record"):
            memory.forget(matching="Timbuktu")
        assert memory.forget(matching=WORD).episodes == 1
        assert all(one.level == "ok" for one in memory.doctor())
        with pytest.raises(NotFound):
            memory.forget(matching="Timbuktu")


def test_the_path_of_a_backup_is_text_too(store: Path, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    with Memory.open(store) as memory:
        named = memory.create_backup(tmp_path / "usb" / f"{WORD}.backup")
        after = memory.create_backup()
        assert list(in_backup(WORD, after))
        receipt = memory.forget(matching=WORD)
        assert (receipt.unreached, receipt.pending) == ((str(named),), ())
        assert is_gone(memory, tmp_path)
        assert list(in_backup(WORD, named)) == []
