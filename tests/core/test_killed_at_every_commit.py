"""Whatever is done in more than one transaction may end after any of them: the store is whole there.

Each thing is done once, with every batch tiny; around every commit the home is copied, as a kill at that
moment would leave it. In each copy the doctor finds nothing wrong, and whoever writes next brings it to an
end: nothing is owed, waits or lies about.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import make_tiny
from commit_images import Images, imaged
from long_deeds import AGAIN, DEEDS, NOW, Deed, at_home, fill, opened

from tacit import Memory
from tacit.core.doctor import Finding, examine, examine_file
from tacit.core.tables import PATTERNS, SESSIONS
from tacit.store.transaction import Write
from tacit.store.vector_rows import dropping, put_vectors, rows_after, spaces

OWED = ("forgotten, but perhaps still in ", "text index: it is too far behind")
"""How warnings begin that tell of work left."""

ASIDE = "damaged records that were set aside: 1 of sessions"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a memory in which there is some of everything."""
    root = tmp_path_factory.mktemp("lived")
    with pytest.MonkeyPatch.context() as patch:
        at_home(patch, root / "home")
        make_tiny(patch)
        with opened(root / "home") as memory:
            fill(memory, root)
        yield root / "home"


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_a_kill_at_any_commit_leaves_a_whole_store_and_no_work_that_stays(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: Deed
) -> None:
    images = done(deed, lived, tmp_path, monkeypatch)
    print(f"{deed.__name__}: {images.commits} commits, {len(images.taken)} images")
    assert images.commits > 1
    wanted = exported(tmp_path / "home", tmp_path)
    for number, image in enumerate(images.taken):
        at_home(monkeypatch, image)
        assert wrong(image, OWED) == [], f"after {number}"  # first: reading changes nothing
        with opened(image) as memory:
            go_on(memory)
            assert memory.waiting() == 0
            with memory._store.read() as read:
                assert dropping(read) == ()
            if deed in AGAIN:
                deed(memory, tmp_path)
                assert exported(image, tmp_path) == wanted, f"done again after {number}"
        assert wrong(image) == [], f"gone on after {number}"


def test_a_repair_that_is_killed_did_no_harm(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = lent(lived, tmp_path, monkeypatch)
    with opened(home) as memory:
        memory._store.write(harm)
    before = {one.what for one in wrong(home)}
    assert len(before) > 1
    with opened(home) as memory, imaged(home, tmp_path / "images") as images:
        assert memory.repair().done
    assert images.commits > 5
    for number, image in enumerate(images.taken):
        at_home(monkeypatch, image)
        assert {one.what for one in wrong(image, OWED)} <= {*before, ASIDE}, f"after {number}"
        with opened(image) as memory:
            memory.repair()
            go_on(memory)
        assert {one.what for one in wrong(image)} == {ASIDE}


def harm(write: Write) -> None:
    """Let a session be damaged, and a vector be that of another text."""
    write.kv.put(SESSIONS.space, next(write.keys(SESSIONS)), b"damaged")
    space = spaces(write)[0]
    row = next(row for row in rows_after(write, space) if row.table == PATTERNS.name)
    put_vectors(write, space, row.table, row.key, [(row.number, b"another!", row.vector)])


def done(deed: Deed, lived: Path, root: Path, patch: pytest.MonkeyPatch) -> Images:
    """Do it in a copy of a home, and take images meanwhile."""
    home = lent(lived, root, patch)
    with opened(home) as memory, imaged(home, root / "images") as images:
        deed(memory, root)
    return images


def exported(home: Path, root: Path) -> dict[str, bytes]:
    """All that the memory of a home tells, by the names of files."""
    with opened(home) as memory:
        memory.export(root / "told")
    files = [path for path in (root / "told").rglob("*") if path.is_file()]
    return {str(path.relative_to(root / "told")): path.read_bytes() for path in files}


def lent(lived: Path, root: Path, patch: pytest.MonkeyPatch) -> Path:
    """A copy of a home, in use."""
    home = root / "home"
    subprocess.run(["cp", "-Rp", str(lived), str(home)], check=True)
    at_home(patch, home)
    make_tiny(patch)
    return home


def go_on(memory: Memory) -> None:
    """What whoever writes next does first, or at last."""
    assert memory.finish_chores() == ()
    memory.learn()
    memory.embed()


def wrong(home: Path, passed: tuple[str, ...] = ()) -> list[Finding]:
    """What the doctor has to say of the store of a home, but for warnings that begin so."""
    found = [*examine_file(str(home / "store"))]
    with Memory.open(home / "store", readonly=True, clock=lambda: NOW) as memory:
        found += examine(memory._store)
    return [one for one in found if one.level != "ok" and not one.what.startswith(passed)]
