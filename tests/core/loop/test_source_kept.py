"""What agents said is part of the store: backups carry it, damage of it is healed, the doctor knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from offered_stories import Clock
from told_beside import AGENT, during, is_sound, known, public, save, session

from tacit import Memory
from tacit.core.backup_restore import restore_backup
from tacit.core.errors import BackupDamaged
from tacit.core.loop.outcomes import all_told, told_in
from tacit.core.tables import CONTACTS, OFFERS, OUTCOMES, key_of
from tacit.store.keys import u64

ONE = session()
DAY = 86_400_000


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    """A session of three tasks; something was said in the second, and a habit given in it."""
    from transcript import habits

    habits(tmp_path / "in")
    clock.at = ONE.at + DAY
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        memory.background = False
        memory.import_paths([tmp_path / "in", save(ONE, tmp_path / "in", 3)])
        clock.at = during(ONE, 1)
        memory.tell_outcome(ONE.native, AGENT, "failure", "no")
        memory.contact(AGENT, "mcp", "1.0")
        memory.offer([memory.patterns()[0].id], door="mcp", how="search", agent=AGENT, session=ONE.native)
        memory.learn_pending()
        yield memory


def hurt(memory: Memory, space: str, key: bytes) -> None:
    def break_it(write):
        sealed = write.kv.get(space, key)
        write.kv.put(space, key, sealed[:-1] + bytes([sealed[-1] ^ 1]))

    memory._store.write(break_it)


def second(memory: Memory) -> str:
    return next(one.outcome.label for one in memory.episodes() if one.prompt.startswith("now the reader"))


def test_a_backup_brings_back_what_was_given_and_said(memory, clock, tmp_path):
    live = memory.start_episode("do it", agent=AGENT, session=ONE.native)
    live.complete("partial")
    before, given = known(memory), list(memory.export_offers())
    path, store = memory.create_backup(), memory.path
    clock.at += DAY
    memory.tell_outcome(ONE.native, AGENT, "abstained")
    memory.close()
    restore_backup(str(path), str(store), clock=clock)
    with Memory.open(store, clock=clock) as again:
        assert known(again) == before
        assert list(again.export_offers()) == given
        assert again.contacts()[AGENT, "mcp"].what == "1.0"
        assert second(again) == "partial"
        assert is_sound(again)


@pytest.mark.parametrize("forged", ["word", "place", "link", "contact"])
def test_a_backup_with_words_that_make_no_sense_is_refused(memory, forged):
    key = key_of(public(ONE)) + u64(during(ONE, 1))
    with memory._store.read() as read:
        word = read.value(OUTCOMES, key)
    entry = {
        "word": (OUTCOMES, key, b"\x01"),
        "place": (OUTCOMES, key_of(public(ONE)) + u64(7), word),
        "link": (OUTCOMES, b"e-000000000000", b"short"),
        "contact": (CONTACTS, b"x\0mcp", b"\xc1"),
    }[forged]
    memory._store.write(lambda write: write.set_value(*entry))
    path = memory.create_backup()
    from tacit.core.backups import verify_backup

    with pytest.raises(BackupDamaged):
        verify_backup(str(path))


def test_a_damaged_word_is_set_aside_and_its_task_stands_as_it_was_judged(memory):
    assert second(memory) == "failure"
    hurt(memory, OUTCOMES.space, key_of(public(ONE)) + u64(during(ONE, 1)))
    assert not is_sound(memory)
    memory.repair()
    assert second(memory) == "success"
    memory.purge_trash()
    assert is_sound(memory)


def test_a_damaged_offer_is_set_aside_and_one_of_something_unknown_is_no_damage(memory):
    with memory._store.read() as read:
        ((key, offer),) = read.records(OFFERS)
    unknown = key_of("p-000000000000") + key[8:]
    memory._store.write(lambda write: write.put(OFFERS, unknown, offer))
    assert is_sound(memory)
    hurt(memory, OFFERS.space, key)
    memory.repair()
    with memory._store.read() as read:
        assert [one for one, _ in read.records(OFFERS)] == [unknown]
    memory.purge_trash()
    assert is_sound(memory)


def test_another_process_reads_what_was_said_and_adds_to_it(memory, tmp_path):
    import subprocess
    import sys

    script = (
        "import sys; from tacit import Memory\n"
        "with Memory.open(sys.argv[1]) as memory:\n"
        "    memory.background = False\n"
        f"    memory.tell_outcome({ONE.native!r}, {AGENT!r}, 'partial', 'from elsewhere')\n"
    )
    subprocess.run([sys.executable, "-c", script, str(memory.path)], check=True, timeout=120)
    third = next(one for one in memory.episodes() if one.prompt.startswith("and the writer"))
    assert third.outcome.evidence[0].text == "labelled partial: from elsewhere"
    with memory._store.read() as read:
        assert len(told_in(read, public(ONE))) == len(list(all_told(read))) == 2
