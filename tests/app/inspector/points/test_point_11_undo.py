"""11. `u` brings back what was deleted, whole, at once, later, and after a restart."""

from __future__ import annotations

import json

from another_process import memory as other
from embedded import Counting, rows_of, wrong_vectors

from tacit.core.embedding.catching_up import embed_waiting
from tacit.memory import Memory


def told(store, *words):
    """What another process prints as JSON."""
    code, out, err = other(store, *words, "--format", "json")
    assert code == 0, err
    return json.loads(out)


async def test_a_delete_says_how_to_undo_and_u_brings_all_of_it_back(demo, play) -> None:
    provider, session = Counting(), demo.sessions(limit=1)[0]
    embed_waiting(demo._store, provider)
    vectors, before, stats = rows_of(demo._store, provider), demo.patterns(), demo.stats_json()
    async with play(demo, record=False) as hand:
        seen = await hand.press("2", "d", "y")
        assert "u brings it back" in seen
        assert session.id not in {one["id"] for one in told(demo.path, "sessions")["sessions"]}
        assert rows_of(demo._store, provider) < vectors
        seen = await hand.press("u")
        assert "Brought back" in seen
        assert hand.app.screen.list.total == len(demo.sessions())
        assert session.id in {one["id"] for one in told(demo.path, "sessions")["sessions"]}
    assert demo.get(session.id) == session
    assert demo.sessions()[0] == session
    assert demo.patterns() == before
    assert demo.stats_json() == stats
    embed_waiting(demo._store, provider)
    assert rows_of(demo._store, provider) == vectors
    assert list(wrong_vectors(demo._store, provider)) == []


async def test_a_delete_of_many_is_one_step_that_another_process_sees_both_ways(demo, play) -> None:
    before = demo.patterns()
    gone = [one.id for one in before[:3]]
    async with play(demo, record=False) as hand:
        await hand.press("space", "space", "space", "d", "y")
        assert told(demo.path, "patterns")["total"] == len(before) - 3
        for one in gone:
            assert other(demo.path, "show", one)[0] == 1
        word = before[0].title.split()[-1]
        found = [one["id"] for one in told(demo.path, "patterns", word)["patterns"]]
        assert not set(gone) & set(found)
        await hand.press("u")
        found = [one["id"] for one in told(demo.path, "patterns", word, "--limit", "1000")["patterns"]]
        assert gone[0] in found
        assert found == [one.id for one in demo.patterns(word)]
        assert other(demo.path, "show", *gone)[0] == 0
        listed = [one["id"] for one in told(demo.path, "patterns", "--limit", "1000")["patterns"]]
    assert listed == [one.id for one in before]
    assert demo.patterns() == before
    assert [step.undone for step in demo.undo_list()] == [True]


async def test_u_works_later_whatever_another_process_wrote_meanwhile(demo, play) -> None:
    first, *_, last = demo.patterns()
    async with play(demo, record=False) as hand:
        await hand.press("d", "y", "j", "j", "3", "1")
        code, _, err = other(demo.path, "pin", last.id)
        assert code == 0, err
        hand.app.look()
        await hand.press("2", "1")
        # Steps are those of a person, whoever's hand it was: the pin is the newest.
        await hand.press("u")
        assert not demo.get(last.id).pinned
        await hand.press("u")
        assert demo.get(first.id) == first
    assert demo.patterns()[0] == first


async def test_undo_works_after_a_restart_and_from_the_command_line(demo, play) -> None:
    before = demo.patterns()
    async with play(demo, record=False) as hand:
        await hand.press("space", "space", "d", "y")
        await hand.press("d", "y")
    path = demo.path
    demo.close()
    code, _, err = other(path, "undo")
    assert code == 0, err
    with Memory.open(path, clock=demo.clock) as again:
        assert len(again.patterns()) == len(before) - 2
        async with play(again, record=False) as hand:
            await hand.press("u")
            assert hand.app.screen.list.total == len(before)
        assert again.patterns() == before


async def test_what_the_strip_says(demo, play) -> None:
    async with play(demo) as hand:
        await hand.press("space", "space", "d", "y")
        await hand.press("u")
