"""A tree that comes back: the same records, and nothing taken on trust."""

import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from msgspec.structs import replace

from tacit.core.errors import NothingUsable, TacitError
from tacit.core.jsonform import episode_json, session_json, step_json
from tacit.exports.reader import read_tree, recognises
from tacit.exports.source import Selection
from tacit.exports.tree import write_tree


@pytest.fixture
def tree(memory, tmp_path):
    write_tree(memory, tmp_path)
    return tmp_path


def first_file(tree):
    return min((tree / "sessions").iterdir())


def read_all(directory, **options):
    found = read_tree(directory, **options)
    return list(found.sessions()), found


def damage(tree, change):
    """Rewrite the first session's file after a change to its JSON."""
    path = first_file(tree)
    form = json.loads(path.read_text())
    change(form)
    path.write_text(json.dumps(form))


def test_sessions_episodes_and_steps_come_back_as_they_were(memory, tree):
    sessions, found = read_all(tree)
    assert found.rejected == {}
    assert [session_json(session) for session, _ in sessions] == [session_json(s) for s in memory.sessions]
    for session, episodes in sessions:
        written = list(memory.export_episodes(session))
        assert len(episodes) == len(written) == 2
        for (episode, steps), (wrote, wrote_steps) in zip(episodes, written, strict=True):
            assert episode_json(episode) == episode_json(wrote)
            assert [step_json(step) for step in steps] == [step_json(step) for step in wrote_steps]


CUT = """
import os, sys
from pathlib import Path
from tacit.exports.reader import read_session
path = Path(sys.argv[1])
session, episodes = read_session(path)
os.truncate(path, 0)
print(len([step for episode, steps in episodes for step in steps]))
"""


