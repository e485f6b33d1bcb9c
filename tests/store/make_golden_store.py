"""Make the golden store of the version that is at work: what every later version must be able to open.

A told story is learned from, judged and partly deleted for real; the store's file is kept beside what it
exports, and beside what it exports once the newest step is taken back. Run it once, when a schema
version is released; a released one is never made again::

    python tests/store/make_golden_store.py [DIR]
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
NOW = 1_775_000_000_000
DAY = 86_400_000

sys.path.insert(0, str(HERE.parent / "support"))


def tell(folder: Path) -> list[Path]:
    """Six sessions of one habit, one of another project, and one that goes on where another ended."""
    from transcript import START, Transcript, habit, habits

    paths = habits(folder, 6)
    site = Transcript("site", cwd="/home/dev/work/site", start=START + 8 * DAY)
    for page in ("naïve – “page”.ts", "src/cart.ts", "src/cart.ts"):
        site.prompt(f"Type {page} ✓ 日本語")
        site.edit(page, refused="String to replace not found in file.")
        site.read(page)
        site.edit(page)
        site.bash("npx tsc --noEmit", f"{page}(4,7): error TS2345: no.", error=True)
        site.edit(page)
        site.bash("npx tsc --noEmit", "")
        site.bash("export SHOP_API_TOKEN=q7w8e9r1t2y3u4i5 && npm test", "x" * 9000)
        site.tests_pass()
    paths.append(site.save(folder))
    first = habit("h1", start=START + DAY)
    longer = Transcript("resumed", start=first.at + DAY)
    longer.lines = [line | {"sessionId": longer.native} for line in first.lines]
    longer.parent = first.parent
    longer.read("src/lexer.py")
    longer.prompt("and the lexer")
    longer.edit("src/lexer.py")
    longer.tests_pass()
    paths.append(longer.save(folder))
    return paths


def exported(memory: Any, folder: Path) -> dict[str, Any]:
    """Everything that leaves, by file name."""
    memory.export(folder)
    return {
        str(path.relative_to(folder)): json.loads(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.json"))
    }


def record(memory: Any) -> None:
    """One task that a program recorded, and one that it is still at."""
    numbers = iter(range(100))
    memory.new_id = lambda: f"golden-{next(numbers)}"
    for task in ("Type the till ✓", "Type the scale"):
        episode = memory.start_episode(task, directory="/home/dev/work/till")
        episode.log("edit", {"file_path": "/home/dev/work/till/src/till.py"}, "changed")
        episode.log("bash", {"command": "pytest -q"}, "3 passed in 0.10s")
        if task.startswith("Type the till"):
            episode.complete()
    memory.learn()


def agents_at_work(memory: Any, session: str) -> None:
    """What an agent was given and said, how its task ended, and what another memory told."""
    patterns = [one.id for one in memory.patterns()]
    memory.offer(patterns[:2], door="mcp", how="search_patterns", agent="claude-code", session=session)
    memory.feedback(patterns[0], "helped", door="mcp", agent="claude-code", session=session)
    memory.feedback(patterns[1], "hindered")
    memory.tell_outcome(session, "claude-code", "partial", "half of it – “naïvely” ✓")
    memory.contact("claude-code", "mcp", "2.0")
    memory.import_shared(shared(memory))
    memory.learn()


def moved_in(memory: Any, base: Path) -> None:
    """Notes of another memory, one of them deleted, and a project that goes by its address."""
    graph = (
        {
            "type": "entity",
            "name": "Till ✓",
            "entityType": "tool",
            "observations": ["It is naïve.", "Oil it."],
        },
        {"type": "entity", "name": "scale", "entityType": "tool", "observations": ["token=q7w8e9r1t2y3u4i5"]},
        {"type": "relation", "from": "Till ✓", "to": "scale", "relationType": "stands beside"},
    )
    path = base / "moved" / "memory.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(one) + "\n" for one in graph), "utf-8")
    memory.import_path(path)
    notes = {one.title: one.id for one in memory.page("notes", _everything(), None).items}
    memory.delete([notes["scale"]])
    lines = (
        {"type": "session", "tacit": 1, "id": "addressed", "agent": "other", "at": NOW - 3 * DAY}
        | {"project": "/home/dev/work/till", "repository": "https://example.com/dev/till.git"},
        {"type": "episode_start", "id": "1", "task": "Weigh the till"},
        {"type": "step", "tool": "bash", "parameters": {"command": "pytest -q"}, "observation": "1 passed"},
    )
    told = base / "moved" / "handed.jsonl"
    told.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    memory.import_path(told)


def _everything() -> Any:
    from tacit.core.query import Plan

    return Plan()


def shared(memory: Any) -> Path:
    """A file with which another memory tells what got past an error that never was met here."""
    sample = json.loads((HERE.parents[1] / "exports/samples/shareable.json").read_text("utf-8"))
    one = next(one for one in sample["patterns"] if one["kind"] == "error_recovery")
    dates = {"first_used": "2026-01-02", "last_used": "2026-02-11"}
    other = one | {"key": ["exact", "naïve “till” is locked", "read", "edit"], **dates}
    told = sample | {"shared_at": "2026-03-01T00:00:00Z", "patterns": [one | dates, other]}
    path = Path(memory.path).parent / "shareable.json"
    path.write_text(json.dumps(told), "utf-8")
    return path


def make(base: Path) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """The store's file, what it exports, and what it exports after one undo."""
    from tacit import Memory
    from tacit.core.config import load
    from tacit.core.places import Places

    hashing = load(Places({"TACIT_HOME": str(base), "TACIT_EMBEDDING_PROVIDER": "hashing"}))
    paths = tell(base / "told")
    at = iter(range(NOW, NOW + DAY))
    options: dict[str, Any] = {"clock": lambda: next(at), "command": "golden", "config": hashing}
    with Memory.open(base / "store", **options) as memory:
        memory.import_paths([base / "told"])
        natives = {one.native: one.id for one in memory.sessions()}
        memory.forget(sessions=[natives[paths[5].stem]])
        memory.mark(memory.episodes()[0].id, "partial", "half of it is missing – naïvely “done” ✓")
        record(memory)
        memory.pin([memory.patterns()[0].id])
        source, target = sorted({one.project for one in memory.sessions()})[-2:]
        memory.merge_projects(source, target)
        agents_at_work(memory, paths[2].stem)
        moved_in(memory, base)
        memory.embed()
        memory.delete([memory.patterns("kind:heuristic")[-1].id])
        memory.delete([memory.episodes()[-1].id])
        memory.undo()
        memory.delete([natives[paths[0].stem]])
        before = exported(memory, base / "before")
    data = (base / "store" / "data.mdb").read_bytes()
    with Memory.open(base / "store", **options) as memory:
        memory.undo()
        after = exported(memory, base / "after")
    return data, before, after


def main(target: Path) -> Path:
    """Write the golden store of this version under ``target``."""
    from zstandard import ZstdCompressor

    from tacit.core.tables import SCHEMA

    folder = target / f"v{SCHEMA.version}"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        data, before, after = make(Path(temporary))
    (folder / "data.mdb.zst").write_bytes(ZstdCompressor(level=19).compress(data))
    for name, export in (("export", before), ("undone", after)):
        text = json.dumps(export, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / f"{name}.json").write_text(text + "\n", "utf-8")
    return folder


if __name__ == "__main__":
    print(main(Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN))
