"""The shape of the code: rooms, public names, and what importing costs."""

from __future__ import annotations

import ast
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


SCREENS = [*sorted((ROOT / "app" / "inspector").rglob("*.py")), *sorted((ROOT / "widgets").rglob("*.py"))]
SHEET = ROOT / "app" / "inspector" / "inspector.tcss"
LONGEST_FILE, LONGEST_CLASS = 300, 280  # lines, as much as a reader can hold
NO_COLOURS = {
    *("solid", "none", "hidden", "round", "blank", "outer", "inner", "heavy", "transparent"),
    *("bold", "reverse", "underline", "italic", "dim"),
}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_part_of_the_inspector_is_longer_than_a_reader_can_hold() -> None:
    long = {named(path): len(path.read_text().splitlines()) for path in SCREENS}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}
    classes = {
        f"{named(path)}:{node.name}": (node.end_lineno or 0) - node.lineno
        for path in SCREENS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    assert {name: lines for name, lines in classes.items() if lines > LONGEST_CLASS} == {}


def test_all_styles_stand_in_the_one_sheet() -> None:
    """No widget brings styles of its own, and no colour is written but in the themes."""
    for path in SCREENS:
        tree = ast.parse(path.read_text())
        assigned = {
            target.id
            for node in ast.walk(tree)
            for target in (node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)])
            if isinstance(target, ast.Name)
        }
        assert not assigned & {"CSS", "DEFAULT_CSS"}, named(path)
        if path.name == "themes.py":
            continue
        texts = [str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        assert [text for text in texts if re.fullmatch(r"#[0-9a-fA-F]{3,8}", text)] == [], named(path)
        styled = {
            target.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Attribute) and ast.unparse(target).rpartition(".")[0].endswith("styles")
        }
        assert styled <= {"width", "height", "offset", "display"}, named(path)
    assert [named(path) for path in ROOT.glob("app/**/*.tcss")] == [named(SHEET)]


def test_the_sheet_takes_its_colours_from_the_theme() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", SHEET.read_text(), flags=re.DOTALL)
    declared = re.findall(r"([a-z-]+):\s*([^;{}]+);", sheet)
    assert len(declared) > 100
    for name, value in declared:
        if not name.startswith(("color", "background", "border", "scrollbar-", "text-style", "outline")):
            continue
        for word in value.split():
            plain = word.startswith("$") or word in NO_COLOURS or re.fullmatch(r"\d+%?|stable", word)
            assert plain, f"{name}: {value}"


def test_widgets_are_given_what_they_show() -> None:
    """They know how text is cut and counted and what a record is, and nothing that could fetch one."""
    for path in sorted((ROOT / "widgets").rglob("*.py")):
        imported = re.findall(r"^\s*(?:from|import) (tacit\.\S+)", path.read_text(), flags=re.MULTILINE)
        known = ("tacit.widgets.", "tacit.core.text", "tacit.core.present", "tacit.core.model")
        assert [name for name in imported if not name.startswith(known)] == [], named(path)
