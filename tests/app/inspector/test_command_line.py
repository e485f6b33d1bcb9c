"""The command line: what the seeds typed, with arguments, completed, corrected, and never a second way."""

from __future__ import annotations

import pytest
from textual import events

from tacit.app.commands.root import COMMANDS as OUTSIDE
from tacit.app.inspector.answers.screen import AskScreen
from tacit.app.inspector.application import Inspector
from tacit.app.inspector.command.line import continuations, run, taken_apart
from tacit.app.inspector.command.table import COMMANDS
from tacit.app.inspector.deeds.export_dialog import ExportDialog
from tacit.app.inspector.deeds.forget_dialog import ForgetDialog
from tacit.app.inspector.deeds.mark_dialog import MarkDialog
from tacit.app.inspector.frame import themes
from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.app.inspector.screens.tasks import TasksScreen
from tacit.core.errors import NotFound, Usage
from tacit.memory import Memory
from tacit.widgets.command_bar import CommandBar
from tacit.widgets.confirm import Confirm
from tacit.widgets.help import Help

HOSTILE = "\x1b]52;c;aGk=\x07\n:quit\n[/] \u202e \x9b31m"


async def say(pilot, calm, text: str) -> Inspector:
    """Type a command and Enter."""
    await pilot.press("colon")
    pilot.app.screen.query_one(CommandBar).field.insert_text_at_cursor(text)
    await pilot.press("enter")
    await calm(pilot)
    return pilot.app


def above(app: Inspector) -> str:
    """What the line above says."""
    from tacit.widgets.ink import TextLine, plain

    return plain(app.screen.query_one("#command-above", TextLine).line)


def test_every_name_is_there_once_and_every_one_tells_what_it_does() -> None:
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    assert len(set(names)) == len(names)
    assert len({command.tells for command in COMMANDS}) == len(COMMANDS)
    assert all(command.tells and len(command.tells) < 40 for command in COMMANDS)


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("stats", "stats", ""),
        ("/stats", "stats", ""),
        (" :stats", "stats", ""),
        ("/memory stats", "stats", ""),
        ("memory patterns kind:fact cargo", "patterns", "kind:fact cargo"),
        ("/MEMORY  export  here", "export", "here"),
        ("/memory", "", ""),
        ("memoryx", "memoryx", ""),
        ("", "", ""),
    ],
)
def test_what_the_seeds_typed_is_understood(text: str, name: str, rest: str) -> None:
    words = taken_apart(text)
    assert words.name == name
    assert text[words.rest :] == rest


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("/memory", lambda app: app.current_mode == "1"),
        ("/memory patterns", lambda app: app.current_mode == "1"),
        ("/memory sessions", lambda app: app.current_mode == "2"),
        ("/memory stats", lambda app: app.current_mode == "3"),
        ("/memory optimize", lambda app: app.current_mode == "4"),
        ("/memory export", lambda app: isinstance(app.screen, ExportDialog)),
        ("patterns kind:fact cargo", lambda app: app.screen.filter.text == "kind:fact cargo"),
        ("sessions agent:claude", lambda app: app.screen.filter.text == "agent:claude"),
        ("episodes outcome:failure", lambda app: isinstance(app.screen, TasksScreen)),
        ("search cargo", lambda app: isinstance(app.screen, AskScreen) and app.screen.bar.text == "cargo"),
        ("recall E0432", lambda app: app.screen.question.module == "recall"),
        ("predict fix the tests", lambda app: app.screen.bar.text == "fix the tests"),
        ("facts", lambda app: app.screen.question.module == "facts"),
        ("files", lambda app: app.screen.question.module == "files"),
        ("trends", lambda app: app.screen.question.module == "trends"),
        ("clusters", lambda app: app.screen.question.module == "groups"),
        ("theme light", lambda app: app.theme == themes.LIGHT),
        ("sort uses", lambda app: app.screen.order_name == "uses"),
        ("group kind", lambda app: app.screen.group_name == "kind"),
        ("layout below", lambda app: app.remembered.get("layout") == "below"),
        ("help undo", lambda app: isinstance(app.screen, Help) and len(app.screen.list.texts(99)) < 9),
        ("import /nowhere", lambda app: isinstance(app.screen, Confirm)),
        ("rebuild", lambda app: isinstance(app.screen, Confirm)),
        ("delete", lambda app: isinstance(app.screen, Confirm)),
        ("pin", lambda app: app.memory.get(app.screen.list.row.id).pinned),
        ("quit", lambda app: app.return_code == 0),
        ("", lambda app: not app.screen.query(CommandBar)),
    ],
)
async def test_a_command_goes_where_it_says(demo, calm, text: str, there) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await say(pilot, calm, text)
        assert there(app)
        assert app.return_code == 0 or not app.query(CommandBar)


