"""What one memory shares another one knows of, marks, and proves or refutes by itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json
from transcript import START, habit, habits

from tacit import Memory
from tacit.core.backup_restore import restore_backup
from tacit.core.errors import NotFound
from tacit.core.ids import pattern_id
from tacit.core.learn.effectiveness import effectiveness
from tacit.core.model import Offered, Pattern
from tacit.core.recall.brief_errors import after_failure
from tacit.core.recall.signing import signed

DAY = 86_400_000
NOW = START + 30 * DAY
READ_FIRST = "File has not been read yet. Read it first before writing to it."

Open = Callable[[str], Memory]


@pytest.fixture
def opened(tmp_path: Path):
    """Opens memories by name; all of them are closed at the end."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(Memory.open(tmp_path / name, clock=lambda: NOW))


@pytest.fixture
def alice(opened: Open, tmp_path: Path) -> Memory:
    """A memory that learned from six sessions."""
    memory = opened("alice")
    habits(tmp_path / "alices", 6)
    memory.import_path(tmp_path / "alices")
    return memory


def shared_by(memory: Memory, name: str = "alice", **options) -> bytes:
    return memory.share(name=name, **options).content


def give(memory: Memory, content: bytes, **options):
    return memory.import_shared(io.BytesIO(content), **options)


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


def recovery_of(memory: Memory) -> Pattern:
    return next(one for one in memory.patterns("kind:recovery") if one.key[:2] == ("exact", READ_FIRST))


def test_a_file_names_nobody_and_no_place(alice: Memory):
    content = alice.share().content
    told = json.decode(content)
    assert told["source"] == "unnamed"
    assert told["patterns"]
    assert {one["kind"] for one in told["patterns"]} <= {"error_recovery", "tool_sequence", "decision_point"}
    text = content.decode()
    for session in alice.sessions():
        assert session.id not in text
        assert session.native not in text
    for hidden in ("/home", "dev", "work/app", "parser", "fix the", "e-", "T10:"):
        assert hidden not in text.replace(told["shared_at"], "")
    assert all(len(one["first_used"]) == len(one["last_used"]) == 10 for one in told["patterns"])


def test_what_names_a_project_leaves_only_when_that_is_said(alice: Memory):
    without, with_project = alice.share(), alice.share(with_project=True)
    held = sum(one.kind in {"heuristic", "context", "file_group"} for one in alice.patterns())
    assert held > 0
    assert [number for why, number in without.left_out.items() if "--with-project" in why] == [held]
    assert not with_project.left_out
    assert b"work/app" in with_project.content


def test_what_is_taken_in_stands_last_and_is_marked(alice: Memory, opened: Open):
    bob = opened("bob")
    taken = give(bob, shared_by(alice))
    assert taken.new == taken.patterns > 0
    rows = bob.patterns()
    assert len(rows) == taken.patterns
    assert all(row.borrowed and row.uses == 0 and row.rate is None for row in rows)
    assert {row.elsewhere[0].source for row in rows} == {"alice"}
    assert bob.patterns("verdict:shared") == bob.patterns("from:alice") == rows
    assert bob.patterns("from:carol") == bob.patterns("success:>0") == bob.patterns("used:>1970") == ()
    theirs = {row.id: row for row in alice.patterns()}
    for row in rows:
        one, own = row.elsewhere[0], theirs[row.id]
        assert (row.kind, row.key, row.title) == (own.kind, own.key, own.title)
        assert (one.uses, one.judged, one.successes) == (own.uses, own.judged, own.successes)
    assert is_sound(bob)


def test_it_counts_in_no_number_of_this_memory(alice: Memory, opened: Open, tmp_path: Path):
    bob = opened("bob")
    habits(tmp_path / "bobs", 2)
    bob.import_path(tmp_path / "bobs")
    before, told = bob.stats(), bob.predict("fix the parser, case x")
    give(bob, shared_by(alice, with_project=True))
    after = bob.stats()
    assert after.elsewhere > 0
    for name in ("patterns", "kinds", "verdicts", "projects", "outcomes", "calibration"):
        assert getattr(after, name) == getattr(before, name)
    assert after.funnel == before.funnel
    assert bob.predict("fix the parser, case x").estimate == told.estimate
    assert bob.learn().patterns == before.patterns


