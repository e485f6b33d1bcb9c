"""The change log as it is told: from its oldest line on, whatever happens to it meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tacit import Memory
from tacit.core.auditing import change_json, id_of
from tacit.store import changelog
from tacit.store.changelog import Change
from tacit.store.keys import u64
from tacit.store.schema import CHANGES


def test_every_line_names_its_record_as_a_person_knows_it(memory: Memory) -> None:
    pattern = memory.patterns()[0].id
    memory.delete([pattern])
    memory.undo()
    told = [change_json(change) for change in memory.audit().lines()]
    assert [one["seq"] for one in told] == list(range(1, len(told) + 1))
    assert {one["id"] for one in told if one["table"] == "sessions"} == {one.id for one in memory.sessions()}
    assert [(one["op"], one["id"]) for one in told[-2:]] == [("trash", pattern), ("restore", pattern)]
    assert told[-1]["actor"] == "person"


def test_an_offer_goes_by_its_pattern(memory: Memory) -> None:
    pattern = memory.patterns()[0].id
    memory.offer([pattern], door="mcp", how="search_patterns", agent="claude-code")
    last = list(memory.audit().lines())[-1]
    assert (last.table, id_of(last)) == ("offers", pattern)


def test_what_a_note_says_stands_as_it_is() -> None:
    assert id_of(Change(1, 0, "restore", "store", "00ff")) == "00ff"
    assert id_of(Change(1, 0, "forget", "store", "")) is None
    assert id_of(Change(1, 0, "put", "patterns", "zz" * 8)) == "zz" * 8


def test_it_goes_on_where_it_stopped(memory: Memory) -> None:
    auditor = memory.audit()
    first = list(auditor.lines())
    assert first
    assert list(auditor.lines()) == []
    memory.delete([memory.patterns()[0].id])
    assert [change.op for change in auditor.lines()] == ["trash"]


def test_only_what_was_asked_for(memory: Memory, now: int) -> None:
    everything = list(memory.audit().lines())
    assert list(memory.audit(since=now + 1).lines()) == []
    assert list(memory.audit(since=now).lines()) == everything
    assert list(memory.audit(actor="somebody").lines()) == []
    assert list(memory.audit().newest(3)) == everything[-3:]
    assert list(memory.audit(actor="person").newest(3)) == everything[-3:]
    assert list(memory.audit().newest(0)) == []


def test_lines_that_left_the_log_meanwhile_are_counted(
    tmp_path: Path, transcripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changelog, "TRIM_EVERY", 1)
    day = 86_400_000
    now = [1_800_000_000_000]
    with Memory.open(tmp_path / "store", clock=lambda: now[0]) as memory:
        auditor = memory.audit()
        memory.import_paths([transcripts])
        lines = memory.sequence()
        now[0] += 31 * day
        memory.delete([memory.patterns()[0].id])
        with memory._store.read() as read:
            oldest = read.first_sequence()
        assert oldest > 1
        shown = [change.seq for change in auditor.lines()]
        assert shown == list(range(oldest, lines + 2))
        assert auditor.lost == oldest - 1


def test_a_damaged_line_is_passed_over_and_told(memory: Memory) -> None:
    before = list(memory.audit().lines())
    torn = before[1]

    def tear(write: object) -> None:
        kv = write.kv  # type: ignore[attr-defined]
        sealed = bytearray(kv.get(CHANGES, u64(torn.seq)))
        sealed[-1] ^= 1
        kv.put(CHANGES, u64(torn.seq), bytes(sealed))

    memory._store.write(tear)
    assert list(memory.audit().lines()) == [before[0], *before[2:]]
    assert len(memory.left_out) == 1
