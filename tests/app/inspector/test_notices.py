"""What is told takes its lines from the body, covers no row, and can be read again."""

from __future__ import annotations

from tacit.app.inspector.application import Inspector
from tacit.widgets.ink import plain
from tacit.widgets.notices import MOST, Note, strip_lines


async def test_the_strip_pushes_the_list_up_and_its_row_stays_visible(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press(*["j"] * 19)
        before = see(app).split("\n")
        assert before[-2].startswith("│▌")
        here = app.screen.list.row.id
        app.notify("One thing\nand what to do about it, in more words than one line has room for")
        await calm(pilot)
        lines = see(app).split("\n")
        assert "One thing" in lines[-3]
        assert "what to do" in lines[-2]
        assert lines[-1].startswith("└ ")
        assert lines[-4].startswith("│▌")
        assert app.screen.list.row.id == here
        app.telling.clear()
        await calm(pilot)
        after = see(app).split("\n")
        assert len(after) == len(before)
        assert any(line.startswith("│▌") for line in after)
        assert "One thing" not in see(app)


async def test_a_notice_stays_while_a_dialog_is_in_front_and_on_the_next_screen(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press("d")
        await calm(pilot)
        app.notify("Told meanwhile", timeout=0.0)
        app.telling.expire()
        await pilot.press("escape", "2")
        await calm(pilot)
        assert "Told meanwhile" in see(app)
        assert "┤2 Sessions├" in see(app)


async def test_what_is_over_goes_and_is_remembered(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        app.notify("Soon over", timeout=0.0)
        app.telling.expire()
        await calm(pilot)
        assert "Soon over" not in see(app)
        assert app.telling.all[-1].text == "Soon over"
        app.telling.show_all()
        await calm(pilot)
        assert "Soon over" in see(app)


async def test_the_way_back_from_a_deed_is_not_hidden_by_what_is_told_later(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press("d", "y")
        await calm(pilot)
        for number in range(3):
            app.notify(f"Later news {number}", timeout=60.0)
        await calm(pilot)
        assert "u brings it back" in see(app)
        assert "Later news 2" in see(app)
        assert "+2" in see(app)


async def test_hostile_text_is_inert_in_a_notice(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        app.notify("\x1b]52;c;aGk=\x07 [/] [@click=app.quit]x[/] \u202egnp.exe")
        await calm(pilot)
        assert "[/] [@click=app.quit]x[/]" in see(app)
        assert "\x1b" not in see(app)
        assert "\u202e" not in see(app)


def test_a_severity_is_a_word_too() -> None:
    assert "warning:" in plain(strip_lines([Note("x", "warning")], 80)[0])
    assert "error:" in plain(strip_lines([Note("x", "error")], 80)[0])


def test_the_strip_has_few_lines_and_never_cuts_the_last_paragraph_away() -> None:
    long = "word " * 200
    assert len(strip_lines([Note(long)], 60)) == MOST
    lines = [plain(line) for line in strip_lines([Note(f"{long}\nu takes it back", keep=True)], 60)]
    assert len(lines) == MOST
    assert lines[-1].strip() == "u takes it back"
    both = [Note(long), Note(f"{long}\nu takes it back", keep=True)]
    lines = [plain(line) for line in strip_lines(both, 60)]
    assert len(lines) == MOST
    assert lines[-1].endswith("u takes it back")