async def test_show_opens_what_an_id_begins(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        pattern = app.screen.list.row.id
        session = demo.sessions(limit=1)[0]
        task = demo.episodes_of(session.id)[0]
        await say(pilot, calm, f"show {pattern[:9]}")
        assert isinstance(app.screen, PatternScreen)
        assert app.screen.thing.id == pattern
        for one in (session.id, task.id):
            await pilot.press("1")
            await say(pilot, calm, f"show {one}")
            assert isinstance(app.screen, ReadingScreen)


async def test_pin_mark_and_forget_by_id_are_about_these_wherever_the_cursor_is(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await calm(pilot)
        ids = [one.id for one in demo.patterns(limit=3)][1:]
        await say(pilot, calm, f"pin {' '.join(ids)}")
        await say(pilot, calm, f"pin {ids[0]}")  # it stays pinned, unlike with the key
        assert [one.id for one in demo.patterns() if one.pinned] == ids
        await say(pilot, calm, f"unpin {ids[0]}")
        assert [one.id for one in demo.patterns() if one.pinned] == ids[1:]
        session = demo.sessions(limit=2)[1]
        await say(pilot, calm, f"forget {session.id}")
        assert isinstance(app.screen, ForgetDialog)
        assert session.id in see(app)
        await pilot.press("escape")
        await say(pilot, calm, f"mark {demo.episodes_of(session.id)[0].id}")
        assert isinstance(app.screen, MarkDialog)


@pytest.mark.parametrize("command", ["pin", "unpin", "mark", "forget"])
async def test_by_id_of_another_kind_nothing_is_done_and_it_is_said(demo, see, calm, command) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        session = demo.sessions(limit=1)[0]
        wrong = demo.patterns(limit=1)[0].id if command in {"mark", "forget"} else session.id
        await say(pilot, calm, f"{command} {wrong}")
        assert f"{wrong} is a " in see(app)
        assert app.screen.query(CommandBar)


async def test_delete_by_ids_asks_once_and_is_one_step(demo, calm, said) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        ids = [one.id for one in demo.patterns(limit=3)]
        await say(pilot, calm, f"delete {' '.join(ids)}")
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        await calm(pilot)
        assert [step.undone for step in demo.undo_list()] == [False]
        for one in ids:
            with pytest.raises(NotFound):
                demo.get(one)
        await say(pilot, calm, "undo")
        assert demo.get(ids[0]).id == ids[0]


@pytest.mark.parametrize("what", ["this", "filtered", "all"])
async def test_an_export_with_words_goes_at_once(demo, calm, tmp_path, what) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"cargo", "enter")
        await calm(pilot)
        await say(pilot, calm, f"export '{tmp_path}/the place' {what}")
        assert (tmp_path / "the place" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pattern", "Did you mean patterns?"),
        ("foo", "There is no command “foo”"),
        ("doctor", "run `memory doctor` outside"),
        ("docter", "doctor, which runs outside"),
        ("patterns kind:", "kind"),
        ("patterns limi:5", "limi"),
        ("patterns --format json", "option of the command outside"),
        ("stats now", "“now” says nothing"),
        ("show", "Which one?"),
        ("show p-0000", "p-0000"),
        ("theme blue", "dark, light, plain"),
        ("sort", "By what?"),
        ("sort nonsense", "rank"),
        ("undo", "There is nothing to undo"),
        ("mark", "nothing under the cursor"),
        ("export a b all", "one directory"),
        ("export marked", "nothing “marked”"),
        ("export 'a", "quotation mark"),
    ],
)
async def test_what_makes_no_sense_stays_and_is_told(demo, calm, see, text: str, told: str) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 24)) as pilot:
        await calm(pilot)
        await say(pilot, calm, text)
        if app.screen.query(CommandBar):
            assert told in above(app)
            assert app.screen.query_one(CommandBar).text == text
            await pilot.press("backspace")
            await calm(pilot)
            assert app.screen.query_one(CommandBar).text == text[:-1]
        else:
            assert told in see(app)
        assert app.screen is app.screen_stack[0]


