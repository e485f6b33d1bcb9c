"""Make the golden sample ``exports/golden``: a small told story, learned from and exported for real.

Run it after a wanted change of the form or of what is learned, and read the difference::

    python tests/exports/make_golden.py [DIR]
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

GOLDEN = Path(__file__).parents[2] / "exports" / "golden"
NOW = 1_775_000_000_000
REFUSED = "<tool_use_error>String to replace not found in file.</tool_use_error>"
UNTYPED = "Exit code 1\nsrc/cart.ts(4,7): error TS2345: Argument of type 'string' is not assignable."
UNUSED = "Exit code 1\nprice.py:1:8: F401 [*] `os` imported but unused\nFound 1 error."
PASSED = "============ 12 passed in 0.41s ============"
FAILED = "Exit code 1\nE   AssertionError: 3 != 4\n======= 1 failed, 11 passed in 0.52s ======="

Call = tuple[str, dict[str, object], str]


def read(path: str) -> Call:
    return "Read", {"file_path": path}, f"1\tthe text of {path.rsplit('/', 1)[-1]}"


def edit(path: str, new: str, result: str = "The file has been updated.") -> Call:
    return "Edit", {"file_path": path, "old_string": "…", "new_string": new}, result


def run(command: str, result: str) -> Call:
    return "Bash", {"command": command}, result


def refused_then_read(path: str) -> list[Call]:
    """The habit of this story: an edit is refused, the file is read, the edit succeeds."""
    return [edit(path, "first try", REFUSED), read(path), edit(path, "second try")]


def linted(path: str) -> list[Call]:
    """Another: the linter complains, an edit follows."""
    return [run("ruff check .", UNUSED), edit(path, "without the import")]


SHOP, SITE = "/home/sam/shop", "/home/sam/site"
TOKEN = "export SHOP_API_TOKEN=q7w8e9r1t2y3u4i5 && pytest -q"

STORY: dict[str, tuple[str, str, list[tuple[str, list[Call]]]]] = {
    "0b6f2c1e-0000-4000-8000-000000000001": (
        SHOP,
        "2026-03-02T09:00",
        [
            (
                "Make the price test pass",
                [*refused_then_read(f"{SHOP}/price.py"), *linted(f"{SHOP}/price.py"), run(TOKEN, PASSED)],
            ),
            (
                "Now the same for the tax",
                [
                    read(f"{SHOP}/tax.py"),
                    edit(f"{SHOP}/tax.py", "rate = 0.2"),
                    run("pytest -q", FAILED),
                    edit(f"{SHOP}/tax.py", "rate = 0.19"),
                    *linted(f"{SHOP}/tax.py"),
                    run("cd /home/sam/shop && pytest -q tests", PASSED),
                ],
            ),
        ],
    ),
    "0b6f2c1e-0000-4000-8000-000000000002": (
        SHOP,
        "2026-03-11T14:30",
        [
            (
                "Round prices down, naïvely – “floor” ✓",
                [*refused_then_read(f"{SHOP}/price.py"), run("pytest -q", FAILED)],
            ),
            (
                "That is still wrong, it must be 3",
                [edit(f"{SHOP}/price.py", "3"), *linted(f"{SHOP}/price.py"), run("pytest -q", PASSED)],
            ),
        ],
    ),
    "0b6f2c1e-0000-4000-8000-000000000003": (
        SITE,
        "2026-03-20T08:15",
        [
            (
                "Type the cart",
                [
                    *refused_then_read(f"{SITE}/src/cart.ts"),
                    run("npx tsc --noEmit", UNTYPED),
                    edit(f"{SITE}/src/cart.ts", "const total: number = 0"),
                    run("npx tsc --noEmit", ""),
                    run("git commit -am 'Type the cart'", "[main 1a2b3c4] Type the cart"),
                ],
            )
        ],
    ),
}


def transcript(native: str, directory: str, begun: str, tasks: list[tuple[str, list[Call]]]) -> str:
    """The session as Claude Code writes it down."""
    lines: list[dict[str, object]] = []

    def add(kind: str, message: dict[str, object]) -> None:
        number = len(lines)
        lines.append(
            {
                "type": kind,
                "uuid": f"{number:08x}-000{native[-1]}-4000-8000-000000000000",
                "parentUuid": lines[-1]["uuid"] if lines else None,
                "sessionId": native,
                "timestamp": f"{begun}:{number:02d}.{number:03d}Z",
                "cwd": directory,
                "gitBranch": "main",
                "version": "2.1.0",
                "isSidechain": False,
                "userType": "external",
                "message": message,
            }
        )

    for prompt, calls in tasks:
        add("user", {"role": "user", "content": prompt})
        for tool, parameters, result in calls:
            call = f"toolu_{native[-1]}{len(lines):03d}"
            failed = result.startswith(("Exit code", "<tool_use_error>"))
            use = {"type": "tool_use", "id": call, "name": tool, "input": parameters}
            add("assistant", {"role": "assistant", "model": "claude-x", "content": [use]})
            done = {"type": "tool_result", "tool_use_id": call, "content": result, "is_error": failed}
            add("user", {"role": "user", "content": [done]})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def make(directory: Path) -> None:
    """Write the sample into an empty or earlier sample's directory."""
    from tacit.core.config import load
    from tacit.core.places import Places
    from tacit.memory import Memory

    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        (base / "told").mkdir()
        for native, (where, begun, tasks) in STORY.items():
            (base / "told" / f"{native}.jsonl").write_text(transcript(native, where, begun, tasks))
        config = load(Places({"TACIT_HOME": temporary}))
        with Memory.open(base / "store", config=config, clock=lambda: NOW) as memory:
            memory.import_path(base / "told")
            native = next(iter(STORY))
            given = {"door": "mcp", "how": "search_patterns", "agent": "claude-code", "project": "shop"}
            memory.offer([memory.patterns()[0].id], session=native, **given)
            memory.tell_outcome(native, "claude-code", "success", "the person was content")
            memory.learn_pending()
            memory.delete([memory.patterns("kind:tool_sequence")[-1].id])
            memory.export(directory)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    shutil.rmtree(target, ignore_errors=True)
    make(target)
