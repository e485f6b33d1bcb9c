"""``memory stats --calibration``, and what a pattern's page says of its claim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from transcript import habit

Call = Callable[..., Any]


def test_the_numbers_of_the_three_forms_are_the_same(call: Call) -> None:
    shown = call("stats", "--calibration", "--format", "json").json()
    assert call("stats", "--calibration", "--format", "jsonl").lines() == [shown]
    found = shown["calibration"]
    assert sum(one["forecasts"] for one in found["bins"]) == found["forecasts"] > 0
    assert sum(one["forecasts"] for one in found["kinds"]) == found["forecasts"]
    assert sum(one["forecasts"] for one in found["projects"]) == found["forecasts"]
    assert 0 <= found["held"] <= 1
    out = call("stats", "--calibration").out
    assert f"{found['forecasts']} forecasts" in out
    for part in ("By what was claimed", "By kind", "By project", "recovery", "work/app"):
        assert part in out


def test_nothing_to_hold_claims_against_is_said_and_null(call: Call, tmp_path: Path) -> None:
    path = habit("only").save(tmp_path / "in")
    assert call("import", str(path), home=tmp_path).code == 0
    found = call("stats", "--calibration", "--format", "json", home=tmp_path).json()["calibration"]
    assert found["forecasts"] == 0
    assert found["bins"] == found["kinds"] == found["projects"] == []
    assert {found[name] for name in ("claimed", "held", "error", "brier", "base_brier")} == {None}
    out = call("stats", "--calibration", home=tmp_path).out
    assert "nothing to hold claims against" in " ".join(out.split())


def test_the_page_of_a_pattern_tells_claim_since_and_what_it_is_compared_to(call: Call) -> None:
    [row, *_] = call("patterns", "kind:recovery", "--format", "json").json()["patterns"]
    out = " ".join(call("show", row["id"]).out.split())
    claim, since = row["claim"], row["since"]
    assert row["uses"] == claim["uses"] + since["uses"]
    assert f"{row['successes']} of {row['judged']}" in out
    assert f"({claim['successes']} of {claim['judged']}) in {claim['uses']} uses" in out
    assert "since then" in out
    assert ("compared to" in out) is (row["expected"] is not None)
