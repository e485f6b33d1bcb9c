"""Every folder of the samples gives what was counted by hand, as the command tells it; no file is left."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import hand_counts
import pytest
from another_process import memory
from hand_counts import NOTHING, Folder, Hand
from hand_counts_fixtures import FIXTURES as OF_OTHERS
from hand_counts_fixtures import LOOSE

from tacit.core.readers.discovery import find_sources
from tacit.core.readers.registry import load_readers

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"
FIXTURES = SAMPLES / "other-agents" / "agent-sessions-fixtures"
HASHED = ("cursor", "swe-agent", "tau-bench")
FOLDERS = hand_counts.SAMPLES | OF_OTHERS
READ = [name for name, folder in FOLDERS.items() if folder.agent]

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")


def last(name: str) -> str:
    """What a folder is called in the names of tests."""
    return name.rpartition("/")[2]


def hands(folder: Folder) -> list[Hand]:
    """Every session that was counted."""
    return [hand for found in folder.sessions.values() for hand in found]


def refused(folder: Folder) -> Counter[str]:
    """How many files are refused, by reason."""
    return Counter(folder.refused.values())


class Taken:
    """Folders imported with the real command, once each, every one into a memory of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._known: dict[tuple[Path, ...], tuple[dict[str, Any], list[dict[str, Any]]]] = {}

    def of(self, *paths: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The report of the import, and the sessions that are listed afterwards."""
        if paths not in self._known:
            store = self._home / str(len(self._known)) / "store"
            store.parent.mkdir(exist_ok=True)
            report = told(store, "import", *map(str, paths))
            listed = told(store, "sessions", "--limit", "0")
            assert listed["total"] == len(listed["sessions"])
            self._known[paths] = report, listed["sessions"]
        return self._known[paths]


def told(store: Path, *words: str) -> dict[str, Any]:
    """What a command prints as JSON."""
    code, out, err = memory(store, *words, "--format", "json")
    assert code == 0, err
    value: dict[str, Any] = json.loads(out)
    return value


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """What commands say of folders."""
    return Taken(tmp_path_factory.mktemp("taken"))


@pytest.mark.parametrize("name", READ, ids=last)
def test_the_import_reports_what_was_counted(name, taken):
    report, _ = taken.of(SAMPLES / name)
    folder, counted = FOLDERS[name], hands(FOLDERS[name])
    expected = {
        "read": len(folder.sessions),
        "sessions": len(counted),
        "episodes": sum(hand.episodes for hand in counted),
        "steps": sum(hand.steps for hand in counted),
        "errors": sum(hand.errors for hand in counted),
        "subagent_steps": sum(hand.subagent[0] for hand in counted),
        "subagent_errors": sum(hand.subagent[1] for hand in counted),
        "rejected_calls": folder.rejected,
        "cancelled_calls": folder.cancelled,
        "interrupted_calls": folder.interrupted,
        "skipped": refused(folder) + Counter(folder.lines),
        "drift": {f"{folder.agent}: {what}": times for what, times in folder.drift.items()},
        "cut": {},
        "redacted": {},
    }
    assert {key: report[key] for key in expected} == expected


@pytest.mark.parametrize("name", READ, ids=last)
def test_sessions_are_named_with_their_agents_and_projects(name, taken):
    _, sessions = taken.of(SAMPLES / name)
    folder = FOLDERS[name]
    assert {one["agent"] for one in sessions} == {folder.agent}
    listed = Counter(seen(one, folder) for one in sessions)
    assert listed == Counter(counted(hand) for hand in hands(folder))


def seen(one: dict[str, Any], folder: Folder) -> tuple[Any, ...]:
    """A listed session as a row of the table: of natives without what is a hash of the file."""
    native = one["native"]
    if folder.agent in HASHED:
        native = re.sub(r"-?[0-9a-f]{16,}$", "", native)
    calls = one["steps"], one["errors"], one["subagent_steps"], one["subagent_errors"]
    return native, one["project"], one["episodes"], one["copies"], *calls, one["tokens"]


def counted(hand: Hand) -> tuple[Any, ...]:
    """What was counted as the same row."""
    calls = hand.steps, hand.errors, *hand.subagent
    return hand.native, hand.project, hand.episodes, hand.copies, *calls, hand.tokens


@pytest.mark.parametrize("name", FOLDERS, ids=last)
def test_every_file_is_a_session_or_belongs_to_one_or_is_refused(name):
    folder, root = FOLDERS[name], SAMPLES / name
    sessions, beside, reasons = {}, set(), {}
    for found in find_sources([root], load_readers().readers, Path("/nowhere"), {}):
        if found.path == root:
            assert (found.reason, folder.sessions) == ("no new transcript in this folder", {})
        elif found.source is None or found.reader is None:
            reasons[str(found.path.relative_to(root))] = found.reason
        else:
            sessions[str(found.path.relative_to(root))] = found.reader.name
            beside.update(found.source.extra)
    empty = {path for path, reason in folder.refused.items() if reason == NOTHING}
    assert sessions == dict.fromkeys([*folder.sessions, *empty], folder.agent)
    assert reasons == {path: why for path, why in folder.refused.items() if path not in empty}
    patterns = [pattern for hand in hands(folder) for pattern in hand.beside]
    others = {path for pattern in patterns for path in root.glob(pattern)}
    assert beside == {path for path in others if not path.name.endswith(".meta.json")}
    every = {path for path in root.rglob("*") if path.is_file()}
    assert every == others | {root / path for path in (*folder.sessions, *folder.refused)}


def test_no_folder_of_the_samples_is_without_a_count():
    below = {path.name for path in (FIXTURES / "stage0" / "agents").iterdir()}
    assert below == {last(name) for name in FOLDERS if name.startswith("other-agents")}
    counted = {name for name in FOLDERS if "/" not in name}
    assert {path.name for path in SAMPLES.iterdir() if path.is_dir()} == counted | {"other-agents"}
    assert {path.name for path in FIXTURES.iterdir() if path.is_file()} == set(LOOSE.refused)


def test_files_of_agents_without_a_reader_are_no_transcripts(tmp_path):
    others = [str(SAMPLES / name) for name, folder in FOLDERS.items() if not folder.agent]
    code, out, err = memory(tmp_path / "store", "import", *others)
    assert (code, out) == (1, "")
    assert "There is no transcript to import" in err
    assert "not a transcript" in err


def test_what_holds_no_prompt_or_call_is_refused_and_its_drift_is_told(taken):
    report, sessions = taken.of(*(FIXTURES / name for name in LOOSE.refused))
    drift = {f"codex: {what}": times for what, times in LOOSE.drift.items()}
    assert (report["skipped"], report["drift"], sessions) == (refused(LOOSE), drift, [])


def test_all_folders_together_are_all_their_sessions_each_of_its_agent(taken):
    report, sessions = taken.of(SAMPLES)
    folders = [*FOLDERS.values(), LOOSE]
    by_agent = Counter({folder.agent: 0 for folder in folders if folder.agent})
    for folder in folders:
        by_agent[folder.agent] += len(hands(folder))
    assert Counter(one["agent"] for one in sessions) == +by_agent
    assert report["steps"] == sum(hand.steps for folder in folders for hand in hands(folder))
    assert report["errors"] == sum(hand.errors for folder in folders for hand in hands(folder))
    beside = Counter({"not a transcript": 2})  # README.md and the licence of other-agents
    skipped = sum((refused(folder) + Counter(folder.lines) for folder in folders), beside)
    assert report["skipped"] == skipped
