"""What is forgotten leaves no vector behind, in no file."""

from __future__ import annotations

from pathlib import Path

import pytest
from embedded import Counting, packed, texts_of, wrong_vectors
from transcript import START, Transcript, habit, habits

from tacit import Memory
from tacit.core.embedding.catching_up import embed_waiting, space_of
from tacit.core.embedding.position import begin_anew
from tacit.store.vector_dropping import drop_space
from tacit.store.vector_look import vector_look

DAY = 86_400_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Transcripts of four sessions that stay, and of one that is forgotten."""
    folder = tmp_path / "in"
    habits(folder)
    one = Transcript("secret", start=START + 9 * DAY)
    one.prompt("tell nobody of the wombats")
    one.bash("make wombats", "no rule to make wombats", error=True)
    one.edit("src/wombat.py")
    one.tests_pass()
    one.save(folder)
    return folder


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The same, but what is learned from the one that is forgotten is learned from the others as well."""
    folder = tmp_path / "in"
    habits(folder)
    one = habit("wombat", start=START + 9 * DAY)
    path = one.save(folder)
    path.write_text(one.text().replace("src/parser.py", "src/wombat.py"))
    return folder


def vectors_in(path: Path, vectors: dict[str, bytes]) -> dict[str, list[str]]:
    """File to the texts whose vectors lie in it, of all files below a folder."""
    found: dict[str, list[str]] = {}
    for file in path.rglob("*"):
        if file.is_file():
            raw = file.read_bytes()
            for text, vector in vectors.items():
                if vector in raw:
                    found.setdefault(str(file.relative_to(path)), []).append(text)
    return found


def secrets(memory: Memory, provider: Counting) -> dict[str, bytes]:
    """Text to vector of what only the wombats are in."""
    texts = sorted(text for text in set(texts_of(memory._store).values()) if "wombat" in text)
    return dict(zip(texts, packed(provider, texts), strict=True))


def test_no_file_holds_the_vectors_of_what_was_forgotten(tmp_path: Path, folder: Path) -> None:
    provider = Counting()
    with Memory.open(tmp_path / "home" / "store") as memory:
        memory.import_paths([folder])
        embed_waiting(memory._store, provider)
        wanted = secrets(memory, provider)
        assert len(wanted) >= 2
        look(memory, provider)
        memory.create_backup()
        memory.export(tmp_path / "home" / "export")
        assert any(name.endswith("data.mdb") for name in vectors_in(tmp_path, wanted))
        wombats = next(one.id for one in memory.sessions() if "wombat" in one.title)
        assert memory.forget(sessions=[wombats]).pending == ()
        assert vectors_in(tmp_path, wanted) == {}
        embed_waiting(memory._store, provider)
        assert list(wrong_vectors(memory._store, Counting())) == []
    assert vectors_in(tmp_path, wanted) == {}


def test_what_was_deleted_and_purged_is_in_no_file_either(tmp_path: Path, folder: Path) -> None:
    provider = Counting()
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([folder])
        embed_waiting(memory._store, provider)
        wanted = secrets(memory, provider)
        memory.delete([next(one.id for one in memory.sessions() if "wombat" in one.title)])
        assert (tmp_path / "store" / "text").is_dir()
        assert memory.purge_trash().pending == ()
        assert not (tmp_path / "store" / "text").exists()  # its segments keep words until they are merged
        assert memory.search("wombat").total == 0
        assert memory.search("parser").total > 0
    assert vectors_in(tmp_path, wanted) == {}


@pytest.mark.parametrize("again", [False, True])
def test_a_record_that_was_only_altered_keeps_no_vector_of_what_it_said_before(
    tmp_path: Path, shared: Path, again: bool
) -> None:
    provider = Counting()
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([shared])
        embed_waiting(memory._store, provider)
        before, wanted = texts_of(memory._store), secrets(memory, provider)
        if again:  # where the log cannot tell which records changed
            memory._store.write(begin_anew)
        memory.forget(sessions=[next(one.id for one in memory.sessions() if "wombat" in one.title)])
        altered = [unit for unit, text in texts_of(memory._store).items() if before[unit] != text]
        assert any("wombat" in before[unit] for unit in altered)
        assert vectors_in(tmp_path, wanted) == {}
        asked = len(provider.asked)
        embed_waiting(memory._store, provider)
        assert len(provider.asked) - asked == len(altered), "what stayed as it was keeps its vector"
        assert list(wrong_vectors(memory._store, Counting())) == []


def test_what_was_altered_by_a_delete_keeps_no_old_vector_past_a_purge(tmp_path: Path, shared: Path) -> None:
    provider = Counting()
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([shared])
        embed_waiting(memory._store, provider)
        wanted = secrets(memory, provider)
        memory.delete([next(one.id for one in memory.sessions() if "wombat" in one.title)])
        assert vectors_in(tmp_path, wanted)
        memory.purge_trash()
    assert vectors_in(tmp_path, wanted) == {}


def test_what_a_dropped_space_left_goes_too(tmp_path: Path, folder: Path) -> None:
    provider, old = Counting(), Counting(48)
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([folder])
        for one in (old, provider):
            embed_waiting(memory._store, one)
        wanted = secrets(memory, old)
        store = memory._store
        with store.read() as read:
            space = space_of(read, old.space)
        assert space is not None
        store.write = killed_after(store.write, 1)  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            drop_space(store, space)
        del store.write
        memory.forget(sessions=[next(one.id for one in memory.sessions() if "wombat" in one.title)])
    assert vectors_in(tmp_path, wanted) == {}


def killed_after(write, jobs: int):  # type: ignore[no-untyped-def]
    """Writing that ends after so many jobs, as if by Ctrl-C."""

    def killing(job, **options):  # type: ignore[no-untyped-def]
        nonlocal jobs
        if not jobs:
            raise KeyboardInterrupt
        jobs -= 1
        return write(job, **options)

    return killing


def test_a_backup_holds_no_vector(tmp_path: Path, folder: Path) -> None:
    provider = Counting()
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([folder])
        embed_waiting(memory._store, provider)
        made = memory.create_backup(tmp_path / "one.backup")
        from tacit.store.backup_reader import Backup

        with Backup(str(made)) as backup:
            assert not any("vectors" in space for space, _, _ in backup.records(None))


def look(memory: Memory, provider: Counting) -> None:
    """Ask once, so that whatever is built beside the store is there."""
    with memory._store.read() as read:
        space = space_of(read, provider.space)
    assert space is not None
    through = vector_look(memory._store, space)
    with memory._store.read() as read:
        assert through.nearest(read, provider.embed(["wombats"])[0], 3)
