"""What an import loads: the reader of the agent it meets, and nothing to learn with where nothing is new."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from told import story, writer

HERE = "tacit.core.readers."
AGENTS = frozenset(
    path.parent.name for path in (Path(__file__).parents[2] / "core/readers").glob("*/reader.py")
)
NEVER = frozenset(
    {
        "importlib.metadata",
        "email",
        "tarfile",
        "zipfile",
        "sqlite3",
        "numpy",
        "textual",
        "tokenizers",
        "onnxruntime",
    }
)
LEARNING = frozenset(
    {
        *("tree_sitter", "tree_sitter_bash", "tantivy", "tacit.core.live.closing", "tacit.core.archives"),
        *(
            f"tacit.core.learn.{name}"
            for name in ("episode", "understand", "errors", "grammar", "task_types", "review")
        ),
        *(f"tacit.core.learn.extractors.{name}" for name in ("sequence", "decision", "recovery", "hybrid")),
    }
)


def loaded(home: Path, *words: str) -> set[str]:
    """The modules a command has loaded at its end."""
    code = (
        "import sys\nfrom tacit.app import cli\n"
        f"code = cli.run(['--store', {str(home / 'store')!r}, *{words!r}])\n"
        "print(*sys.modules, file=sys.stderr)\nsys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def readers(modules: set[str]) -> set[str]:
    """The agents whose readers are among them."""
    return AGENTS & {name.removeprefix(HERE).partition(".")[0] for name in modules if name.startswith(HERE)}


@pytest.mark.parametrize("agent", ["claude_code", "codex"])
def test_only_the_reader_of_the_agent_that_is_met_is_loaded(agent, tmp_path):
    folder = tmp_path / "in"
    writer(agent)(story(), folder)
    (folder / "README.md").write_text("# What lies here\n")
    (folder / "package.json").write_text('{"name": "shop", "dependencies": {}}\n')
    first = loaded(tmp_path, "import", str(folder))
    assert readers(first) == {agent}
    assert first & NEVER == set()
    assert (
        LEARNING - {"tacit.core.live.closing", "tacit.core.archives"} <= first
    )  # else it would prove nothing
    again = loaded(tmp_path, "import", str(folder))
    assert readers(again) == {agent}
    assert again & (NEVER | LEARNING) == set()


def test_without_a_transcript_no_reader_is_loaded(tmp_path):
    empty = tmp_path / "home"
    empty.mkdir()
    assert readers(loaded(tmp_path, "import", "--home", str(empty))) == set()