def test_own_evidence_proves_it_and_what_was_told_stays(alice: Memory, opened: Open, tmp_path: Path):
    content = shared_by(alice)
    bob, apart = opened("bob"), opened("apart")
    give(bob, content)
    borrowed = recovery_of(bob)
    habit("b0").save(tmp_path / "bobs")
    bob.import_path(tmp_path / "bobs")
    seen = recovery_of(bob)
    assert seen.borrowed
    assert (seen.uses, seen.judged, seen.successes, seen.episodes, seen.projects) == (1, 1, 1, 1, 1)
    assert seen.elsewhere == borrowed.elsewhere
    for number in (1, 2):
        habit(f"b{number}", start=START + number * DAY).save(tmp_path / "bobs")
    report = bob.import_path(tmp_path / "bobs")
    apart.import_path(tmp_path / "bobs")
    proven, alone = recovery_of(bob), recovery_of(apart)
    assert not proven.borrowed
    assert proven.elsewhere == borrowed.elsewhere
    assert report.new_patterns == len(apart.patterns())
    for name in Pattern.__struct_fields__:
        if name != "elsewhere":
            assert getattr(proven, name) == getattr(alone, name)
    assert bob.patterns()[0].borrowed is False
    assert is_sound(bob)


def test_only_who_saw_it_shares_it_on(alice: Memory, opened: Open, tmp_path: Path):
    bob, carol = opened("bob"), opened("carol")
    give(bob, shared_by(alice))
    nothing = bob.share(name="bob")
    assert not nothing.kinds
    assert sum(nothing.left_out.values()) == len(bob.patterns())
    for number in range(3):
        habit(f"b{number}", start=START + number * DAY).save(tmp_path / "bobs")
    bob.import_path(tmp_path / "bobs")
    content = shared_by(bob, "bob")
    told = {tuple(one["key"]): one for one in json.decode(content)["patterns"]}
    for row in bob.patterns():
        if row.key in told:
            assert not row.borrowed
            assert told[row.key]["uses"] == row.uses
    give(carol, shared_by(alice))
    give(carol, content)
    assert [one.source for one in recovery_of(carol).elsewhere] == ["alice", "bob"]
    carol.unshare("alice")
    assert [one.source for one in recovery_of(carol).elsewhere] == ["bob"]


def test_taking_the_same_file_again_changes_nothing(alice: Memory, opened: Open, tmp_path: Path):
    bob, content = opened("bob"), shared_by(alice)
    give(bob, content)
    before, sequence = exported(bob, tmp_path / "out"), bob.sequence()
    again = give(bob, content)
    assert (again.new, again.changed, again.gone) == (0, 0, 0)
    assert bob.sequence() == sequence
    assert exported(bob, tmp_path / "out") == before


def test_a_newer_file_of_a_source_takes_the_place_of_the_older(alice: Memory, opened: Open):
    bob, content = opened("bob"), shared_by(alice)
    give(bob, content)
    told = json.decode(content)
    first, *rest = told["patterns"]
    newer = told | {"shared_at": "2026-02-04T11:00:00Z", "patterns": rest}
    assert newer["shared_at"] > told["shared_at"] or pytest.fail("it is no newer")
    taken = give(bob, json.encode(newer))
    assert (taken.new, taken.changed, taken.gone) == (0, 0, 1)
    assert tuple(first["key"]) not in {row.key for row in bob.patterns()}
    older = give(bob, content)
    assert older.older
    assert len(bob.patterns()) == len(rest)
    assert [one.patterns for one in bob.shared()] == [len(rest)]


def test_what_was_deleted_here_stays_deleted_and_undo_brings_it_back(
    alice: Memory, opened: Open, tmp_path: Path
):
    bob, content = opened("bob"), shared_by(alice)
    give(bob, content)
    before = exported(bob, tmp_path / "out")
    gone = bob.patterns()[0]
    bob.delete([gone.id])
    assert give(bob, content).deleted >= 1
    with pytest.raises(NotFound, match="deleted"):
        bob.get(gone.id)
    assert is_sound(bob)
    assert bob.undo() is not None
    assert exported(bob, tmp_path / "out") == before


def test_a_like_habit_of_a_deleted_one_is_not_told_again(alice: Memory, opened: Open):
    bob = opened("bob")
    sequence = max(alice.patterns("kind:tool_sequence"), key=lambda one: len(one.key))
    longer = {**_form(sequence), "key": [*sequence.key[:4], "web"][: len(sequence.key) + 1]}
    give(bob, shared_by(alice))
    bob.delete([sequence.id])
    give(bob, _file([longer], "carol"))
    assert bob.patterns("from:carol") == ()
    bob.undo()
    assert len(bob.patterns("from:carol")) == 1


