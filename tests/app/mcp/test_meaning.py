"""With a model: searches go by words and meaning, and loading it keeps no other call waiting."""

from __future__ import annotations

from pathlib import Path

from compiled import lend
from served import Raw


def test_a_model_is_loaded_beside_other_calls(home: Path, compiled_model: Path) -> None:
    lend(compiled_model, home)
    with Raw(home) as server:
        server.hello()
        assert server.call("health_check")["result"]["structuredContent"]["meaning"] == "ready"
        arguments = {"text": "the linter complains", "mode": "hybrid"}
        meant = server.send("tools/call", {"name": "search_patterns", "arguments": arguments})
        others = [server.send("ping") for _ in range(3)]
        answers = [server.read() for _ in range(4)]
        assert [one["id"] for one in answers] == [*others, meant]
        found = answers[-1]["result"]["structuredContent"]
        assert found["mode"] == "hybrid"
        assert found["patterns"]
        assert server.leave() == 0
