"""The shape of the code: rooms, public names, and what importing costs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tacit

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("app", "core", "exports", "store", "widgets")


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_import_arrows_run_downwards_only() -> None:
    linter = "from importlinter.cli import lint_imports_command as run; run()"
    done = python("-c", linter, "--no-logo", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr
    kept = re.search(r"Contracts: (\d+) kept, 0 broken", done.stdout)
    assert kept is not None, done.stdout
    assert int(kept[1]) == (ROOT / "pyproject.toml").read_text().count("[[tool.importlinter.contracts]]")


def test_the_public_names_of_the_package() -> None:
    assert sorted(tacit.__all__) == ["Memory", "TacitError", "__version__"]
    assert all(hasattr(tacit, name) for name in tacit.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Remember'"):
        _ = tacit.Remember


def test_the_public_names_of_a_memory() -> None:
    """Of the library's face; the doors use more of the facade below it."""
    promised = {
        "open",
        "close",
        "import_path",
        "patterns",
        "sessions",
        "show",
        "stats",
        "delete",
        "undo",
        "export",
    }
    assert promised <= set(dir(tacit.Memory))


def test_importing_the_package_imports_no_room() -> None:
    code = "import sys, tacit; print(*[name for name in sys.modules if name.startswith('tacit.')])"
    assert python("-c", code).stdout.split() == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_linked_into_the_package_and_loads_nothing_by_itself(room: str) -> None:
    link = ROOT / "src" / "tacit" / room
    assert link.is_symlink()
    assert link.readlink() == Path("../..") / room
    assert all(not path.read_text().strip() for path in (ROOT / room).rglob("__init__.py"))
