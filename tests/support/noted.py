"""Small stores of other memories, written by hand."""

from __future__ import annotations

import json
from pathlib import Path

SECRET = "AKIAIOSFODNN7EXAMPLE"

GRAPH = (
    {
        "type": "entity", "name": "Alice", "entityType": "person",
        "observations": ["likes oolong tea", "works late"],
    },
    {"type": "entity", "name": "Kettle", "entityType": "thing", "observations": []},
    {"type": "relation", "from": "Alice", "to": "Kettle", "relationType": "owns"},
)  # fmt: skip

VAULT = {
    "pinning.md": "---\ntitle: Pin the compiler\ntags: [build, rust]\ncreated: 2026-01-02\n---\n"
    "Pin rustc, nightly broke twice.\n\n- relates_to [[Lint]]\n",
    "people/alice.md": "---\nname: Alice\ndescription: who reviews\ntype: user\n"
    "modified: 2026-02-03T04:05:06Z\n---\nReviews on Mondays.\n",
    "plain.md": "# No head\n\nJust a text with a marmoset in it.\n",
}

TEXTS = [
    "The staging server is called gannet.",
    {
        "id": "m-1",
        "memory": "Prefers tabs over spaces",
        "created_at": "2026-01-05T10:00:00.5-07:00",
        "updated_at": None,
        "categories": ["style"],
        "metadata": {"type": "preference"},
    },
]


def graph(folder: Path, lines=GRAPH, name: str = "graph.jsonl") -> Path:
    """A file as the MCP memory server leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def vault(folder: Path, files=VAULT) -> Path:
    """A folder of Markdown notes."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def texts(folder: Path, items=TEXTS, name: str = "facts.json") -> Path:
    """A JSON list of texts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(items), "utf-8")
    return path
