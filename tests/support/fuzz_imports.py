"""A folder with a session of every agent, notes of every kind and an archive, all damaged: to be imported."""

from __future__ import annotations

import copy
import io
import json
import random
import tarfile
from importlib import import_module
from pathlib import Path
from typing import Any

import noted
from fuzz_targets import HOSTILE, places
from told import START, story

from tacit import Memory
from tacit.core.errors import TacitError

AGENTS = (
    *("claude_code", "codex", "gemini", "copilot", "opencode", "goose", "cursor", "aider", "swe_agent"),
    *(
        "cursor_chat",
        "cursor_database",
        "mini_swe_agent",
        "cline",
        "openhands",
        "openhands_sdk",
        "copilot_older",
        "roo_code",
    ),
    *("codex_single", "opencode_two", "opencode_oldest"),
)
REASONS = ("reader ", "by Tacit's own extractors")
"""What a reason begins with that says that it was our fault."""


def imported(seed: int, folder: Path) -> int:
    """Damage such a folder and import it into a store; how many tasks were still read.

    Raises:
        AssertionError: something was our fault, the store is not sound, or a file was written to.
    """
    source = folder / "in"
    written(random.Random(seed), source)
    before = prints(source)
    with Memory.open(folder / "store") as memory:
        report = memory.import_paths([source, source / "all.tar"])
        ours = [reason for reason in report.skipped if reason.startswith(REASONS)]
        wrong = [one for one in memory.doctor() if one.level != "ok"]
        again = memory.import_paths([source, source / "all.tar"])
    if ours or wrong or again.episodes or prints(source) != before:
        raise AssertionError(f"{ours} {wrong} {again}")
    return report.episodes


def archive(data: bytes, folder: Path) -> None:
    """Bytes as an archive, and as what is piped in."""
    from tacit.core.unpacking import unpacked

    path = folder / "hostile.tar"
    path.write_bytes(data)
    for paths, stream in (((path,), None), ((), io.BytesIO(data))):
        try:
            with unpacked(paths, str(folder / "cache"), stream) as given:
                list(given.paths)
        except TacitError:
            continue


def written(chance: random.Random, folder: Path) -> None:
    """Write the folder, most files in it damaged, and an archive of some of them."""
    for agent in AGENTS:
        native = f"5b0c1d2e-0000-4000-8000-{chance.randrange(9):012d}"
        told = story(native, start=START + chance.randrange(10**9))
        import_module(f"written_{agent}").write(told, folder / agent)
    noted.graph(folder / "notes")
    noted.texts(folder / "notes")
    noted.vault(folder / "vault")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        if chance.random() < 0.8:
            path.write_bytes(damaged(path.read_bytes(), chance))
    with tarfile.open(folder / "all.tar", "w:gz") as made:
        for path in files[:: chance.randrange(2, 5)]:
            made.add(path, arcname=str(path.relative_to(folder)))


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A file with bytes flipped, a piece gone or put in, or values of other kinds in its JSON."""
    how = chance.randrange(5)
    if how < 2 or not content:
        broken = bytearray(content or b"x")
        for _ in range(chance.randrange(1, 12)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        return bytes(broken)
    if how == 2 and not content.startswith(b"SQLite"):
        start, end = sorted(chance.choices(range(len(content) + 1), k=2))
        return content[:start] + chance.randbytes(chance.randrange(99)) * chance.randrange(2) + content[end:]
    try:
        return retyped(content, chance)
    except (ValueError, RecursionError):
        return content


def retyped(content: bytes, chance: random.Random) -> bytes:
    """The JSON of a file, or of its lines, with values in it that do not belong there."""
    try:
        values, joint = [json.loads(content)], ""
    except ValueError:
        values, joint = [json.loads(line) for line in content.splitlines()], "\n"
    for _ in range(chance.randrange(1, 5)):
        found: list[tuple[Any, Any]] = list(places(values))
        holder, key = found[chance.randrange(len(found))]
        holder[key] = copy.deepcopy(chance.choice((*HOSTILE, values[0])))
    chance.shuffle(values)
    return joint.join(map(json.dumps, values)).encode("utf-8", "surrogatepass")


def prints(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every file with its size and time."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {path: (status.st_size, status.st_mtime_ns) for path, status in found}
