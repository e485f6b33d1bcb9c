"""The places of many agents are told as a person wants to read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tacit.app.watching.told_places import told_places


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes.db").touch()
    (tmp_path / "notes.db-wal").touch()
    return tmp_path


def test_of_many_places_those_that_are_there_are_named(there: Path):
    places = [str(there / name) for name in ("absent", "gone", "notes.db", "notes.db-wal", "one", "two")]
    assert told_places(places) == "~/notes.db, ~/one, ~/two and 2 places that are not there yet"
    assert told_places(places[1:]) == "~/notes.db, ~/one, ~/two and 1 place that is not there yet"


def test_a_few_are_named_whether_they_are_there_or_not(there: Path):
    assert told_places([str(there / "absent"), str(there / "one")]) == "~/absent, ~/one"
    assert told_places([]) == ""


def test_where_none_is_there_their_number_is_told(there: Path):
    assert told_places([str(there / f"no{n}") for n in range(7)]) == "7 places that are not there yet"
