"""What waits is learned from beside the inspector, which says why when it is not."""

from __future__ import annotations

from pathlib import Path

from waiting import store_later, told_in

from tacit.app.inspector.application import Inspector
from tacit.core.learn import worker
from tacit.core.places import places
from tacit.memory import Memory


async def test_what_keeps_it_from_learning_is_said_once_and_then_it_goes_on(
    demo, empty, see, calm, monkeypatch
) -> None:
    monkeypatch.setattr(worker, "IDLE", 0.01)
    monkeypatch.setattr(worker, "QUIET", 0.05)
    memory: Memory = empty
    store_later(memory, told_in(demo)[:3])
    path = Path(places().patterns)
    path.parent.mkdir(parents=True)
    path.write_text("[[pattern]]\n")
    app = Inspector(memory)
    said: list[str] = []
    monkeypatch.setattr(app, "notify", lambda text, **_: said.append(text))
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        while not said:
            await pilot.pause(0.05)
            app.look()
        for _ in range(10):
            await pilot.pause(0.02)
            app.look()
        assert said == [f"What waits is not learned from for now: {path}, line 1: this pattern has no name."]
        path.write_text("")
        while memory.waiting():
            await pilot.pause(0.02)
        while memory.trouble:
            await pilot.pause(0.02)


async def test_the_title_follows_what_waits_although_no_pattern_came_of_it(
    demo, empty, see, calm, monkeypatch
) -> None:
    monkeypatch.setattr(worker, "IDLE", 60.0)
    store_later(empty, told_in(demo)[:1])
    app = Inspector(empty)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        while "1 task to learn from" not in see(app):
            await pilot.pause(0.02)
        empty.learn_pending()
        while "to learn from" in see(app).split("\n")[0]:
            await pilot.pause(0.05)
            app.look()
    assert empty.patterns() == ()
