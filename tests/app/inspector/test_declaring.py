"""`c` declares a pattern: checked as typed, kept in the person's file, looked for in all that is there."""

from __future__ import annotations

import threading
from pathlib import Path

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.deeds.declare_dialog import DeclareDialog
from tacit.app.inspector.keys.shown import help_keys
from tacit.core.patterns_file import load_patterns
from tacit.core.places import places
from tacit.memory import Memory


def field(app, name: str):
    return app.screen.query_one(f"#field-{name}")


async def to_sequence(app, pilot, calm):
    """A sequence under the cursor."""
    await calm(pilot)
    await pilot.press("slash", *"kind:sequence", "enter")
    await calm(pilot)
    return app.screen.list.row


async def test_a_sequence_gives_its_actions_and_what_is_saved_is_found(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        row = await to_sequence(app, pilot, calm)
        await pilot.press("c")
        await calm(pilot)
        assert isinstance(app.screen, DeclareDialog)
        assert app.screen.fields == {"actions": list(row.key)}
        assert "This pattern has no name." in see(app)
        await pilot.press(*"mine")
        await calm(pilot)
        assert "✓ It can be saved to" in see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert [one.name for one in load_patterns(places().patterns)] == ["mine"]
        uses = demo.declared_uses("mine")
        assert uses > 0
        assert f"“mine”: {uses} use" in see(app)
        found = demo.patterns("kind:custom")
        assert [one.key for one in found] == [("mine",)]
        assert demo.waiting() == 0


async def test_the_same_mistakes_are_told_as_in_the_file(demo, see, said, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press("c")
        await calm(pilot)
        field(app, "actions").value = ""
        await pilot.press(*"odd")
        await calm(pilot)
        assert "This pattern names no step. Give it one of actions, tool, error, files." in said(app)
        await pilot.press("tab", *"edit -> ... -> ...")
        await calm(pilot)
        assert "stands between two actions" in see(app)
        field(app, "actions").value = ""
        field(app, "tool").value = "hammer"
        await calm(pilot)
        assert "Tool cannot be “hammer”." in see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, DeclareDialog)
        assert "✗ Tool cannot be" in see(app)
        assert not Path(places().patterns).exists()
        await pilot.press("escape")
        await calm(pilot)
        assert not isinstance(app.screen, DeclareDialog)
        assert demo.patterns("kind:custom") == ()


async def test_all_fields_reach_the_file_and_its_comments_stay(demo, calm) -> None:
    path = Path(places().patterns)
    path.parent.mkdir(parents=True)
    path.write_text('# kept\n[[pattern]]\nname = "a"\ntool = "edit"  # too\n')
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        await pilot.press("c")
        await calm(pilot)
        typed = {
            "name": "b",
            "actions": "edit * → ... -> * fmt",
            "files": "*.go",
            "project": "x/y",
            "language": "go",
            "outcome": "success",
            "tool": "shell",
            "error": "lint failed",
        }
        for name, text in typed.items():
            field(app, name).value = text
        await pilot.press("enter")
        await calm(pilot)
    one = load_patterns(str(path))[1]
    assert {name: getattr(one, name) for name in typed} == typed | {"actions": ("edit *", "...", "* fmt")}
    assert path.read_text().startswith('# kept\n[[pattern]]\nname = "a"\ntool = "edit"  # too\n')


async def test_a_broken_file_is_told_and_left_alone(demo, said, calm) -> None:
    path = Path(places().patterns)
    path.parent.mkdir(parents=True)
    path.write_text('[[pattern]]\nname = "a"\ntool = "hammer"\n')
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        await pilot.press("c")
        await calm(pilot)
        await pilot.press(*"b", "tab", *"edit *", "enter")
        await calm(pilot)
        assert "line 3: tool cannot be “hammer”" in said(app)
        assert isinstance(app.screen, DeclareDialog)
    assert path.read_text() == '[[pattern]]\nname = "a"\ntool = "hammer"\n'


async def test_esc_ends_the_search_and_the_store_stays_whole(demo, see, calm) -> None:
    app, before = Inspector(demo), demo.patterns()
    held, begun = threading.Event(), threading.Event()

    def hold(_write) -> None:
        begun.set()
        assert held.wait(120)

    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await calm(pilot)
        await pilot.press("c")
        await calm(pilot)
        field(app, "actions").value = "edit *"
        writer = threading.Thread(target=lambda: demo._store.write(hold))
        writer.start()  # the process that learns waits for its turn to write
        begun.wait(120)
        await pilot.press(*"mine", "enter")
        while "learning again" not in see(app).split("\n")[2]:
            await pilot.pause(0.01)
        assert "Esc stops" in see(app)
        await pilot.press("j", "enter")
        assert app.screen.detail is not None
        await pilot.press("escape")
        assert app.screen.detail is None
        await pilot.press("escape")
        assert "stopping" in see(app)
        held.set()
        writer.join()
        await calm(pilot)
        assert "memory learn goes on" in " ".join(see(app).split())
        assert "stopping" not in see(app)
        assert f"{demo.waiting()} tasks to learn from" in see(app).split("\n")[0]
    assert demo.waiting() > 0
    assert [one for one in demo.doctor() if one.level == "error"] == []
    assert {one.id for one in demo.patterns()} >= {one.id for one in before}
    some = demo.declared_uses("mine")
    demo.learn_pending()
    assert demo.declared_uses("mine") > some


async def test_enter_twice_saves_once_and_esc_leaves_nothing_half_done(demo, see, calm, monkeypatch) -> None:
    begun, held, whole = threading.Event(), threading.Event(), demo.declare

    def slow(fields):
        begun.set()
        assert held.wait(120)
        return whole(fields)

    monkeypatch.setattr(demo, "declare", slow)
    app = Inspector(demo)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await calm(pilot)
        await pilot.press("c")
        await calm(pilot)
        field(app, "actions").value = "edit *"
        await pilot.press(*"mine", "enter")
        while not begun.is_set():
            await pilot.pause(0.01)
        await pilot.press("enter", "escape")
        assert isinstance(app.screen, DeclareDialog)
        held.set()
        await calm(pilot)
        assert not isinstance(app.screen, DeclareDialog)
        assert f"“mine”: {demo.declared_uses('mine')} use" in see(app)
    assert [one.name for one in load_patterns(places().patterns)] == ["mine"]


async def test_it_is_offered_where_patterns_are_and_not_when_only_read(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        for key, there in (("1", True), ("2", False), ("3", False), ("4", False)):
            await pilot.press(key)
            await calm(pilot)
            assert ("custom pattern" in {one.label for one in help_keys(app.screen)}) is there
    path = demo.path
    demo.close()
    with Memory.open(path, readonly=True, clock=demo.clock) as memory:
        app = Inspector(memory)
        async with app.run_test(size=(120, 36)) as pilot:
            await calm(pilot)
            await pilot.press("c")
            await calm(pilot)
            assert not isinstance(app.screen, DeclareDialog)
