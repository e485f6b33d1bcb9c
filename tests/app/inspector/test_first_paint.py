"""What is not loaded until the first rows are on the screen, as each of it would put them off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LATER = {
    "numpy", "usearch", "tantivy", "onnxruntime", "tokenizers", "tree_sitter", "zstandard", "urllib3",
    "watchfiles", "ctypes", "sqlite3", "tomllib", "importlib.metadata",
    "textual.widgets._markdown", "textual.widgets._data_table",
    "textual.widgets._text_area",
    "tacit.widgets.dialog", "tacit.widgets.confirm", "tacit.widgets.notice", "tacit.widgets.help",
    "tacit.widgets.choose", "tacit.widgets.finder", "tacit.widgets.command_bar", "tacit.widgets.jump",
    "tacit.widgets.question_bar", "tacit.widgets.trend",
    "tacit.app.inspector.live.hints", "tacit.app.inspector.ending.trouble",
    "tacit.app.inspector.keys.palette",
    "tacit.app.inspector.keys.keymap", "tacit.app.inspector.screens.sessions",
    "tacit.app.inspector.stats.screen", "tacit.app.inspector.upkeep.screen",
    "tacit.app.inspector.reading.screen", "tacit.app.inspector.answers.screen",
    "tacit.app.inspector.deeds.deletion", "tacit.app.inspector.deeds.exporting",
    "tacit.core.stats", "tacit.core.optimize", "tacit.core.ingest", "tacit.core.search", "tacit.core.doctor",
    "tacit.exports.export",
}  # fmt: skip
BEGINNINGS = (
    "tacit.app.inspector.command", "tacit.app.inspector.jump", "tacit.app.inspector.answers",
    "tacit.app.inspector.deeds", "tacit.app.inspector.leads.following", "tacit.app.inspector.pattern.known",
    "tacit.app.inspector.lists.completing", "tacit.app.inspector.handoff.handoff", "tacit.app.apart",
)  # fmt: skip

_SCRIPT = """
import sys
from pathlib import Path
from tacit.app.inspector.application import Inspector
from tacit.memory import Memory

class Looked(Inspector):
    def painted(self):
        print(*sorted(sys.modules), file=sys.stderr)
        self.exit(0)

with Memory.open(Path(sys.argv[1]), readonly=True, create=False) as memory:
    Looked(memory).run(headless=True, size=(80, 24))
"""


def test_nothing_that_the_first_rows_do_not_need_is_loaded_before_them(demo_store: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(demo_store)], capture_output=True, text=True, check=False
    )
    loaded = set(done.stderr.split())
    assert "tacit.app.inspector.screens.patterns" in loaded, done.stderr
    assert loaded & LATER == set()
    assert [one for one in loaded if one.startswith(BEGINNINGS)] == []
