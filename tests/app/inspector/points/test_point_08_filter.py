"""Point 8: the filter narrows while it is typed, the latest wins; order and groups beside it."""

from __future__ import annotations

import pytest

from tacit.app.inspector.remembered import Remembered
from tacit.core.embedding.catching_up import embed_waiting
from tacit.core.embedding.hashing import HashingProvider
from tacit.core.window import Window


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quick model; asked for before the memory is opened."""
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")


async def test_it_narrows_says_how_many_and_keeps_or_clears(play, demo) -> None:
    async with play(demo) as hand:
        await hand.pilot.press("slash")
        await hand.type("cargo")
        await hand.press("enter", "escape", note="Enter, then Esc")
        await hand.pilot.press("slash")
        await hand.type('"zzz')


async def test_esc_clears_while_it_is_typed_too(play, demo) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("slash")
        await hand.type("cargo")
        assert hand.app.screen.list.total < len(demo.patterns())
        await hand.press("escape")
        assert hand.app.screen.filter.text == ""
        assert hand.app.screen.list.total == len(demo.patterns())


async def test_words_match_where_one_begins_and_quoted_texts_anywhere_in_the_order_of_the_list(
    play, demo
) -> None:
    everything = [one.id for one in demo.patterns()]
    async with play(demo, record=False) as hand:
        for words, finds in (("carg", True), ("argo", False), ('"argo', True)):
            await hand.press("slash")
            await hand.type(words)
            rows = [row.id for row in hand.app.screen.window.rows(0, 999)]
            assert bool(rows) == finds, words
            assert rows == [one for one in everything if one in rows]
            await hand.press("escape")


async def test_behind_a_tilde_the_nearest_in_meaning_come_first(hashing, play, demo) -> None:
    embed_waiting(demo._store, HashingProvider())
    async with play(demo, record=False) as hand:
        await hand.press("slash")
        await hand.type("~cargo")
        seen = await hand.press("enter")
        assert "nearest first" in seen
        window = hand.app.screen.window
        rows = [row.id for row in window.rows(0, 999)]
        near = [window.likeness(one) for one in rows]
        assert near == sorted(near, reverse=True)
        assert near[0] > near[-1]
        assert rows != [one.id for one in demo.patterns() if one.id in rows]


async def test_a_running_count_has_a_plus(play, demo, monkeypatch) -> None:
    walk = Window.walk
    monkeypatch.setattr(Window, "walk", lambda *_: None)  # as if it never ended
    async with play(demo, record=False) as hand:
        await hand.press("slash")
        seen = await hand.type("uses:>2 ")
        total = len(demo.patterns())
        assert f"+ of {total}" in seen
        monkeypatch.setattr(Window, "walk", walk)
        seen = await hand.type("-zzz")
        assert f"{len(demo.patterns('uses:>2'))} of {total}" in seen


async def test_the_order_is_chosen_remembered_and_gives_way_to_what_is_typed(play, demo, tmp_path) -> None:
    remembered = Remembered(tmp_path / "kept")
    async with play(demo, remembered=remembered) as hand:
        await hand.press("o")
        await hand.press("j", "j", "enter")
        assert tuple(hand.app.screen.window.rows(0, 999)) == demo.patterns("sort:uses")
        await hand.pilot.press("slash")
        await hand.type("sort:title")
        assert tuple(hand.app.screen.window.rows(0, 999)) == demo.patterns("sort:title")
    assert Remembered(tmp_path / "kept").get("order.patterns") == "uses"
    async with play(demo, remembered=Remembered(tmp_path / "kept"), record=False) as hand:
        assert tuple(hand.app.screen.window.rows(0, 999)) == demo.patterns("sort:uses")


async def test_groups_are_chosen_folded_and_remembered(play, demo, tmp_path) -> None:
    remembered = Remembered(tmp_path / "kept")
    async with play(demo, remembered=remembered) as hand:
        await hand.press("O")
        await hand.press("j", "enter", "g")
        assert hand.app.screen.thing is None
        await hand.press("space")
        await hand.press("z")
        await hand.pilot.press("z", "slash")
        await hand.type("cargo")
    assert Remembered(tmp_path / "kept").get("group.patterns") == "kind"


async def test_esc_leaves_the_dialog_and_everything_as_it_was(play, demo) -> None:
    async with play(demo, record=False) as hand:
        before = hand.look("before")
        for key in ("o", "O"):
            assert await hand.press(key, "j") != before
            assert await hand.press("escape") == before


async def test_sessions_have_groups_and_one_order(play, demo) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("2")
        assert not hand.app.screen.check_action("order", ())
        seen = await hand.press("O", "j", "j", "enter")
        assert "by day" in seen
        assert hand.app.screen.list.total > len(demo.sessions())


async def test_an_inner_list_keeps_its_own_words(play, demo) -> None:
    from tacit.app.inspector.screens.patterns import PatternsScreen

    async with play(demo, record=False) as hand:
        first = hand.app.screen
        await hand.app.push_screen(PatternsScreen(1, "kind:fact", inner=True))
        await hand.settle("opened")
        fitting = len(demo.patterns("kind:fact"))
        assert hand.app.screen.list.total == fitting
        await hand.press("slash")
        await hand.type(" cargo")
        await hand.press("enter")
        assert hand.app.screen.list.total < fitting
        await hand.press("escape")
        assert hand.app.screen.list.total == fitting
        assert hand.app.screen.filter.text == "kind:fact"
        await hand.press("escape")
        assert hand.app.screen is first