def test_a_file_that_is_emptied_while_it_is_read_does_not_end_the_process(tree, memory):
    path = first_file(tree)
    written = path.read_text()
    path.write_text(written + " " * 8_000_000)
    command = [sys.executable, "-c", CUT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    session = next(one for one in memory.sessions if one.id in written)
    steps = sum(len(list(steps)) for _, steps in memory.export_episodes(session))
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{steps}\n")


def test_what_was_read_exports_to_the_same_bytes(memory, tree, tmp_path, content, monkeypatch):
    sessions, _ = read_all(tree)
    by_id = {session.id: episodes for session, episodes in sessions}
    monkeypatch.setattr(memory, "sessions", [session for session, _ in sessions])
    monkeypatch.setattr(memory, "export_episodes", lambda session: iter(by_id[session.id]))
    write_tree(memory, tmp_path / "again")
    again = content(tmp_path / "again")
    assert again == {name: data for name, data in content(tree).items() if not name.startswith("again")}


def test_the_manifest_says_what_stays_deleted(tree):
    manifest = read_tree(tree).manifest
    assert [(one.id, one.role) for one in manifest.tombstones] == [
        ("p-000000000000", "with"),
        ("p-zzzzzzzzzzzz", "head"),
    ]
    assert manifest.complete
    assert not manifest.selection


def test_episodes_are_a_sequence_made_when_asked_for(tree):
    sessions, _ = read_all(tree)
    _, episodes = sessions[0]
    assert episodes[-1][0].prompt == "task 1"
    assert [episode.prompt for episode, _ in episodes[:1]] == ["task 0"]
    assert [episode.prompt for episode, _ in episodes] == [episode.prompt for episode, _ in episodes]
    with pytest.raises(IndexError):
        episodes[2]


def test_copies_come_back_behind_what_is_held(memory, tmp_path):
    memory.sessions = [replace(memory.sessions[0], episodes=1, copies=1)]
    write_tree(memory, tmp_path)
    [(session, episodes)], _ = read_all(tmp_path)
    assert session.copies == 1
    assert [episode.prompt for episode, _ in episodes] == ["task 0", "task 1"]


def test_a_tree_can_be_read_twice(tree):
    found = read_tree(tree)
    assert len(list(found.sessions())) == len(list(found.sessions())) == 2


def test_an_empty_selection_reads_as_nothing(memory, tmp_path):
    write_tree(memory, tmp_path, Selection())
    sessions, found = read_all(tmp_path)
    assert sessions == []
    assert found.manifest.selection


def test_only_an_export_is_recognised(tree, tmp_path):
    assert recognises(tree)
    other = tmp_path / "other"
    assert not recognises(other)
    other.mkdir()
    assert not recognises(other)
    (other / "manifest.json").write_text('{"name": "web app"}')
    assert not recognises(other)
    with pytest.raises(NothingUsable):
        read_tree(other)


def test_a_newer_export_is_refused(tree):
    (tree / "manifest.json").write_text('{"format":"tacit-export","schema":2}')
    with pytest.raises(TacitError, match="newer"):
        read_tree(tree)


@pytest.mark.parametrize(
    "change",
    [
        {"tombstones": [{"id": "../../x", "role": "head"}]},
        {"tombstones": [{"id": "p-000000000000", "role": "king"}]},
        {"marks": [{"id": "e-000000000000", "label": "abstained", "at": "2026-01-05T10:00:00Z", "note": ""}]},
        {"marks": [{"id": "e-000000000000", "label": "success", "at": "yesterday", "note": ""}]},
        {"marks": [{"id": "e-../../00000", "label": "success", "at": "2026-01-05T10:00:00Z", "note": ""}]},
        {
            "marks": [
                {"id": "e-000000000000", "label": "success", "at": "2026-01-05T10:00:00Z", "note": "x" * 9000}
            ]
        },
        {"tombstones": "all"},
        {"pins": ["nonsense!"]},
        {"counts": {"patterns": "many"}},
    ],
)
def test_a_damaged_manifest_is_refused(tree, change):
    form = json.loads((tree / "manifest.json").read_text())
    (tree / "manifest.json").write_text(json.dumps(form | change))
    with pytest.raises(TacitError, match="damaged"):
        read_tree(tree)


def drop(*keys):
    def change(form):
        for key in keys[:-1]:
            form = form[key]
        del form[keys[-1]]

    return change


def put(value, *keys):
    def change(form):
        for key in keys[:-1]:
            form = form[key]
        form[keys[-1]] = value

    return change


WRONG = {
    "no session": (drop("session"), "wrong form"),
    "no episodes": (drop("episodes"), "wrong form"),
    "episodes of another type": (put({"a": 1}, "episodes"), "wrong form"),
    "a session that is a list": (put([], "session"), "wrong form"),
    "a title that is a number": (put(7, "session", "title"), "wrong form"),
    "a time that is none": (put("soon", "session", "started"), "wrong form"),
    "a huge number": (put(10**400, "session", "tokens"), "wrong form"),
    "a negative count": (put(-1, "session", "steps"), "wrong form"),
    "a long title": (put("x" * 50_000, "session", "title"), "wrong form"),
    "a step without a call": (drop("episodes", 0, "steps", 0, "call"), "wrong form"),
    "steps out of order": (put(9, "episodes", 0, "steps", 0, "n"), "wrong form"),
    "a status of its own": (put("great", "episodes", 1, "steps", 0, "status"), "wrong form"),
    "a long observation": (put("x" * 50_000, "episodes", 0, "steps", 0, "observation"), "wrong form"),
    "an outcome of its own": (put({"label": "best"}, "episodes", 0, "episode", "outcome"), "wrong form"),
    "an id that is not its own": (put("s-000000000000", "session", "id"), "wrong id"),
    "an id that is a path": (put("../../etc/passwd", "session", "id"), "wrong id"),
    "the native id of another": (put("three", "session", "native"), "wrong id"),
    "an episode of another session": (put("s-000000000000", "episodes", 0, "episode", "session"), "wrong id"),
    "an episode under a false id": (put("e-000000000000", "episodes", 0, "episode", "id"), "wrong id"),
    "a newer form": (put(2, "schema"), "newer"),
}


@pytest.mark.parametrize(("change", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_left_out_and_counted(tree, change, reason):
    damage(tree, change)
    sessions, found = read_all(tree)
    assert [session.native for session, _ in sessions] == ["two"]
    assert found.rejected == {reason: 1}
    [problem] = found.problems
    assert problem.file.startswith("sessions/2026-02-04-session-one-s-")
    assert problem.reason == reason


def test_an_episode_told_twice_in_one_file_is_refused(tree):
    damage(tree, lambda form: form["episodes"].append(form["episodes"][0]))
    _, found = read_all(tree)
    assert found.rejected == {"wrong id": 1}


def test_a_session_in_two_files_counts_once(tree):
    copy = tree / "sessions" / "zz.json"
    copy.write_bytes(first_file(tree).read_bytes())
    sessions, found = read_all(tree)
    assert len(sessions) == 2
    assert found.rejected == {"twice": 1}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\x00" * 100, "not JSON"),
        (b"null", "wrong form"),
        (b"[]", "wrong form"),
        (b'{"schema": "1"}', "wrong form"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[" * 200_000, "wrong form"),
        (b'{"schema":1,"x":' + b"[" * 200_000, "wrong form"),
        (b'{"schema":1,"session":{},"episodes":' + b"[" * 200_000, "wrong form"),
        (b'{"schema":1,"session":{"id":"\\ud800"},"episodes":[]}', "not JSON"),
        (b'{"schema":1,"session":{"id":"' + b"\xed\xa0\x80" + b'"},"episodes":[]}', "wrong form"),
        (b'{"schema":1,"session":' + b'{"a":' * 500 + b"1" + b"}" * 500 + b',"episodes":[]}', "wrong form"),
    ],
)
def test_a_file_of_anything_else_is_left_out(tree, data, reason):
    first_file(tree).write_bytes(data)
    sessions, found = read_all(tree)
    assert len(sessions) == 1
    assert found.rejected == {reason: 1}


def test_a_file_too_large_is_not_even_read(tree):
    path = tree / "sessions" / "huge.json"
    with path.open("wb") as file:
        file.truncate(300 << 20)
    _, found = read_all(tree)
    assert found.rejected == {"too large": 1}


def test_a_file_of_a_million_nothings_costs_little(tree):
    path = tree / "sessions" / "bomb.json"
    path.write_bytes(b'{"schema":1,"session":{},"episodes":[' + b"{}," * 3_000_000 + b"{}]}")
    tracemalloc.start()
    _, found = read_all(tree)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.rejected == {"wrong form": 1}
    assert peak < 1_000_000


def test_links_pipes_and_folders_are_not_opened(tree, tmp_path):
    outside = tmp_path / "elsewhere.json"
    outside.write_bytes(first_file(tree).read_bytes())
    (tree / "sessions/link.json").symlink_to(outside)
    (tree / "sessions/loop.json").symlink_to("loop.json")
    (tree / "sessions/folder.json").mkdir()
    os.mkfifo(tree / "sessions/pipe.json")
    sessions, found = read_all(tree)
    assert len(sessions) == 2
    assert found.rejected == {"unreadable": 4}


def test_a_linked_sessions_folder_is_not_entered(tree, tmp_path):
    (tree / "sessions").rename(tmp_path / "moved")
    (tree / "sessions").symlink_to(tmp_path / "moved")
    assert read_all(tree)[0] == []


def test_other_names_are_passed_over(tree):
    (tree / "sessions/notes.txt").write_text("mine")
    (tree / "sessions/.hidden.json").write_text("mine")
    sessions, found = read_all(tree)
    assert len(sessions) == 2
    assert found.rejected == {}


def test_a_redactor_sees_every_text(memory, made, tmp_path):
    secret = "sesame"
    memory.sessions = [made.session("one", title=secret, directory=f"/home/{secret}", branch=secret)]
    memory.error_step = made.step(2, observation=secret, parameters=secret, target=secret)
    write_tree(memory, tmp_path)
    [(session, episodes)], _ = read_all(tmp_path, redact=lambda text: text.replace(secret, "[REDACTED:x]"))
    assert secret not in str(session)
    assert secret not in str(list(episodes))
    assert "[REDACTED:x]" in str(session)
    assert "[REDACTED:x]" in str(list(episodes))


def test_memory_stays_flat_whatever_the_size_of_a_file(memory, made, tmp_path, monkeypatch):
    memory.sessions = memory.sessions[:1]

    def export_episodes(session):
        for n in range(20):
            steps = (made.step(k, observation=f"{k} " + "x" * 9000) for k in range(1, 101))
            yield made.episode(session, n), steps

    monkeypatch.setattr(memory, "export_episodes", export_episodes)
    write_tree(memory, tmp_path)
    tracemalloc.start()
    counted = sum(len(steps) for _, episodes in read_tree(tmp_path).sessions() for _, steps in episodes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert counted == 2000
    assert peak < 6_000_000


def test_no_file_stays_open(tree):
    open_files = Path("/proc/self/fd")
    if not open_files.is_dir():
        pytest.skip("open files are counted in /proc")
    before = len(list(open_files.iterdir()))
    for _ in range(20):
        assert len(read_all(tree)[0]) == 2
    assert len(list(open_files.iterdir())) == before