def test_pins_hold(alice: Memory, opened: Open):
    bob = opened("bob")
    give(bob, shared_by(alice))
    row = bob.patterns()[-1]
    bob.pin([row.id])
    bob.learn(rebuild=True)
    assert [one.id for one in bob.patterns("pinned:yes")] == [row.id]
    assert bob.get(row.id).borrowed


def test_rebuilding_and_a_restored_tree_keep_it(alice: Memory, opened: Open, tmp_path: Path):
    bob, carol = opened("bob"), opened("carol")
    habit("b0").save(tmp_path / "bobs")
    bob.import_path(tmp_path / "bobs")
    give(bob, shared_by(alice))
    before = exported(bob, tmp_path / "out")
    assert "shared.json" in before
    bob.learn(rebuild=True)
    assert exported(bob, tmp_path / "out") == before
    carol.import_path(tmp_path / "out")
    assert exported(carol, tmp_path / "again") == before
    assert is_sound(carol)
    bob.unshare("alice")
    assert "shared.json" not in exported(bob, tmp_path / "out")


def test_a_backup_brings_it_back(alice: Memory, opened: Open, tmp_path: Path):
    bob = opened("bob")
    give(bob, shared_by(alice))
    rows, path = bob.patterns(), bob.create_backup(tmp_path / "one.backup")
    bob.unshare("alice")
    bob.close()
    restore_backup(str(path), str(bob.path), clock=lambda: NOW, command="backup restore")
    again = opened("bob")
    assert again.patterns() == rows
    assert is_sound(again)


def test_an_error_is_answered_with_what_others_told(alice: Memory, opened: Open, tmp_path: Path):
    bob = opened("bob")
    assert not bob.recall_error(READ_FIRST, tool="Edit").recoveries
    give(bob, shared_by(alice))
    found = bob.recall_error(READ_FIRST, tool="Edit").recoveries
    assert {one.where for one in found} == {"shared"}
    assert found[0].signature == READ_FIRST
    assert (found[0].uses, found[0].judged, found[0].rate) == (0, 0, None)
    told = recovery_of(alice)
    assert (found[0].elsewhere[0].judged, found[0].elsewhere[0].successes) == (told.judged, told.successes)
    block = bob.context(f"Get past this:\n{READ_FIRST}").text
    assert "in another memory (`alice`), not yet seen here" in block
    asked = signed(READ_FIRST, bob.redactor(), "Edit")
    with bob._store.read() as read:
        brief = after_failure(read, asked, "work/app", 400, frozenset())
    assert found[0].pattern in brief.patterns
    assert "(`alice`)" in brief.text
    for number in range(3):
        habit(f"b{number}", start=START + number * DAY).save(tmp_path / "bobs")
    bob.import_path(tmp_path / "bobs")
    own = bob.recall_error(READ_FIRST, tool="Edit").recoveries
    assert own[0].where == "same"
    assert own[0].elsewhere == found[0].elsewhere
    assert found[0].pattern not in {one.pattern for one in own if one.where == "shared"}


def test_upkeep_and_relations_leave_it_alone(alice: Memory, opened: Open, tmp_path: Path):
    bob = opened("bob")
    give(bob, shared_by(alice, with_project=True))
    habit("b0").save(tmp_path / "bobs")
    bob.import_path(tmp_path / "bobs")
    borrowed = {row.id for row in bob.patterns("verdict:shared")}
    assert borrowed
    assert not bob.optimize()
    assert (bob.trends().looked_at, bob.trends().listed) == (0, 0)
    assert bob.clusters().looked_at == 0
    assert not bob.files_together().groups
    for episode in bob.episodes():
        assert not borrowed & {row.id for row in bob.patterns_of(episode.id)}
    for public_id in borrowed:
        assert len(bob.evidence(public_id)) == bob.get(public_id).uses
        assert bob.related(public_id) is not None


