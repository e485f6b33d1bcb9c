"""``memory stats --health``: the same as the Stats screen tells."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = json.loads((Path(__file__).parents[3] / "exports" / "schema" / "health.json").read_text())


def test_it_tells_state_and_sizes(call) -> None:
    shown = call("stats", "--health")
    assert shown.code == 0
    assert "✓ disk" in shown.out
    assert "text index" in shown.out
    assert "On this disk" in shown.out


def test_its_json_fits_its_schema_and_stays_the_same(call) -> None:
    found = call("stats", "--health", "--format", "json").json()
    Draft202012Validator(SCHEMA).validate(found)
    assert call("stats", "--health", "--format", "jsonl").lines()[0].keys() == found.keys()
    assert list(SCHEMA["properties"]["health"]["properties"]) == list(found["health"])
    assert found["sizes"][0]["what"] == "store"


def test_the_two_pages_are_asked_for_one_by_one(call) -> None:
    done = call("stats", "--health", "--calibration")
    assert done.code == 2
    assert "two pages" in done.err
