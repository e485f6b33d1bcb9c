"""Plug-in extractors of every bad kind at once, through the real command: named, and nobody else is hurt."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from transcript import START, habits

from tacit import Memory

SECRET = "ghp_" + "a1B2" * 9
SOURCE = f"""
import os, sys, time
from tacit.core.model import Use

def use(key, first=1, last=2, kind="custom"):
    return Use(kind, key, "success", 0, first, last)

class Good:
    def extract(self, episode, steps):
        return [use(("a good one",))]

class Raises:
    def extract(self, episode, steps):
        raise ValueError("no idea \\x1b[31m of it")

class Hangs:
    def extract(self, episode, steps):
        if "h0" in episode.prompt:
            time.sleep(600)
        return []

class Types:
    def extract(self, episode, steps):
        return [use((7,), first="one", last=None)]

class Million:
    def extract(self, episode, steps):
        return [use((str(n),)) for n in range(1_000_000 if "h0" in episode.prompt else 1)]

class Nowhere:
    def extract(self, episode, steps):
        return [use(("nowhere",), 1, 10**18)]

class Negative:
    def extract(self, episode, steps):
        return [use(("negative",), -1, 1)]

class Telling:
    def extract(self, episode, steps):
        return [use(("export GITHUB_TOKEN={SECRET}",))]

class Driving:
    def extract(self, episode, steps):
        return [use(("drives\\x1b]0;pwned\\x07\\x1b[2J\\u202ethe terminal\\r\\nand \\x00 more",))]

class Halved:
    def extract(self, episode, steps):
        return [use(("half \\ud83d of a pair",))]

class Killed:
    def extract(self, episode, steps):
        os.kill(os.getpid(), 9)
"""
NAMES = re.findall(r"^class (\w+)", SOURCE, re.MULTILINE)
TROUBLES = {  # a million uses are too many bytes, or too slow to tell
    "raises": "ValueError in plugged.py:",
    "hangs": "it took more than 2 s",
    "types": "it returned no list of uses",
    "million": "it ",
    "nowhere": "it returned a use outside of the episode",
    "negative": "it returned a use outside of the episode",
    "halved": "UnicodeEncodeError",
    "killed": "it ended",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package that brings all of them."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "plugged.py").write_text(SOURCE)
    info = folder / "plugged-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1\n")
    lines = "".join(f"{name.lower()} = plugged:{name}\n" for name in NAMES)
    (info / "entry_points.txt").write_text(f"[tacit.extractors]\n{lines}")
    return folder


def command(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The real command where the package is installed."""
    environment = os.environ | {"PYTHONPATH": str(site), "COLUMNS": "200"}
    line = [sys.executable, "-m", "tacit", *words]
    return subprocess.run(line, capture_output=True, text=True, env=environment, check=True, timeout=300)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def patterns(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name.startswith("patterns/")}


def test_each_is_named_and_all_others_learn_as_if_they_were_not_there(site: Path, tmp_path: Path):
    source = tmp_path / "in"
    habits(source, 4)
    trees = []
    for name in ("once", "again"):
        store = str(tmp_path / name)
        report = command(site, "--store", store, "import", str(source), "--format", "json")
        skipped = json.loads(report.stdout)["skipped"]
        for plugin, why in TROUBLES.items():
            said = [reason for reason in skipped if reason.startswith(f"by extractor {plugin}: ")]
            assert any(why in reason for reason in said), (plugin, said)
        assert not any("good" in reason or "telling" in reason or "driving" in reason for reason in skipped)
        assert "Traceback" not in report.stderr
        assert "no idea" not in report.stdout + report.stderr
        command(site, "--store", store, "export", str(tmp_path / f"{name} out"))
        trees.append(tree(tmp_path / f"{name} out"))
    assert trees[0] == trees[1]
    whole = b"".join(trees[0].values())
    assert SECRET.encode() not in whole
    assert b"GITHUB_TOKEN=[REDACTED:" in whole
    with Memory.open(tmp_path / "plain", clock=lambda: START) as plain:
        plain.import_paths([source])
        plain.export(tmp_path / "plain out")
    own = {name: data for name, data in trees[0].items() if not name.startswith("patterns/custom/")}
    assert patterns(own) == patterns(tree(tmp_path / "plain out")) != {}
    shown = [command(site, "--store", str(tmp_path / "once"), *words).stdout
             for words in (["patterns", "kind:custom"], ["stats"], ["import", str(source)])]  # fmt: skip
    assert "a good one" in shown[0]
    assert shown[0].count("drives") == 1
    assert all(one.isprintable() for text in shown for one in text.replace("\n", ""))