def test_a_project_that_was_merged_here_is_meant_by_both_names(alice: Memory, opened: Open, tmp_path: Path):
    bob = opened("bob")
    one = habit("b0", cwd="/home/dev/elsewhere/tool")
    one.save(tmp_path / "bobs")
    habit("b1", cwd="/home/dev/work/app").save(tmp_path / "bobs")
    bob.import_path(tmp_path / "bobs")
    give(bob, shared_by(alice, with_project=True))
    bob.merge_projects("work/app", "elsewhere/tool")
    keys = {row.key[0] for row in bob.patterns("from:alice kind:fact")}
    assert keys == {"elsewhere/tool"}
    bob.undo()
    assert {row.key[0] for row in bob.patterns("from:alice kind:fact")} == {"work/app"}


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_taking_a_file_and_removing_it_equals_never_having_taken_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    folder = tmp_path_factory.mktemp("both")
    habits(folder / "alices", data.draw(st.integers(3, 6)))
    deeds = data.draw(st.permutations(["take", "import", "pin", "carol"]))
    with ExitStack() as stack:
        alice, with_it, without = (
            stack.enter_context(Memory.open(folder / name, clock=lambda: NOW)) for name in ("a", "b", "c")
        )
        alice.import_path(folder / "alices")
        content, other = shared_by(alice, with_project=True), shared_by(alice, "carol")
        habits(folder / "bobs", data.draw(st.integers(0, 4)))
        (folder / "bobs").mkdir(exist_ok=True)
        for deed in deeds:
            for memory in (with_it, without):
                _do(memory, deed, folder / "bobs", content if memory is with_it else b"", other)
        with_it.unshare("alice")
        assert exported(with_it, folder / "out b") == exported(without, folder / "out c")
        assert is_sound(with_it)


def _do(memory: Memory, deed: str, bobs: Path, content: bytes, other: bytes) -> None:
    if deed == "take" and content:
        give(memory, content)
    elif deed == "import" and any(bobs.iterdir()):
        memory.import_path(bobs)
    elif deed == "carol":
        give(memory, other)
    elif deed == "pin":
        for row in memory.patterns("-verdict:shared", limit=1):
            memory.pin([row.id])


def _form(pattern: Pattern) -> dict:
    return {
        "kind": pattern.kind,
        "title": "",
        "verdict": "unproven",
        **dict.fromkeys(("uses", "judged", "successes", "episodes"), 3),
        "failures": 0,
        "partial": 0,
        "rate": 1.0,
        "low": 0.438503,
        "high": 1.0,
        "sessions": 2,
        "projects": 1,
        "first_used": "2026-01-05",
        "last_used": "2026-01-09",
    }


def _file(patterns: list[dict], source: str) -> bytes:
    head = {"format": "tacit-shareable", "version": 1, "source": source, "shared_at": "2026-02-01T00:00:00Z"}
    return json.encode(head | {"patterns": patterns})


def test_what_loses_its_support_here_is_shared_again_and_undo_makes_it_own(
    alice: Memory, opened: Open, tmp_path: Path
):
    bob, fresh = opened("bob"), opened("fresh")
    for number in range(3):
        habit(f"b{number}", start=START + number * DAY).save(tmp_path / "bobs")
    bob.import_path(tmp_path / "bobs")
    give(bob, shared_by(alice))
    before = bob.patterns()
    assert not recovery_of(bob).borrowed
    last = bob.sessions()[:2]
    bob.delete([one.id for one in last])
    assert recovery_of(bob).borrowed
    fresh.import_path(*sorted((tmp_path / "bobs").glob("*.jsonl"), key=_start)[:1])
    give(fresh, shared_by(alice))
    assert bob.patterns() == fresh.patterns()
    assert is_sound(bob)
    bob.undo()
    assert bob.patterns() == before
    assert is_sound(bob)


def _start(path: Path) -> str:
    return json.decode(path.read_bytes().splitlines()[0])["timestamp"]


def test_what_was_given_before_it_is_seen_here_often_enough_raises_it_in_nothing(
    alice: Memory, opened: Open, tmp_path: Path
):
    bob = opened("bob")
    give(bob, shared_by(alice))
    row, one = recovery_of(bob), habit("b0")
    bob.offer([row.id], door="hook", how="prompt", agent="claude-code", session=one.native, at=START - 1000)
    one.save(tmp_path / "bobs")
    bob.import_path(tmp_path / "bobs")
    for _ in range(6):
        bob.feedback(row.id, "helped", session=bob.sessions()[0].id)
    after = recovery_of(bob)
    assert after.borrowed
    assert after.offered == Offered(1, 1, 1, 1)
    assert after.rank == row.rank
    assert effectiveness(after, NOW) is None
    assert is_sound(bob)


def test_what_a_longer_habit_explains_here_is_not_shown_because_others_tell_it(alice: Memory):
    row = max(alice.patterns("kind:tool_sequence"), key=lambda one: len(one.explained))
    parts = [row.key[first:last] for first in range(5) for last in range(first + 2, 6)]
    explained = [part for part in parts if pattern_id(row.kind, part) in row.explained]
    assert explained
    before = alice.patterns()
    give(alice, _file([{**_form(row), "key": list(explained[0])}], "carol"))
    assert alice.patterns() == before
    assert is_sound(alice)
