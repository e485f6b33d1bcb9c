"""Recent answers: never a stale one, never too many, never an old one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tacit import Memory
from tacit.core.recall.cache import Cache

STEPS = st.lists(
    st.tuples(st.sampled_from(("put", "get", "wait")), st.integers(0, 5), st.integers(1, 60)), max_size=60
)


@given(steps=STEPS)
def test_it_gives_what_was_put_last_and_is_young_and_stays_within_bounds(
    steps: list[tuple[str, int, int]],
) -> None:
    now = 0
    cache: Cache[int] = Cache(lambda: now, entries=3, size=100, span=50)
    truth: dict[int, tuple[int, int]] = {}
    for number, (what, key, value) in enumerate(steps):
        if what == "put":
            cache.put(key, number, value)
            truth[key] = (now, number)
        elif what == "wait":
            now += value
        else:
            found = cache.get(key)
            assert found is None or (truth[key][1] == found and now - truth[key][0] < 50)
        sizes = [size for _, size, _ in cache._held.values()]
        assert sum(sizes) == cache._size <= 100
        assert len(sizes) <= 3


def test_what_is_kept_is_given_again_until_it_is_old() -> None:
    now = 0
    cache: Cache[str] = Cache(lambda: now, span=50)
    cache.put("a", "answer", 10)
    assert cache.get("a") == "answer"
    now = 50
    assert cache.get("a") is None


def test_a_search_sees_what_another_process_wrote_a_moment_before(memory: Memory, tmp_path: Path) -> None:
    from transcript import habit

    code = """
import sys
from pathlib import Path
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    memory.import_paths([Path(sys.argv[2])])
"""
    for name in ("walrus", "ostrich"):
        before = memory.search(name, mode="lexical")
        assert memory.search(name, mode="lexical") is before
        assert before.total == 0
        path = habit(name).save(tmp_path / "more")
        path.write_text(path.read_text("utf-8").replace("All checks passed!", f"passed, {name}"), "utf-8")
        place = str(memory._store.path)
        done = subprocess.run(
            [sys.executable, "-c", code, place, str(path)], check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert memory.search(name, mode="lexical").total > 0


def test_what_was_deleted_is_in_no_remembered_answer(memory: Memory) -> None:
    (hit, *_) = (
        memory.search("lint", types=["pattern"]).items or memory.search("fix", types=["episode"]).items
    )
    words = hit.title
    assert hit.id in {one.id for one in memory.search(words, None).items}
    memory.delete([hit.id])
    assert hit.id not in {one.id for one in memory.search(words, None).items}
    memory.undo()
    assert hit.id in {one.id for one in memory.search(words, None).items}
