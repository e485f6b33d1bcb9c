"""What is loaded when: the handshake comes before any index, store or model."""

from __future__ import annotations

import json
from pathlib import Path

from served import Raw

TELLING = """
import os
leave = os._exit
def told(code):
    with open(os.environ["TACIT_HOME"] + "/modules", "w") as file:
        file.write("\\n".join(sys.modules))
    leave(code)
os._exit = told
"""
HEAVY = (
    "lmdb",
    "numpy",
    "usearch",
    "onnxruntime",
    "tokenizers",
    "tantivy",
    "tree_sitter",
    "textual",
    "torch",
)


def test_nothing_of_the_store_is_loaded_before_the_first_call(home: Path) -> None:
    with Raw(home, TELLING) as server:
        server.hello()
        assert len(server.ask("tools/list")["result"]["tools"]) == 15
        server.ask("resources/templates/list")
        server.ask("prompts/list")
        assert server.leave() == 0
    loaded = (home / "modules").read_text().splitlines()
    assert "mcp.server.lowlevel" in loaded
    assert {name for name in loaded if name.startswith("tacit.store")} <= {
        "tacit.store",
        "tacit.store.errors",
    }
    assert [name for name in loaded if name.split(".")[0] in HEAVY] == []
    assert " mcp " not in (home / "tacit.log").read_text()


def test_words_alone_load_no_model(home: Path) -> None:
    with Raw(home, TELLING) as server:
        server.hello()
        answer = server.call("search_patterns", text="ruff", mode="lexical")
        assert json.loads(answer["result"]["content"][0]["text"])["mode"] == "lexical"
        assert server.leave() == 0
    loaded = (home / "modules").read_text().splitlines()
    assert "tantivy" in loaded
    assert not {"numpy", "onnxruntime", "tokenizers", "usearch"}.intersection(loaded)
