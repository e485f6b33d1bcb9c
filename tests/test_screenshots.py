"""The pictures of README and docs show the program as it is: ``make screenshots`` draws them anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "screenshots"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pictures, drawn by a process of its own as `make screenshots` does."""
    if not (KEPT / "draw.py").exists():
        pytest.skip("the pictures are not packaged")
    folder = tmp_path_factory.mktemp("pictures")
    command = [sys.executable, "-m", "screenshots.draw", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TACIT_")}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder


def test_every_picture_is_what_the_program_shows(drawn: Path) -> None:
    fresh = {path.name: path.read_text() for path in drawn.glob("*.svg")}
    kept = {path.name: path.read_text() for path in KEPT.glob("*.svg")}
    assert sorted(fresh) == sorted(kept), "run `make screenshots`"
    assert [name for name in sorted(fresh) if fresh[name] != kept[name]] == [], (
        "run `make screenshots`, and look"
    )


def test_every_picture_in_the_pages_is_there() -> None:
    if not KEPT.is_dir():
        pytest.skip("the pictures are not packaged")
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {word for page in pages for word in page.read_text().replace("(", " ").replace('"', " ").split()}
    pictures = {Path(word.rstrip(")")).name for word in named if "screenshots/" in word and ".svg" in word}
    assert {name for name in pictures if not (KEPT / name).exists()} == set()
