"""Which transcripts their agent removes soon, and which are gone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from told import story, writer
from transcript import habit

from tacit import Memory
from tacit.core.expiry import Expiry, expiries, noted

DAY = 86_400_000
NOW = 1_790_000_000_000


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def told(memory: Memory, home: Path, **environ: str) -> dict[str, Expiry]:
    with memory._store.read() as read:
        notes = noted(read)
    return expiries(notes, home, environ)


def write(folder: Path, name: str, days_ago: float) -> Path:
    """A transcript that was written to so long ago."""
    path = habit(name).save(folder)
    at = (NOW - days_ago * DAY) / 1000
    os.utime(path, (at, at))
    return path


def words_of(memory: Memory, found: dict[str, Expiry]) -> dict[str, str]:
    titles = {session.id: session.title for session in memory.sessions()}
    return {titles[one].rsplit(" ", 1)[1]: expiry.words(NOW) for one, expiry in found.items()}


@pytest.mark.parametrize("days", [30, 40])
def test_claude_code_keeps_for_as_long_as_its_settings_say(tmp_path: Path, home: Path, days: int) -> None:
    folder = home / ".claude" / "projects" / "-home-dev"
    for name, ago in (("fresh", 1), ("close", days - 2.5), ("edge", days - 7), ("over", days + 3)):
        write(folder, name, ago)
    gone = write(folder, "gone", 10)
    if days != 30:
        (home / ".claude" / "settings.json").write_text(json.dumps({"cleanupPeriodDays": days}))
    elsewhere = tmp_path / "kept"
    write(elsewhere, "mine", 300)
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([folder, elsewhere])
        gone.unlink()
        assert words_of(memory, told(memory, home)) == {
            "fresh": "",
            "close": "expires in 3 days",
            "edge": "expires in 7 days",
            "over": "expires today",
            "gone": "file gone",
            "mine": "",
        }


@pytest.mark.parametrize(
    "settings",
    [
        "{",
        "[]",
        '{"cleanupPeriodDays": "soon"}',
        '{"cleanupPeriodDays": true}',
        '{"cleanupPeriodDays": NaN}',
        '{"cleanupPeriodDays": -Infinity}',
    ],
)
def test_settings_that_say_nothing_mean_thirty_days(tmp_path: Path, home: Path, settings: str) -> None:
    folder = home / ".claude" / "projects" / "x"
    path = write(folder, "one", 28.5)
    (home / ".claude" / "settings.json").write_text(settings)
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([folder])
        (found,) = told(memory, home).values()
        assert found.path == str(path)
        assert found.words(NOW) == "expires in 2 days"


@pytest.mark.parametrize("days", ["Infinity", "1e999", "1" + "0" * 300])
def test_what_is_kept_for_ever_does_not_expire(tmp_path: Path, home: Path, days: str) -> None:
    folder = home / ".claude" / "projects" / "x"
    write(folder, "one", 3_000)
    (home / ".claude" / "settings.json").write_text(f'{{"cleanupPeriodDays": {days}}}')
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([folder])
        (found,) = told(memory, home).values()
        assert found.words(NOW) == ""


def test_the_folder_may_be_elsewhere(tmp_path: Path, home: Path) -> None:
    moved = tmp_path / "moved"
    write(moved / "projects" / "x", "one", 29)
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([moved])
        (found,) = told(memory, home, CLAUDE_CONFIG_DIR=str(moved)).values()
        assert found.words(NOW) == "expires in 1 day"
        (found,) = told(memory, home).values()
        assert found.words(NOW) == ""


def test_of_what_was_forgotten_no_path_is_known(tmp_path: Path, home: Path) -> None:
    folder = home / ".claude" / "projects" / "x"
    write(folder, "one", 29)
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([folder])
        memory.forget(sessions=[memory.sessions(limit=1)[0].id])
        assert told(memory, home) == {}


@pytest.mark.parametrize(
    ("settings", "days"),
    [
        (None, 30),
        ({}, 30),
        ({"general": {"sessionRetention": {"enabled": True}}}, 30),
        ({"general": {"sessionRetention": {"maxAge": "2w"}}}, 14),
        ({"general": {"sessionRetention": {"maxAge": "36h", "minRetention": "1d"}}}, 1.5),
        ({"general": {"sessionRetention": {"maxAge": "2m"}}}, 60),
        ({"general": {"sessionRetention": {"enabled": False, "maxAge": "2w"}}}, None),
        ({"general": {"sessionRetention": {"maxAge": "12h"}}}, None),
        ({"general": {"sessionRetention": {"maxAge": "2d", "minRetention": "1w"}}}, None),
        ({"general": {"sessionRetention": {"maxAge": "soon"}}}, None),
        ({"general": {"sessionRetention": {"maxAge": 30}}}, None),
        ({"general": ["30d"]}, 30),
        ("30d", 30),
    ],
)
def test_gemini_keeps_for_as_long_as_its_settings_say(
    tmp_path: Path, home: Path, settings: object, days: float | None
) -> None:
    path = writer("gemini")(story(), home)
    os.utime(path, (NOW // 1000 - 3_600, NOW // 1000 - 3_600))
    if settings is not None:
        (home / ".gemini" / "settings.json").write_text(json.dumps(settings))
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([path])
        (expiry,) = told(memory, home).values()
        assert expiry.at == (None if days is None else NOW - 3_600_000 + days * DAY)
        (elsewhere,) = told(memory, home, GEMINI_CLI_HOME=str(tmp_path / "other")).values()
        assert elsewhere.at is None