async def test_what_only_exists_outside_says_so(demo, calm) -> None:
    app = Inspector(demo)
    names = {name for command in COMMANDS for name in (command.name, *command.aliases)}
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        for name in OUTSIDE.keys() - names:
            with pytest.raises(Usage, match="not done in here"):
                await run(app.screen, name)


async def test_a_memory_only_read_refuses_what_writes(demo_store, calm, tmp_path) -> None:
    with Memory.open(demo_store, readonly=True) as memory:
        app = Inspector(memory)
        async with app.run_test(size=(80, 24)) as pilot:
            await calm(pilot)
            pattern = app.screen.list.row.id
            for text in ("delete", f"delete {pattern}", "undo", "pin"):
                with pytest.raises(Usage, match="only read here"):
                    await run(app.screen, text)


async def test_tab_completes_commands_then_what_they_know(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 24)) as pilot:
        await calm(pilot)
        await pilot.press("colon", *"pat", "tab")
        await calm(pilot)
        field = app.screen.query_one(CommandBar).field
        assert field.value == "patterns "
        await pilot.press(*"kin", "tab")
        await calm(pilot)
        assert field.value == "patterns kind:"
        await pilot.press(*"err", "tab")
        await calm(pilot)
        assert field.value == "patterns kind:error_recovery "
        assert "what was learned" in above(app)


async def test_names_ids_and_folders_are_completed(demo, calm, tmp_path) -> None:
    (tmp_path / "one place").mkdir()
    (tmp_path / "other").mkdir()
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        room = app.screen

        async def after(text: str) -> list[str]:
            return [one for _, _, one in await continuations(room, text, len(text))]

        assert await after("theme l") == ["light"]
        assert "uses" in await after("sort ")
        assert "kind" in await after("group ")
        assert (await after("show "))[0] == room.list.row.id
        assert await after(f"export {tmp_path}/o") == [f"{tmp_path}/other/"]
        assert "filtered" in await after("export f")
        assert await after("/memory sta") == ["stats "]
        assert await after("nonsense x") == []


async def test_what_was_typed_comes_back_and_esc_leaves(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        for text in ("stats", "patterns", "stats"):
            await say(pilot, calm, text)
        await pilot.press("1", "colon", *"hel", "up")
        field = app.screen.query_one(CommandBar).field
        assert field.value == "stats"
        await pilot.press("up", "up")
        assert field.value == "patterns"
        await pilot.press("down", "down")
        assert field.value == "hel"
        await pilot.press("escape")
        await calm(pilot)
        assert not app.screen.query(CommandBar)
        assert app.screen.focused is app.screen.list
        assert app.screen.key_line.display


async def test_keys_typed_in_one_breath_are_obeyed_in_their_order(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        for key in ("colon", *"sort uses", "enter", "j", "j", "colon", *"theme light", "enter", "j"):
            app.post_message(events.Key("space" if key == " " else key, " " if key == " " else None))
        await calm(pilot)
        assert app.screen.order_name == "uses"
        assert app.theme == themes.LIGHT
        assert app.history == ["sort uses", "theme light"]
        assert app.screen.list.moves == 3


async def test_the_list_gives_way_and_is_not_covered(demo, calm, see) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(60, 15)) as pilot:
        await calm(pilot)
        await pilot.press("G")
        last = app.screen.list.texts(10_000)[-1][:12].strip()
        await pilot.press("colon")
        await calm(pilot)
        lines = see(app).split("\n")
        assert lines[-1].startswith("└ :")
        assert last in "\n".join(lines[:-2])


@pytest.mark.parametrize("text", [HOSTILE, "x" * 10_000, "\n\n\n"])
async def test_hostile_text_that_is_pasted_is_harmless(demo, calm, see, text) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press("colon")
        app.screen.query_one(CommandBar).field.post_message(events.Paste(text))
        await calm(pilot)
        assert app.is_running
        assert not set(see(app)) & {"\x1b", "\x07", "\x9b", "\u202e"}
        await pilot.press("enter")
        await calm(pilot)
        assert app.is_running
        assert app.return_code is None
